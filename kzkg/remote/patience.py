"""How often, and after what pauses, a busy endpoint is asked again."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Pause = Callable[[str | None], float | None]


class Patience(NamedTuple):
    """How many times to ask again, and how long to wait at most, in one go and altogether."""

    attempts: int = 4
    first: float = 0.5
    longest: float = 30.0
    altogether: float = 60.0


def waiting(patience: Patience) -> Iterator[Pause]:
    """Give for each attempt the function that says how long to wait after it; None where it was the last."""
    spent = 0.0

    for attempt in range(patience.attempts + 1):

        def pause(said: str | None, attempt: int = attempt) -> float | None:
            nonlocal spent
            wished = seconds(said)
            length = patience.first * 2**attempt if wished is None else wished
            if attempt == patience.attempts or length > patience.longest or spent + length > patience.altogether:
                return None
            spent += length
            return length

        yield pause


def seconds(said: str | None) -> float | None:
    """Read a Retry-After header, which gives seconds or a date (RFC 9110, section 10.2.3)."""
    if not said:
        return None
    if said.strip().isascii() and said.strip().isdigit():
        return float(said)
    try:
        return max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    except ValueError:
        return None
