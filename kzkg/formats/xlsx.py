"""Rows as a workbook: the answer with real days and numbers, its sources, and the question."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzkg.answer.columns import Cell, cell, columns
from kzkg.errors import RequestError
from kzkg.extras import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.answer import Answer
    from kzkg.formats import Layout

ROWS = 1_048_576
LONGEST = 32_767
"""What a cell of a workbook holds; the full text of a longer one is in every other format."""
LONGEST_LINK = 2_000
WIDEST = 60
# The calendar of workbooks begins here; an older day is text, which no program takes for another day.
FIRST_DAY = dt.date(1900, 3, 1)
EXACT = 2**53
"""Numbers of a workbook are floating-point: a longer whole number would lose digits, so it is text."""


@dataclass(slots=True)
class Book:
    """A workbook while it is filled, and how many texts were cut."""

    book: Any
    head: Any
    day: Any
    wrapped: Any
    cut: int = 0


def xlsx(answer: Answer, layout: Layout) -> bytes:
    """Make a workbook of three sheets."""
    writer = library("xlsxwriter", "xlsx", "a workbook")
    if len(answer.rows) >= ROWS:
        raise RequestError(f"a workbook holds {ROWS - 1} rows, not {len(answer.rows)}: use csv, or --limit")
    memory = io.BytesIO()
    with writer.Workbook(memory, {"in_memory": True}) as file:
        book = Book(
            file,
            file.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            file.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
            file.add_format({"text_wrap": True, "valign": "top"}),
        )
        file.set_properties({"title": answer.title or "Answer", "comments": "kzkg, https://w3id.org/kzkg/"})
        sheet(book, "Answer", *answered(answer, layout))
        sheet(book, "Sources", SOURCES, sources(answer))
        sheet(book, "Query", ("what", "value"), question(answer, layout, book.cut), wrap=True)
    return memory.getvalue()


def answered(answer: Answer, layout: Layout) -> tuple[list[str], list[list[Cell]]]:
    """Give the header and the rows; a column of days and years keeps its days as days."""
    found = columns(answer, cite=layout.cite)
    rows = [list(values) for values in zip(*(column.values for column in found), strict=True)]
    places = {column.name: number for number, column in enumerate(found)}
    for number, variable in enumerate(answer.variables):
        for row, terms in zip(rows, answer.rows, strict=True):
            row[places[variable]] = cell(answer, terms[number])
    return [column.name for column in found], rows


SOURCES = ("number", "source", "place", "date", "address", "iri")


def sources(answer: Answer) -> list[list[Cell]]:
    """Give one row for each place in a document that supports the answer."""
    return [
        [number, each.label, each.place or None, day(each.date), each.address or None, each.source]
        for number, each in enumerate(answer.numbered()[0], 1)
    ]


def day(written: str) -> Cell:
    """Give a whole day as a day, and a year or a month as text."""
    try:
        return dt.date.fromisoformat(written) if len(written) == 10 else written or None
    except ValueError:
        return written


def question(answer: Answer, layout: Layout, cut: int) -> list[list[Cell]]:
    """Say what was asked: the question, the values that were given, the dataset, and the text that ran."""
    asked = answer.asked
    rows: list[list[Cell]] = [["question", answer.title or None]]
    if asked is not None:
        rows += [["saved query", asked.name or None], ["dataset", asked.dataset]]
        rows += [[f"parameter {name}", value] for name, value in asked.words()]
        rows += [["known by", asked.graph.known_by]] if asked.graph.known_by else []
    rows += [["language of names", layout.lang], ["rows", len(answer.rows)], ["rows without a limit", answer.total]]
    rows += [["texts cut at the limit of a cell", cut]] if cut else []
    rows += [["SPARQL", asked.text.strip()]] if asked is not None else []
    return rows


def sheet(book: Book, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], *, wrap: bool = False) -> None:
    """Fill a sheet whose header stays in sight and can be filtered by."""
    page = book.book.add_worksheet(name)
    page.freeze_panes(1, 0)
    for column, title in enumerate(header):
        page.write_string(0, column, title, book.head)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            put(book, page, (number, column), value, wrap=wrap)
    page.autofilter(0, 0, max(len(rows), 1), max(len(header) - 1, 0))
    for column, title in enumerate(header):
        page.set_column(column, column, width([title, *(row[column] for row in rows)]))
    # A year or a code that looks like a number is text on purpose; Excel would mark each with a green corner.
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def put(book: Book, page: Any, at: tuple[int, int], value: Cell, *, wrap: bool) -> None:
    """Write one value as what it is; text is never taken for a formula."""
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, dt.date) and value >= FIRST_DAY:
        page.write_datetime(*at, value, book.day)
    elif isinstance(value, int | float) and abs(value) <= EXACT:
        page.write_number(*at, value)
    else:
        words = str(value)
        if len(words) > LONGEST:
            book.cut += 1
            words = words[: LONGEST - 2] + " …"
        style = book.wrapped if wrap or len(words) > WIDEST else None
        linked = words.startswith(("http://", "https://")) and len(words) < LONGEST_LINK and page.name == "Sources"
        if not linked or page.write_url(*at, words, style, words) != 0:
            page.write_string(*at, words, style)


def width(values: Sequence[Cell]) -> int:
    """Choose a width that shows most cells whole."""
    longest = max((len(line) for value in values if value is not None for line in str(value).split("\n")), default=0)
    return min(max(longest + 2, 8), WIDEST)
