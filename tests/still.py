"""A folder of a few pages that answer on their own, and what they have to answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kzkg.answer import Wish, ask
from kzkg.formats import Layout
from kzkg.formats.objects import objects
from kzkg.labels import resolve
from kzkg.pages import assets
from kzkg.pages.linking import Target
from kzkg.static import engine
from kzkg.static.links import stem
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.store import Graph

PLACES = [Target("front"), Target("about"), Target("search"), Target("sparql")]
ASKED = [Target("query", name) for name in ("courts-banned-groups", "incidents", "lifted-designations")]


def write(graph: Graph, home: Path) -> Path:
    """Write some pages in two languages, the files they need, and the engine."""
    shelf = Shelf(home, None)
    writer = Writer(graph, shelf, "", ("en", "ru"))
    for target in (*PLACES, *ASKED):
        writer.write(target)
    for name in assets.names():
        shelf.put(f"static/{name}", assets.content(name))
    engine.write(graph, home, {each.name: stem(each, writer.alike) for each in writer.odd})
    return home


def alike(rows: list[dict[str, Any]]) -> list[str]:
    """Write rows so that equal ones are equal; both languages of programming read 3 and 3.0 as one number."""
    return sorted(json.dumps(json.loads(json.dumps(row), parse_float=Number), sort_keys=True) for row in rows)


def Number(text: str) -> float | int:  # noqa: N802
    """Read a number that may be whole."""
    return int(float(text)) if float(text).is_integer() else float(text)


def expected(graph: Graph, name: str, given: dict[str, str], lang: str = "en", dataset: str | None = None) -> Any:
    """What `kzkg run NAME -f json --cite` writes."""
    query = graph.catalog.query(name)
    answer = ask(graph, query, resolve(graph, query, given), Wish(lang, dataset, cite=True))
    return list(objects(answer, Layout(cite=True))) if answer.boolean is None else answer.boolean
