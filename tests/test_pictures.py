"""Pictures: whole in themselves, the same every time, readable, and told in words."""

from __future__ import annotations

import json
import re
import struct
import zlib
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal

from kzkg.answer import Answer
from kzkg.pictures import FORMS, KINDS, draw
from kzkg.pictures.caption import MOST_LISTED, Subject
from kzkg.store import Graph, open_graph
from tests.drawings import BANS, COUNTS, DATE, ID, SPACE, Fetches, subject_of, texts, thing
from tests.parts import module, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = needs(module("vl_convert", "vl-convert-python"))

SHIPPED = [
    ("timeline", "courts-banned-groups", {}),
    ("timeline", "attacks", {}),
    ("timeline", "incidents", {}),
    ("timeline", "listings", {}),
    ("timeline", "phases-of-terrorism", {}),
    ("timeline", "timeline", {}),
    ("timeline", "timeline", {"from": "2016-06-01", "to": "2016-12-31"}),
    ("map", "attacks", {}),
    ("map", "incidents", {}),
    ("map", "places", {}),
    ("map", "near-place", {"place": "id:place-almaty", "km": "50"}),
    ("network", "courts-banned-groups", {}),
    ("network", "organisation-relations", {}),
    ("network", "listings", {}),
    ("network", "memberships", {}),
    ("bars", "decisions-by-court", {}),
    ("bars", "coverage-by-year", {}),
    ("bars", "kind-counts", {}),
    ("bars", "courts-banned-groups", {}),
]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph()


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
@pytest.mark.parametrize(("kind", "name", "given"), SHIPPED, ids=lambda value: value if isinstance(value, str) else "")
def test_no_label_covers_another_or_is_cut(
    graph: Graph, kind: str, name: str, given: dict[str, str], lang: str
) -> None:
    file = draw(kind, subject_of(graph, kind, name, given, lang), "svg")
    root = ET.fromstring(file)
    found = texts(file)
    assert len(found) > 5
    assert not [(a.text, b.text) for number, a in enumerate(found) for b in found[number + 1 :] if a.meets(b)]
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    assert not [box.text for box in found if box.left < 0 or box.right > wide or box.top < 0 or box.bottom > high]
    assert min(box.size for box in found) >= 11


def test_the_overlap_test_sees_an_overlap() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><g transform="translate(5,20)">%s</g></svg>' % (
        b'<text font-size="12px" transform="translate(0,0)">Supreme Court</text>'
        b'<text font-size="12px" transform="translate(40,4)">Astana</text>'
    )
    first, second = texts(svg)
    assert first.meets(second)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fetches_nothing(graph: Graph, kind: str) -> None:
    name = {"timeline": "attacks", "map": "attacks", "network": "memberships", "bars": "decisions-by-court"}[kind]
    subject = subject_of(graph, kind, name, {})
    page = draw(kind, subject, "html").decode()
    parser = Fetches()
    parser.feed(page)
    assert parser.found == []
    assert parser.policy.startswith("default-src 'none'")
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert page.count("<script>") == page.count("</script>") == 2
    spec = json.loads(re.search(r"const SPEC = (\{.*?\});\n", page)[1])  # type: ignore[index]
    assert '"url"' not in json.dumps(spec)
    rows, documents = len(subject.answer.rows), len(subject.sources.documents)
    assert {f"row-{number}" for number in range(1, rows + 1)} <= set(parser.ids)
    assert {f"source-{number}" for number in range(1, documents + 1)} <= set(parser.ids)
    assert ("img", spec_about(page)) in parser.roles


def spec_about(page: str) -> str:
    found = re.search(r'<desc id="picture-about">(.*?)</desc>', page, re.DOTALL)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_fetches_nothing(graph: Graph, kind: str) -> None:
    name = {"timeline": "attacks", "map": "attacks", "network": "memberships", "bars": "decisions-by-court"}[kind]
    file = draw(kind, subject_of(graph, kind, name, {}), "svg").decode()
    assert not re.findall(r'(?:href|src)="|url\((?!#)|@import|<!ENTITY|<script', file)
    assert set(re.findall(r"https?://[^\s\"<]+", file)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["timeline", "network", "bars"])
