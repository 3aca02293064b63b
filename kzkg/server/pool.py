"""Runs jobs on worker processes: short ones first, long ones beside them, each within its limits, none lost.

A job begins among the short ones. After some patience it is long: it gives way to the others, and there are only so
many long ones; one too many is stopped and begun again when there is room. So a question that runs away takes time
from other long ones alone.
"""

from __future__ import annotations

import signal
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from kzkg.server.problems import Refusal, over
from kzkg.server.queues import Queue
from kzkg.server.reply import Reply
from kzkg.server.staff import Staff

if TYPE_CHECKING:
    from kzkg.server.hand import Hand
    from kzkg.server.limits import Limits
    from kzkg.server.places import Generation

TICK = 0.005
SMALL = 0.004
"""Seconds of a processor that most questions do not take; one that does gives way to them."""
HURRY = 0.04
"""Seconds of patience, as those of the limits are counted, while others wait."""
WAITING = 10.0
"""Seconds, at least, for which a job waits for a worker before it is given up."""
SLOW_KNOWN = 1000
RESTING = 0.5
"""The part of the memory limit with which a worker may rest; one that holds more is replaced."""


class Pool(Staff):
    """The workers of one server, and the jobs that wait for them."""

    def __init__(self, limits: Limits, generation: Generation, *, open_to: str = "") -> None:
        super().__init__(limits, generation, open_to=open_to)
        self.short, self.long = Queue(), Queue()
        self._slow: OrderedDict[object, None] = OrderedDict()
        self._ticking = False

    def swap(self, generation: Generation) -> None:
        """Let new jobs see a new generation; what was long before may be short now."""
        self._slow.clear()
        super().swap(generation)

    def ask(self, job: dict[str, Any], client: str = "", key: object = None) -> Reply:
        """Take a job; its answer comes when there is one."""
        if len(self.short) + len(self.long) >= self.limits.queue:
            self.counts["refused: queue"] += 1
            raise Refusal(
                429, "too many requests are waiting", {"retry-after": "1"}, limit="queue", value=self.limits.queue
            )
        reply = Reply(job, client, key)
        reply.asked = self._loop.time()
        reply.slow = key is not None and key in self._slow
        reply.on_drop = lambda: self._dropped(reply)
        (self.long if reply.slow else self.short).append(reply)
        self.dispatch()
        return reply

    def dispatch(self) -> None:
        """Give waiting jobs to idle workers."""
        if not self.short and not self.long:
            return
        idle = [hand for hand in self.hands if hand.state == "idle"]
        idle.sort(key=lambda hand: hand.generation is self.generation)
        room = self.limits.workers - len(self.running(long=False))
        while idle and room > 0 and self.short:
            self._give(idle.pop(), self.short.next(self.running(long=False)))
            room -= 1
        room = self.limits.long - len(self.running(long=True))
        while idle and room > 0 and self.long:
            reply = self.long.next(self.running(long=True), each=max(1, self.limits.long - 1))
            if reply is None:
                break
            hand = idle.pop()
            self._give(hand, reply)
            hand.long = True
            hand.give_way()
            room -= 1
            self.keep()
        self._tick()

    def _give(self, hand: Hand, reply: Reply | None) -> None:
        if reply is not None:
            hand.give(reply, self._loop.time())

    def finished(self, hand: Hand) -> None:
        """Note that a worker has sent the end of an answer."""
        reply = hand.reply
        if reply is not None:
            self.counts["finished"] += 1
            if self._loop.time() - hand.since < self.limits.patience:
                self._slow.pop(reply.key, None)
        tried = self._loop.time() - hand.since > HURRY
        hand.free()
        old = hand.generation is not self.generation and self.fresh()
        heavy = tried and hand.memory() > self.limits.memory * RESTING
        if old or heavy:
            hand.leave()
            self.keep()
        self.dispatch()

    def _dropped(self, reply: Reply) -> None:
        """Forget a job whose client has gone; one that runs is stopped, unless it will be done in a moment anyway."""
        self.short.discard(reply)
        self.long.discard(reply)
        for hand in [hand for hand in self.hands if hand.reply is reply]:
            self._look(hand, reply, self._loop.time() - hand.since)

    def _tick(self) -> None:
        if not self._ticking and not self._closed:
            self._ticking = True
            self._loop.call_later(TICK, self._watch)

    def _watch(self) -> None:
        """Look after all jobs that run or wait."""
        self._ticking = False
        now = self._loop.time()
        for hand in list(self.hands):
            if hand.reply is not None:
                self._look(hand, hand.reply, now - hand.since)
        for queue in (self.short, self.long):
            for reply in queue.older(now - self.limits.patience):
                if reply.on_long:
                    reply.on_long()
            for reply in queue.older(now - max(2 * self.limits.time, WAITING)):
                queue.discard(reply)
                reply.fail(over("queue", "no worker was free in time"))
        if self.short or self.long or any(hand.reply is not None for hand in self.hands):
            self._tick()

    def _look(self, hand: Hand, reply: Reply, age: float) -> None:
        """Look after one job that runs: whether somebody waits for it, and whether it keeps its limits."""
        if age < SMALL:
            return
        limits = self.limits
        effort = hand.effort(age)
        if effort >= SMALL:
            hand.give_way()
        if age < HURRY:
            return
        if age >= limits.patience and reply.on_long:
            reply.on_long()
        if reply.dropped:
            if age >= limits.patience:
                self.counts["ended: client gone"] += 1
                self.stop(hand, "client gone")
        elif age >= limits.time:
            self._fail(hand, "time", f"the query ran for {limits.time:g} seconds, the limit", 504, limits.time)
        elif (held := hand.memory()) > limits.memory:
            size = f"{held >> 20} megabytes, the limit is {limits.memory >> 20}"
            self._fail(hand, "memory", f"the query took {size}", 503, limits.memory)
        elif age >= 4 * limits.patience or effort >= (HURRY if self.short else limits.patience):
            self._long(hand)

    def _long(self, hand: Hand) -> None:
        """Let a job that turned out to be long go on where there is room, else begin it again later."""
        reply = hand.reply
        if reply is None or hand.long:
            return
        if reply.key is not None:
            self._slow[reply.key] = None
            self._slow.move_to_end(reply.key)
            if len(self._slow) > SLOW_KNOWN:
                self._slow.popitem(last=False)
        others = self.running(long=True)
        mine = sum(1 for other in others if other.reply and other.reply.client == reply.client)
        room = len(others) < self.limits.long and mine < max(1, self.limits.long - 1)
        if room or reply.committed:
            hand.long = True
            hand.give_way()
        else:
            reply.slow = True
            self.counts["put back"] += 1
            self.stop(hand, "put back")
            reply.restart()
            reply.tries -= 1
            self.long.append(reply)
        self.keep()
        self.dispatch()

    def _fail(self, hand: Hand, limit: str, detail: str, status: int, value: float) -> None:
        """End a job that met a limit, with its worker."""
        reply = hand.reply
        self.counts[f"ended: {limit}"] += 1
        self.stop(hand, limit)
        if reply is not None:
            reply.fail(over(limit, detail, status, value=value))
        self.dispatch()

    def again(self, reply: Reply, code: int | None) -> None:
        """Begin a job again whose worker was killed by somebody else; one that ended its worker by itself is over."""
        if (
            code in {-signal.SIGKILL, -signal.SIGTERM, 0, None}
            and not reply.committed
            and reply.tries < self.limits.tries
        ):
            reply.restart()
            self.counts["begun again"] += 1
            (self.long if reply.slow else self.short).appendleft(reply)
        elif code is not None and code < 0:
            reply.fail(
                over("process", "the query ended its worker: it took too much memory, or met a fault of the engine")
            )
        else:
            reply.fail(Refusal(500, "the worker failed; this is a fault of the server"))
