"""Shows on a terminal how far a long piece of work is: share, rate, time left."""

from __future__ import annotations

import sys
import time

EVERY = 0.2


class Progress:
    """A line on standard error that is written over again; where that is no terminal, nothing."""

    def __init__(self, what: str, total: int, *, shown: bool | None = None) -> None:
        self.what, self.total = what, total
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._done, self._began, self._last, self._width = 0, time.monotonic(), 0.0, 0

    def add(self, done: int) -> None:
        """Count what was done, in bytes."""
        self._done += done
        now = time.monotonic()
        if self._shown and now - self._last >= EVERY:
            self._last = now
            self._write(line(self.what, self._done, self.total, now - self._began))

    def again(self) -> None:
        """Begin to count anew."""
        self._done, self._began = 0, time.monotonic()

    def begin(self, what: str, total: int) -> None:
        """Count something else from here on."""
        self.what, self.total = what, total
        self.again()

    def stage(self, what: str) -> None:
        """Say what comes next, of which no share can be told."""
        if self._shown:
            self._write(f"{what} … {clock(time.monotonic() - self._began)}")

    def close(self) -> None:
        """Leave the line empty."""
        if self._shown and self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(text)


def line(what: str, done: int, total: int, seconds: float) -> str:
    """Write the share, the amount, the rate and the time left."""
    share = min(done / total, 1.0) if total else 1.0
    rate = done / seconds if seconds > 0 else 0.0
    left = f", {clock((total - done) / rate)} left" if rate and total > done else ""
    return f"{what} {share:4.0%}, {size(done)} of {size(total)}, {size(int(rate))}/s{left}"


def size(count: int) -> str:
    """Write a number of bytes."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count} B"


def clock(seconds: float) -> str:
    """Write a length of time."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
