"""How much a request may use: time, memory, rows, bytes, a place in the queue."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that `kzkg serve` was started with; 0 means none for the rate."""

    workers: int = 4
    """Processes that begin a query at once; long ones and a spare one come on top."""
    time: float = 10.0
    """Seconds that a query may run."""
    memory: int = 512 * MEGABYTE
    """Bytes that a worker may hold while it runs a query."""
    rows: int = 1_000_000
    bytes: int = 256 * MEGABYTE
    """The size of an answer, before compression."""
    queue: int = 128
    """Requests that may wait for a worker."""
    rate: float = 50.0
    """Questions a second that one address may ask in the long run."""
    burst: float = 4.0
    """Seconds of that rate that an address may save up."""
    patience: float = 0.25
    """Seconds of a processor after which a query counts as long, and gives way to the others."""
    tries: int = 3
    """How often a query is begun, when the worker that runs it is killed by somebody else."""

    @property
    def long(self) -> int:
        """How many long queries run at once."""
        return max(2, self.workers // 2 + 1)