def test_the_same_bytes_twice(kind: str, form: str) -> None:
    assert draw(kind, COUNTS if kind == "bars" else BANS, form) == draw(kind, COUNTS if kind == "bars" else BANS, form)


@pytest.mark.parametrize("kind", ["timeline", "network"])
def test_a_drawing_is_told_in_words(kind: str) -> None:
    root = ET.fromstring(draw(kind, BANS, "svg"))
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    told = {
        element.get("id"): element.text or "" for element in root if element.tag in {SPACE + "title", SPACE + "desc"}
    }
    assert list(told) == named
    assert told["picture-title"] == "A question?"
    assert all(group in told["picture-about"] for group in ("group-one", "group-two", "group-three"))


def chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(file):
        size = struct.unpack(">I", file[place : place + 4])[0]
        body = file[place + 4 : place + 8 + size]
        assert struct.unpack(">I", file[place + 8 + size : place + 12 + size])[0] == zlib.crc32(body)
        yield body[:4], body[4:]
        place += 12 + size


def test_a_png_is_whole_and_told_in_words() -> None:
    found = list(chunks(draw("bars", COUNTS, "png")))
    assert [kind for kind, _ in found] == [b"IHDR", b"iTXt", b"iTXt", b"IDAT", b"IEND"]
    assert found[1][1] == b"Title\0\0\0\0\0A question?"
    assert b"court-b 11" in found[2][1]
    wide, high = struct.unpack(">II", found[0][1][:8])
    assert wide == 1920
    assert len(zlib.decompress(found[3][1])) == high * (wide * 4 + 1)


def test_sources_are_numbered_once_each_and_stand_in_the_caption() -> None:
    shown = [box.text for box in texts(draw("timeline", BANS, "svg"))]
    assert "Together, p1, 2020" in shown
    assert "Source 3" in shown
    assert "[1, 2]" in shown
    assert "[1, 4]" in shown
    assert BANS.sources.of([0, 1, 2]) == "[1–4]"


def test_rows_that_cannot_be_drawn_are_counted() -> None:
    shown = [box.text for box in texts(draw("timeline", BANS, "svg"))]
    assert "Rows: 3" in shown
    assert "Without a date, not drawn: 1" in shown


def test_very_many_sources_are_left_to_the_page(graph: Graph) -> None:
    subject = subject_of(graph, "timeline", "timeline", {})
    assert len(subject.sources.documents) > MOST_LISTED
    shown = " ".join(box.text for box in texts(draw("timeline", subject, "svg")))
    assert f"Sources: {len(subject.sources.documents)} documents" in shown


def test_a_verdict_that_is_not_acceptance_is_shown() -> None:
    rows, variables = BANS.answer.rows[:2], BANS.answer.variables
    answer = Answer("Q?", variables, rows, ("designation",), BANS.answer.labels, ranks=("accepted", "rejected"))
    shown = [box.text for box in texts(draw("timeline", Subject(answer), "svg"))]
    assert sum("rejected" in text for text in shown) == 1
    assert not [text for text in shown if "accepted" in text]


def test_unknown_days_are_drawn_as_long_as_they_are_unknown() -> None:
    answer = Answer(
        "Q?",
        ("group", "date"),
        ((thing("a"), Literal("2004-01-01", datatype=DATE)), (thing("b"), Literal("2006-05-04", datatype=DATE))),
        labels={ID + "a": "A", ID + "b": "B"},
        days={(0, 1): "2004"},
    )
    span = Subject(answer).columns.span(0, 1)
    assert (span.first, span.last, span.inexact) == ("2004-01-01", "2004-12-31", True)  # type: ignore[union-attr]
    shown = [box.text for box in texts(draw("timeline", Subject(answer), "svg"))]
    assert "2004" in shown
    assert any(text.startswith("A pale bar") for text in shown)


def test_a_network_of_very_many_is_cut_and_says_so(graph: Graph) -> None:
    shown = [box.text for box in texts(draw("network", subject_of(graph, "network", "documents", {}), "svg"))]
    assert any("the first are drawn" in text for text in shown)
    assert len(shown) < 500
