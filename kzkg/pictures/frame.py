"""The page round a picture: title, legend, the picture itself, notes, and the numbered sources as its caption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzkg.pictures.text import FONT
from kzkg.pictures.theme import FAINT, HAIR, INK, LARGE, MARGIN, PAPER, QUIET, SMALL, Body, Canvas
from kzkg.pictures.words import say

if TYPE_CHECKING:
    from kzkg.pictures.caption import Subject

LEADING = 15
CONFIG = {
    "aria": False,  # The picture as a whole says what it is; its single marks would be read out as noise.
    "axis": {"labelFont": FONT, "labelColor": QUIET, "gridColor": HAIR, "tickColor": FAINT, "domainColor": FAINT},
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be drawn, and what it is called."""

    spec: dict[str, Any]
    title: str
    about: str
    zoom: bool = False


def framed(subject: Subject, body: Body, *, alone: bool = True) -> Picture:
    """Give the whole picture; in a page, where it is not alone, title and sources stand outside it."""
    canvas = Canvas("page")
    width = body.width + 2 * MARGIN
    y = titled(subject, body, canvas) if alone else 10.0
    y = keyed(subject, body, canvas, y)
    top, y = y, y + body.height + 14
    y = noted(subject, body, canvas, y)
    y = sourced(subject, body, canvas, y) if alone else y
    group = {
        "type": "group",
        "name": "body",
        "encode": {
            "update": {
                "x": {"value": MARGIN},
                "y": {"value": top},
                "width": {"value": body.width},
                "height": {"value": body.height},
                "clip": {"value": body.canvas.zoom},
            }
        },
        # Grid lines are as long as the signal of that name, which is otherwise that of the whole picture.
        "signals": [{"name": "height", "value": body.height}, {"name": "width", "value": body.width}],
        "scales": body.canvas.scales,
        "axes": body.canvas.axes,
        "data": body.canvas.data,
        "marks": body.canvas.marks,
    }
    spec = {
        "width": width,
        "height": round(y + MARGIN - 8),
        "padding": 0,
        "autosize": "none",
        "background": PAPER,
        "config": CONFIG,
        "signals": body.canvas.signals,
        "data": canvas.data,
        "marks": [*canvas.marks, group],
    }
    return Picture(spec, subject.answer.title, f"{subtitle(subject, body)}. {body.about}", body.canvas.zoom)


def subtitle(subject: Subject, body: Body) -> str:
    """How much is shown, and from which state of the graph."""
    parts = [f"{say('rows', subject.lang)}: {body.drawn}"]
    if subject.known_by:
        parts.append(f"{say('known by', subject.lang)} {subject.known_by}")
    if subject.everything:
        parts.append(say("all claims", subject.lang))
    return " · ".join(parts)


def titled(subject: Subject, body: Body, canvas: Canvas) -> float:
    """Title and size; gives where they end."""
    y = float(MARGIN) + 8
    for line in subject.ruler.wrapped(subject.answer.title or "", body.width, LARGE, bold=True):
        canvas.texts([{"x": MARGIN, "y": y, "text": line, "size": LARGE}], bold=True)
        y += 25
    canvas.texts([{"x": MARGIN, "y": y, "text": subtitle(subject, body), "colour": QUIET}])
    return y + 26


def keyed(subject: Subject, body: Body, canvas: Canvas, y: float) -> float:
    """Draw the legend, and give where the picture begins."""
    x = float(MARGIN)
    for key in body.legend:
        text = subject.ruler.cut(key.text, body.width - 40)
        sign = 31 if key.shape == "line" else 18
        wide = sign + subject.ruler.width(text)
        if x > MARGIN and x + wide > MARGIN + body.width:
            x, y = float(MARGIN), y + 21
        if key.shape == "line":
            canvas.paths(
                [{"d": f"M{x:.1f},{y:.1f}h24", "stroke": key.colour, "thick": 2, "dash": list(key.dash or ())}]
            )
        else:
            canvas.symbols(
                [{"x": x + 6, "y": y, "shape": key.shape, "colour": key.colour, "hollow": not key.filled, "area": 90}]
            )
        canvas.texts([{"x": x + sign, "y": y, "text": text, "colour": INK}])
        x += wide + 22
    return y + (24 if body.legend else 0)


def noted(subject: Subject, body: Body, canvas: Canvas, y: float) -> float:
    """Tell what was left out or needs a word, and give where it ends."""
    for note in body.notes:
        for line in subject.ruler.wrapped(note[:1].upper() + note[1:], body.width, SMALL):
            canvas.texts([{"x": MARGIN, "y": y, "text": line, "size": SMALL, "colour": QUIET}])
            y += LEADING
    return y


def sourced(subject: Subject, body: Body, canvas: Canvas, y: float) -> float:
    """Draw the sources, and give where they end."""
    documents = subject.sources.documents
    if not documents:
        return y
    y += 12
    canvas.rules([{"x": MARGIN, "y": y - 6, "x2": MARGIN + body.width, "y2": y - 6, "colour": HAIR}])
    y += 12
    if not subject.sources.listed:
        text = f"{say('sources', subject.lang)}: {len(documents)} {say('more sources', subject.lang)}"
        canvas.texts([{"x": MARGIN, "y": y, "text": text, "size": SMALL, "colour": QUIET}])
        return y + LEADING
    canvas.texts([{"x": MARGIN, "y": y, "text": say("sources", subject.lang), "colour": INK}], bold=True)
    return listed(subject, body, canvas, y + 20)


def listed(subject: Subject, body: Body, canvas: Canvas, y: float) -> float:
    """Give the numbered documents in two columns of about the same length."""
    ruler, gutter, number_room = subject.ruler, 28, 30
    room = (body.width - gutter) / 2 - number_room
    blocks = [ruler.wrapped(document.line, room, SMALL) for document in subject.sources.documents]
    total, lines, split = sum(map(len, blocks)), 0, 0
    while split < len(blocks) and lines < total / 2:
        lines += len(blocks[split])
        split += 1
    items, lowest = [], y
    for column, part in enumerate((range(split), range(split, len(blocks)))):
        x, line_y = MARGIN + column * (room + number_room + gutter), y
        for number in part:
            items.append(
                {
                    "x": x + number_room - 8,
                    "y": line_y,
                    "text": str(number + 1),
                    "align": "right",
                    "size": SMALL,
                    "colour": FAINT,
                }
            )
            for line in blocks[number]:
                items.append({"x": x + number_room, "y": line_y, "text": line, "size": SMALL, "colour": QUIET})
                line_y += LEADING
            line_y += 2
        lowest = max(lowest, line_y)
    canvas.texts(items)
    return lowest
