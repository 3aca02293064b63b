"""An answer inside a notebook: a table with names, and the sources below it; every text is escaped."""

from __future__ import annotations

from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from kzkg.formats.html import linked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer

STYLE = '"text-align:left;vertical-align:top"'
MOST = 50
"""The rows that a notebook shows; the answer itself holds all of them."""


def fragment(answer: Answer) -> str:
    """Write the answer as a piece of a page."""
    title = escape(answer.title or "Answer")
    if answer.boolean is not None:
        return f"<p>{title} <strong>{'yes' if answer.boolean else 'no'}</strong></p>"
    if answer.statements is not None:
        lines = "\n".join(escape(f"{each} .") for each in answer.statements[:MOST])
        return f"<p>{title}, {len(answer.statements)} statements</p><pre>{lines}</pre>"
    return "".join(table(answer, title))


def table(answer: Answer, title: str) -> Iterator[str]:
    """Write the rows, what was left out, and the sources of what is shown."""
    sources, marks = answer.numbered()
    # Several answers stand in one notebook, so that each needs addresses of its own.
    mark = "kzkg-" + sha256((answer.asked.text if answer.asked else title).encode()).hexdigest()[:8]
    columns = [variable.replace("_", " ") for variable in answer.variables]
    columns += ["rank"] if answer.ranks is not None else []
    columns += ["sources"] if sources else []
    yield f'<table>\n<caption style="text-align:left;font-weight:600">{title}</caption>\n<thead><tr>'
    yield "".join(f'<th scope="col" style="text-align:left">{escape(column)}</th>' for column in columns)
    yield "</tr></thead>\n<tbody>\n"
    shown = min(len(answer.rows), MOST)
    for number in range(shown):
        cells = list(row(answer, number))
        if sources:
            cells.append(" ".join(f'<sup><a href="#{mark}-{each}">[{each}]</a></sup>' for each in marks[number]))
        yield f"<tr>{''.join(f'<td style={STYLE}>{cell}</td>' for cell in cells)}</tr>\n"
    yield "</tbody>\n</table>\n"
    if shown < answer.total:
        yield f"<p>{shown} of {answer.total} rows</p>\n"
    last = max((each for numbers in marks[:shown] for each in numbers), default=0)
    if last:
        items = (
            f'<li id="{mark}-{number}">{linked(each.address, each.line())}</li>'
            for number, each in enumerate(sources[:last], 1)
        )
        yield f"<details><summary>Sources: {last}</summary>\n<ol>\n" + "\n".join(items) + "\n</ol></details>\n"


def row(answer: Answer, number: int) -> Iterator[str]:
    """Write the cells of a row; a thing is its name, and links to its own address."""
    for column, term in enumerate(answer.rows[number]):
        yield linked(answer.plain(term) if answer.is_thing(term) else "", answer.shown(number, column))
    if answer.ranks is not None:
        yield escape(answer.ranks[number])
