"""Why an answer is empty, as far as the graph can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.inexact import DATE
from kzkg.labels import about, describe, label, rows
from kzkg.store import Solutions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.query import Parameter, SavedQuery, Value
    from kzkg.store import Graph

    Given = Mapping[str, Value | Sequence[Value]]

ENDED = """SELECT ?thing ?end ?by WHERE {
  VALUES ?thing { $things } ?thing kzkg:validUntil ?end OPTIONAL { ?by kzkg:lifts ?thing }
}"""


def why_empty(graph: Graph, query: SavedQuery, given: Given, dataset: str, lang: str = "en") -> str:
    """One line: no such thing, of another class, over by then, before the first record, not accepted, not together."""
    for name, value in given.items():
        for term in [value] if isinstance(value, NamedNode | Literal) else value:
            if isinstance(term, NamedNode) and (reason := strange(graph, query.parameter(name), term, lang)):
                return reason
    if ended := over(graph, query, given, dataset):
        return ended
    if dataset == "accepted" and (hidden := count(graph, query, given, "all")):
        return f"nothing accepted answers this, but {hidden} rows stand under --all, with claims that rival or failed"
    if not given or not count(graph, query, {}, dataset):
        return "the graph holds nothing that answers this question"
    for name in given:
        others = {other: value for other, value in given.items() if other != name}
        without = answered(graph, query, others, dataset)
        if without.rows:
            return without_value(graph, name, given[name], without, lang)
    return f"each of {', '.join(f'--{name}' for name in given)} alone fits some rows, but no row fits them together"


def strange(graph: Graph, parameter: Parameter, term: NamedNode, lang: str) -> str | None:
    """Whether a thing is in the data at all, and is of the kind that the parameter takes."""
    short = terms.shrink(term)
    known = rows(graph, f"SELECT ?p WHERE {{ {{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} }} LIMIT 1", "all")
    if not known:
        return f"{parameter.name}: {short} is not in the data"
    if parameter.type != "iri" or not parameter.of:
        return None
    found = rows(
        graph,
        f"SELECT DISTINCT ?class ?above WHERE {{ {term} a ?class OPTIONAL {{ ?class rdfs:subClassOf ?above }} }}",
        "all",
    )
    classes = {each.value for each, _ in found if isinstance(each, NamedNode)}
    if not classes or terms.expand(parameter.of).value in classes:
        return None
    nearest = classes - {each.value for _, each in found if isinstance(each, NamedNode)}
    names = ", ".join(sorted(terms.shrink(each).rpartition(":")[2] for each in nearest))
    name = label(term.value, describe(graph, [term.value], "all")[term.value], lang)
    wanted = parameter.of.rpartition(":")[2]
    return f"{parameter.name}: {short} ({name}) is known as {names}, and not as {wanted}"


def answered(graph: Graph, query: SavedQuery, given: Given, dataset: str) -> Solutions:
    """Give the bare rows of the query with these values."""
    result = graph.evaluate(query.bind(given), dataset)
    return result if isinstance(result, Solutions) else Solutions((), ())


def count(graph: Graph, query: SavedQuery, given: Given, dataset: str) -> int:
    """How many rows these values have."""
    return len(answered(graph, query, given, dataset).rows)


def over(graph: Graph, query: SavedQuery, given: Given, dataset: str) -> str | None:
    """Name what would answer but for the day, on which it no longer held."""
    for name, day in given.items():
        if not isinstance(day, Literal) or day.datatype.value != DATE:
            continue
        without = answered(graph, query, {other: value for other, value in given.items() if other != name}, dataset)
        things = {cell.value for row in without.rows for cell in row if isinstance(cell, NamedNode)}
        endings = [
            (terms.shrink(thing), end.value, f", by {terms.shrink(by)}" if isinstance(by, NamedNode) else "")
            for thing, end, by in about(graph, ENDED, things, dataset)
            if isinstance(thing, NamedNode) and isinstance(end, Literal) and end.value <= day.value
        ]
        if endings:
            thing, end, by = max(endings, key=lambda ending: ending[1])
            how = "; 'kzkg run lifted-designations' cites it" if by else ""
            return f"{name}: {thing} ended on {end}{by}{how}; without --{name} there are {len(without.rows)} rows"
    return None


def without_value(graph: Graph, name: str, value: Value | Sequence[Value], without: Solutions, lang: str) -> str:
    """Say what stands in the way, when the rows come as soon as one value is left out."""
    several = f"without --{name} there are {len(without.rows)} rows"
    term = value if isinstance(value, NamedNode | Literal) else value[0]
    if isinstance(term, NamedNode):
        called = label(term.value, describe(graph, [term.value], "all")[term.value], lang)
        return f"{name}: no row has {terms.shrink(term)} ({called}); {several}"
    if term.datatype.value == DATE:
        days = [
            cell.value
            for row in without.rows
            for cell in row
            if isinstance(cell, Literal) and cell.datatype.value == DATE
        ]
        if days and term.value < min(days):
            return f"{name}: {term.value} is before the first record, which is of {min(days)}; {several}"
        if days and term.value > max(days):
            return f"{name}: {term.value} is after the last record, which is of {max(days)}; {several}"
    return f"{name}: no row has {terms.quoted(term.value)}; {several}"
