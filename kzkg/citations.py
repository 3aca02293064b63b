"""From the records in an answer to the documents, and the places in them, that support them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import label, rows, values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.labels import Details
    from kzkg.store import Graph

# A record names its citations; a citation or a document in an answer stands for itself.
EVIDENCE = """SELECT ?record ?source ?place ?rank ?question WHERE {{
  {{ VALUES ?record {{ {0} }} ?record kzkg:evidence ?citation . ?citation kzkg:source ?source
     OPTIONAL {{ ?citation kzkg:locator ?place }} }}
  UNION {{ VALUES ?record {{ {0} }} ?record kzkg:source ?source OPTIONAL {{ ?record kzkg:locator ?place }} }}
  UNION {{ VALUES ?record {{ {0} }} ?record a kzkg:Source BIND (?record AS ?source) }}
  UNION {{ VALUES ?record {{ {0} }} ?record kzkg:rank ?rank }}
  UNION {{ VALUES ?record {{ {0} }} ?record kzkg:answers ?question }}
}}"""


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A document, and the place in it where it says so."""

    label: str
    place: str
    date: str
    address: str
    source: str

    def line(self) -> str:
        """The citation on one line, without the address."""
        return ", ".join(part for part in (self.label, self.place, self.date) if part)

    def fields(self) -> dict[str, str | None]:
        """The citation for machines."""
        return {name: value or None for name, value in asdict(self).items()}


@dataclass(slots=True)
class Evidence:
    """What the graph says in support of a set of records: documents with places, verdicts, open questions."""

    places: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    ranks: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def sources(self) -> set[str]:
        """All documents that support one of the records."""
        return {source for found in self.places.values() for source, _ in found}

    def rank(self, record: str) -> str:
        """The verdict on a claim: accepted, alternative, rejected; open while rivals wait for one; else nothing."""
        return self.ranks.get(record) or ("open" if record in self.asked else "")


def evidence(graph: Graph, records: Iterable[str], dataset: str) -> Evidence:
    """Ask once, for all records of an answer, what supports them."""
    found = Evidence()
    wanted = values(sorted(set(records)))
    if not wanted:
        return found
    for record, source, place, rank, question in rows(graph, EVIDENCE.format(wanted), dataset):
        if not isinstance(record, NamedNode):
            continue
        if isinstance(source, NamedNode):
            found.places[record.value].add((source.value, place.value if isinstance(place, Literal) else ""))
        if isinstance(rank, NamedNode):
            found.ranks[record.value] = terms.shrink(rank).removeprefix("v:rank-")
        if question is not None:
            found.asked.add(record.value)
    return found


def citations(records: Iterable[str], found: Evidence, details: Details, lang: str) -> tuple[Citation, ...]:
    """The citations of one row, each document and place once, in a fixed order."""
    pairs = {pair for record in records for pair in found.places.get(record, ())}
    return tuple(sorted(citation(source, place, details, lang) for source, place in pairs))


def citation(source: str, place: str, details: Details, lang: str) -> Citation:
    """One place in one document, as a reader is told of it."""
    about = details.get(source, {})

    def first(name: str) -> str:
        return min((value.value for value in about.get(name, [])), default="")

    name = label(source, about, lang)
    return Citation(name, place, first("dcterms:issued"), first("schema:url"), source)
