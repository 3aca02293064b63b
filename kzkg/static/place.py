"""The folder in its place: who may write it, what it held, and how a new one takes the place of the old one at once."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kzkg.errors import DataError, RequestError
from kzkg.static import manifest

if TYPE_CHECKING:
    from types import TracebackType

AT_HERE, EXCHANGE, SWAP = -100, 2, 2
"""What Linux calls AT_FDCWD and RENAME_EXCHANGE, and macOS RENAME_SWAP."""


class Place:
    """A folder that one process at a time may replace; used with `with`.

    The new folder is built beside it. What an interrupted process left there is put right by the next one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        if not self.folder.name or self.folder.is_mount():
            raise RequestError(f"{self.folder}: cannot be replaced as a whole; name a folder inside it")
        # A name of its own: what a killed process leaves behind can be removed while others still write into it.
        self.new = self.folder.with_name(f".{self.folder.name}.kzkg-new-{os.urandom(4).hex()}")
        self.old = self.folder.with_name(f".{self.folder.name}.kzkg-old")
        self._lock = self.folder.with_name(f".{self.folder.name}.kzkg-lock")
        self._handle = -1

    def __enter__(self) -> Self:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._handle = locked(self._lock, self.folder)
        try:
            self._mend()
            self._allowed()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.new, ignore_errors=True)
        self._leave()

    def _leave(self) -> None:
        # The lock goes while it is held: whoever waits for it sees that it is no longer the one in its place.
        self._lock.unlink(missing_ok=True)
        os.close(self._handle)

    def _mend(self) -> None:
        """Put right what was interrupted between two renames, and clear away what was never finished."""
        if self.old.is_dir():
            if self.folder.is_dir():
                shutil.rmtree(self.old)
            else:
                self.old.rename(self.folder)
        left = f".{self.folder.name}.kzkg-new-"
        for each in list(self.folder.parent.iterdir()):
            if each.name.startswith(left):
                shutil.rmtree(each, ignore_errors=True)

    def _allowed(self) -> None:
        """Refuse a folder that holds what is not ours."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise RequestError(f"{self.folder}: is not a folder")
        found = manifest.foreign(self.folder)
        if found:
            raise RequestError(
                f"{self.folder}: holds {found}, which is not of this site; name a new or an empty folder"
            )

    @property
    def before(self) -> Path | None:
        """The folder that is there, if it is one of ours."""
        return self.folder if manifest.read(self.folder) is not None else None

    def begin(self) -> Path:
        """Make the folder that is to take the place."""
        self.new.mkdir()
        if self.folder.is_dir():
            shutil.copymode(self.folder, self.new)
        return self.new

    def replace(self) -> None:
        """Put the new folder in the place of the old one; all of it is on the disk before anybody sees it."""
        settle(self.new)
        if not self.folder.is_dir():
            self.new.rename(self.folder)
        elif not exchanged(self.new, self.folder):
            self.folder.rename(self.old)
            self.new.rename(self.folder)
            shutil.rmtree(self.old)
        settle(self.folder.parent, whole=False)


def exchanged(one: Path, two: Path) -> bool:
    """Let two folders change their names in one step; False where the system or the disk cannot."""
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(one), os.fsencode(two)
    try:
        if sys.platform == "darwin":
            done = library.renamex_np(first, second, SWAP)  # type: ignore[union-attr]
        else:
            done = library.renameat2(AT_HERE, first, AT_HERE, second, EXCHANGE)  # type: ignore[union-attr]
    except AttributeError:
        return False
    if done and ctypes.get_errno() not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(two))
    return not done


def settle(folder: Path, *, whole: bool = True) -> None:
    """Wait until the disk holds a folder: the whole disk of it, or its list of names alone."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not whole:
            os.fsync(handle)
        elif sys.platform == "linux" and hasattr(ctypes.CDLL(None), "syncfs"):
            ctypes.CDLL(None).syncfs(handle)
        else:
            os.sync()
    finally:
        os.close(handle)


def locked(lock: Path, folder: Path) -> int:
    """Hold the lock of a folder, which ends with this process however it ends."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows has no such locks; two processes at once are the reader's own matter there
            return handle
        except OSError as error:
            os.close(handle)
            raise DataError(f"{folder}: is being written by another process") from error
        with contextlib.suppress(FileNotFoundError):
            if lock.stat().st_ino == os.fstat(handle).st_ino:
                return handle
        os.close(handle)
