"""One line on a terminal that says how far a long check is; in a pipe there is none."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 1.0
"""Seconds in which nobody needs to be told that something happens."""
EVERY = 0.1


class Line:
    """A line on standard error that is written over and over, and wiped at the end."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PATIENCE if sys.stderr.isatty() else float("inf")
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def __call__(self, what: str, done: int, of: int) -> None:
        """Say what is being done, how much of it is done, and of how much."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next, self._shown = now + EVERY, True
        part = f" {done} of {of}" if of > 1 else ""
        print(f"\r\033[Kchecking: {what}{part}", end="", file=sys.stderr, flush=True)
