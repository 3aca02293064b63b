"""Small answers to draw, and what reads a drawing back: its texts with their places, and what a page would fetch."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pyoxigraph import Literal, NamedNode

from kzkg.answer import Answer, Wish, ask
from kzkg.citations import Citation
from kzkg.labels import resolve
from kzkg.pictures.caption import Subject
from kzkg.pictures.places import spots
from kzkg.pictures.text import Ruler

if TYPE_CHECKING:
    from kzkg.store import Graph

SPACE = "{http://www.w3.org/2000/svg}"
ID = "https://w3id.org/kzkg/id/"
DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
WHOLE = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def subject_of(graph: Graph, kind: str, name: str, given: dict[str, str], lang: str = "en") -> Subject:
    query = graph.catalog.query(name)
    answer = ask(graph, query, resolve(graph, query, given), Wish(lang=lang, cite=True))
    return Subject(answer, lang, spots=spots(graph, answer, lang, query.graph) if kind == "map" else {})


def thing(name: str) -> NamedNode:
    return NamedNode(ID + name)


def made(*rows: tuple[object, ...], variables: tuple[str, ...], evidence: tuple[str, ...] = ()) -> Subject:
    """A small answer made by hand; each row has a source of its own, and all have one together."""
    names = {each.value: each.value.rpartition("/")[2] for row in rows for each in row if isinstance(each, NamedNode)}
    cited = tuple(
        (
            Citation("Together", "p1", "2020", "https://example.org/all", "s0"),
            Citation(f"Source {n}", "", "", "", f"s{n}"),
        )
        for n in range(1, len(rows) + 1)
    )
    return Subject(Answer("A question?", variables, rows, evidence, names, {}, cited, None, len(rows)))  # type: ignore[arg-type]


BANS = made(
    (thing("court-a"), thing("group-one"), Literal("2004-10-15", datatype=DATE), thing("designation-one")),
    (thing("court-a"), thing("group-two"), Literal("2005-03-15", datatype=DATE), thing("designation-two")),
    (thing("court-b"), thing("group-three"), Literal("2005-03-15", datatype=DATE), thing("designation-three")),
    (thing("court-b"), thing("group-four"), None, thing("designation-four")),
    variables=("court", "group", "date", "designation"),
    evidence=("designation",),
)
COUNTS = made(
    (thing("court-a"), Literal("2", datatype=WHOLE)),
    (thing("court-b"), Literal("11", datatype=WHOLE)),
    variables=("court", "decisions"),
)


class Box:
    """A text of an SVG picture, and the room that it takes."""

    def __init__(self, element: ET.Element, x: float, y: float, ruler: Ruler) -> None:
        self.text = "".join(element.itertext())
        self.size = float(element.get("font-size", "0").removesuffix("px"))
        bold = element.get("font-weight") == "bold"
        # The ruler allows for wider fonts; what is compared here is what is drawn.
        width = ruler.width(self.text, self.size, bold=bold) / 1.05
        anchor = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
        self.left, self.right = x - width * anchor, x + width * (1 - anchor)
        self.top, self.bottom = y - 0.75 * self.size, y + 0.2 * self.size

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def texts(file: bytes) -> list[Box]:
    """All texts of an SVG picture with the place where they are drawn."""
    ruler, found = Ruler(), []

    def walk(element: ET.Element, x: float, y: float) -> None:
        moved = re.match(r"translate\(([-\d.e]+),([-\d.e]+)\)", element.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag == SPACE + "text" and element.get("opacity") != "0" and "".join(element.itertext()).strip():
            found.append(Box(element, x, y, ruler))
        for child in element:
            walk(child, x, y)

    walk(ET.fromstring(file), 0, 0)
    return found


class Fetches(HTMLParser):
    """Whatever a browser would fetch by itself to show a page; what a reader may click is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str | None]] = []
        self.policy = ""
        self.ids: list[str] = []
        self.roles: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag != "a":
            wanted = {"src", "href", "xlink:href", "srcset", "data", "poster", "action", "background"}
            self.found += [(tag, name, value) for name, value in attributes if name in wanted]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""
        self.ids += [str(given["id"])] if "id" in given else []
        if "role" in given:
            self.roles.append((str(given["role"]), given.get("aria-label") or given.get("aria-labelledby") or ""))
