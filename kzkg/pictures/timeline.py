"""Rows with a day as a timeline: one line each with its name, or, when there are many, one sign each above its year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzkg.errors import RequestError
from kzkg.pictures.piles import piled
from kzkg.pictures.theme import BODY, FAINT, HAIR, INK, QUIET, SMALL, Body, Canvas, Key, keys
from kzkg.pictures.words import heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.pictures.caption import Subject
    from kzkg.pictures.columns import Span

MOST_NAMED = 110
DATE_ROOM, NAME_ROOM, LINE, GAP = 86, 380, 15, 9


@dataclass(slots=True)
class Item:
    """One mark: what happened, when, and the rows that say so."""

    span: Span
    end: str | None
    open: bool
    day: str
    name: str
    aside: str
    kind: str
    rows: list[int]


def fits(subject: Subject) -> None:
    """Refuse an answer without days."""
    if subject.columns.start is None:
        raise RequestError("a timeline needs a column of days, such as date, from or year")


def draw(subject: Subject) -> Body:
    """Draw the timeline of an answer."""
    found = items(subject)
    chosen = keys([item.kind for item in found], say("other", subject.lang))
    body = named(subject, found, chosen) if len(found) <= MOST_NAMED else piled(subject, found, chosen)
    column = subject.columns.kind(subject.columns.label)
    if column is not None and len(chosen) > 1:
        body.legend = list(dict.fromkeys(chosen.values()))
    if missing := len(subject.answer.rows) - body.drawn:
        body.notes.append(f"{say('no date', subject.lang)}: {missing}")
    body.about = told(found, subject)
    return body


def items(subject: Subject) -> list[Item]:
    """Give the marks in the order of time; rows that tell the same of the same day are one."""
    columns, end = subject.columns, subject.columns.end
    label, start = columns.label, columns.start
    kind = columns.kind(label)
    others = [column for column in columns.things if column not in {label, kind}]
    found: dict[tuple[str, ...], Item] = {}
    for number in range(len(subject.answer.rows)):
        span = columns.span(number, start) if start is not None else None
        if span is None:
            continue
        until = columns.span(number, end) if end is not None else None
        name = columns.name(number, label) or subject.row(number)
        sort = columns.name(number, kind) or (say("none", subject.lang) if kind is not None else "")
        aside = [subject.rank(number)] + [columns.name(number, column) for column in others]
        day = columns.name(number, start)
        key = (span.first, span.last, until.first if until else "", name, sort)
        item = found.setdefault(
            key, Item(span, until.first if until else None, end is not None and until is None, day, name, "", sort, [])
        )
        item.rows.append(number)
        item.aside = ", ".join(dict.fromkeys(part for part in [*item.aside.split(", "), *aside] if part))
    return sorted(found.values(), key=lambda item: (item.span.first, item.span.last, item.rows))


def named(subject: Subject, found: Sequence[Item], chosen: dict[str, Key]) -> Body:
    """One line for each mark: day, name, the mark on the scale of time, the numbers of its sources."""
    ruler, canvas = subject.ruler, Canvas()
    marks = [subject.sources.of(item.rows) if subject.sources.listed else "" for item in found]
    right = min(max((ruler.width(mark, SMALL) for mark in marks), default=0), 150)
    names = [ruler.wrapped(item.name, NAME_ROOM, most=2) for item in found]
    asides = [ruler.width(item.aside, SMALL) for item in found]
    name_room = min(max([*(ruler.width(line) for lines in names for line in lines), *asides]), NAME_ROOM)
    left, edge = DATE_ROOM + name_room + 22, BODY - right - (16 if right else 6)
    y, tops, day = 26.0, [], ""
    for item, lines, mark in zip(found, names, marks, strict=True):
        aside = ruler.cut(item.aside, name_room, SMALL) if item.aside else ""
        whole = [*((line, INK, 12) for line in lines), *([(aside, QUIET, SMALL)] if aside else [])]
        high = LINE * len(whole) + GAP
        middle = y + high / 2
        first = middle - LINE * (len(whole) - 1) / 2
        canvas.texts(
            [
                {"x": DATE_ROOM, "y": first + LINE * n, "text": text, "colour": colour, "size": size}
                for n, (text, colour, size) in enumerate(whole)
            ]
        )
        if item.day != day:
            canvas.texts([{"x": 0, "y": first, "text": ruler.cut(item.day, DATE_ROOM - 8), "colour": QUIET}])
            canvas.rules([{"x": 0, "y": y, "x2": BODY, "y2": y, "colour": HAIR}])
        if mark:
            canvas.texts(
                [
                    {
                        "x": BODY,
                        "y": middle,
                        "text": ruler.short(mark, right),
                        "colour": FAINT,
                        "size": SMALL,
                        "align": "right",
                    }
                ]
            )
        tops.append(middle)
        y, day = y + high, item.day
    scale(canvas, found, left, edge)
    strokes(canvas, subject, found, tops, chosen)
    body = Body(height=y + 24, canvas=canvas, drawn=sum(len(item.rows) for item in found))
    if any(item.span.inexact for item in found):
        body.notes.append(say("inexact", subject.lang))
    if any(item.open for item in found):
        body.notes.append(say("open", subject.lang))
    return body


def strokes(
    canvas: Canvas, subject: Subject, found: Sequence[Item], tops: Sequence[float], chosen: dict[str, Key]
) -> None:
    """Draw the marks themselves, and bars for what lasts or is not known to the day."""
    bars, ends, signs = [], [], []
    last = max(item.end or item.span.last for item in found)
    for item, y in zip(found, tops, strict=True):
        key = chosen[item.kind]
        tip = subject.tip(item.rows, item.name)
        if item.span.inexact:
            bars.append(
                {
                    "x": clock(item.span.first),
                    "x2": clock(item.span.last, whole=True),
                    "y": y - 5,
                    "high": 10,
                    "fill": pale(key.colour),
                    "tip": tip,
                    "row": item.rows[0],
                }
            )
        if item.end or item.open:
            bars.append(
                {
                    "x": clock(item.span.first),
                    "x2": clock(item.end or last),
                    "y": y - 2,
                    "high": 4,
                    "fill": key.colour,
                    "tip": tip,
                    "row": item.rows[0],
                }
            )
        if item.open:
            ends.append(
                {"x": clock(last), "y": y, "px": 2, "shape": "triangle-right", "colour": key.colour, "area": 60}
            )
        middle = (clock(item.span.first) + clock(item.span.last, whole=item.span.inexact)) / 2
        signs.append(
            {
                "x": middle if not item.end and not item.open else clock(item.span.first),
                "y": y,
                "shape": key.shape,
                "colour": key.colour,
                "hollow": not key.filled,
                "area": 90,
                "tip": tip,
                "row": item.rows[0],
            }
        )
    canvas.boxes(bars, scaled="x", round_by=2)
    canvas.symbols(ends, scaled="x")
    canvas.symbols(signs, scaled="x")


def pale(colour: str) -> str:
    """Give the same colour, three quarters on the way to paper."""
    return "#" + "".join(f"{255 - (255 - int(colour[n : n + 2], 16)) // 4:02x}" for n in (1, 3, 5))


def clock(day: str, *, whole: bool = False) -> int:
    """Give a day in milliseconds, as the library counts time; its end where the whole day is meant."""
    moment = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) + dt.timedelta(days=int(whole))
    return int(moment.timestamp()) * 1000


def moment(milliseconds: int) -> dt.datetime:
    """Give the time that the library means by a number."""
    return dt.datetime.fromtimestamp(milliseconds / 1000 - 1, dt.UTC)


def scale(canvas: Canvas, found: Sequence[Item], left: float, right: float) -> None:
    """Draw the scale of time with its years, or months where the whole is short, above and below."""
    low = clock(min(item.span.first for item in found))
    high = clock(max(item.end or item.span.last for item in found), whole=True)
    days = max((high - low) / 86_400_000, 2)
    years = days / 365
    room = max(int((right - left) / 52), 2)
    if years > 2.5:
        step = next((each for each in (1, 2, 5, 10, 20, 50) if years / each <= room), 100)
        unit, pattern = {"interval": "year", "step": step}, "%Y"
    elif days > 75:
        step = next((each for each in (1, 2, 3, 6) if days / 30 / each <= room), 12)
        unit, pattern = {"interval": "month", "step": step}, "%Y-%m"
    else:
        step = next((each for each in (1, 2, 7, 14) if days / each <= room / 1.5), 28)
        unit, pattern = {"interval": "day", "step": step}, "%m-%d"
    if years > 2.5:
        low, high = clock(f"{moment(low):%Y}-01-01"), clock(f"{moment(high):%Y}-12-31", whole=True)
    spare = int(days * 0.015 * 86_400_000) + 1
    canvas.scales.append({"name": "x", "type": "utc", "domain": [low - spare, high + spare], "range": [left, right]})
    axis: dict[str, Any] = {"scale": "x", "tickCount": unit, "format": pattern, "formatType": "utc", "domain": False}
    axis |= {"labelOverlap": True, "labelFontSize": SMALL, "ticks": False}
    canvas.axes += [
        {**axis, "orient": "bottom", "grid": True, "offset": -24},
        {**axis, "orient": "top", "offset": -20},
    ]


def told(found: Sequence[Item], subject: Subject) -> str:
    """Give the timeline in words."""
    lines = [f"{item.day}: {item.name}" + (f" ({item.kind})" if item.kind else "") for item in found[:40]]
    column = subject.columns.start
    start = heading(subject.answer.variables[column], subject.lang) if column is not None else ""
    more = f"; … +{len(found) - 40}" if len(found) > 40 else ""
    return f"{say('timeline', subject.lang)}, {start}: " + "; ".join(lines) + more
