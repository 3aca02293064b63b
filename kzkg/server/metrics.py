"""Counts what the server does, in the text that Prometheus reads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.server.pool import Pool

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters by the part of the server and the status, and how long answers took."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._slots: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self.connections = 0
        self.refused_connections = 0

    def seen(self, part: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests[part, method, status] += 1
        slot = next((number for number, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self._slots[part, slot] += 1
        self._seconds[part] += seconds  # type: ignore[assignment]

    def text(self, pool: Pool, generation: str) -> str:
        """Write all of it."""
        return "\n".join([*self._served(), *_pool(pool, generation), *self._doors()]) + "\n"

    def _served(self) -> Iterator[str]:
        yield "# HELP kzkg_requests_total Requests answered.\n# TYPE kzkg_requests_total counter"
        for (part, method, status), number in sorted(self._requests.items()):
            yield f'kzkg_requests_total{{part="{part}",method="{method}",status="{status}"}} {number}'
        yield "# HELP kzkg_request_seconds Seconds from the request to the end of its answer."
        yield "# TYPE kzkg_request_seconds histogram"
        for part in sorted(self._seconds):
            total = 0
            for slot, bound in enumerate((*BOUNDS, "+Inf")):
                total += self._slots[part, slot]
                yield f'kzkg_request_seconds_bucket{{part="{part}",le="{bound}"}} {total}'
            yield f'kzkg_request_seconds_sum{{part="{part}"}} {self._seconds[part]:.6f}'
            yield f'kzkg_request_seconds_count{{part="{part}"}} {total}'

    def _doors(self) -> Iterator[str]:
        yield "# HELP kzkg_connections Open connections.\n# TYPE kzkg_connections gauge"
        yield f"kzkg_connections {self.connections}"
        yield "# HELP kzkg_connections_closed_total Connections that were too many, or stood still."
        yield "# TYPE kzkg_connections_closed_total counter"
        yield f"kzkg_connections_closed_total {self.refused_connections}"


def _pool(pool: Pool, generation: str) -> Iterator[str]:
    states = Counter(hand.record()["state"] for hand in pool.hands)
    yield "# HELP kzkg_workers Worker processes by what they do.\n# TYPE kzkg_workers gauge"
    for state in ("starting", "idle", "busy", "long", "leaving"):
        yield f'kzkg_workers{{state="{state}"}} {states[state]}'
    yield "# HELP kzkg_waiting Jobs that wait for a worker.\n# TYPE kzkg_waiting gauge"
    yield f'kzkg_waiting{{lane="short"}} {len(pool.short)}\nkzkg_waiting{{lane="long"}} {len(pool.long)}'
    yield "# HELP kzkg_jobs_total What became of jobs and workers.\n# TYPE kzkg_jobs_total counter"
    for event, number in sorted(pool.counts.items()):
        yield f'kzkg_jobs_total{{event="{event}"}} {number}'
    yield "# HELP kzkg_generation_info The state of the data that is served.\n# TYPE kzkg_generation_info gauge"
    yield f'kzkg_generation_info{{name="{generation}"}} 1'
