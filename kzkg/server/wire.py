"""What the serving process and its workers say to each other: frames of a kind, a length and content."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

HEAD = struct.Struct(">cI")
READY, THREAD, JOB, BEGIN, DATA, END = b"R", b"T", b"J", b"B", b"D", b"E"


def frame(kind: bytes, content: bytes) -> bytes:
    """Wrap the content."""
    return HEAD.pack(kind, len(content)) + content


def take(channel: BufferedReader) -> bytes | None:
    """Wait for one frame and give its content; None when the other side has gone."""
    head = channel.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size = HEAD.unpack(head)[1]
    content = channel.read(size)
    return content if len(content) == size else None


class Frames:
    """Frames as they come in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give the kind and content of each frame that is complete now."""
        data = self._rest + data if self._rest else data
        place = 0
        while len(data) - place >= HEAD.size:
            kind, size = HEAD.unpack_from(data, place)
            end = place + HEAD.size + size
            if end > len(data):
                break
            yield kind, data[place + HEAD.size : end]
            place = end
        self._rest = data[place:]
