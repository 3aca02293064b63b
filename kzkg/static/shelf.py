"""Puts files into the folder that is being built; what was the same in the folder before is linked, not written."""

from __future__ import annotations

import contextlib
import os
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from kzkg.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


class Entry(NamedTuple):
    """A file of the folder, and whether it had to be written."""

    path: str
    size: int
    checksum: str
    written: bool


class Shelf:
    """A folder that is being built, beside the one that was there before."""

    def __init__(self, new: Path, before: Path | None) -> None:
        self.new, self.before = new, before
        self._rooms: set[Path] = set()

    def put(self, path: str, content: bytes) -> Entry:
        """Put a file; no file is put twice, nor under a name that this disk takes for the same."""
        at = self._room(path)
        old = self.before / path if self.before else None
        try:
            if old is not None and same(old, content):
                again(old, at)
                return Entry(path, len(content), sha256(content).hexdigest(), written=False)
            fresh(at, content)
        except FileExistsError as error:
            told = "is there twice, or this disk does not tell capitals from small letters"
            raise DataError(f"{path}: {told}") from error
        return Entry(path, len(content), sha256(content).hexdigest(), written=True)

    def keep(self, path: str) -> Entry:
        """Take note of a file that somebody else has put there; the same one as before is linked after all."""
        at, checksum, size = self.new / path, sha256(), 0
        with at.open("rb") as file:
            while piece := file.read(1 << 20):
                checksum.update(piece)
                size += len(piece)
        old = self.before / path if self.before else None
        if old is not None and alike(old, at):
            at.unlink()
            again(old, at)
            return Entry(path, size, checksum.hexdigest(), written=False)
        return Entry(path, size, checksum.hexdigest(), written=True)

    def _room(self, path: str) -> Path:
        at = self.new / path
        if at.parent not in self._rooms:
            at.parent.mkdir(parents=True, exist_ok=True)
            self._rooms.add(at.parent)
        return at


def fresh(at: Path, content: bytes) -> None:
    """Write a file that is not there yet, with as few calls of the system as it takes: there are a million of them."""
    handle = os.open(at, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def same(path: Path, content: bytes) -> bool:
    """Tell whether a file holds this."""
    with contextlib.suppress(OSError):
        return path.stat().st_size == len(content) and path.read_bytes() == content
    return False


def alike(one: Path, two: Path) -> bool:
    """Tell whether two files hold the same, in pieces, as they may be large."""
    with contextlib.suppress(OSError):
        if one.stat().st_size != two.stat().st_size:
            return False
        with one.open("rb") as first, two.open("rb") as second:
            while piece := first.read(1 << 20):
                if piece != second.read(1 << 20):
                    return False
        return True
    return False


def again(old: Path, at: Path) -> None:
    """Give a file a second name, or where the disk has no second names, copy it."""
    try:
        os.link(old, at)
    except FileExistsError:
        raise
    except OSError:
        with at.open("xb"):
            shutil.copyfile(old, at)
