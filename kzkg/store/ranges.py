"""Sets of days as few graphs: any day is met by one range at each level of a binary tree over all days."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence


def position(days: Sequence[dt.date], by: dt.date) -> int:
    """Give the bit of a reader who knows what came out on `by` or earlier."""
    return bisect_right(days, by)


def layers(days: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut a set of days into as few aligned ranges (low, high) of a binary tree over `size` bits as possible."""
    waiting = [(0, size)]
    while waiting:
        low, high = waiting.pop()
        here = ((1 << (high - low)) - 1) << low
        if not days & here:
            continue
        if days & here == here:
            yield low, high
        else:
            middle = (low + high) // 2
            waiting += [(low, middle), (middle, high)]


def path(bit: int, size: int) -> Iterator[tuple[int, int]]:
    """Give the ranges of that tree that hold one bit: a set holds the bit when exactly one of them is in its cut."""
    low, high = 0, size
    yield low, high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bit < middle else (middle, high)
        yield low, high
