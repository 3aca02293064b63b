"""One worker from the serving process's side: its process, its channel, what it runs and since when."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any, cast

from kzkg.server import wire
from kzkg.server.confinement import give_way, held, spent
from kzkg.server.reply import MOST_WAITING

if TYPE_CHECKING:
    from kzkg.server.places import Generation
    from kzkg.server.reply import Reply
    from kzkg.server.staff import Staff


class Hand(asyncio.Protocol):
    """A worker: starting, idle, busy, or leaving."""

    def __init__(self, pool: Staff, generation: Generation) -> None:
        self.pool = pool
        self.generation = generation
        self.state = "starting"
        self.reply: Reply | None = None
        self.since = 0.0
        self.long = False
        self.nice = False
        self.cause = ""
        self._frames = wire.Frames()
        self._transport: asyncio.Transport | None = None
        self._spent: float | None = None
        self.pid = 0
        self.thread = 0
        """The thread that runs the jobs; 0 where the system knows no priority of a thread."""
        self.born_with = 0
        self.code: int | None = None
        """How the process ended, once that is known."""

    async def start(self, told: bytes) -> None:
        """Have a process and connect to it."""
        loop = asyncio.get_running_loop()
        self.pid, channel = await self.pool.births.bear(told)
        self.since = loop.time()
        await loop.create_connection(lambda: self, sock=channel)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the channel."""
        self._transport = cast("asyncio.Transport", transport)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        """Take what the worker says."""
        for kind, content in self._frames.feed(data):
            if kind == wire.READY:
                self.born_with = held(self.pid)
                self.pool.ready(self, content)
            elif kind == wire.THREAD:
                self.thread, self.nice, self._spent = int(content), False, None
            elif self.reply is not None:
                self._answered(self.reply, kind, content)

    def _answered(self, reply: Reply, kind: bytes, content: bytes) -> None:
        if kind == wire.BEGIN:
            reply.begin(content)
        elif kind == wire.DATA:
            reply.feed(content)
            if reply.waiting > MOST_WAITING and self._transport is not None:
                self._transport.pause_reading()
                reply.on_drain = self._transport.resume_reading
        else:
            self.pool.finished(self)
            reply.end(content)

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the pool that the process has gone, or goes."""
        self._transport = None
        self.pool.lost(self)

    def give(self, reply: Reply, now: float) -> None:
        """Let the worker run a job."""
        self.state, self.reply, self.since = "busy", reply, now
        self._spent = spent(self.pid, self.thread) if reply.strange else None
        reply.tries += 1
        reply.generation = self.generation.name
        self._write(reply.content)

    def free(self) -> None:
        """Have no job any more."""
        if self.reply is not None:
            self.reply.on_drain = None
            if self._transport is not None:
                self._transport.resume_reading()
        self.state, self.reply, self.long = "idle", None, False

    def give_way(self) -> None:
        """Let every other process go first, if the query is a stranger's; what a page asks has an end that we know."""
        if not self.nice and self.reply is not None and self.reply.strange:
            self.nice = give_way(self.thread)

    def memory(self) -> int:
        """How many bytes the process holds, beside those that it has from its birth and shares with all others."""
        return held(self.pid) - self.born_with

    def effort(self, age: float) -> float:
        """How many seconds of a processor the job took, at least as far as it was seen; where nobody knows, its age."""
        now = spent(self.pid, self.thread)
        if now is None:
            return age
        if self._spent is None:
            self._spent = now
        return now - self._spent

    def kill(self, cause: str) -> None:
        """End the process at once."""
        self.cause = self.cause or cause
        self.state = "leaving"
        if self.pid and self.code is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)

    def leave(self) -> None:
        """Let an idle worker go."""
        self.state, self.cause = "leaving", self.cause or "retired"
        if self._transport is not None:
            self._transport.close()

    def record(self) -> dict[str, Any]:
        """Say how it is, for the metrics."""
        return {"pid": self.pid, "state": "long" if self.long else self.state, "generation": self.generation.name}
