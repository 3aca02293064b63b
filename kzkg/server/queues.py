"""Jobs that wait: first come, first served, but whoever has most running already comes last."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.server.hand import Hand
    from kzkg.server.reply import Reply


class Queue:
    """A queue that is fair to clients."""

    def __init__(self) -> None:
        self._waiting: deque[Reply] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def append(self, reply: Reply) -> None:
        """Come in at the end."""
        self._waiting.append(reply)

    def appendleft(self, reply: Reply) -> None:
        """Come back to the front."""
        self._waiting.appendleft(reply)

    def discard(self, reply: Reply) -> None:
        """Go away, if it is there."""
        if reply in self._waiting:
            self._waiting.remove(reply)

    def next(self, running: Iterable[Hand], each: int | None = None) -> Reply | None:
        """Take the next job; none of a client that has as many running as each may have."""
        if len(self._waiting) == 1 and each is None:
            return self._waiting.popleft()
        busy = Counter(hand.reply.client for hand in running if hand.reply is not None)
        allowed = [reply for reply in self._waiting if each is None or busy[reply.client] < each]
        if not allowed:
            return None
        best = min(allowed, key=lambda reply: busy[reply.client])
        self._waiting.remove(best)
        return best

    def older(self, moment: float) -> list[Reply]:
        """Give those that came before a moment."""
        return [reply for reply in self._waiting if reply.asked < moment]
