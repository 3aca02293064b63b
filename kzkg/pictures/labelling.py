"""Finds a place for each name on a map where it covers neither a mark nor another name."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEAR = 9
"""A name farther than this from its mark needs a line to it."""
STEPS = (4, 8, 14, 22, 32, 44, 58, 74, 92, 112, 134, 160, 190)
EDGE, STRANGE = 6, 14


@dataclass(frozen=True, slots=True)
class Label:
    """A name to be put beside a mark."""

    at: tuple[float, float]
    radius: float
    width: float
    height: float
    lines: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a name stands."""

    left: float
    top: float
    right: float
    bottom: float
    far: bool = False

    def meets(self, other: Box, space: float = 3) -> bool:
        """Whether two boxes touch, or nearly so."""
        return (
            self.left < other.right + space
            and other.left < self.right + space
            and self.top < other.bottom + space / 3
            and other.top < self.bottom + space / 3
        )


def placed(labels: Sequence[Label], width: float, height: float) -> list[Box]:
    """Give a box for each label, in their order: the first has the first choice."""
    marks = [around(label) for label in labels]
    found: list[Box] = []
    threads: list[Box] = []
    for number, label in enumerate(labels):
        best, price = None, 0
        for box in choices(label):
            if box.left < EDGE or box.top < EDGE or box.right > width - EDGE or box.bottom > height - EDGE:
                continue
            if any(box.meets(other) for other in found):
                continue
            covered = sum(box.meets(other, 1) for n, other in enumerate(marks) if n != number)
            crossed = sum(box.meets(other, 1) for other in threads)
            run = thread(label, box)
            crossed += sum(other.meets(each, 1) for other in found for each in run)
            crossed += sum(each.meets(other, 1) for each in run for n, other in enumerate(marks) if n != number)
            # A name beside the mark of another place would be taken for that place's name.
            strange = sum(box.meets(other, STRANGE) for n, other in enumerate(marks) if n != number)
            worth = covered * 10 + strange * 2 + crossed + len(run) // 4
            if best is None or worth < price:
                best, price = box, worth
            if worth == 0:
                break
        if best is None:
            # No room at all: below the last one on the left edge, still not over another.
            top = max([EDGE, *(box.bottom + 2 for box in found if box.left < EDGE + label.width)])
            best = Box(EDGE, top, EDGE + label.width, top + label.height, far=True)
        found.append(best)
        threads += thread(label, best)
    return found


def around(label: Label) -> Box:
    """Give the square round a mark."""
    (x, y), r = label.at, label.radius
    return Box(x - r, y - r, x + r, y + r)


def choices(label: Label) -> Iterator[Box]:
    """Give the places to try: right, left, above, below, then between these, and ever farther away."""
    (x, y), w, h = label.at, label.width, label.height
    for step in STEPS:
        r = label.radius + step
        far = step > NEAR
        yield Box(x + r, y - h / 2, x + r + w, y + h / 2, far)
        yield Box(x - r - w, y - h / 2, x - r, y + h / 2, far)
        yield Box(x - w / 2, y - r - h, x + w / 2, y - r, far)
        yield Box(x - w / 2, y + r, x + w / 2, y + r + h, far)
        for turn in range(16):
            angle = (turn + 0.5) * pi / 8
            dx, dy = r * cos(angle), r * sin(angle)
            left = x + dx if dx > 0 else x + dx - w
            top = y + dy if dy > 0 else y + dy - h
            yield Box(left, top, left + w, top + h, far)


def thread(label: Label, box: Box) -> list[Box]:
    """Give the line from a mark to its name, as small boxes along it; nothing where the name stands close."""
    if not box.far:
        return []
    x, y = label.at
    end_x, end_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    points = [(x + (end_x - x) * n / 12, y + (end_y - y) * n / 12) for n in range(2, 12)]
    return [Box(a - 1, b - 1, a + 1, b + 1) for a, b in points]
