"""The look that all pictures share: colours, shapes, sizes, and the marks of the drawing library in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kzkg.pictures.text import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, QUIET, FAINT, HAIR = "#1f2328", "#57606a", "#8c959f", "#e4e7eb"
PAPER = "#ffffff"
# The palette of Okabe and Ito, told apart with every common kind of colour blindness; its yellow is too pale on paper.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right")
DASHES: tuple[list[int], ...] = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [1, 4])
MOST_KEYS = 12
OTHER = ("#9aa3ad", "circle")
WIDTH = 960
MARGIN = 28
BODY = WIDTH - 2 * MARGIN
SIZE, SMALL, LARGE = 12, 11, 19


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend."""

    text: str
    colour: str = INK
    shape: str = "circle"
    dash: tuple[int, ...] | None = None
    """A line in this pattern instead of a symbol."""
    filled: bool = True


@dataclass(slots=True)
class Body:
    """The middle of a picture, between its title and its caption."""

    height: float
    canvas: Canvas
    width: float = BODY
    legend: Sequence[Key] = ()
    notes: list[str] = field(default_factory=list)
    drawn: int = 0
    """How many rows are in the picture."""
    about: str = ""
    """A sentence or two for those who cannot see it."""


class Canvas:
    """Collects marks; each is drawn over those before it."""

    def __init__(self, name: str = "body", *, zoom: bool = False) -> None:
        self.name = name
        self.zoom = zoom
        self.data: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []
        self.scales: list[dict[str, Any]] = []
        self.axes: list[dict[str, Any]] = []
        self.signals: list[dict[str, Any]] = moving() if zoom else []

    def _layer(self, kind: str, items: Sequence[dict[str, Any]], encode: dict[str, Any], *, pointed: bool) -> None:
        if not items:
            return
        name = f"{self.name}-{len(self.marks)}"
        self.data.append({"name": name, "values": [{"px": 0, "py": 0, **item} for item in items]})
        if pointed:
            encode = {**encode, "tooltip": {"field": "tip"}, "cursor": {"value": "pointer"}}
        self.marks.append(
            {
                "type": kind,
                "name": f"{name}-marks",
                "from": {"data": name},
                "interactive": pointed,
                "encode": {"update": encode},
            }
        )

    def _place(self, axis: str, *, scaled: str = "") -> dict[str, Any]:
        offset = {"offset": {"field": f"p{axis}"}}
        if axis in scaled:
            return {"scale": axis, "field": axis, **offset}
        if self.zoom:
            return {"signal": f"datum.{axis} * zoom + d{axis} + datum.p{axis}"}
        return {"field": axis, **offset}

    def texts(self, items: Sequence[dict[str, Any]], *, scaled: str = "", bold: bool = False) -> None:
        """Words: x, y, text, and where they differ from the usual size, colour, align."""
        encode = {
            "x": self._place("x", scaled=scaled),
            "y": self._place("y", scaled=scaled),
            "text": {"field": "text"},
            "font": {"value": FONT},
            "fontSize": {"signal": f"datum.size || {SIZE}"},
            "fontWeight": {"value": "bold" if bold else "normal"},
            "fill": {"signal": f"datum.colour || '{INK}'"},
            "align": {"signal": "datum.align || 'left'"},
            "baseline": {"value": "middle"},
        }
        self._layer("text", items, encode, pointed=any("tip" in item for item in items))

    def symbols(self, items: Sequence[dict[str, Any]], *, scaled: str = "") -> None:
        """Signs: x, y, colour, shape, area; hollow ones keep the paper inside."""
        encode = {
            "x": self._place("x", scaled=scaled),
            "y": self._place("y", scaled=scaled),
            "shape": {"field": "shape"},
            "size": {"signal": "datum.area || 70"},
            "fill": {"signal": f"datum.hollow ? '{PAPER}' : datum.colour"},
            "stroke": {"signal": f"datum.hollow ? datum.colour : '{PAPER}'"},
            "strokeWidth": {"signal": "datum.hollow ? 2 : 1"},
        }
        self._layer("symbol", items, encode, pointed=any("tip" in item for item in items))

    def rules(self, items: Sequence[dict[str, Any]]) -> None:
        """Straight lines: x, y, x2, y2, colour, thick."""
        encode = {
            **{axis: self._place(axis) for axis in "xy"},
            "x2": {"signal": "datum.x2 * zoom + dx + (datum.px2 || 0)"} if self.zoom else {"field": "x2"},
            "y2": {"signal": "datum.y2 * zoom + dy + (datum.py2 || 0)"} if self.zoom else {"field": "y2"},
            "stroke": {"field": "colour"},
            "strokeWidth": {"signal": "datum.thick || 1"},
        }
        self._layer("rule", items, encode, pointed=False)

    def boxes(self, items: Sequence[dict[str, Any]], *, scaled: str = "", round_by: float = 0) -> None:
        """Rectangles: x, x2, y, high, fill, and stroke where it is wanted."""
        end: dict[str, Any] = {"field": "x2", "offset": {"field": "px2"}}
        if "x" in scaled:
            end = {"scale": "x", **end}
        elif self.zoom:
            end = {"signal": "datum.x2 * zoom + dx + datum.px2"}
        encode = {
            "x": self._place("x", scaled=scaled),
            "x2": end,
            "y": self._place("y", scaled=scaled),
            "height": {"field": "high"},
            "fill": {"field": "fill"},
            "fillOpacity": {"signal": "datum.clear || 1"},
            "stroke": {"field": "stroke"},
            "strokeWidth": {"value": 1.2},
            "cornerRadius": {"value": round_by},
        }
        filled = [{"px2": 0, "stroke": None, **item} for item in items]
        self._layer("rect", filled, encode, pointed=any("tip" in item for item in items))

    def paths(self, items: Sequence[dict[str, Any]], *, opacity: str = "1") -> None:
        """Free forms: d, and fill, stroke, thick, dash where they are wanted."""
        encode: dict[str, Any] = {
            "path": {"field": "d"},
            "fill": {"field": "fill"},
            "stroke": {"field": "stroke"},
            "strokeWidth": {"signal": "datum.thick || 1"},
            "strokeDash": {"field": "dash"},
            "strokeJoin": {"value": "round"},
            "opacity": {"signal": opacity},
        }
        if self.zoom:
            moved = {"x": "dx", "y": "dy", "scaleX": "zoom", "scaleY": "zoom"}
            encode.update({name: {"signal": signal} for name, signal in moved.items()})
        filled = [{"fill": None, "stroke": None, "dash": None, **item} for item in items]
        self._layer("path", filled, encode, pointed=any("tip" in item for item in items))


