"""The exact kilometres between two points of a row: what a query can only enclose in a box is measured here."""

from __future__ import annotations

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from kzkg.answer import Answer, Row
    from kzkg.query import Distance

DECIMAL = NamedNode(PREFIXES["xsd"] + "decimal")
EARTH = 6371.0088
"""The mean radius of the Earth in kilometres (IUGG)."""


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Give the great-circle distance in kilometres between two points in degrees (haversine formula)."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def measured(answer: Answer, distance: Distance) -> Answer:
    """Add the kilometres to each row; leave out rows that lie too far, and columns that only served to measure."""
    at = {name: number for number, name in enumerate(answer.variables)}
    serving = {*distance.origin, distance.within}
    kept = [number for number, name in enumerate(answer.variables) if name not in serving]
    rows: list[Row] = []
    for row in answer.rows:
        points = [_number(row, at[name]) for name in (*distance.origin, *distance.place)]
        far = kilometres(*points)
        if far <= _number(row, at[distance.within]):
            shown = Literal(f"{far:.1f}", datatype=DECIMAL)
            rows.append((*(row[number] for number in kept), shown))
    names = tuple(answer.variables[number] for number in kept)
    return replace(answer, variables=(*names, distance.column), rows=tuple(rows), total=len(rows))


def _number(row: Row, column: int) -> float:
    term = row[column]
    return float(term.value) if isinstance(term, Literal) else float("inf")
