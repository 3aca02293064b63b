"""Words of users: IRIs, prefixed names, dates, numbers, texts, names of things, options of a query, its own header."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from kzkg import terms
from kzkg.commands.asking import parsed
from kzkg.errors import DataError, KzkgError, RequestError
from kzkg.labels import resolve
from kzkg.options import called_by, hoisted
from kzkg.query import Parameter, SavedQuery, read_query
from kzkg.server.api import asked
from kzkg.server.problems import Refusal
from kzkg.store import open_graph
from tests.fuzz import one_line, place, refused

if TYPE_CHECKING:
    from kzkg.store import Graph

WORDS = [
    b"id:", b"kzkg:", b"v:", b"xsd:", b"id:org-alpha", b"https://w3id.org/kzkg/id/", b"<", b">", b"http://", b"urn:",
    b"2010", b"2010-01", b"2010-02-29", b"2012-02-29", b"0000-00-00", b"9999-12-31", b"+", b"-", b"007", b"1e3",
    b"\\u0022", b"\\", b'"', b"'", b"\n", b"\r", b"\x00", b"\x7f", b"}", b"{", b"UNDEF", b"%20", b"%", b"#", b"?",
    b"^^", b"@en", b"\xf0\x9f\x98\x80", b"\xd0\x90", b"\xed\xa0\x80", b"Alpha", b"Court of the North", b"Omega", b"--",
    b"=", b"--court", b"--day=", b"-f", b"--store", b"#+ summary: x\n", b"#+ params:\n",
    b"#+   day: {type: date, help: x}\n",
    b"#+ evidence: computed\n", b"#+ ", b"[", b"]", b"&a", b"*a", b"!!python", b"VALUES ?day { UNDEF }\n", b"SELECT",
    b"limit", b"offset", b"&", b"known-by", b"lang",
]  # fmt: skip
KINDS = ("iri", "concept", "class", "date", "integer", "string")
PARAMETERS = [
    *(Parameter(kind, kind, "x", {"iri": "kzkg:Court", "concept": "v:group"}.get(kind)) for kind in KINDS),
    Parameter("down", "date", "x", round="down"),
    Parameter("up", "date", "x", round="up"),
]
QUERY = SavedQuery(
    "words",
    "SELECT * WHERE {\n" + "".join(f"VALUES ?{each.name} {{ UNDEF }}\n" for each in PARAMETERS) + "}",
    "Which words?",
    parameters=tuple(PARAMETERS),
)
EMPTY = Store()


def check(data: bytes) -> None:
    """Take the first byte for the reader that the rest is given to."""
    kinds = (words, things, options, headers, lines)
    if data:
        kinds[data[0] % len(kinds)](text_of(data[1:]))


def text_of(data: bytes) -> str:
    """Give a text, with halves of letters where they are written."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def words(text: str) -> None:
    """A word is a term that means itself in a query and in a file, or is refused on one line."""
    assert isinstance(terms.is_name(text), bool)
    assert isinstance(terms.is_prefixed(text), bool)
    assert terms.quoted(text).isprintable()
    for parameter in PARAMETERS:
        try:
            term = parameter.term(text)
        except RequestError as error:
            one_line(error)
            continue
        assert parameter.check(term) == term
        written(parameter, term)
        itself(term)


def written(parameter: Parameter, term: NamedNode | Literal) -> None:
    """A date is a real day, a whole number is one, an IRI can be written shorter and read again."""
    if isinstance(term, NamedNode):
        assert terms.expand(f"<{term.value}>") == term
        assert terms.expand(terms.shrink(term)) == term
    elif parameter.type == "date":
        assert dt.date.fromisoformat(term.value).isoformat() == term.value
    elif parameter.type == "integer":
        assert str(int(term.value)) == term.value
    # Filled into a query it is the one row of it, and no line is more or less than before.
    text = QUERY.bind({parameter.name: term})
    assert text.count("\n") == QUERY.text.count("\n")
    answer = EMPTY.query(text)
    assert isinstance(answer, QuerySolutions)
    rows = [row[parameter.name] for row in answer]
    assert rows == [term], rows


def itself(term: NamedNode | Literal) -> None:
    """What is written as N-Triples is read as the same."""
    quad = next(iter(parse(f"<urn:a> <urn:b> {term} .", RdfFormat.N_TRIPLES)))
    assert quad.object == term


@lru_cache(maxsize=1)
def graph() -> Graph:
    """The tiny world."""
    return open_graph(place.world())


def things(text: str) -> None:
    """A name of a thing is looked up, or refused on one line."""
    for parameter in PARAMETERS[:3]:
        try:
            found = resolve(graph(), QUERY, {parameter.name: text})
        except KzkgError as error:
            one_line(error)
        else:
            assert isinstance(found[parameter.name], NamedNode)


def options(text: str) -> None:
    """Words of a command line, and the parameters of an address, are read or refused."""
    given = text.split("\n")
    called_by(hoisted(list(given)))
    try:
        name, values = parsed(given)
        assert isinstance(name, str)
        assert all(each for each in values.values())
    except RequestError as error:
        one_line(error)
    pairs = [tuple(each.partition("=")[::2]) for each in given]
    try:
        job = asked("bans", pairs)  # type: ignore[arg-type]
    except Refusal as refusal:
        refused(refusal, 400)
    else:
        assert job["limit"] is None or 0 < job["limit"] <= 100_000
        assert job["offset"] >= 0


def headers(text: str) -> None:
    """The header of a saved query is read or refused with its file."""
    whole = text if text.startswith("#+") else "#+ summary: x\n#+ evidence: computed\n#+ " + text.replace("\n", "\n#+ ")
    for each in (whole, f"{whole}\nSELECT ?day WHERE {{\n  VALUES ?day {{ UNDEF }}\n}}\n"):
        try:
            query = read_query(each, Path("queries/words.rq"))
        except DataError as error:
            named(error)
        else:
            assert query.summary
            assert all(parameter.type in KINDS for parameter in query.parameters)


def named(error: KzkgError) -> None:
    """A fault of a file begins with its name."""
    one_line(error)
    assert str(error).startswith("queries/words.rq:"), error


def lines(text: str) -> None:
    """A literal is a text that any reader of N-Triples gives back."""
    try:
        term = terms.text(text)
    except RequestError as error:
        one_line(error)
        return
    assert term.value == text
    itself(term)
    itself(Literal(term.value, language="en"))
