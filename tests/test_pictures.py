"""Pictures: whole in themselves, the same every time, readable, told in words, and refused in one clear line."""

from __future__ import annotations

import json
import re
import struct
import sys
import zlib
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal, NamedNode

from kzkg.answer import Answer, Wish, ask
from kzkg.citations import Citation
from kzkg.errors import KzkgError, RequestError
from kzkg.labels import resolve
from kzkg.pictures import FORMS, KINDS, draw, ready, refusal, room
from kzkg.pictures.caption import MOST_LISTED, Subject
from kzkg.pictures.labelling import Label, placed
from kzkg.pictures.layers import acyclic, laid_out
from kzkg.pictures.maps import borders, on_paper
from kzkg.pictures.places import Spot, spots
from kzkg.pictures.text import Ruler, ranges
from kzkg.pictures.theme import COLOURS, MOST_KEYS, keys
from kzkg.pictures.words import COLUMNS, WORDS
from kzkg.store import Graph, open_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("vl_convert")

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
SPACE = "{http://www.w3.org/2000/svg}"
ID = "https://w3id.org/kzkg/id/"
DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
WHOLE = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph()


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


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("timeline", COUNTS, "column of days"),
        ("map", BANS, "column of places"),
        ("network", COUNTS, "two columns of things"),
        ("bars", made((Literal("3", datatype=WHOLE),), variables=("things",)), "to count by"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_the_missing_column(kind: str, subject: Subject, words: str) -> None:
    assert words in (refusal(kind, subject) or "")
    with pytest.raises(RequestError, match=words):
        draw(kind, subject)


def test_the_command_names_queries_that_fit(tmp_path: Path) -> None:
    from kzkg.commands.asking import Request
    from kzkg.commands.plot import plot_query

    with pytest.raises(RequestError) as error:
        plot_query("map", ["decisions-by-court"], Request(output=f"{tmp_path}/x.svg"))
    assert "decisions-by-court: a map needs" in str(error.value)
    assert "it fits" in str(error.value)
    assert "attacks" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("output", "form", "words"),
    [("x.pdf", None, "use .svg, .png or .html"), (None, "jpg", "there are svg, png, html")],
)
def test_the_command_names_its_formats(output: str | None, form: str | None, words: str) -> None:
    from kzkg.commands.asking import Request
    from kzkg.commands.plot import plot_query

    with pytest.raises(RequestError, match=words):
        plot_query("bars", ["attacks"], Request(output=output, form=form))


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kzkg.commands.asking import Request
    from kzkg.commands.plot import plot_query

    plot_query("bars", ["decisions-by-court"], Request(output=f"{tmp_path}/x.svg", lang="ru", everything=True))
    told = capsys.readouterr()
    assert told.out == ""
    assert "x.svg: bars of decisions-by-court" in told.err
    assert "решения" in (tmp_path / "x.svg").read_text(encoding="utf-8")


def test_a_missing_library_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(KzkgError, match=r"pip install 'kzkg\[plot\]'") as error:
        ready()
    assert error.value.exit_code == 4


def test_nothing_of_it_is_imported_by_other_commands() -> None:
    import subprocess

    script = "import kzkg.cli, sys; print([name for name in sys.modules if 'vl_convert' in name or 'pictures' in name])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_word_is_there_in_three_languages() -> None:
    for table in (WORDS, COLUMNS):
        assert all(len(words) == 3 and all(words) for words in table.values())


def test_signs_differ_in_more_than_colour() -> None:
    names = [f"n{number:02}" for number in range(MOST_KEYS + 2)]
    found = keys(names, "other")
    assert len({(key.colour, key.shape) for key in found.values()}) == MOST_KEYS + 1
    first = [found[name] for name in names[: len(COLOURS)]]
    assert len({key.shape for key in first}) == len({key.dash for key in first}) == len(COLOURS)
    assert found[names[-1]].text == "other"


