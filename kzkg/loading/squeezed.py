"""Undoes the compression of a file, and notices when it breaks off or is damaged."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any

from kzkg.extras import library

SQUEEZED = (".gz", ".bz2", ".xz", ".zst")


class Damaged(Exception):  # noqa: N818 - it is caught where the file is known
    """A compressed file that breaks off, or whose bytes are not what was written."""


def plain(raw: IO[bytes], suffix: str) -> IO[bytes]:
    """Give the text of a file that is open for bytes."""
    if not suffix:
        return raw
    if suffix == ".zst":
        return io.BufferedReader(_Zstandard(raw))
    return _Checked(_opener(suffix)(raw))  # type: ignore[return-value]


def _opener(suffix: str) -> Any:
    import bz2
    import gzip
    import lzma

    return {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}[suffix]


class _Checked:
    """Says one thing for whatever the three libraries raise."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        import lzma

        try:
            return self._source.read(size)
        except EOFError as error:
            raise Damaged("the compressed file breaks off here") from error
        except (zlib.error, lzma.LZMAError) as error:
            raise Damaged(f"the compressed file is damaged after this line: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise Damaged(f"the compressed file is damaged after this line: {error}") from error


class _Zstandard(io.RawIOBase):
    """Reads frame after frame; the library's own reader takes a file that breaks off for one that ends."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._library = library("zstandard", "zstd", "Zstandard")
        self._raw = raw
        self._frame: Any = None
        self._given, self._waiting = b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._given:
            if not self._more():
                return 0
        size = min(len(buffer), len(self._given))
        buffer[:size], self._given = self._given[:size], self._given[size:]
        return size

    def _more(self) -> bool:
        """Undo the next piece; whether there was one."""
        data = self._waiting or self._raw.read(1 << 16)
        if not data:
            if self._frame is not None:
                raise Damaged("the compressed file breaks off here")
            return False
        self._frame = self._frame or self._library.ZstdDecompressor().decompressobj()
        try:
            self._given = self._frame.decompress(data)
        except self._library.ZstdError as error:
            raise Damaged(f"the compressed file is damaged after this line: {error}") from error
        self._waiting = b""
        if self._frame.eof:
            self._waiting, self._frame = self._frame.unused_data, None
        return True
