"""Rows as points on a map: GeoJSON as RFC 7946 has it, one feature a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.answer.coordinates import located
from kzkg.errors import RequestError
from kzkg.formats.objects import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout


def geojson(answer: Answer, layout: Layout) -> Iterator[str]:
    """Write features whose properties are the row as JSON has it; a row without a place has no geometry."""
    points = located(answer)
    if answer.boolean is not None or (answer.rows and not any(points)):
        raise RequestError("the answer has no place with coordinates, so it is no map: use json, csv or table")
    return collection(answer, layout)


def collection(answer: Answer, layout: Layout) -> Iterator[str]:
    """Write the features, one a line."""
    from json import dumps

    yield '{"type": "FeatureCollection", "features": ['
    for number, (point, properties) in enumerate(zip(located(answer), objects(answer, layout), strict=True)):
        geometry = {"type": "Point", "coordinates": [point.longitude, point.latitude]} if point else None
        feature = {"type": "Feature", "geometry": geometry, "properties": properties}
        yield ("," if number else "") + "\n  " + dumps(feature, ensure_ascii=False)
    yield "\n]}\n" if answer.rows else "]}\n"
