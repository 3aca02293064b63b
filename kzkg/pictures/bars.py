"""Counts as bars: the numbers of an answer, or how many of its rows there are of each kind or year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kzkg.errors import RequestError
from kzkg.pictures.theme import BODY, COLOURS, FAINT, INK, QUIET, SMALL, Body, Canvas
from kzkg.pictures.words import heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.pictures.caption import Subject

MOST = 40
PANELS = 3
NAME_ROOM, MARKS_ROOM, LINE, BAR = 330, 150, 15, 16


@dataclass(slots=True)
class Bar:
    """One name with its numbers, and the rows that say so."""

    name: str
    aside: str
    values: list[float]
    rows: list[int]


def fits(subject: Subject) -> None:
    """Refuse an answer without anything to count or to name a bar by."""
    columns = subject.columns
    if not columns.things and columns.start is None and not named_by_text(subject):
        raise RequestError("bars need a column of things, of days or of words to count by")


def named_by_text(subject: Subject) -> int | None:
    """Give the first column of plain words, where an answer has no things."""
    columns = subject.columns
    left = [c for c in range(len(subject.answer.variables)) if c not in columns.counts and c not in columns.days]
    return left[0] if left else None


def draw(subject: Subject) -> Body:
    """Draw the bars of an answer: upright for years, else lying with their names before them."""
    columns = subject.columns
    by_year = columns.years and (columns.counts or not columns.things)
    if columns.counts:
        measures = [heading(subject.answer.variables[column], subject.lang) for column in columns.counts[:PANELS]]
        found = counted_years(subject) if by_year else numbers(subject)
    else:
        measures = [say("counted", subject.lang)]
        by_year = columns.kind(columns.label) is None and not columns.kinds and columns.start is not None
        found = years(subject) if by_year else tallies(subject)
    body = upright(subject, found, measures) if by_year else lying(subject, found, measures)
    body.about = told(subject, found, measures)
    return body


def numbers(subject: Subject) -> list[Bar]:
    """One bar for each row, the largest first."""
    columns = subject.columns
    names = columns.things or [named_by_text(subject) or 0]
    label = max(names, key=lambda column: (columns.distinct(column), -column))
    found = []
    for number in range(len(subject.answer.rows)):
        aside = ", ".join(columns.name(number, column) for column in names if column != label)
        values = [amount(subject, number, column) for column in columns.counts[:PANELS]]
        found.append(Bar(columns.name(number, label), aside, values, [number]))
    return sorted(found, key=lambda bar: (-bar.values[0], bar.name))


def amount(subject: Subject, number: int, column: int) -> float:
    """Give a number of a row; none is nothing."""
    return float(subject.answer.plain(subject.answer.rows[number][column]) or 0)


def tallies(subject: Subject) -> list[Bar]:
    """How many rows there are of each value of the column that tells kinds apart."""
    columns = subject.columns
    kind = columns.kind(columns.label)
    column = kind if kind is not None else columns.label if columns.label is not None else named_by_text(subject)
    groups: dict[str, list[int]] = defaultdict(list)
    for number in range(len(subject.answer.rows)):
        groups[columns.name(number, column) or say("none", subject.lang)].append(number)
    found = [Bar(name, "", [float(len(rows))], rows) for name, rows in groups.items()]
    return sorted(found, key=lambda bar: (-bar.values[0], bar.name))


def years(subject: Subject) -> list[Bar]:
    """How many rows there are of each year; a year without any is a gap that can be seen."""
    columns, groups = subject.columns, defaultdict[int, list[int]](list)
    for number in range(len(subject.answer.rows)):
        span = columns.span(number, columns.start) if columns.start is not None else None
        if span:
            groups[int(span.first[:4])].append(number)
    return [Bar(str(year), "", [float(len(groups[year]))], groups[year]) for year in whole(groups)]


def counted_years(subject: Subject) -> list[Bar]:
    """Give the numbers of each year."""
    columns, found = subject.columns, dict[int, Bar]()
    for number in range(len(subject.answer.rows)):
        text = columns.name(number, columns.years[0])
        if text:
            values = [amount(subject, number, column) for column in columns.counts[:PANELS]]
            found[int(text)] = Bar(text, "", values, [number])
    empty = [0.0] * len(columns.counts[:PANELS])
    return [found.get(year, Bar(str(year), "", empty, [])) for year in whole(found)]


def whole(found: dict[int, object] | dict[int, list[int]] | dict[int, Bar]) -> range:
    """All years from the first to the last."""
    return range(min(found), max(found) + 1) if found else range(0)


def lying(subject: Subject, found: Sequence[Bar], measures: Sequence[str]) -> Body:
    """Names on the left; for each measure a panel in which the bars begin at nought and end in their number."""
    ruler, canvas, drawn = subject.ruler, Canvas(), found[:MOST]
    names = [ruler.wrapped(bar.name, NAME_ROOM, most=2) for bar in drawn]
    asides = [ruler.cut(bar.aside, NAME_ROOM, SMALL) if bar.aside else "" for bar in drawn]
    room = max(
        [*(ruler.width(line) for lines in names for line in lines), *(ruler.width(a, SMALL) for a in asides), 60]
    )
    marks = [subject.sources.of(bar.rows) if subject.sources.listed else "" for bar in drawn]
    right = min(max((ruler.width(mark, SMALL) for mark in marks), default=0), MARKS_ROOM)
    panel = (BODY - room - 14 - right - 28 * len(measures)) / len(measures)
    lefts = [room + 14 + n * (panel + 28) for n in range(len(measures))]
    most = [max([bar.values[n] for bar in drawn] or [0]) or 1 for n in range(len(measures))]
    for left, measure in zip(lefts, measures, strict=True):
        canvas.texts([{"x": left, "y": 8, "text": measure, "colour": QUIET}])
    y, words, bars, ends = 24.0, [], [], []
    for bar, lines, aside, mark in zip(drawn, names, asides, marks, strict=True):
        told = [*((line, INK, 12) for line in lines), *([(aside, QUIET, SMALL)] if aside else [])]
        high = max(LINE * len(told), BAR) + 8
        middle, first = y + high / 2, y + high / 2 - LINE * (len(told) - 1) / 2
        words += [
            {"x": room, "y": first + LINE * n, "text": t, "colour": c, "size": s, "align": "right"}
            for n, (t, c, s) in enumerate(told)
        ]
        words.append(
            {"x": BODY, "y": middle, "text": ruler.short(mark, right), "colour": FAINT, "size": SMALL, "align": "right"}
        )
        tip = subject.tip(bar.rows, bar.name)
        for n, left in enumerate(lefts):
            number = f"{bar.values[n]:g}"
            space = panel - ruler.width(f"{most[n]:g}") - 6
            end = left + max(bar.values[n] / most[n] * space, 1)
            bars.append(
                {
                    "x": left,
                    "x2": end,
                    "y": middle - BAR / 2,
                    "high": BAR,
                    "fill": COLOURS[0],
                    "tip": tip,
                    "row": bar.rows[0] if bar.rows else None,
                }
            )
            ends.append({"x": end + 5, "y": middle, "text": number, "colour": INK})
        y += high
    canvas.rules([{"x": left - 0.5, "y": 22, "x2": left - 0.5, "y2": y, "colour": FAINT} for left in lefts])
    canvas.texts(words)
    canvas.boxes(bars)
    canvas.texts(ends)
    body = Body(height=y + 6, canvas=canvas, drawn=sum(len(bar.rows) for bar in drawn))
    if len(found) > MOST:
        body.notes.append(f"{MOST} / {len(found)}: {say('largest', subject.lang)}")
    return body


def upright(subject: Subject, found: Sequence[Bar], measures: Sequence[str]) -> Body:
    """Draw a column for each year, its number above it, one panel below the other."""
    ruler, canvas, high, gap = subject.ruler, Canvas(), 170.0, 60.0
    wide = BODY / max(len(found), 1)
    bars, ends, ticks = [], [], []
    for n, measure in enumerate(measures):
        base = n * (high + gap + 24) + gap + high
        most = max([bar.values[n] for bar in found] or [0]) or 1
        canvas.texts([{"x": 0, "y": base - high - gap + 20, "text": measure, "colour": QUIET}])
        canvas.rules([{"x": 0, "y": base + 0.5, "x2": BODY, "y2": base + 0.5, "colour": FAINT}])
        each = wide >= ruler.width(f"{most:g}", SMALL) + 4
        for place, bar in enumerate(found):
            middle, value = (place + 0.5) * wide, bar.values[n]
            top = base - value / most * (high - 4)
            if value:
                half = min(wide * 0.36, 22)
                bars.append(
                    {
                        "x": middle - half,
                        "x2": middle + half,
                        "y": top,
                        "high": base - top,
                        "fill": COLOURS[0],
                        "tip": subject.tip(bar.rows, bar.name),
                        "row": bar.rows[0],
                    }
                )
                if each or value == most:
                    ends.append(
                        {
                            "x": middle,
                            "y": top - 9,
                            "text": f"{value:g}",
                            "align": "center",
                            "size": SMALL,
                            "colour": INK,
                        }
                    )
        step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if wide * each >= 36)
        chosen = [(place, bar) for place, bar in enumerate(found) if int(bar.name) % step == 0]
        ticks += [
            {
                "x": (place + 0.5) * wide,
                "y": base + 14,
                "text": bar.name,
                "align": "center",
                "size": SMALL,
                "colour": QUIET,
            }
            for place, bar in chosen
        ]
    canvas.boxes(bars)
    canvas.texts(ends)
    canvas.texts(ticks)
    height = len(measures) * (high + gap + 24)
    return Body(height=height, canvas=canvas, drawn=sum(len(bar.rows) for bar in found))


def told(subject: Subject, found: Sequence[Bar], measures: Sequence[str]) -> str:
    """Give the bars in words."""
    lines = [
        f"{bar.name}{f' ({bar.aside})' if bar.aside else ''} " + ", ".join(f"{value:g}" for value in bar.values)
        for bar in found[:40]
        if bar.rows
    ]
    return f"{say('bars', subject.lang)}, {', '.join(measures)}: {'; '.join(lines)}"
