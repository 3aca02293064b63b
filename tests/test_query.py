"""Saved queries: what a header may say, and that a value, however hostile, stays a value."""

import json
import re
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT, WORLD
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Store

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.errors import DataError, KzkgError, RequestError
from kzkg.query import Distance, SavedQuery, from_record, read_query

HEADER = """#+ summary: Who?
#+ params:
#+   name: {type: string, help: a name}
#+   day: {type: date, help: a day}
#+   who: {type: iri, class: kzkg:Actor, help: an actor}
#+   year: {type: integer, help: a year}
#+ example: {name: Alpha}
#+ evidence: [x]
"""
BODY = """SELECT ?x ?name ?day ?who ?year WHERE {
  VALUES ?name { UNDEF }
  VALUES ?day { UNDEF }
  VALUES ?who { UNDEF }
  VALUES ?year { 2011 }
  BIND ("x" AS ?x)
  { SELECT ?day WHERE {
    VALUES ?day { UNDEF }
  } }
}
"""


@pytest.fixture
def query() -> SavedQuery:
    return read_query(HEADER + BODY, Path("queries/who.rq"))


def test_reads_a_header(query: SavedQuery) -> None:
    assert (query.name, query.summary, query.graph, query.evidence) == ("who", "Who?", "accepted", ("x",))
    assert [parameter.name for parameter in query.parameters] == ["name", "day", "who", "year"]
    assert query.parameter("who").of == "kzkg:Actor"
    assert query.example == (("name", "Alpha"),)


def test_a_record_makes_the_same_query(query: SavedQuery) -> None:
    assert from_record(json.loads(json.dumps(query.record()))) == query
    near = read_query(
        HEADER.replace("a year}", "a year}\n#+ distance: {from: [x, day], to: [name, who], within: year, column: km}")
        + BODY,
        Path("near.rq"),
    )
    assert near.distance == Distance(("x", "day"), ("name", "who"), "year", "km")
    assert from_record(json.loads(json.dumps(near.record()))) == near


def test_slots(query: SavedQuery) -> None:
    lines = query.bind({"day": terms.day("2010-01-01"), "who": [terms.expand("id:a"), terms.expand("id:b")]}).split(
        "\n"
    )
    day = '"2010-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    start = HEADER.count("\n") + 1
    assert lines[start] == ""  # an empty slot is dropped, its line stays
    assert lines[start + 1] == f"  VALUES ?day {{ {day} }}"
    assert lines[start + 2] == "  VALUES ?who { <https://w3id.org/kzkg/id/a> <https://w3id.org/kzkg/id/b> }"
    assert lines[start + 3] == "  VALUES ?year { 2011 }"  # a default stays
    assert lines[start + 6] == f"    VALUES ?day {{ {day} }}"  # each slot of the name is filled
    assert len(lines) == len((HEADER + BODY).split("\n"))


def test_a_default_gives_way(query: SavedQuery) -> None:
    assert 'VALUES ?year { "2012"^^<http://www.w3.org/2001/XMLSchema#integer> }' in query.bind(
        {"year": terms.whole(2012)}
    )


HOSTILE = [
    '"',
    "'",
    '"""',
    "}",
    "{",
    "} } #",
    "#",
    "x\ny",
    "x\r",
    "\x00",
    "\\",
    "\\u0022",
    "\\u0022 } DROP ALL #",
    '" } UNION { ?s ?p ?o } #',
    "UNDEF } VALUES ?x { 1",
    "<http://x>",
    "?x",
    "\u2028",
    "\ud800",
    "\u202e",
    "a" * 100_000,
    "%22",
    "''",
    "@en",
    '"^^<x>',
    "$1",
    "\\g<0>",
]


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("name", ["name", "day", "who", "year"])
def test_hostile_words(query: SavedQuery, name: str, word: str) -> None:
    """A hostile word is refused in one line, or it reaches both engines as the value that it is."""
    refused, text = None, ""
    try:
        text = query.bind({name: query.parameter(name).term(word)})
    except RequestError as error:
        refused = error
    if refused:
        assert refused.exit_code == 2
        assert len(str(refused).splitlines()) == 1
        assert len(str(refused)) < 250
        return
    assert_value(text, name, word.strip("<>") if name == "who" else word)


@given(st.text(max_size=60))
def test_any_text(word: str) -> None:
    query = read_query(HEADER + BODY, Path("queries/who.rq"))
    try:
        text = query.bind({"name": query.parameter("name").term(word)})
    except RequestError:
        return
    assert_value(text, "name", word)


def assert_value(text: str, name: str, word: str) -> None:
    rows = list(Store().query(text))
    assert [row[name].value for row in rows] == [word]
    assert [str(row[name]) for row in rdflib.Graph().query(text)] == [word]


