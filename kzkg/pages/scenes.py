"""Places on a map and days on a line, drawn as plain SVG beside the same content as text."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import inexact, terms
from kzkg.citations import citations, places
from kzkg.labels import about, describe, label, rows
from kzkg.pictures.labelling import Label, placed
from kzkg.pictures.maps import on_paper, outlines
from kzkg.pictures.places import POINTS, WHERE
from kzkg.pictures.theme import BODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kzkg.card import Card
    from kzkg.pages.site import Page, View

DATED = """SELECT DISTINCT ?date ?event ?kind WHERE {
  { ?event a kzkg:Event } UNION { ?event a kzkg:LegalInstrument } UNION { ?event a kzkg:PolicyMeasure }
  ?event kzkg:date ?date ; kzkg:evidence ?citation ; a ?kind . FILTER (isLiteral(?date))
} ORDER BY ?date ?event"""
INCIDENTS = """SELECT DISTINCT ?event ?date WHERE { ?event a kzkg:Incident ; kzkg:place ?place
  OPTIONAL { ?event kzkg:date ?date } } ORDER BY ?date ?event"""
DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
LETTER, LINE = 8.8, 18
"""About how wide a letter is on a map, and how high a line."""


class Mark(NamedTuple):
    """A place on a map: where it is, what it is called, and how much is there."""

    x: float
    y: float
    size: float
    area: bool
    name: str
    href: str
    iri: str
    rows: int
    label_x: float = 0
    label_y: float = 0


class Chart(NamedTuple):
    """A map with its marks."""

    width: float
    height: float
    marks: Sequence[Mark]
    outside: Sequence[str]
    about: str


class Dot(NamedTuple):
    """A record on a line of time: where it begins and ends, out of 1000."""

    x: float
    x2: float
    title: str


class Line(NamedTuple):
    """A line of time with the years below it."""

    dots: Sequence[Dot]
    years: Sequence[tuple[float, str]]
    about: str


@lru_cache(maxsize=1)
def ground() -> str:
    """Draw the land below all maps, a file of its own that follows the reader's light or dark."""
    land, height = outlines()
    style = (
        "svg{background:#dce8ef}.n{fill:#eceef0;stroke:#d5d9dd}.c{fill:#fbfaf7;stroke:#8c959f;stroke-width:1.4}"
        ".l{fill:#dce8ef;stroke:#b9ccd8;stroke-width:.6}.r{fill:none;stroke:#c4cad1}"
        "@media(prefers-color-scheme:dark){svg{background:#15212b}.n{fill:#1c2126;stroke:#2a3138}"
        ".c{fill:#262c33;stroke:#77818c}.l{fill:#15212b;stroke:#31414e}.r{stroke:#434c56}}"
    )
    parts = "".join(
        f'<path class="{name[0]}" d="{land[name]}"/>' for name in ("neighbours", "country", "lakes", "regions")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BODY} {height}" width="{BODY}" height="{height}">'
        f"<style>{style}</style>{parts}</svg>\n"
    )


def chart_of(view: View, things: Iterable[str], dataset: str = "accepted") -> Chart | None:
    """Make the map of some things, each at its place or where it happened; None when none has a place on it."""
    counts: dict[str, set[str]] = defaultdict(set)
    points: dict[str, tuple[float, float, bool]] = {}
    for each, place, latitude, longitude, kind in about(view.graph, WHERE, things, dataset):
        if not (isinstance(each, NamedNode) and isinstance(place, NamedNode)):
            continue
        if isinstance(latitude, Literal) and isinstance(longitude, Literal):
            word = terms.shrink(kind).removeprefix("v:place-") if isinstance(kind, NamedNode) else ""
            points[place.value] = (*on_paper(float(longitude.value), float(latitude.value)), word not in POINTS)
            counts[place.value].add(each.value)
    if not points:
        return None
    known = describe(view.graph, points, dataset)
    names = {iri: label(iri, known[iri], view.lang) for iri in points}
    height = outlines()[1]
    inside = {iri: at for iri, at in points.items() if 8 < at[0] < BODY - 8 and 8 < at[1] < height - 8}
    ordered = sorted(inside, key=lambda iri: (-len(counts[iri]), names[iri]))
    marks = [
        Mark(x, y, 6 + 2.5 * sqrt(len(counts[iri]) - 1), area, names[iri], view.href(iri), iri, len(counts[iri]))
        for iri in ordered
        for x, y, area in [inside[iri]]
    ]
    about_it = "; ".join(f"{mark.name}: {mark.rows}" if mark.rows > 1 else mark.name for mark in marks)
    away = sorted(names[iri] for iri in points.keys() - inside.keys())
    return Chart(BODY, height, labelled(marks, height), away, about_it) if marks else None


def labelled(marks: Sequence[Mark], height: float) -> Sequence[Mark]:
    """Put the name of each mark where it covers no other."""
    large = 1.6 if len(marks) == 1 else 1.0
    wanted = [Label((mark.x, mark.y), mark.size, len(text(mark)) * LETTER * large, LINE * large, []) for mark in marks]
    boxes = placed(wanted, BODY, height)
    return [
        mark._replace(label_x=round(box.left, 1), label_y=round(box.top + LINE * large * 0.75, 1))
        for mark, box in zip(marks, boxes, strict=True)
    ]


def text(mark: Mark) -> str:
    """Write a mark's name, with how much is there."""
    return f"{mark.name} · {mark.rows}" if mark.rows > 1 else mark.name


