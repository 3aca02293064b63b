"""Rows as one self-contained HTML page, their sources as a numbered list below."""

from __future__ import annotations

from html import escape as marked
from typing import TYPE_CHECKING

from kzkg.formats.sparql import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout

STYLE = (
    "body{font:16px/1.45 system-ui,sans-serif;margin:2rem;color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse}caption{text-align:left;font-weight:600;padding-bottom:.5rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ccc}"
)


def html(answer: Answer, layout: Layout) -> Iterator[str]:
    """Give a page with one table; every text is escaped, so a label can never become markup."""
    title = escape(answer.title or "Answer")
    columns = [variable.replace("_", " ") for variable in answer.variables]
    columns += ["rank"] if answer.ranks is not None else []
    columns += ["sources"] if layout.cite else []
    yield f'<!DOCTYPE html>\n<html lang="{escape(layout.lang)}">\n<head>\n<meta charset="utf-8">\n'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<table>\n<caption>{title}</caption>\n"
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    sources, marks = answer.numbered()
    for number in range(len(answer.rows)):
        yield body_row(answer, number, marks[number] if layout.cite else None)
    yield "</tbody>\n</table>\n"
    if layout.cite and sources:
        yield "<h2>Sources</h2>\n<ol>\n"
        for number, citation in enumerate(sources, 1):
            yield f'<li id="source-{number}">{linked(citation.address, citation.line())}</li>\n'
        yield "</ol>\n"
    yield "</body>\n</html>\n"


def body_row(answer: Answer, number: int, marks: tuple[int, ...] | None) -> str:
    """One row of the table; a thing links to its own address."""
    cells = []
    for column, term in enumerate(answer.rows[number]):
        address = answer.plain(term) if answer.is_thing(term) else ""
        cells.append(linked(address, answer.shown(number, column)))
    if answer.ranks is not None:
        cells.append(escape(answer.ranks[number]))
    if marks is not None:
        cells.append("".join(f'<sup><a href="#source-{mark}">[{mark}]</a></sup>' for mark in marks))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def linked(address: str, text: str) -> str:
    """Give the text, as a link where the address is one that a browser may follow."""
    if address.startswith(("http://", "https://")):
        return f'<a href="{escape(address)}">{escape(text)}</a>'
    return escape(text)


def escape(text: str) -> str:
    """Write a text so that none of it is markup, without the characters that no document may hold."""
    return marked(FORBIDDEN.sub("\ufffd", text))
