"""Temporary files and folders: each is held by its process, and what processes that have died left is cleared away."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from tempfile import TemporaryDirectory


_MADE = re.compile(r"\A(?:building|kzkg-[a-z]+)-(\d{1,8})-|\.(\d{1,8})\.part\Z|\.json\.(\d{1,8})\.[0-9a-f]{8}\Z")
"""How a temporary name says its process."""
NO_SUCH_CALL = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}


def locked(handle: int) -> bool:
    """Take the lock of an open file or folder, which ends with this process however it ends.

    False where another process has it, or the system or its disk has no such locks.
    """
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file or folder that has a temporary name, so that nobody clears it away."""
    if os.name != "posix":
        yield
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        locked(handle)
        yield
    finally:
        os.close(handle)


def process_of(path: Path) -> int:
    """Read from a temporary name the process that gave it: `building-PID-…`, `.file.PID.part`; 0 where none is."""
    found = _MADE.search(path.name)
    return int(found[1] or found[2] or found[3]) if found else 0


def alive(process: int) -> bool:
    """Whether there is such a process on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def left(path: Path) -> bool:
    """Whether a file or folder was left by a process that has died.

    Its number alone does not say so, as on a disk that machines share; nor does the lock, as it is taken a moment after
    the name is made.
    """
    process = process_of(path)
    if os.name != "posix" or not process or alive(process):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return os.fstat(handle).st_uid == os.geteuid() and locked(handle)
    finally:
        os.close(handle)


def clear(paths: Iterable[Path]) -> None:
    """Remove those of some files and folders whose processes have died; what cannot be removed stays."""
    import shutil

    for path in paths:
        if left(path):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


def scratch(what: str) -> TemporaryDirectory[str]:
    """Make a temporary folder that goes with this process, and clear away those that killed ones left."""
    import tempfile
    import weakref

    prefix = f"kzkg-{what}-"
    clear(Path(tempfile.gettempdir()).glob(f"{prefix}*"))
    made = tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", ignore_cleanup_errors=True)
    if os.name == "posix":
        handle = os.open(made.name, os.O_RDONLY)
        locked(handle)
        weakref.finalize(made, os.close, handle)
    return made


def settled(folder: Path) -> None:
    """Wait until all files of a folder, and their names, are on the disk."""
    for path in (*folder.rglob("*"), folder):
        settle(path)


def settle(path: Path) -> None:
    """Wait until one file, or the names in one folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_SUCH_CALL:  # some disks cannot be told to write a folder
            raise
    finally:
        os.close(handle)
