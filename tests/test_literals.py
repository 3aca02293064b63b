"""Which texts a datatype allows, and which value comes first."""

import pytest
from pyoxigraph import Literal

from kzkg.terms import expand
from kzkg.validation.literals import compare, is_valid


def literal(text, kind):
    return Literal(text, datatype=expand(kind))


GOOD = {
    "xsd:date": ["2024-02-29", "2011-05-17"],
    "xsd:gYear": ["2005"],
    "xsd:gYearMonth": ["2005-12"],
    "xsd:integer": ["0", "-3", "007", "+5"],
    "xsd:decimal": ["1.5", ".5", "-2"],
    "xsd:double": ["1e6", "INF", "NaN"],
    "xsd:boolean": ["true", "0"],
    "xsd:byte": ["-128", "127"],
    "xsd:positiveInteger": ["1"],
    "xsd:dateTime": ["2005-03-15T10:00:00Z", "2005-03-15T10:00:00.5"],
    "xsd:anyURI": ["https://example.org/a?b=ж", ""],
    "geo:wktLiteral": ["POINT(1 2)", "POINT EMPTY"],
    "xsd:string": ["anything at all"],
}
BAD = {
    "xsd:date": ["2023-02-30", "2023-2-3", "2011", "17.05.2011", "2011-13-01"],
    "xsd:gYear": ["05", "2005-12"],
    "xsd:gYearMonth": ["2005-13"],
    "xsd:integer": ["1.0", "", "one", "1 "],
    "xsd:decimal": ["1e6", ".", "1,5"],
    "xsd:boolean": ["yes", "TRUE"],
    "xsd:byte": ["128"],
    "xsd:positiveInteger": ["0"],
    "xsd:dateTime": ["2005-02-30T10:00:00Z"],
    "xsd:anyURI": ["with space"],
    "geo:wktLiteral": ["1 2"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in GOOD.items() for text in texts])
def test_good_values(kind, text):
    assert is_valid(literal(text, kind))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in BAD.items() for text in texts])
def test_bad_values(kind, text):
    assert not is_valid(literal(text, kind))


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        (literal("9", "xsd:integer"), literal("10", "xsd:integer"), -1),
        (literal("1.0", "xsd:decimal"), literal("1", "xsd:integer"), 0),
        (literal("2e0", "xsd:double"), literal("1", "xsd:integer"), 1),
        (literal("2005-03-15", "xsd:date"), literal("2005-03-16", "xsd:date"), -1),
        (literal("2005-03-15", "xsd:date"), literal("2005", "xsd:gYear"), None),
        (literal("2005-03-15", "xsd:date"), literal("3", "xsd:integer"), None),
        (literal("2023-02-30", "xsd:date"), literal("2023-03-01", "xsd:date"), None),
        (Literal("a"), Literal("b"), -1),
        (Literal("a", language="en"), Literal("b", language="en"), None),
        (literal("2005-03-15T10:00:00Z", "xsd:dateTime"), literal("2005-03-15T10:00:00", "xsd:dateTime"), None),
        (literal("2005-03-15T10:00:00Z", "xsd:dateTime"), literal("2005-03-15T10:00:00+01:00", "xsd:dateTime"), 1),
    ],
)
def test_order(one, other, order):
    assert compare(one, other) == order
