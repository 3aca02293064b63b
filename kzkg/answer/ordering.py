"""The order of an answer: its rows sorted by columns, as a reader sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from kzkg.answer import NUMBERS, column_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kzkg.answer import Answer
    from kzkg.terms import Term


def in_order(answer: Answer, sort: Iterable[str], names: Mapping[str, str]) -> list[int]:
    """Give the numbers of the rows, sorted by these columns as a reader sees them; a minus in front turns one round."""
    order = list(range(len(answer.rows)))
    for name in reversed(tuple(sort)):
        column = column_of(answer, name.removeprefix("-"))
        keys = [key(row[column], names) for row in answer.rows]
        order.sort(key=keys.__getitem__, reverse=name.startswith("-"))
    return order


def key(term: Term | None, names: Mapping[str, str]) -> tuple[int, float, str]:
    """Where a term stands in an ordered column: nothing, numbers, then everything else by its text."""
    if term is None:
        return (0, 0.0, "")
    if isinstance(term, Literal) and term.datatype.value in NUMBERS:
        return (1, float(term.value), "")
    if isinstance(term, NamedNode):
        return (2, 0.0, names.get(term.value, term.value).casefold())
    return (2, 0.0, term.value.casefold() if isinstance(term, Literal | BlankNode) else str(term))
