"""Rows for spreadsheets and pipes: tab-separated and comma-separated, complete and without decoration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout

# Spreadsheets take a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def header(answer: Answer, layout: Layout) -> list[str]:
    """Give the column names: `x_label` stands right of each `x` that holds things or inexact dates."""
    columns = []
    for variable, labelled in zip(answer.variables, answer.labelled, strict=True):
        columns += [variable, f"{variable}_label"] if labelled else [variable]
    if answer.ranks is not None:
        columns.append("rank")
    if layout.cite:
        columns.append("citations")
    return columns


def records(answer: Answer, layout: Layout) -> Iterator[list[str]]:
    """One list of cells for each row, under the columns of the header."""
    named = answer.labelled
    for number, row in enumerate(answer.rows):
        cells = []
        for column, (term, labelled) in enumerate(zip(row, named, strict=True)):
            cells.append(answer.plain(term))
            if labelled:
                cells.append(answer.shown(number, column))
        if answer.ranks is not None:
            cells.append(answer.ranks[number])
        if layout.cite:
            cells.append(" | ".join(citation.line() for citation in answer.sources_of(number)))
        yield cells


def tsv(answer: Answer, layout: Layout) -> Iterator[str]:
    r"""One line a row; a tab, line end or backslash inside a cell is written as \t, \n, \r, \\."""
    yield "\t".join(header(answer, layout)) + "\n"
    for cells in records(answer, layout):
        yield "\t".join(cell.translate(ESCAPES) for cell in cells) + "\n"


def csv(answer: Answer, layout: Layout) -> Iterator[str]:
    """CSV as RFC 4180 has it; for Excel with a byte-order mark, and with no cell that it would run as a formula."""
    from csv import writer

    buffer: list[str] = []
    out = writer(_Lines(buffer), lineterminator="\r\n")
    if layout.excel:
        yield "\ufeff"
    out.writerow(header(answer, layout))
    for cells in records(answer, layout):
        out.writerow([guarded(cell) for cell in cells] if layout.excel else cells)
        yield "".join(buffer)
        buffer.clear()
    yield "".join(buffer)


def guarded(cell: str) -> str:
    """Give the cell with an apostrophe in front where a spreadsheet would compute it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class _Lines:
    """The little of a file that `csv.writer` needs."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append
