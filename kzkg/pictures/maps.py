"""Rows with places as a map: the country with the borders of its regions, a mark for each place, its name beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import cos, pi, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from kzkg.errors import RequestError
from kzkg.pictures.labelling import Label, placed
from kzkg.pictures.theme import BODY, COLOURS, FAINT, INK, QUIET, SMALL, Body, Canvas, Key
from kzkg.pictures.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kzkg.pictures.caption import Subject
    from kzkg.pictures.places import Spot

Point = tuple[float, float]
LAND, ABROAD, WATER, BORDER, REGION = "#fbfaf7", "#eceef0", "#dce8ef", "#8c959f", "#c4cad1"
# Conic, equal in area: the two parallels of least distortion lie a sixth within the country's south and north.
SOUTH, NORTH, MIDDLE = 43.0, 53.0, 67.0
SPACE = 34
MOST_MARKED = 25


@dataclass(slots=True)
class Mark:
    """A place on the map, and the rows that belong to it."""

    spot: Spot
    at: Point
    rows: list[int] = field(default_factory=list)


def fits(subject: Subject) -> None:
    """Refuse an answer without places."""
    if column_of(subject) is None:
        raise RequestError("a map needs a column of places with coordinates, or of events at such places")


def column_of(subject: Subject) -> int | None:
    """Give the column of things that are places, else of things that happened at places."""

    def score(column: int) -> tuple[int, int, int]:
        cells = [cell.value for row in subject.answer.rows if isinstance(cell := row[column], NamedNode)]
        known = [(cell, spot) for cell in cells for spot in subject.spots.get(cell, ()) if spot.latitude is not None]
        return sum(cell == spot.place for cell, spot in known), len(known), -column

    best = max(range(len(subject.answer.variables)), key=score, default=None)
    return best if best is not None and score(best)[1] else None


def draw(subject: Subject) -> Body:
    """Draw the map of an answer."""
    column = column_of(subject)
    land, height = outlines()
    canvas = Canvas(zoom=True)
    canvas.paths([{"d": f"M-{BODY},-{BODY}H{2 * BODY}V{2 * BODY}H-{BODY}Z", "fill": WATER}])
    canvas.paths([{"d": land["neighbours"], "fill": ABROAD, "stroke": "#d5d9dd", "thick": 0.8}])
    canvas.paths([{"d": land["country"], "fill": LAND, "stroke": BORDER, "thick": 1.4}])
    canvas.paths([{"d": land["lakes"], "fill": WATER, "stroke": "#b9ccd8", "thick": 0.6}])
    canvas.paths([{"d": land["regions"], "stroke": REGION, "thick": 1}])
    marks, outside, unknown = found(subject, column or 0, height)
    several = any(len(mark.rows) > 1 for mark in marks)
    drawn(subject, canvas, marks, height)
    body = Body(height=height, canvas=canvas, drawn=len({row for mark in marks for row in mark.rows}))
    body.legend = legend(subject, marks, several=several)
    for word, names in (("outside", outside), ("no point", unknown)):
        if names:
            body.notes.append(f"{say(word, subject.lang)}: {', '.join(sorted(names))}.")
    body.notes.append(say("borders", subject.lang))
    lines = [f"{mark.spot.name}: {len(mark.rows)}" for mark in marks]
    body.about = f"{say('map', subject.lang)}: {'; '.join(lines)}"
    return body


def found(subject: Subject, column: int, height: float) -> tuple[list[Mark], set[str], set[str]]:
    """Give the marks on the map; the names of the places outside it; the names of those that have no coordinates."""
    marks: dict[str, Mark] = {}
    outside, unknown = set(), set()
    for number, row in enumerate(subject.answer.rows):
        cell = row[column]
        for spot in subject.spots.get(cell.value, ()) if isinstance(cell, NamedNode) else ():
            if spot.latitude is None or spot.longitude is None:
                unknown.add(spot.name)
                continue
            x, y = on_paper(spot.longitude, spot.latitude)
            if 8 < x < BODY - 8 and 8 < y < height - 8:
                marks.setdefault(spot.place, Mark(spot, (x, y))).rows.append(number)
            else:
                outside.add(spot.name)
    return sorted(marks.values(), key=lambda mark: (-len(mark.rows), mark.spot.area, mark.spot.name)), outside, unknown


def legend(subject: Subject, marks: Sequence[Mark], *, several: bool) -> list[Key]:
    """Tell what the two shapes and the sizes mean, as far as they are there."""
    keys = []
    if any(not mark.spot.area for mark in marks):
        keys.append(Key(say("spot", subject.lang), COLOURS[1]))
    if any(mark.spot.area for mark in marks):
        keys.append(Key(say("area", subject.lang), COLOURS[0], "square", filled=False))
    if several:
        keys.append(Key(say("size", subject.lang), QUIET, filled=False))
    return keys


def named(subject: Subject, marks: Sequence[Mark], wide: Sequence[float]) -> list[Label]:
    """Give the name of each mark, how many rows it stands for, and the numbers of their sources."""
    ruler = subject.ruler
    counted = any(len(mark.rows) > 1 for mark in marks)
    labels = []
    for mark, size in zip(marks, wide, strict=True):
        name = f"{mark.spot.name} · {len(mark.rows)}" if counted else mark.spot.name
        told = [(name, INK, 12)]
        if subject.sources.listed and len(marks) <= MOST_MARKED and (cited := subject.sources.of(mark.rows)):
            told.append((ruler.short(cited, 120), QUIET, SMALL))
        room = max(ruler.width(text, size_of) for text, _, size_of in told)
        labels.append(Label(mark.at, size, room, 15 * len(told), told))
    return labels


def drawn(subject: Subject, canvas: Canvas, marks: Sequence[Mark], height: float) -> None:
    """Draw marks, names beside them, and a thin line where a name had to move away."""
    wide = [7 + 3 * sqrt(len(mark.rows) - 1) for mark in marks]
    labels = named(subject, marks, wide)
    boxes = placed(labels, BODY, height)
    lines, words, signs, paper = [], [], [], []
    for mark, label, box, size in zip(marks, labels, boxes, wide, strict=True):
        x, y = mark.at
        tip = subject.tip(mark.rows, mark.spot.name)
        if box.far:
            end_x, end_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
            lines.append({"x": x, "y": y, "x2": x, "y2": y, "px2": end_x - x, "py2": end_y - y, "colour": FAINT})
        paper.append(
            {
                "x": x,
                "x2": x,
                "y": y,
                "px": box.left - x - 2,
                "px2": box.right - x,
                "py": box.top - y,
                "high": label.height,
                "fill": LAND,
                "clear": 0.72,
            }
        )
        for n, (text, colour, size_of) in enumerate(label.lines):
            words.append(
                {
                    "x": x,
                    "y": y,
                    "px": box.left - x,
                    "py": box.top + 15 * n + 7.5 - y,
                    "text": text,
                    "colour": colour,
                    "size": size_of,
                }
            )
        area, colour = (size * 2) ** 2 * (pi / 4), COLOURS[0] if mark.spot.area else COLOURS[1]
        signs.append(
            {
                "x": x,
                "y": y,
                "shape": "square" if mark.spot.area else "circle",
                "area": area,
                "colour": colour,
                "hollow": mark.spot.area,
                "tip": tip,
                "row": mark.rows[0],
            }
        )
    canvas.rules(lines)
    canvas.boxes(paper, round_by=3)
    canvas.symbols(sorted(signs, key=lambda sign: -sign["area"]))
    canvas.texts(words)


@lru_cache(maxsize=1)
def borders() -> dict[str, Any]:
    """Give the outlines as they were derived from Natural Earth, in degrees."""
    text = (files("kzkg.pictures") / "borders.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


@lru_cache(maxsize=1)
def sheet() -> tuple[float, float, float, float]:
    """Scale, left, top and height of the map: the country fills the width of the picture."""
    points = [conic(x, y) for ring in borders()["country"] for x, y in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    size = (BODY - 2 * SPACE) / (right - left)
    return size, SPACE - left * size, SPACE - top * size, (bottom - top) * size + 2 * SPACE


def conic(longitude: float, latitude: float) -> Point:
    """Give the equal-area conic projection of Albers; down is south."""
    n = (sin(radians(SOUTH)) + sin(radians(NORTH))) / 2
    c = cos(radians(SOUTH)) ** 2 + 2 * n * sin(radians(SOUTH))
    far = sqrt(max(c - 2 * n * sin(radians(latitude)), 0)) / n
    angle = n * radians(longitude - MIDDLE)
    return far * sin(angle), far * cos(angle)


def on_paper(longitude: float, latitude: float) -> Point:
    """Give a place in the pixels of the map."""
    size, left, top, _ = sheet()
    x, y = conic(longitude, latitude)
    return round(x * size + left, 1), round(y * size + top, 1)


@lru_cache(maxsize=1)
def outlines() -> tuple[dict[str, str], float]:
    """Give the outlines as paths, and the height of the map."""
    height = sheet()[3]
    land = borders()
    return {
        name: "".join(path(ring, closed=name != "regions") for ring in land[name])
        for name in ("country", "neighbours", "regions", "lakes")
    }, round(height, 1)


def path(ring: Iterable[Sequence[float]], *, closed: bool) -> str:
    """Give a line or a ring as a path."""
    points = [on_paper(x, y) for x, y in ring]
    return "M" + "L".join(f"{x},{y}" for x, y in points) + ("Z" if closed else "")