def test_colours_are_dark_enough_on_paper_and_apart_for_the_colour_blind() -> None:
    def channels(colour: str) -> list[float]:
        values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]

    def blind(colour: str, matrix: tuple[tuple[float, ...], ...]) -> list[float]:
        return [sum(a * b for a, b in zip(line, channels(colour), strict=True)) for line in matrix]

    # Machado, Oliveira and Fernandes 2009, full protanopia and deuteranopia.
    red = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
    green = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
    for matrix in (red, green):
        seen = [blind(colour, matrix) for colour in COLOURS]
        apart = [
            sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
            for number, one in enumerate(seen)
            for other in seen[number + 1 :]
        ]
        assert min(apart) > 0.05
    for colour in COLOURS:
        light = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), channels(colour), strict=True))
        assert 1.05 / (light + 0.05) > 2.0


def test_numbers_in_short() -> None:
    assert ranges([3, 1, 2, 7, 2]) == "[1–3, 7]"
    assert ranges([1, 2]) == "[1, 2]"
    assert ranges([]) == ""
    assert Ruler().short("[1–3, 7, 12]", 40) == "[1–3, …]"


def test_lines_break_and_end_where_they_must() -> None:
    ruler = Ruler()
    lines = ruler.wrapped("Specialized Inter-District Economic Court of East Kazakhstan Region", 200)
    assert " ".join(lines) == "Specialized Inter-District Economic Court of East Kazakhstan Region"
    assert all(ruler.width(line) <= 200 for line in lines)
    cut = ruler.wrapped("Specialized Inter-District Economic Court of East Kazakhstan Region", 100, most=2)
    assert len(cut) == 2
    assert cut[1].endswith("…")
    assert ruler.wrapped("", 100) == [""]
    assert ruler.width("ұлттық қауіпсіздік") > ruler.width("ұлттық")


def test_a_circle_of_links_is_laid_out() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "b"), ("d", "d")]
    assert acyclic(links) == [("a", "b"), ("b", "c"), ("a", "c")]
    layout = laid_out(links[:4], dict.fromkeys("abc", 20.0))
    assert [layout.ranks[node] for node in "abc"] == [0, 1, 2]
    assert next(iter(layout.bends["a", "c"]))[0] == 1


def test_boxes_of_a_column_keep_apart() -> None:
    links = [(f"a{n % 3}", f"b{n}") for n in range(12)] + [("b1", "c"), ("a2", "c")]
    layout = laid_out(links, {node: 30.0 for link in links for node in link})
    for rank in range(3):
        middles = sorted(layout.middles[node] for node, its in layout.ranks.items() if its == rank)
        assert all(b - a >= 30 for a, b in pairwise(middles))
    assert min(layout.middles.values()) >= 15
    assert max(layout.middles.values()) <= layout.height


def test_names_in_a_crowd_do_not_meet() -> None:
    labels = [Label((400 + n % 4 * 9.0, 300 + n // 4 * 9.0), 6, 90, 15, []) for n in range(24)]
    boxes = placed(labels, 900, 600)
    assert not [1 for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.meets(b, 0)]


def test_the_map_is_the_right_way_round() -> None:
    almaty, astana, aktobe = on_paper(76.91, 43.25), on_paper(71.45, 51.18), on_paper(57.21, 50.28)
    assert aktobe[0] < astana[0] < almaty[0]
    assert astana[1] < almaty[1]
    assert borders()["licence"] == "public domain"
    assert len(borders()["regions"]) > 10


def test_a_map_says_what_it_leaves_out() -> None:
    answer = Answer("Q?", ("place",), ((thing("here"),), (thing("far"),), (thing("nowhere"),)))
    where = {
        ID + "here": (Spot("here", "Here", 48.0, 67.0),),
        ID + "far": (Spot("far", "Far", 33.3, 44.4),),
        ID + "nowhere": (Spot("nowhere", "Nowhere"),),
    }
    shown = [box.text for box in texts(draw("map", Subject(answer, spots=where), "svg"))]
    assert "Here" in shown
    assert "Outside this map: Far." in shown
    assert "Without coordinates, not drawn: Nowhere." in shown
    assert any("Natural Earth" in text for text in shown)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_room(kind: str) -> None:
    assert callable(room(KINDS[kind]).fits)
    assert callable(room(KINDS[kind]).draw)


def test_a_network_of_very_many_is_cut_and_says_so(graph: Graph) -> None:
    shown = [box.text for box in texts(draw("network", subject_of(graph, "network", "documents", {}), "svg"))]
    assert any("the first are drawn" in text for text in shown)
    assert len(shown) < 500
