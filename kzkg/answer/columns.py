"""An answer as columns of real values: days, numbers, yes or no, and text, for programs that keep them apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kzkg import terms
from kzkg.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.terms import Term

DATE = terms.PREFIXES["xsd"] + "date"
KINDS = {dt.date: "day", int: "whole", float: "number", bool: "truth", str: "text"}
LARGEST = 2**63 - 1
"""What a 64-bit integer holds; a longer number stays text, as no table of numbers would give it back whole."""

Cell = dt.date | int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the one kind of value in it, and a value or None for each row."""

    name: str
    kind: str
    values: tuple[Cell, ...]


def cell(answer: Answer, term: Term | None) -> Cell:
    """Give the value that a term stands for; what is no day, number or truth is text, so that a code keeps its zeros.

    A year or a month is text too: it is not a day.
    """
    if isinstance(term, Literal) and term.datatype.value == DATE:
        try:
            return dt.date.fromisoformat(term.value)
        except ValueError:
            return term.value
    value = answer.value(term)
    return str(value) if type(value) is int and abs(value) > LARGEST else value


def columns(answer: Answer, *, cite: bool) -> list[Column]:
    """Give the columns as CSV has them: `x_label` right of an `x` that holds things, then rank and citations."""
    if answer.statements is not None:
        raise RequestError("the answer is a graph, not rows: read its statements, or write it as ttl")
    if answer.boolean is not None:
        return [Column("answer", "truth", (answer.boolean,))]
    return list(_columns(answer, cite=cite))


def _columns(answer: Answer, *, cite: bool) -> Iterator[Column]:
    for number, (variable, labelled) in enumerate(zip(answer.variables, answer.labelled, strict=True)):
        yield alike(variable, [cell(answer, row[number]) for row in answer.rows])
        if labelled:
            shown = (answer.shown(row, number) or None for row in range(len(answer.rows)))
            yield Column(f"{variable}_label", "text", tuple(shown))
    if answer.ranks is not None:
        yield Column("rank", "text", tuple(rank or None for rank in answer.ranks))
    if cite:
        lines = (" | ".join(each.line() for each in answer.sources_of(row)) for row in range(len(answer.rows)))
        yield Column("citations", "text", tuple(line or None for line in lines))


def alike(name: str, values: list[Cell]) -> Column:
    """Make a column of one kind: whole numbers become numbers beside numbers, any other mixture becomes text."""
    kinds = {KINDS[type(value)] for value in values if value is not None}
    if len(kinds) == 1:
        return Column(name, kinds.pop(), tuple(values))
    if kinds == {"whole", "number"}:
        return Column(name, "number", tuple(None if value is None else float(value) for value in values))  # type: ignore[arg-type]
    return Column(name, "text", tuple(None if value is None else text(value) for value in values))


def text(value: Cell) -> str:
    """Write a value as SPARQL does."""
    return str(value).lower() if isinstance(value, bool) else str(value)
