"""How often one client may ask: a bucket each, filled at a steady rate."""

from __future__ import annotations

import time
from collections import OrderedDict

MOST_CLIENTS = 20_000


class Rate:
    """Buckets of all clients that were seen lately."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, max(burst, 1.0)
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take one from the client's bucket; else give the seconds until there is one again."""
        if self._rate <= 0:
            return 0.0
        now = time.monotonic()
        left, then = self._seen.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._seen[client] = (left if wait else left - 1, now)
        if len(self._seen) > MOST_CLIENTS:
            self._seen.popitem(last=False)
        return wait
