"""The one table of prefixes, and the only place where a word of a user becomes an RDF term."""

import datetime as dt
import re
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kzkg.errors import RequestError, nearest

PREFIXES: dict[str, str] = {
    "id": "https://w3id.org/kzkg/id/",
    "kzkg": "https://w3id.org/kzkg/ns#",
    "v": "https://w3id.org/kzkg/vocab/",
    "g": "https://w3id.org/kzkg/graph/",
    "kzs": "https://w3id.org/kzkg/shapes#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

LONGEST_VALUE = 1000
"""No name, IRI or number that a person types is longer; what is longer is a mistake or an attack."""

Term = NamedNode | BlankNode | Literal | Triple
"""A term of an answer; quoted triples can stand in a query that makes them, never in our data."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ABSOLUTE = re.compile(r"(?:https?|urn|mailto|tag|doi|info|geo):[^\s<>\"{}|\\^`\x00-\x20]+")


def expand(name: str) -> NamedNode:
    """Turn a prefixed name, an IRI or an IRI in angle brackets into a term."""
    if len(name) > LONGEST_VALUE:
        raise RequestError(f"an IRI of {len(name)} characters is too long, at most {LONGEST_VALUE} are taken")
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    prefix, colon, local = bare.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return _checked(PREFIXES[prefix] + local, name)
    if _ABSOLUTE.fullmatch(bare):
        return _checked(bare, name)
    if colon and re.fullmatch(r"[A-Za-z][\w.-]*", prefix):
        raise RequestError(f"unknown prefix {prefix}: in {quoted(name)}{nearest(prefix, list(PREFIXES))}")
    raise RequestError(f"{quoted(name)} is neither an IRI nor a prefixed name such as id:org-taliban")


def _checked(iri: str, name: str) -> NamedNode:
    if not _ABSOLUTE.fullmatch(iri):
        raise RequestError(f"{quoted(name)} holds a character that no IRI may hold")
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise RequestError(f"{quoted(name)} is not an IRI: {error}") from error


def is_name(word: str) -> bool:
    """Whether a word is written as an IRI or a prefixed name, so that it is not looked up among the labels."""
    prefix, colon, local = word.partition(":")
    known = bool(colon) and prefix in PREFIXES and " " not in local
    return known or (word.startswith("<") and word.endswith(">")) or bool(_ABSOLUTE.fullmatch(word))


def is_prefixed(word: str) -> bool:
    """Whether a word is written as a prefixed name, be its prefix known or not."""
    return len(word) <= LONGEST_VALUE and re.fullmatch(r"[A-Za-z][\w.-]*:[^\s:/][^\s:]*", word) is not None


def shrink(iri: str | NamedNode) -> str:
    """Write an IRI with its prefix where the table has one and the rest is a plain local name, else as it is."""
    return _shrunk(iri if isinstance(iri, str) else iri.value)


@lru_cache(maxsize=1 << 14)
def _shrunk(value: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace) and _LOCAL.fullmatch(value, len(namespace)):
            return f"{prefix}:{value[len(namespace) :]}"
    return value


def prologue(prefixes: dict[str, str] | None = None) -> str:
    """Write the table as SPARQL PREFIX lines."""
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in (prefixes or PREFIXES).items())


def quoted(word: str) -> str:
    """Show a user's word in a message: on one line, without control characters, cut when long."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in word)
    return f"'{plain[:60]}…'" if len(plain) > 60 else f"'{plain}'"


def text(words: str, language: str | None = None) -> Literal:
    """Make a plain literal, or one with a language tag, of words that hold no control characters."""
    if len(words) > LONGEST_VALUE:
        raise RequestError(f"a text of {len(words)} characters is too long, at most {LONGEST_VALUE} are taken")
    # A backslash is refused because rdflib and some stores undo \u escapes before they read a query, which would
    # turn the six harmless characters \u0022 into a quotation mark that ends the literal.
    if "\\" in words or any(ord(letter) < 32 or ord(letter) == 127 for letter in words):
        raise RequestError(f"{quoted(words)} holds a backslash or a control character")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in words):
        raise RequestError(f"{quoted(words)} is not valid text")
    return Literal(words, language=language) if language else Literal(words)


def whole(word: str | int) -> Literal:
    """Make an xsd:integer."""
    digits = str(word).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", digits):
        raise RequestError(f"{quoted(digits)} is not a whole number, such as 2011")
    return Literal(str(int(digits)), datatype=NamedNode(PREFIXES["xsd"] + "integer"))


def day(word: str | dt.date, rounded: str | None = None) -> Literal:
    """Make an xsd:date of a real day; `rounded` (down, up) also takes a year or a month and its first or last day."""
    written = word.isoformat() if isinstance(word, dt.date) else word.strip()
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", written, re.ASCII)
    if not found or (rounded is None and not found[3]):
        raise RequestError(f"{quoted(written)} is not a day, written as 2010-01-31")
    if rounded and not found[3]:
        first, last = span(written)
        written = (first if rounded == "down" else last).isoformat()
    try:
        return Literal(dt.date.fromisoformat(written).isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date"))
    except ValueError as error:
        raise RequestError(f"{quoted(written)} is no day of the calendar") from error


def span(written: str) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of a year, a month or a day."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", written, re.ASCII)
    if not found:
        raise RequestError(f"{quoted(written)} is not a year, a month or a day, such as 2010, 2010-01 or 2010-01-31")
    import calendar

    try:
        year, month = int(found[1]), int(found[2] or 12)
        first = dt.date(year, int(found[2] or 1), int(found[3] or 1))
        return first, dt.date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError) as error:
        raise RequestError(f"{quoted(written)} is no day of the calendar") from error