def locator(view: View, iri: str) -> Chart | None:
    """Make the map of one thing."""
    return chart_of(view, [iri]) if iri.startswith(terms.PREFIXES["id"]) else None


def strip(view: View, card: Card) -> Line | None:
    """Put what points to a thing on a line of time, if it has several days."""
    del view
    lines = [(line.date, line.text) for found in card.links.values() for line in found if DAY.match(line.date)]
    days = {words[:10] for words, _ in lines}
    return line_of(lines) if len(days) >= 3 else None


def line_of(lines: Sequence[tuple[str, str]]) -> Line:
    """Make a line of time of dates as they are written, with the words for each."""
    spans = sorted((*span(words), f"{words}: {name}") for words, name in lines)
    first, last = int(spans[0][0]), int(max(end for _, end, _ in spans)) + 1
    wide = max(last - first, 1)
    dots = [Dot(part(low, first, wide), part(high, first, wide), told) for low, high, told in spans]
    step = next((each for each in (1, 2, 5, 10, 20, 50) if wide / each <= 8), 100)
    ticks = [year for year in range(first, last + 1) if year % step == 0]
    years = [(round((year - first) / wide * 1000, 1), str(year)) for year in ticks]
    return Line(dots, years, "; ".join(told for *_, told in spans[:40]))


def part(moment: float, first: int, wide: int) -> float:
    """Give where a moment lies on a line of so many years, out of 1000."""
    return round((moment - first) / wide * 1000, 1)


def span(words: str) -> tuple[float, float]:
    """Give the first and the last moment of dates in words, as years with a fraction."""
    found = [match for match in DAY.finditer(words) if 1 <= int(match[2] or 1) <= 12]
    moments = [int(year) + (int(month or 1) - 1) / 12 + (int(day or 1) - 1) / 372 for year, month, day in
               (match.groups() for match in found)]  # fmt: skip
    return moments[0], moments[-1]


def timeline(view: View) -> Page:
    """Write the page of everything that has a day."""
    found = [(date.value, event.value, kind.value) for date, event, kind in rows(view.graph, DATED, "accepted")
             if isinstance(date, Literal) and isinstance(event, NamedNode) and isinstance(kind, NamedNode)]  # fmt: skip
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for date, event, kind in found:
        kinds[date, event].add(kind)
    kinds = {each: kinds[each] for each in view.first(sorted(kinds, reverse=True))}
    events = {event for _, event in kinds}
    support = places(view.graph, events, "all")
    classes = {kind for each in kinds.values() for kind in each}
    details = describe(
        view.graph, events | classes | {source for each in support.values() for source, _ in each}, "all"
    )
    exact = inexact.inexact_days(view.graph, {date for date, _ in kinds}, "accepted")
    words = view.site.ontology.terms
    cited = {event: citations([event], support, details, view.lang, view.graph.known_by) for event in events}
    from kzkg.pages.things import Numbers

    numbers = Numbers(view, dict.fromkeys(each for _, event in sorted(kinds) for each in cited[event]))
    years: dict[str, list[dict[str, object]]] = defaultdict(list)
    for date, event in sorted(kinds):
        above = {
            over
            for each in kinds[date, event]
            if each in words
            for over in words[each].things.get("rdfs:subClassOf", ())
        }
        known = exact.get(event, {}).get(date)
        years[date[:4]].append({
            "date": (inexact.written(date, known, view.lang) if known else None) or date,
            "name": label(event, details[event], view.lang), "href": view.href(event),
            "kind": ", ".join(sorted(label(each, details[each], view.lang) for each in kinds[date, event] - above)),
            "marks": numbers.of(cited[event]),
        })  # fmt: skip
    return view.page("timeline.html", years=dict(years), bars=bars(years), sources=list(numbers.all.values()))


def bars(years: dict[str, list[dict[str, object]]]) -> Sequence[tuple[str, int, int]]:
    """Count the records of each year, also of the years without any: the year, the count, its part of the highest."""
    usual = [int(year) for year in years if year.isdecimal() and int(year) >= 1990]
    most = max((len(found) for found in years.values()), default=1)
    span_of = range(min(usual, default=1), max(usual, default=0) + 1)
    return [
        (str(year), count, round(count / most * 100)) for year in span_of for count in [len(years.get(str(year), ()))]
    ]


def chart(view: View) -> Page:
    """Write the page with the map of all incidents."""
    found = [(event.value, date.value if isinstance(date, Literal) else "") for event, date in
             rows(view.graph, INCIDENTS, "accepted") if isinstance(event, NamedNode)]  # fmt: skip
    found = sorted(view.first(found[::-1]), key=lambda each: (each[1], each[0]))
    known = describe(view.graph, {event for event, _ in found}, "accepted")
    at: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    where: dict[str, list[str]] = defaultdict(list)
    for event, place, *_ in about(view.graph, WHERE, {event for event, _ in found}, "accepted"):
        if isinstance(event, NamedNode) and isinstance(place, NamedNode):
            where[event.value].append(place.value)
    named = describe(view.graph, {place for each in where.values() for place in each}, "accepted")
    for each, date in found:
        for spot in where[each]:
            key = (label(spot, named[spot], view.lang), view.href(spot))
            at[key].append((date, label(each, known[each], view.lang), view.href(each)))
    return view.page("map.html", chart=chart_of(view, [event for event, _ in found]), places=sorted(at.items()))
