"""Very many rows with a day: one sign for each, piled up over its year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kzkg.pictures.theme import BODY, FAINT, QUIET, SMALL, Body, Canvas, Key
from kzkg.pictures.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.pictures.caption import Subject
    from kzkg.pictures.timeline import Item


def piled(subject: Subject, found: Sequence[Item], chosen: dict[str, Key]) -> Body:
    """One sign for each mark, piled up over its year."""
    canvas = Canvas()
    first, last = int(found[0].span.first[:4]), max(int(item.span.first[:4]) for item in found)
    wide = BODY / (last - first + 1)
    tallest = max(sum(item.span.first.startswith(str(year)) for item in found) for year in range(first, last + 1))
    cell = max(min(wide, 12.0, 480 / tallest), 4.0)
    across = max(int((wide - 1) // cell), 1)
    height = max((tallest // across + 2) * cell + 30, 180)
    piles: dict[int, int] = {}
    signs = []
    order = {name: number for number, name in enumerate(chosen)}
    for item in sorted(found, key=lambda each: (order[each.kind], each.span.first)):
        year = int(item.span.first[:4])
        place = piles[year] = piles.get(year, -1) + 1
        x = (year - first + 0.5) * wide + (place % across - (across - 1) / 2) * cell
        key = chosen[item.kind]
        y = height - 30 - (place // across + 0.5) * cell
        signs.append(
            {
                "x": x,
                "y": y,
                "shape": key.shape,
                "colour": key.colour,
                "hollow": not key.filled,
                "area": (cell * 0.82) ** 2,
                "tip": subject.tip(item.rows, item.name),
                "row": item.rows[0],
            }
        )
    step = next((each for each in (1, 2, 5, 10, 20, 50) if wide * each >= 38), 100)
    canvas.rules([{"x": 0, "y": height - 29, "x2": BODY, "y2": height - 29, "colour": FAINT}])
    middles = {year: (year - first + 0.5) * wide for year in range(first, last + 1)}
    canvas.texts([small(middles[year], height - 14, year) for year in middles if year % step == 0])
    canvas.texts(
        [
            small(middles[year], height - 40 - (count // across + 1) * cell, count + 1)
            for year, count in piles.items()
            if count >= 4 and wide >= 14
        ]
    )
    canvas.symbols(signs)
    body = Body(height=height, canvas=canvas, drawn=sum(len(item.rows) for item in found))
    body.notes.append(say("dots", subject.lang))
    return body


def small(x: float, y: float, number: int) -> dict[str, Any]:
    """Give a number in small type, with its middle at a place."""
    return {"x": x, "y": y, "text": str(number), "align": "center", "colour": QUIET, "size": SMALL}
