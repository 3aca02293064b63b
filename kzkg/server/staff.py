"""The workers of a server: as many as are wanted, replaced when they are lost, of the newest generation of the data."""

from __future__ import annotations

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING

from kzkg.server.births import Births
from kzkg.server.hand import Hand
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from kzkg.server.limits import Limits
    from kzkg.server.places import Generation
    from kzkg.server.reply import Reply

FAILURES = 3
"""Starts of workers that fail one after another, before somebody is asked to look at the data."""

REAPING = 20
"""Hundredths of a second in which the nursery says how a worker ended; when it does not, the nursery was lost, too."""

log = logging.getLogger("kzkg.server")


class Staff(ABC):
    """Keeps workers; what they do is the matter of the pool."""

    def __init__(self, limits: Limits, generation: Generation, *, open_to: str = "") -> None:
        self.limits = limits
        self.generation = generation
        self.hands: set[Hand] = set()
        self.counts: Counter[str] = Counter()
        self.confined: list[str] = []
        self.awake = asyncio.Event()
        self.on_trouble: Callable[[], None] | None = None
        self._closed = False
        self._failures = 0
        self._loop = asyncio.get_running_loop()
        self._starts: set[asyncio.Task[None]] = set()
        self._leaving: dict[int, Hand] = {}
        self.births = Births(self.ended, open_to=open_to)

    @abstractmethod
    def dispatch(self) -> None:
        """Give waiting jobs to idle workers."""

    @abstractmethod
    def again(self, reply: Reply, code: int | None) -> None:
        """Take back a job whose worker has gone."""

    @abstractmethod
    def finished(self, hand: Hand) -> None:
        """Note that a worker has sent the end of an answer."""

    def running(self, *, long: bool) -> list[Hand]:
        """Give the workers that run a long job, or a short one."""
        return [hand for hand in self.hands if hand.reply is not None and hand.long == long]

    def stop(self, hand: Hand, cause: str) -> None:
        """End a worker with its job."""
        hand.reply = None
        hand.long = False
        hand.kill(cause)
        self.keep()

    async def start(self, patience: float = 30.0) -> None:
        """Start the workers and wait for the first of them."""
        self.keep()
        try:
            await asyncio.wait_for(self.awake.wait(), patience)
        except TimeoutError:
            raise Refusal(503, "no worker could be started; the messages above say why") from None

    def keep(self) -> None:
        """Have as many workers as short jobs may run at once, and one to spare; long jobs have theirs on top."""
        if self._closed:
            return
        kept = [hand for hand in self.hands if hand.generation is self.generation and hand.state != "leaving"]
        missing = self.limits.workers + 1 - sum(1 for hand in kept if not hand.long)
        for _ in range(missing):
            hand = Hand(self, self.generation)
            self.hands.add(hand)
            task = self._loop.create_task(self._begin(hand))
            self._starts.add(task)
            task.add_done_callback(self._starts.discard)

    async def _begin(self, hand: Hand) -> None:
        if self._failures:
            await asyncio.sleep(min(0.1 * 2**self._failures, 5.0))
        told = {
            "folder": str(hand.generation.folder), "headers": str(hand.generation.headers),
            "store": str(hand.generation.store or ""), "address": hand.generation.address,
            "memory": self.limits.memory,
            "rows": self.limits.rows, "bytes": self.limits.bytes, "time": self.limits.time,
        }  # fmt: skip
        try:
            await hand.start(json.dumps(told).encode())
        except OSError as error:
            log.warning("a worker cannot be started: %s", error)
            self.hands.discard(hand)
            self._failures += 1
            self._loop.call_later(1.0, self.keep)

    def ready(self, hand: Hand, content: bytes) -> None:
        """Note that a worker is there; one of an older generation may go."""
        if hand.state == "leaving":
            return
        hand.state = "idle"
        self._failures = 0
        self.confined = json.loads(content)["confined"]
        self.awake.set()
        self._retire()
        self.dispatch()

    def fresh(self) -> bool:
        """Whether workers of the newest generation have come up."""
        fresh = [hand for hand in self.hands if hand.generation is self.generation and hand.state in {"idle", "busy"}]
        return len(fresh) >= self.limits.workers

    def _retire(self) -> None:
        if self.fresh():
            for hand in [hand for hand in self.hands if hand.generation is not self.generation]:
                if hand.state in {"idle", "starting"}:
                    hand.leave()

    def swap(self, generation: Generation) -> None:
        """Let new jobs see a new generation, as soon as its workers are there."""
        self.generation = generation
        self.counts["generations"] += 1
        self.keep()

    def lost(self, hand: Hand) -> None:
        """See what became of a process whose channel has closed, and of its job."""
        self.hands.discard(hand)
        reply, state, hand.reply = hand.reply, hand.state, None
        hand.state = "leaving"
        self._leaving[hand.pid] = hand
        self._reap(hand, reply, unready=state == "starting")

    def ended(self, process: int, code: int) -> None:
        """Note how a process has ended; the nursery says so, before or after its channel closes."""
        hand = self._leaving.get(process) or next((hand for hand in self.hands if hand.pid == process), None)
        if hand is not None:
            hand.code = code

    def _reap(self, hand: Hand, reply: Reply | None, *, unready: bool, waited: int = 0) -> None:
        if hand.code is None and waited < REAPING and not hand.cause:
            self._loop.call_later(0.01, lambda: self._reap(hand, reply, unready=unready, waited=waited + 1))
            return
        self._leaving.pop(hand.pid, None)
        if unready and not hand.cause:
            self._failures += 1
            if self._failures >= FAILURES and self.on_trouble:
                self.on_trouble()
        if not hand.cause:
            self.counts["lost workers"] += 1
            log.warning("worker %d ended by itself: %s", hand.pid, hand.code)
        if reply is not None:
            self.again(reply, hand.code)
        self.keep()
        self.dispatch()

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        for task in list(self._starts):
            task.cancel()
        for hand in list(self.hands):
            hand.kill("closed")
        await self.births.close()
