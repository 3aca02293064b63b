"""Rows as a Markdown table, their sources as footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout

SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def escaped(text: str) -> str:
    """Give the text with nothing in it that Markdown would read as markup or as the end of the cell."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def md(answer: Answer, layout: Layout) -> Iterator[str]:
    """Give a pipe table; with citations each row ends in footnote marks and the notes stand below."""
    columns = [variable.replace("_", " ") for variable in answer.variables]
    columns += ["rank"] if answer.ranks is not None else []
    columns += ["sources"] if layout.cite else []
    yield line(columns)
    yield "|" + " --- |" * len(columns) + "\n"
    sources, marks = answer.numbered()
    for number, row in enumerate(answer.rows):
        cells = [escaped(answer.shown(number, column)) for column in range(len(row))]
        cells += [answer.ranks[number]] if answer.ranks is not None else []
        cells += [" ".join(f"[^{mark}]" for mark in marks[number])] if layout.cite else []
        yield line(cells)
    if layout.cite:
        yield "\n" if sources else ""
        for number, citation in enumerate(sources, 1):
            address = f" <{citation.address}>" if citation.address else ""
            yield f"[^{number}]: {escaped(citation.line())}.{address}\n"


def line(cells: list[str]) -> str:
    """One row of a pipe table."""
    return f"| {' | '.join(cells)} |\n"