@pytest.mark.parametrize(
    "term",
    [Literal('"} #\\u0022'), Literal("a\nb"), Literal("x" * 2000), BlankNode("b"), NamedNode("http://x/" + "y" * 2000)],
)
def test_a_hostile_term_is_checked_too(query: SavedQuery, term: object) -> None:
    for name in ("name", "day", "who", "year"):
        with pytest.raises((RequestError, TypeError)):
            query.bind({name: term})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("who", Literal("x")),
        ("day", NamedNode("http://x")),
        ("day", Literal("soon")),
        ("year", Literal("x")),
        ("name", NamedNode("http://x")),
    ],
)
def test_a_term_of_another_type_is_refused(query: SavedQuery, name: str, term: NamedNode | Literal) -> None:
    with pytest.raises(RequestError, match=f"^{name}: "):
        query.bind({name: term})


def test_unknown_parameter(query: SavedQuery) -> None:
    with pytest.raises(
        RequestError, match=r"has no parameter 'yaer', it takes name, day, who, year; did you mean year\?"
    ):
        query.bind({"yaer": terms.whole(1)})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ summary: Who?", "#+ sumary: Who?", "unknown word 'sumary' in the header; did you mean summary?"),
        ("#+ summary: Who?", "#+ summary: ''", "'summary' in the header must be a text"),
        ("#+ summary: Who?", "#+ summary: [a", "the header is not YAML"),
        ("#+ summary: Who?", "#+ summary: Who\x00?", "the header is not YAML: special characters are not allowed"),
        ("#+ summary: Who?", r'#+ summary: "\U0011FFFF"', "the header is not YAML: chr()"),
        ("#+ summary: Who?", r'#+ summary: "\ud800"', "the header holds half a letter"),
        ("#+ summary: Who?", f"#+ summary: {'[' * 5000}", "the header is nested too deeply"),
        ("help: a name}", "help: [a, name]}", "parameter name: 'help' must be a text"),
        (
            "#+ evidence: [x]",
            "#+ evidence: [x]\n#+ distance: {from: [[x], x], to: [x, x], within: year, column: km}",
            "'distance' takes single words",
        ),
        ("type: string", "type: strin", "parameter name has the unknown type 'strin'"),
        ("help: a name}", "help: a name, or two}", "a text with a comma stands in quotes"),
        ("{type: string, help: a name}", "{type: string}", "parameter name has no help"),
        ("{type: string, help: a name}", "string", "must be a plain word with"),
        ("class: kzkg:Actor, ", "", "an iri names its class"),
        ("class: kzkg:Actor", "class: kzk:Actor", "unknown prefix kzk:"),
        ("{type: date, help: a day}", "{type: date, round: off, help: a day}", "'round' is down or up"),
        ("{type: date, help: a day}", "{type: date, clas: x, help: a day}", "unknown word 'clas' in the parameter day"),
        (
            "#+ example: {name: Alpha}",
            "#+ example: {nam: Alpha}",
            "'example' fills 'nam', which is no parameter; did you",
        ),
        ("#+ example: {name: Alpha}", "#+ example: {day: soon}", "day: 'soon' is not a day"),
        ("#+ evidence: [x]", "#+ evidence: [y]", "'evidence' names ?y, which does not occur"),
        ("#+ evidence: [x]", "#+ evidence: x", "must be a list of words"),
        ("#+ evidence: [x]\n", "", "says neither 'evidence: [variable]'"),
        ("#+ evidence: [x]", "#+ evidence: [x]\n#+ graph: some", "unknown graph 'some', one of accepted, all, files"),
        ("#+ evidence: [x]", "#+ evidence: [x]\n#+ distance: {within: year}", "'distance' is {from:"),
        ("  VALUES ?name { UNDEF }\n", "", "parameter name has no slot"),
        ("?name { UNDEF }", "?name { UNDEF } VALUES ?z { 1 }", "the slot ?name must stand alone on its line"),
        ("?name { UNDEF }", "?name { UNDEF }\n  VALUES ?z { UNDEF }", "the slot ?z has no parameter"),
    ],
)
def test_a_faulty_header_is_named(old: str, new: str, message: str) -> None:
    text = (HEADER + BODY).replace(old, new, 1)
    assert text != HEADER + BODY
    with pytest.raises(DataError, match=re.escape("queries/who.rq")) as error:
        read_query(text, Path("queries/who.rq"))
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_no_header() -> None:
    with pytest.raises(DataError, match="no header"):
        read_query("SELECT * WHERE { ?s ?p ?o }", Path("x.rq"))


@pytest.mark.parametrize(
    "path",
    [*sorted(Catalog(ROOT).query_files.values()), *sorted(Catalog(WORLD).query_files.values())],
    ids=lambda p: p.stem,
)
def test_every_saved_query_reads_and_binds(path: Path) -> None:
    query = read_query(path.read_text(encoding="utf-8"), path)
    assert query.summary
    values = {name: query.parameter(name).term(word) for name, word in query.example if is_word(query, name, word)}
    Store().query(query.bind(values), prefixes=terms.PREFIXES)


def is_word(query: SavedQuery, name: str, word: str) -> bool:
    try:
        query.parameter(name).term(word)
    except KzkgError:
        return False
    return True