def moving() -> list[dict[str, Any]]:
    """Give the signals of a picture that can be enlarged by buttons of its page, and dragged."""
    drag = "[@body:pointerdown, window:pointerup] > window:pointermove!"
    return [
        {"name": "zoom", "value": 1},
        {"name": "held", "value": [0, 0], "on": [{"events": "@body:pointerdown", "update": "[x() - dx, y() - dy]"}]},
        {"name": "dx", "value": 0, "on": [{"events": drag, "update": "x() - held[0]"}]},
        {"name": "dy", "value": 0, "on": [{"events": drag, "update": "y() - held[1]"}]},
    ]


def keys(names: Sequence[str], other: str) -> dict[str, Key]:
    """Give a sign for each name, the most frequent first; those beyond the last one share a hollow sign.

    After the last colour the palette begins again with other shapes and dashes, so no two signs are alike.
    """
    ordered = sorted(dict.fromkeys(names), key=lambda name: (-names.count(name), name))
    found = {}
    for number, name in enumerate(ordered[:MOST_KEYS]):
        turn, colour = divmod(number, len(COLOURS))
        form = (colour + 3 * turn) % len(SHAPES)
        found[name] = Key(name, COLOURS[colour], SHAPES[form], tuple(DASHES[form]))
    rest = Key(other, *OTHER, dash=(3, 3), filled=False)
    return {name: found.get(name, rest) for name in ordered}
