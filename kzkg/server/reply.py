"""A job from the serving process's side: it waits, runs on a worker, and its answer comes back in pieces."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kzkg.server import wire
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

COMMITTED = 1 << 18
"""Bytes of an answer that are held back, so that a limit which is met until then is told with its own status."""
MOST_WAITING = 1 << 22
"""Bytes that wait here for a slow reader; after that the worker waits."""


class Broken(Exception):  # noqa: N818
    """An answer ends in the middle, after its first part has gone out: the connection has to end with it."""


class Reply:
    """The answer to one job while it comes."""

    def __init__(self, job: dict[str, Any], client: str, key: object) -> None:
        self.content = wire.frame(wire.JOB, json.dumps(job).encode())
        self.strange = job.get("do") == "sparql"
        """Whether a stranger wrote the query, so that nobody knows when it ends."""
        self.client = client
        self.key = key
        """What tells a question that ran long before, so that it is not begun among the short ones again."""
        self.asked = 0.0
        self.tries = 0
        self.slow = False
        self.status = 200
        self.headers: list[tuple[str, str]] = []
        self.generation = ""
        self.done = False
        self.dropped = False
        self.refusal: Refusal | None = None
        self.on_long: Callable[[], None] | None = None
        self.on_drain: Callable[[], None] | None = None
        self.on_drop: Callable[[], None] | None = None
        self._pieces: deque[bytes] = deque()
        self.waiting = 0
        self._came = 0
        self._reader: asyncio.Future[None] | None = None
        self._head_only_read = False

    @property
    def committed(self) -> bool:
        """Whether a part of the answer has gone out, so that the job cannot be begun again."""
        return self._head_only_read

    @property
    def ready(self) -> bool:
        """Whether the first part can go out."""
        return self.done or self._came >= COMMITTED

    def restart(self) -> None:
        """Forget what came: the job is begun again on another worker."""
        self._pieces.clear()
        self.waiting = self._came = 0
        self.headers = []

    def begin(self, content: bytes) -> None:
        """Take the head of the answer."""
        self.status, self.headers = _head(content)

    def feed(self, data: bytes) -> None:
        """Take the next part."""
        self._came += len(data)
        if self.dropped:
            return
        self._pieces.append(data)
        self.waiting += len(data)
        if self._came >= COMMITTED:
            self._wake()

    def end(self, content: bytes) -> None:
        """Take the end, which may be a refusal in the place of the answer."""
        if content:
            self.fail(Refusal(**_members(json.loads(content))))
            return
        self.done = True
        self._wake()

    def fail(self, refusal: Refusal) -> None:
        """End with a refusal."""
        if self.done:
            return
        self.refusal, self.done = refusal, True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def _wait(self) -> None:
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    async def begun(self) -> None:
        """Wait until the first part can go out; raise the refusal where there is one."""
        while not self.ready:
            await self._wait()
        if self.refusal is not None:
            raise self.refusal
        self._head_only_read = True

    def whole(self) -> bytes:
        """Give all pieces of an answer that is done."""
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        return data

    async def piece(self) -> bytes:
        """Wait for the next part; empty at the end."""
        while not self._pieces:
            if self.refusal is not None:
                raise Broken(str(self.refusal))
            if self.done:
                return b""
            await self._wait()
        data = self._pieces.popleft()
        self.waiting -= len(data)
        if self.on_drain and self.waiting < MOST_WAITING // 2:
            self.on_drain()
        return data

    def drop(self) -> None:
        """Nobody waits for the answer any more."""
        if not self.dropped:
            self.dropped = True
            self._pieces.clear()
            if self.on_drop and not self.done:
                self.on_drop()


@lru_cache(maxsize=256)
def _head(content: bytes) -> tuple[int, list[tuple[str, str]]]:
    """Read a head; most answers have the same."""
    head = json.loads(content)
    return head["status"], [(name, value) for name, value in head["headers"]]


def _members(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": record["status"], "detail": record["detail"], "headers": record["headers"], **record["members"]
    }  # fmt: skip
