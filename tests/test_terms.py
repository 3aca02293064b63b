"""Words of a user become terms, or one line that says why not."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import RequestError

XSD = terms.PREFIXES["xsd"]


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("id:org-taliban", "https://w3id.org/kzkg/id/org-taliban"),
        ("<https://w3id.org/kzkg/id/org-taliban>", "https://w3id.org/kzkg/id/org-taliban"),
        ("https://example.org/x?y=1#z", "https://example.org/x?y=1#z"),
        ("v:rank-accepted", "https://w3id.org/kzkg/vocab/rank-accepted"),
    ],
)
def test_expand(name: str, iri: str) -> None:
    assert terms.expand(name) == NamedNode(iri)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("kzk:Court", "unknown prefix kzk: in 'kzk:Court'; did you mean kzkg"),
        ("foo:bar", "unknown prefix foo: in 'foo:bar'"),
        ("Taliban", "'Taliban' is neither an IRI nor a prefixed name"),
        ("id:a b", "holds a character that no IRI may hold"),
        ("id:x> . ?s ?p ?o", "holds a character"),
        ('id:"', "holds a character"),
        ("id:a\\u003e", "holds a character"),
        ("id:\x00", "holds a character"),
        ("id:" + "x" * 100_000, "is too long"),
        ("", "is neither"),
        ("javascript:alert(1)", "unknown prefix javascript:"),
    ],
)
def test_refuses_what_is_no_iri(name: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        terms.expand(name)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://w3id.org/kzkg/id/org-taliban", "id:org-taliban"),
        ("https://w3id.org/kzkg/ns#Court", "kzkg:Court"),
        ("https://w3id.org/kzkg/id/a/b", "https://w3id.org/kzkg/id/a/b"),
        ("https://w3id.org/kzkg/id/", "https://w3id.org/kzkg/id/"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_shrink(iri: str, name: str) -> None:
    assert terms.shrink(iri) == name
    assert terms.shrink(NamedNode(iri)) == name


def test_every_prefix_goes_both_ways() -> None:
    for prefix, namespace in terms.PREFIXES.items():
        assert terms.shrink(terms.expand(f"{prefix}:thing-1")) == f"{prefix}:thing-1"
        assert f"PREFIX {prefix}: <{namespace}>" in terms.prologue()


@pytest.mark.parametrize(
    ("word", "rounded", "value"),
    [
        ("2010-01-31", None, "2010-01-31"),
        (dt.date(2010, 1, 31), None, "2010-01-31"),
        ("2012-02-29", None, "2012-02-29"),
        ("2012", "down", "2012-01-01"),
        ("2012", "up", "2012-12-31"),
        ("2012-02", "down", "2012-02-01"),
        ("2012-02", "up", "2012-02-29"),
        ("2012-02-03", "up", "2012-02-03"),
    ],
)
def test_day(word: str | dt.date, rounded: str | None, value: str) -> None:
    assert terms.day(word, rounded) == Literal(value, datatype=NamedNode(XSD + "date"))


NO_DAYS = ["2011-02-29", "2010-13-01", "2010-00-10", "0000-01-01", "2010-1-1", "31.01.2010", "", "2010", "2010-01"]
NO_DAYS += ["２０１０-01-01", "2010-01-01T00:00:00", "-2010-01-01"]


@pytest.mark.parametrize("word", NO_DAYS)
def test_refuses_what_is_no_day(word: str) -> None:
    with pytest.raises(RequestError, match="day"):
        terms.day(word)


@pytest.mark.parametrize("word", ["2010-13", "2010-00", "2010-01-00", "2010-02-30", "0000", "20100", "in 2010"])
def test_refuses_what_is_no_period(word: str) -> None:
    with pytest.raises(RequestError):
        terms.day(word, "up")
    with pytest.raises(RequestError):
        terms.span(word)


@pytest.mark.parametrize(("word", "value"), [("7", "7"), ("-3", "-3"), ("007", "7"), (2011, "2011"), (" 5 ", "5")])
def test_whole(word: str | int, value: str) -> None:
    assert terms.whole(word) == Literal(value, datatype=NamedNode(XSD + "integer"))


@pytest.mark.parametrize("word", ["", "1.5", "1e3", "one", "٣", "9" * 100])
def test_refuses_what_is_no_number(word: str) -> None:
    with pytest.raises(RequestError):
        terms.whole(word)


@given(st.text())
def test_a_text_comes_back_or_is_refused(words: str) -> None:
    with contextlib.suppress(RequestError):
        assert terms.text(words).value == words


@given(st.text())
def test_no_word_breaks_anything(word: str) -> None:
    for read in (terms.expand, terms.day, terms.whole, terms.span):
        message = ""
        try:
            read(word)
        except RequestError as error:
            message = str(error)
        assert len(message.splitlines()) <= 1
    terms.is_name(word)
