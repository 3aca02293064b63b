"""Rows for a reader at a terminal: columns fitted to its width, sources numbered below."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING
from unicodedata import category, combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kzkg.answer import Answer
    from kzkg.formats import Layout

GAP = "  "
NARROWEST = 12
# Invisible, but Persian and Arabic names are spelt with them.
JOINERS = "\u200c\u200d"
BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(slots=True)
class Column:
    """A column on its way to the screen: its cells as text, and whether it may be left out."""

    name: str
    cells: list[str]
    right: bool = False
    spare: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self.size = max(map(columns_of, [self.name, *self.cells]))


def table(answer: Answer, layout: Layout) -> Iterator[str]:
    """Draw the whole table; the last line says how many rows there are and what was left out."""
    if answer.boolean is not None:
        yield "yes\n" if answer.boolean else "no\n"
        return
    sources, marks = answer.numbered()
    columns, hidden = fitted(drawn(answer, marks if layout.cite else None), layout.width)
    bold, dim, plain = (BOLD, DIM, PLAIN) if layout.colour else ("", "", "")
    if answer.rows:
        yield bold + joined([column.name for column in columns], columns) + plain + "\n"
        yield dim + GAP.join(("─" if layout.unicode else "-") * column.size for column in columns) + plain + "\n"
    for number in range(len(answer.rows)):
        cells = [folded(column.cells[number], column.size) for column in columns]
        for line in zip_longest(*cells, fillvalue=""):
            yield joined(line, columns) + "\n"
    if layout.cite and sources:
        yield f"\n{bold}Sources{plain}\n"
        for number, citation in enumerate(sources, 1):
            mark = f"[{number}]".rjust(len(f"[{len(sources)}]"))
            yield from hanging(f"{mark} ", citation.line(), layout.width)
            if citation.address:
                yield f"{' ' * len(mark)} {dim}{safe(citation.address)}{plain}\n"
    yield "\n" + dim + summary(answer, hidden) + plain + "\n"


def drawn(answer: Answer, marks: Sequence[Sequence[int]] | None) -> list[Column]:
    """Make the columns as a reader sees them, and say which can be spared."""
    columns: list[Column] = []
    # The claims behind a row stand last in it and say little to a reader that the row does not: they go first.
    claims = len(list(takewhile(answer.evidence.__contains__, reversed(answer.variables[1:]))))
    for index, variable in enumerate(answer.variables):
        cells = [safe(answer.shown(number, index)) for number in range(len(answer.rows))]
        spare = 2 if index >= len(answer.variables) - claims else 1
        columns.append(Column(variable.replace("_", " "), cells, answer.numeric(index), spare))
    if answer.ranks is not None:
        columns.append(Column("rank", list(answer.ranks)))
    if marks is not None:
        columns.append(Column("sources", [" ".join(f"[{mark}]" for mark in row) for row in marks]))
    return columns


def fitted(columns: list[Column], width: int | None) -> tuple[list[Column], list[str]]:
    """Give the columns that fit, each with its width, and the names of those that do not."""
    hidden: list[str] = []
    if width is None:
        return columns, hidden
    # Claims are left out before any cell is broken into lines, other columns only when breaking does not help.
    for spare, narrowest in ((2, width), (1, NARROWEST)):
        droppable = [column for column in columns[1:] if column.spare >= spare]
        while droppable and needed(columns, narrowest) > width:
            hidden.insert(0, droppable[-1].name)
            columns.remove(droppable.pop())
    share(columns, width - len(GAP) * (len(columns) - 1))
    return columns, hidden


def needed(columns: list[Column], narrowest: int) -> int:
    """Count the screen columns that the table takes when its cells are broken down to this width."""
    return sum(min(column.size, narrowest) for column in columns) + len(GAP) * (len(columns) - 1)


def share(columns: list[Column], space: int) -> None:
    """Cut the widest columns down, none of them further than the others, until all fit."""
    waiting = sorted(columns, key=lambda column: column.size)
    for index, column in enumerate(waiting):
        column.size = max(1, min(column.size, space // (len(waiting) - index)))
        space -= column.size


def folded(text: str, size: int) -> list[str]:
    """Give the text broken between words, or inside a word that is longer than the column, into lines of this width."""
    lines, line, used = [], "", 0
    for word in text.split():
        rest, room = word, columns_of(word)
        if used and used + 1 + room > size:
            lines.append(line)
            line, used = "", 0
        while room > size:
            head = cut(rest, size)
            lines.append(head)
            rest = rest[len(head) :]
            room = columns_of(rest)
        line, used = (f"{line} {rest}", used + 1 + room) if used else (rest, room)
    return [*lines, line]


def cut(word: str, size: int) -> str:
    """As much of the beginning of a word as this many columns hold, at least one character."""
    end = 1
    while end < len(word) and columns_of(word[: end + 1]) <= size:
        end += 1
    return word[:end]


def joined(cells: Sequence[str], columns: list[Column]) -> str:
    """One line of the table, padded by what is seen and not by the number of characters."""
    parts = []
    for cell, column in zip(cells, columns, strict=True):
        padding = " " * (column.size - columns_of(cell))
        parts.append(padding + cell if column.right else cell + padding)
    return GAP.join(parts).rstrip()


def hanging(mark: str, text: str, width: int | None) -> Iterator[str]:
    """Give a paragraph whose further lines stand under its first word."""
    for number, line in enumerate(folded(safe(text), max(20, width - len(mark)) if width else len(text) + 1)):
        yield (mark if not number else " " * len(mark)) + line + "\n"


def summary(answer: Answer, hidden: list[str]) -> str:
    """Say what there is, and what of it is not on the screen."""
    shown, total = len(answer.rows), answer.total
    rows = f"{shown} of {total} rows" if shown < total else f"{total} {'row' if total == 1 else 'rows'}"
    if not hidden:
        return rows
    return f"{rows}, {len(hidden)} {'column' if len(hidden) == 1 else 'columns'} hidden ({', '.join(hidden)})"


def columns_of(text: str) -> int:
    """How many columns of a terminal the text takes: none for a combining mark, two for a wide character."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(each) or category(each) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(each) in "WF" else 1
        for each in text
    )


def safe(text: str) -> str:
    """Give the text without control characters: data never moves the cursor or changes the colours."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in JOINERS else " " for each in text)
