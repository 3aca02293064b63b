"""The text of a query as it is sent: with its prefixes, and in pages where an endpoint cuts long answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from kzkg.store import guard
from kzkg.store.disk import BASE
from kzkg.store.engine import needed
from kzkg.store.results import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode

    Dataset = tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]]

_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")
_ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_SLICE = re.compile(r"\b(LIMIT|OFFSET)\s+(\d+)\b", re.IGNORECASE)


class Kind(NamedTuple):
    """What a query asks for: the variables of a SELECT, nothing of an ASK, statements of all else."""

    rows: bool
    boolean: bool
    variables: tuple[str, ...] = ()


def kind_of(text: str) -> Kind:
    """Read a query here first, so that an error in it is told in the same words wherever it would run."""
    with asking(text):
        begun = Store().query(text, base_iri=BASE, prefixes=needed(text))
    if isinstance(begun, QuerySolutions):
        return Kind(rows=True, boolean=False, variables=tuple(each.value for each in begun.variables))
    return Kind(rows=False, boolean=isinstance(begun, QueryBoolean))


def declared(text: str) -> str:
    """Declare the prefixes of the table in front, without a new line, so that the endpoint counts lines as we do."""
    base = [f"BASE <{BASE}>"] if _RELATIVE.search(text) else []
    return " ".join([*base, *(f"PREFIX {prefix}: <{space}>" for prefix, space in needed(text).items()), text])


class Select(NamedTuple):
    """A SELECT in parts: what stands before it, the query without its slice, and the slice."""

    prologue: str
    body: str
    ordered: bool
    limit: int | None
    offset: int

    def page(self, variables: tuple[str, ...], limit: int, offset: int) -> str:
        """Write the query for one page of its rows, which come in an order that leaves nothing open."""
        names = " ".join(f"?{name}" for name in variables)
        order = names if self.ordered else f"ORDER BY {names}"
        return f"{self.prologue}SELECT {names} WHERE {{ {{ {self.body} {order} }} }} LIMIT {limit} OFFSET {offset}"


def parted(text: str) -> Select | None:
    """Take a SELECT apart; None where it ends in a way that cannot be told from outside, as with VALUES or FROM."""
    text = guard.blanked(text, "string", "iri", "name")  # a comment at the end would swallow what is put behind it
    blank = guard.blanked(text)
    start = re.search(r"\bSELECT\b", blank, re.IGNORECASE)
    if start is None or re.search(r"\b(?:VALUES|FROM)\b", _outside(blank[start.start() :]), re.IGNORECASE):
        return None
    tail = blank.rindex("}") + 1
    slices = {found[1].upper(): int(found[2]) for found in _SLICE.finditer(blank, tail)}
    end = min((found.start() for found in _SLICE.finditer(blank, tail)), default=len(text))
    ordered = bool(_ORDER.search(blank, tail, end))
    return Select(
        text[: start.start()], text[start.start() : end], ordered, slices.get("LIMIT"), slices.get("OFFSET", 0)
    )


def _outside(blank: str) -> str:
    """Give what stands outside of all braces."""
    depth, kept = 0, []
    for letter in blank:
        depth += letter == "{"
        if not depth:
            kept.append(letter)
        depth -= letter == "}"
    return "".join(kept)


def parameters(dataset: Dataset | None) -> Iterator[tuple[str, str]]:
    """Name the graphs of a dataset as the protocol does; none where the query names them itself."""
    default, named = dataset or ((), ())
    yield from (("default-graph-uri", graph.value) for graph in default)
    yield from (("named-graph-uri", graph.value) for graph in named)


def together(form: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Bring the values of each parameter together, as a form is sent."""
    found: dict[str, list[str]] = {}
    for name, value in form:
        found.setdefault(name, []).append(value)
    return found
