"""Where a job writes its answer: in pieces to the serving process, counted, bounded, and compressed if wanted."""

from __future__ import annotations

import json
import zlib
from typing import IO, TYPE_CHECKING, Any, cast

from kzkg.server import wire
from kzkg.server.problems import over

if TYPE_CHECKING:
    from socket import socket

    from kzkg.server.problems import Refusal
    from kzkg.server.tally import Tally

PIECE = 1 << 16
WORTH_PACKING = 1000
"""An answer of fewer bytes goes in one packet anyway."""


class Outlet:
    """The answer to one job; a file that is open for bytes, so that the engine can write into it."""

    def __init__(self, channel: socket, *, most_rows: int, most_bytes: int, packed: bool) -> None:
        self._channel = channel
        self._most_rows, self._most_bytes = most_rows, most_bytes
        self._packed = packed
        self._packer: Any = None
        self._head: dict[str, Any] = {"status": 200, "headers": []}
        self._waiting: list[bytes] = []
        self._size = 0
        self._tally: Tally | None = None
        self.sent = False
        self.size = 0
        self.rows = 0

    @property
    def file(self) -> IO[bytes]:
        """The outlet as the engine's writers know it."""
        return cast("IO[bytes]", self)

    def begin(self, media: str, *headers: tuple[str, str], tally: Tally | None = None, status: int = 200) -> Outlet:
        """Say what will be written, and how its rows are counted."""
        self._head["status"] = status
        self._head["headers"] = [("content-type", media), *headers]
        self._tally = tally
        return self

    def write(self, data: bytes) -> int:
        """Take the next bytes of the answer."""
        self.size += len(data)
        if self.size > self._most_bytes:
            raise over("bytes", f"the answer has more than {self._most_bytes} bytes, the limit", value=self._most_bytes)
        if self._tally:
            self.count(self._tally(data))
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= PIECE:
            self._push(last=False)
        return len(data)

    def count(self, rows: int) -> None:
        """Say how many rows there are so far."""
        self.rows = rows
        if rows > self._most_rows:
            raise over("rows", f"the answer has more than {self._most_rows} rows, the limit", value=self._most_rows)

    def flush(self) -> None:
        """Do nothing: pieces leave when they are large enough."""

    def _push(self, *, last: bool) -> None:
        frames = []
        data = b"".join(self._waiting)
        if not self.sent:
            if self._packed and len(data) >= WORTH_PACKING:
                self._packer = zlib.compressobj(5, zlib.DEFLATED, 31)
                self._head["headers"].append(("content-encoding", "gzip"))
            frames.append(wire.frame(wire.BEGIN, json.dumps(self._head).encode()))
        if self._packer:
            data = self._packer.compress(data) + (self._packer.flush() if last else b"")
        self._waiting, self._size, self.sent = [], 0, True
        frames.append(wire.frame(wire.DATA, data))
        if last:
            frames.append(wire.frame(wire.END, b""))
        self._channel.sendall(b"".join(frames))

    def end(self) -> None:
        """Send what is left, and say that this was all."""
        self._push(last=True)

    def fail(self, refusal: Refusal) -> None:
        """Send a refusal in the place of the answer, or of the rest of it."""
        self._channel.sendall(wire.frame(wire.END, json.dumps(refusal.record()).encode()))
