"""Where the rows of an answer lie: the coordinates of the places in them, or of the places of the events in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kzkg.answer import Answer, Row
    from kzkg.store import Graph
    from kzkg.terms import Term

OWN = """SELECT ?thing ?latitude ?longitude ?wkt WHERE { VALUES ?thing { $things }
  { ?thing kzkg:latitude ?latitude ; kzkg:longitude ?longitude }
  UNION { ?thing geo:hasDefaultGeometry/geo:asWKT ?wkt } }"""
NEAR = """SELECT ?thing ?latitude ?longitude ?wkt WHERE { VALUES ?thing { $things } ?thing kzkg:place ?place
  { ?place kzkg:latitude ?latitude ; kzkg:longitude ?longitude }
  UNION { ?place geo:hasDefaultGeometry/geo:asWKT ?wkt } }"""
PAIRS = (("latitude", "longitude"), ("lat", "long"), ("lat", "lon"), ("lat", "lng"))
WKT = terms.PREFIXES["geo"] + "wktLiteral"
POINT = re.compile(r"(?:<[^>]*>)?\s*POINT\s*\(\s*([-+0-9.eE]+)\s+([-+0-9.eE]+)\s*\)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float


def located(answer: Answer) -> list[Point | None]:
    """Give the point of each row: of the first place in it, of coordinates in it, or of the place of an event in it."""
    found: dict[str, Point] = {}
    near: dict[str, Point] = {}
    if answer.asked is not None:
        things = {term.value for row in answer.rows for term in row if isinstance(term, NamedNode)}
        graph, dataset = answer.asked.graph, answer.asked.dataset
        found = points(graph, OWN, things, dataset)
        near = points(graph, NEAR, things - found.keys(), dataset)
    return [first(row, found) or written(answer.variables, row) or first(row, near) for row in answer.rows]


def points(graph: Graph, text: str, things: Iterable[str], dataset: str) -> dict[str, Point]:
    """Ask for the points of these things; of several the first in order, so that the same answer is drawn the same."""
    found: dict[str, set[Point]] = {}
    for thing, latitude, longitude, wkt in about(graph, text, things, dataset):
        point = of_numbers(latitude, longitude) or of_wkt(wkt)
        if isinstance(thing, NamedNode) and point:
            found.setdefault(thing.value, set()).add(point)
    return {iri: min(each) for iri, each in found.items()}


def first(row: Row, known: Mapping[str, Point]) -> Point | None:
    """Give the point of the first thing in a row that has one."""
    return next((known[term.value] for term in row if isinstance(term, NamedNode) and term.value in known), None)


def written(variables: tuple[str, ...], row: Row) -> Point | None:
    """Give the point that a row itself spells out, in a pair of columns or as well-known text."""
    for latitude, longitude in PAIRS:
        if latitude in variables and longitude in variables:
            point = of_numbers(row[variables.index(latitude)], row[variables.index(longitude)])
            if point:
                return point
    return next((point for term in row if (point := of_wkt(term))), None)


def of_numbers(latitude: Term | None, longitude: Term | None) -> Point | None:
    """Make a point of two numbers, if they are degrees."""
    if isinstance(latitude, Literal) and isinstance(longitude, Literal):
        return degrees(latitude.value, longitude.value)
    return None


def of_wkt(term: Term | None) -> Point | None:
    """Make a point of well-known text, which has the longitude first."""
    if isinstance(term, Literal) and term.datatype.value == WKT:
        spelt = POINT.fullmatch(term.value)
        return degrees(spelt[2], spelt[1]) if spelt else None
    return None


def degrees(latitude: str, longitude: str) -> Point | None:
    """Make a point of two numbers in words; nothing where they lie on no globe."""
    try:
        point = Point(float(latitude), float(longitude))
    except ValueError:
        return None
    return point if abs(point.latitude) <= 90 and abs(point.longitude) <= 180 else None
