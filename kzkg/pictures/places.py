"""Where things are: the coordinates of places, and of the places where something happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import about, labels

if TYPE_CHECKING:
    from kzkg.answer import Answer
    from kzkg.store import Graph

# A place is where it is; an event is where its place is.
WHERE = """SELECT ?thing ?place ?latitude ?longitude ?kind WHERE {
  VALUES ?thing { $things }
  { ?thing a kzkg:Place BIND (?thing AS ?place) } UNION { ?thing kzkg:place ?place }
  OPTIONAL { ?place kzkg:latitude ?latitude ; kzkg:longitude ?longitude }
  OPTIONAL { ?place kzkg:kind ?kind }
}"""
POINTS = {"city", "settlement"}


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place on a map, or one that cannot be put on it because nobody says where it is."""

    place: str
    name: str
    latitude: float | None = None
    longitude: float | None = None
    area: bool = False
    """A region or a district: its point is only its middle."""


def spots(graph: Graph, answer: Answer, lang: str, dataset: str) -> dict[str, tuple[Spot, ...]]:
    """For each thing in the rows where it is, or where it happened; nothing for what has no place."""
    things = {term.value for row in answer.rows for term in row if isinstance(term, NamedNode)}
    rows = list(about(graph, WHERE, things, dataset))
    named = labels(graph, {place.value for _, place, *_ in rows if isinstance(place, NamedNode)}, lang, dataset)
    found: dict[str, set[Spot]] = {}
    for thing, place, latitude, longitude, kind in rows:
        if not isinstance(thing, NamedNode) or not isinstance(place, NamedNode):
            continue
        word = terms.shrink(kind).removeprefix("v:place-") if isinstance(kind, NamedNode) else ""
        north, east = (float(each.value) if isinstance(each, Literal) else None for each in (latitude, longitude))
        spot = Spot(place.value, named[place.value], north, east, word not in POINTS)
        found.setdefault(thing.value, set()).add(spot)
    return {thing: tuple(sorted(places, key=lambda spot: spot.place)) for thing, places in found.items()}
