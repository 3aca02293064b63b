"""From the records in an answer to the documents, and the places in them, that support them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import about, label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from kzkg.labels import Details
    from kzkg.store import Graph

EVIDENCE = """SELECT ?record ?source ?place WHERE {
  VALUES ?record { $things } ?record kzkg:evidence ?citation . ?citation kzkg:source ?source
  OPTIONAL { ?citation kzkg:locator ?place }
}"""
# A citation or a document in an answer stands for itself.
ITSELF = """SELECT ?record ?source ?place WHERE {
  { VALUES ?record { $things } ?record kzkg:source ?source OPTIONAL { ?record kzkg:locator ?place } }
  UNION { VALUES ?record { $things } ?record a kzkg:Source BIND (?record AS ?source) }
}"""
VERDICTS = """SELECT ?record ?rank WHERE {
  VALUES ?record { $things } ?record kzkg:answers ?question OPTIONAL { ?record kzkg:rank ?rank }
}"""
RANKS = "SELECT ?record ?rank WHERE { VALUES ?record { $things } ?record kzkg:rank ?rank }"


class Citation(NamedTuple):
    """A document, and the place in it where it says so."""

    label: str
    place: str
    date: str
    address: str
    source: str

    def line(self) -> str:
        """Give the citation on one line, without the address."""
        return ", ".join(part for part in (self.label, self.place, self.date) if part)

    def fields(self) -> dict[str, str | None]:
        """Give the citation for machines."""
        return {name: value or None for name, value in self._asdict().items()}


Places = dict[str, set[tuple[str, str]]]
"""For each record the documents that support it, and the places in them."""


def places(graph: Graph, records: Iterable[str], dataset: str) -> Places:
    """Ask once, for all records of an answer, what supports them."""
    wanted = set(records)
    found: Places = defaultdict(set)
    for text in (EVIDENCE, ITSELF):
        for record, source, place in about(graph, text, wanted - found.keys(), dataset):
            if isinstance(record, NamedNode) and isinstance(source, NamedNode):
                found[record.value].add((source.value, place.value if isinstance(place, Literal) else ""))
    return found


def verdicts(graph: Graph, records: Iterable[str]) -> dict[str, str]:
    """Ask for the verdicts on claims: accepted, alternative, rejected, or open while rivals wait for one."""
    wanted = set(records)
    found: dict[str, str] = {}
    for text in (VERDICTS, RANKS):
        for record, rank in about(graph, text, wanted - found.keys(), "all"):
            if isinstance(record, NamedNode):
                word = terms.shrink(rank).removeprefix("v:rank-") if isinstance(rank, NamedNode) else "open"
                found[record.value] = word
    return found


def citations(
    records: Iterable[str], found: Places, details: Details, lang: str, known_by: dt.date | None = None
) -> tuple[Citation, ...]:
    """Give the citations of one row, each document and place once, in a fixed order; only those known by a day."""
    pairs = {pair for record in records for pair in found.get(record, ())}
    cited = (citation(source, place, details, lang) for source, place in pairs)
    return tuple(sorted(each for each in cited if known_by is None or issued_by(each.date, known_by)))


def issued_by(issued: str, day: dt.date) -> bool:
    """Tell whether a document of this date was known by a day; one without a date never is."""
    return bool(issued) and terms.span(issued)[1] <= day


def citation(source: str, place: str, details: Details, lang: str) -> Citation:
    """One place in one document, as a reader is told of it."""
    known = details.get(source, {})

    def first(name: str) -> str:
        return min((value.value for value in known.get(name, [])), default="")

    name = label(source, known, lang)
    return Citation(name, place, first("issued"), first("address"), source)
