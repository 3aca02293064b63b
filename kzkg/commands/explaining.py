"""`kzkg run NAME --help`: a saved query in words, with the values that its parameters take in this graph."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.emptiness import answered
from kzkg.formats.table import columns_of
from kzkg.labels import among, labels, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.query import Parameter, SavedQuery
    from kzkg.store import Graph, Solutions

WORDS = {
    "date": "a day, as 2010-01-31",
    "integer": "a whole number",
    "string": "a text",
    "class": "a class, as kzkg:Court",
}
MANY = 30
FEW = 5


def help_on(graph: Graph, query: SavedQuery, lang: str, width: int) -> Iterator[str]:
    """Say what a saved query asks, what its parameters take, and how to call it."""
    width = min(width, 100)
    yield f"Usage: kzkg run {query.name} [--PARAM VALUE]... [OPTIONS]\n\n"
    yield fill(query.summary, width, initial_indent="  ", subsequent_indent="  ") + "\n"
    if query.description:
        yield fill(query.description, width, initial_indent="  ", subsequent_indent="  ") + "\n"
    if query.parameters:
        yield "\nParameters:\n"
    size = max((columns_of(parameter.name) for parameter in query.parameters), default=0) + 4
    plain = answered(graph, query, {}, query.graph)
    for parameter in query.parameters:
        text = f"{parameter.help}: {takes(graph, query, parameter, lang, plain)}"
        yield fill(
            text, width, initial_indent=f"  --{parameter.name}".ljust(size + 2), subsequent_indent=" " * (size + 2)
        )
        yield "\n"
    yield f"\nExample:\n  {example(query)}\n"
    yield f"\nAsks the dataset '{query.graph}'; {evidence(query)}. Options of every query: kzkg run --help\n"


def example(query: SavedQuery) -> str:
    """Write the call that the header of the query gives as its example."""
    from shlex import quote

    return " ".join(["kzkg run", query.name, *(f"--{name} {quote(value)}" for name, value in query.example)])


def evidence(query: SavedQuery) -> str:
    """Say where the citations of a row come from."""
    if query.evidence:
        return f"--cite names the documents behind {', '.join(query.evidence)}"
    if query.evidence_from:
        return f"--cite names the documents behind the rows of {query.evidence_from}"
    return "its rows are computed, so no document stands behind one of them"


def takes(graph: Graph, query: SavedQuery, parameter: Parameter, lang: str, plain: Solutions) -> str:
    """Say what a parameter takes; for things the names of those that have rows, else of all that the graph knows."""
    if parameter.type not in {"iri", "concept"}:
        words = WORDS[parameter.type]
        if parameter.round:
            words += f", or a year or a month and its {'first' if parameter.round == 'down' else 'last'} day"
        return f"{words}{default(query, parameter, {})}"
    found = (
        {row[plain.variables.index(parameter.name)] for row in plain.rows}
        if parameter.name in plain.variables
        else set()
    )
    if not found:
        pattern = f"SELECT DISTINCT ?thing WHERE {{ {among(parameter)} }}"
        found = {thing for (thing,) in rows(graph, pattern, query.graph)}
    known = labels(graph, {each.value for each in found if isinstance(each, NamedNode)}, lang, query.graph)
    names = sorted(known.values(), key=str.casefold)
    what = (parameter.of or "").rpartition(":")[2]
    if not names:
        return f"a {what}, by name or IRI"
    shown = names if len(names) <= MANY else names[:FEW]
    listed = "; ".join(shown) + (f"; … ({len(names)} in all)" if len(names) > len(shown) else "")
    return f"by name or IRI, one of: {listed}{default(query, parameter, known)}"


def default(query: SavedQuery, parameter: Parameter, known: dict[str, str]) -> str:
    """Say what stands in the slot when nothing is given."""
    from re import search

    slot = search(rf"VALUES\s+[?$]{parameter.name}\s*\{{\s*([^}}]*?)\s*\}}", query.text)
    if not slot or slot[1].upper() == "UNDEF":
        return ""
    term = slot[1]
    if terms.is_name(term):
        iri = terms.expand(term).value
        term = known.get(iri, term)
    return f" (default: {term})"
