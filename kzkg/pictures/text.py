"""How wide words are in a picture, where a line breaks, and how a list of numbers is told in short."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FONT = "Roboto, Arial, Liberation Sans, Helvetica, sans-serif"
"""The first comes as a package and has the Kazakh letters; a reader without it has one of the others."""
LARGE = 100
LETTERS = "".join(map(chr, [*range(32, 127), *range(0x0401, 0x0452)])) + "«»–—…„“”’№ӘәҒғҚқҢңӨөҰұҮүҺһІі·"
"""Measured together the first time, as each call costs some milliseconds."""
ROOM = 1.05
"""By so much a text may be wider in another font of the list; bold texts stand alone on their lines."""


@lru_cache(maxsize=1)
def lettering() -> None:
    """Make the font known to the library, so that a picture does not depend on the fonts of the machine."""
    import vl_convert

    found = find_spec("font_roboto")
    for folder in (found.submodule_search_locations or []) if found else []:
        vl_convert.register_font_directory(str(Path(folder) / "files"))


class Ruler:
    """Knows the width of letters, as the library that draws the picture measures them."""

    def __init__(self) -> None:
        self._widths: dict[tuple[str, bool], float] = {}
        lettering()

    def width(self, text: str, size: float = 12, *, bold: bool = False) -> float:
        """Give the width of a text in pixels, a little more rather than less."""
        unknown = {letter for letter in text if (letter, bold) not in self._widths}
        if unknown.intersection(LETTERS):
            self._widths |= {(letter, bold): wide for letter, wide in usual(bold=bold).items()}
            unknown.difference_update(LETTERS)
        if unknown:
            self._widths |= {(letter, bold): wide for letter, wide in letters(sorted(unknown), bold=bold).items()}
        return sum(self._widths[letter, bold] for letter in text) * size / LARGE * ROOM

    def wrapped(self, text: str, room: float, size: float = 12, *, bold: bool = False, most: int = 99) -> list[str]:
        """Give the text in lines that fit into the room; what does not fit into so many lines ends in an ellipsis."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(self.cut(word, room, size, bold=bold))
        if len(lines) > most:
            rest = " ".join([lines[most - 1], *text.split()[len(" ".join(lines[:most]).split()) :]])
            lines = [*lines[: most - 1], self.cut(rest, room, size, bold=bold)]
        return lines or [""]

    def cut(self, text: str, room: float, size: float = 12, *, bold: bool = False) -> str:
        """Give the text on one line, with an ellipsis where it is too long."""
        if self.width(text, size, bold=bold) <= room:
            return text
        while text and self.width(text + "…", size, bold=bold) > room:
            text = text[:-1]
        return text.rstrip(" ,;:(–") + "…"

    def short(self, marks: str, room: float, size: float = 11) -> str:
        """Numbers in brackets, with the last ones left out where there are too many."""
        shown = marks
        while self.width(shown, size) > room and "," in marks:
            marks = marks.rpartition(",")[0]
            shown = f"{marks}, …]"
        return shown


@lru_cache(maxsize=2)
def usual(*, bold: bool) -> dict[str, float]:
    """Measure the letters that nearly every picture has."""
    return letters(LETTERS, bold=bold)


def letters(wanted: Sequence[str], *, bold: bool) -> dict[str, float]:
    """Measure letters one by one; each stands between two others, as a space at an end has no width of its own."""
    *framed, frame = measured([*(f"n{letter}n" for letter in wanted), "nn"], bold=bold)
    return {letter: max(width - frame, 0.0) for letter, width in zip(wanted, framed, strict=True)}


def measured(texts: Sequence[str], *, bold: bool = False) -> list[float]:
    """Give the widths of these texts at a large size: they are drawn, and a box round each tells its bounds."""
    import vl_convert

    style = {
        "font": {"value": FONT},
        "fontSize": {"value": LARGE},
        "fontWeight": {"value": "bold" if bold else "normal"},
    }
    scene = vl_convert.vega_to_scenegraph(
        {
            "width": 1,
            "height": 1,
            "data": [{"name": "texts", "values": [{"text": text} for text in texts]}],
            "marks": [
                {
                    "type": "text",
                    "name": "drawn",
                    "from": {"data": "texts"},
                    "encode": {"enter": {"text": {"field": "text"}, **style}},
                },
                {
                    "type": "rect",
                    "from": {"data": "drawn"},
                    "encode": {"enter": {"x": {"field": "bounds.x1"}, "x2": {"field": "bounds.x2"}}},
                },
            ],
        }
    )
    root = scene["scenegraph"]["items"][0]
    return [float(box.get("width", 0)) for box in root["items"][1]["items"]]


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in short: 1, 2, 3 and 7 are `[1–3, 7]`; none are nothing."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in runs]
    return f"[{', '.join(told)}]" if told else ""
