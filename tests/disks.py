"""Disks that are full or read-only: mounted where that may be done, else limits and modes that do the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[1:] = sys.argv[2:]
from kzkg.__main__ import main
main()
"""
"""Runs the command line so that no file can grow beyond a size, which the system refuses as it does on a full disk."""


def limited(most: int) -> list[str]:
    """The words that begin such a command."""
    return [sys.executable, "-c", LIMITED, str(most)]


def mounted(*words: str) -> bool:
    """Mount something; whether that was done."""
    try:
        return not subprocess.run(["mount", *words], capture_output=True, check=False).returncode
    except OSError:
        return False


@lru_cache(maxsize=1)
def may_mount() -> bool:
    """Whether this process may mount file systems."""
    with tempfile.TemporaryDirectory(prefix="kzkg-mount-") as folder:
        if not sys.platform.startswith("linux") or not mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs", folder):
            return False
        unmounted(Path(folder))
        return True


def unmounted(folder: Path) -> None:
    """Take a file system away, as soon as nobody uses it."""
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def small(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size at a new folder."""
    folder.mkdir()
    assert mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        unmounted(folder)


@contextlib.contextmanager
def filled(folder: Path, but: int) -> Iterator[None]:
    """Fill the file system of a folder, but for so many bytes."""
    ballast = folder / "ballast"
    found = os.statvfs(folder)
    with ballast.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, max(found.f_bavail * found.f_frsize - but, 1))
    try:
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be written; root needs a mount for it, everybody else a mode."""
    if os.geteuid() == 0:
        assert mounted("--bind", str(folder), str(folder))
        assert mounted("-o", "remount,bind,ro", str(folder))
        try:
            yield
        finally:
            unmounted(folder)
        return
    modes = {each: each.stat().st_mode for each in (folder, *folder.rglob("*")) if each.is_dir()}
    for each in modes:
        each.chmod(0o555)
    try:
        yield
    finally:
        for each, mode in modes.items():
            each.chmod(mode)


def may_be_read_only() -> bool:
    """Whether `read_only` can do that."""
    return os.geteuid() != 0 or may_mount()
