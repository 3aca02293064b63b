"""Names: what a thing is called in the reader's language, and which thing a name means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import NotFound, RequestError, nearest
from kzkg.store import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kzkg.query import Parameter, SavedQuery, Value
    from kzkg.store import Graph

LANGUAGES = ("en", "ru", "kk")
DETAILS = ("skos:prefLabel", "rdfs:label", "kzkg:name", "dcterms:title", "dcterms:issued", "schema:url")
HYPHENS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212_]+")
FEW = 12

Details = dict[str, dict[str, list[Literal | NamedNode]]]
"""For each IRI what is written about it: prefixed property name to values."""


def rows(graph: Graph, text: str, dataset: str) -> tuple[tuple[terms.Term | None, ...], ...]:
    """The rows of a SELECT of ours; labels and citations live in no default graph of the files, so `all` is asked."""
    result = graph.evaluate(terms.prologue() + text, "all" if dataset == "files" else dataset)
    return result.rows if isinstance(result, Solutions) else ()


def values(iris: Iterable[str]) -> str:
    """IRIs as the row of a VALUES line."""
    return " ".join(str(NamedNode(iri)) for iri in iris)


def describe(graph: Graph, iris: Iterable[str], dataset: str) -> Details:
    """Names, dates and addresses of all these things, in one question to the graph."""
    found: Details = {iri: {} for iri in iris}
    if not found:
        return found
    text = (
        f"SELECT ?thing ?property ?value WHERE {{ VALUES ?property {{ {' '.join(DETAILS)} }} "
        f"VALUES ?thing {{ {values(found)} }} ?thing ?property ?value }}"
    )
    for thing, name, value in rows(graph, text, dataset):
        if isinstance(thing, NamedNode) and isinstance(name, NamedNode) and isinstance(value, Literal | NamedNode):
            found[thing.value].setdefault(terms.shrink(name), []).append(value)
    return found


def label(iri: str, about: Mapping[str, list[Literal | NamedNode]], lang: str) -> str:
    """The name of a thing in the reader's language, else in the next one that has one, else its short IRI."""
    order = {tag: number for number, tag in enumerate((lang, *LANGUAGES, ""))}
    for name in DETAILS[:3]:
        named = [value for value in about.get(name, []) if isinstance(value, Literal)]
        if named:
            return min(named, key=lambda each: (order.get(each.language or "", len(order)), each.value)).value
    return terms.shrink(iri)


def labels(graph: Graph, iris: Iterable[str], lang: str, dataset: str = "accepted") -> dict[str, str]:
    """The names of all these things in the reader's language."""
    return {iri: label(iri, about, lang) for iri, about in describe(graph, iris, dataset).items()}


def fold(words: str) -> str:
    """What is left of a name when letter case, hyphens and spaces do not count."""
    return HYPHENS.sub(" ", words).strip().casefold()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean, and what tells it from others."""

    thing: NamedNode
    name: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{terms.shrink(self.thing)} ({self.kind})" if self.kind else terms.shrink(self.thing)


def among(parameter: Parameter | None) -> str:
    """The pattern of the things that a parameter takes: of a class, of a scheme, classes; without one, anything."""
    if parameter is None:
        return ""
    if parameter.type == "class":
        return "?thing a owl:Class ."
    of = terms.expand(parameter.of) if parameter.of else None
    return "" if of is None else f"?thing {'skos:inScheme' if parameter.type == 'concept' else 'a'} {of} ."


def find(graph: Graph, words: str, parameter: Parameter | None = None, dataset: str = "all") -> list[Candidate]:
    """The things that have this name or alias in any language.

    This is the one place that decides whether a name fits: a better comparison takes the place of `fold` here.
    """
    wanted = fold(words)
    longest = max(wanted.split(), key=len, default="")
    text = (
        "SELECT DISTINCT ?thing ?name ?kind WHERE { VALUES ?property { skos:prefLabel skos:altLabel rdfs:label } "
        f"{among(parameter)} ?thing ?property ?name . "
        f"FILTER (CONTAINS(LCASE(STR(?name)), {terms.text(longest)})) "
        "OPTIONAL { ?thing kzkg:kind/skos:prefLabel ?kind FILTER (LANG(?kind) = 'en') } }"
    )
    found: dict[str, Candidate] = {}
    for thing, name, kind in rows(graph, text, dataset):
        if isinstance(thing, NamedNode) and isinstance(name, Literal) and fold(name.value) == wanted:
            found.setdefault(thing.value, Candidate(thing, name.value, kind.value if isinstance(kind, Literal) else ""))
    return [found[iri] for iri in sorted(found)] or list(by_local_name(graph, words, parameter, dataset))


def by_local_name(graph: Graph, words: str, parameter: Parameter | None, dataset: str) -> Iterator[Candidate]:
    """The thing whose IRI ends in this word, so that `org-taliban` and `suicide-bombing` need no prefix."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}", words):
        return
    stems = ["id:", "v:", "kzkg:"]
    if parameter and parameter.type == "concept" and parameter.of:
        stems.append(f"{parameter.of}-")
    if parameter and parameter.type == "class":
        stems = ["kzkg:"]
    spelt = values(terms.expand(stem + words).value for stem in stems)
    text = f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {spelt} }} {among(parameter)} ?thing ?property ?value }}"
    for (thing,) in rows(graph, text, dataset):
        if isinstance(thing, NamedNode):
            yield Candidate(thing, words)


def names(graph: Graph, parameter: Parameter | None, dataset: str = "all") -> list[str]:
    """All names that a parameter takes, to suggest the nearest of them."""
    text = (
        "SELECT DISTINCT ?name WHERE { VALUES ?property { skos:prefLabel skos:altLabel rdfs:label } "
        f"{among(parameter)} ?thing ?property ?name }}"
    )
    return [name.value for (name,) in rows(graph, text, dataset) if isinstance(name, Literal)]


def thing(graph: Graph, words: str, parameter: Parameter | None = None, dataset: str = "all") -> NamedNode:
    """The one thing that a word of a user means: an IRI, a prefixed name, or a name of it."""
    if terms.is_name(words):
        return terms.expand(words)
    where = f"{parameter.name}: " if parameter else ""
    try:
        found = find(graph, words, parameter, dataset)
    except RequestError as error:
        raise RequestError(f"{where}{error}") from error
    if len(found) == 1:
        return found[0].thing
    if found:
        listed = ", ".join(str(each) for each in found[:FEW]) + (", …" if len(found) > FEW else "")
        raise RequestError(f"{where}{terms.quoted(words)} is the name of {len(found)} things: {listed}; say which")
    what = f"no {of_what(parameter)} is called" if parameter else "nothing is called"
    hint = nearest(words, names(graph, parameter, dataset))
    if parameter and not hint:
        hint = f"; 'kzkg run NAME --help' lists what {parameter.name} takes"
    raise (RequestError if parameter else NotFound)(f"{where}{what} {terms.quoted(words)}{hint}")


def of_what(parameter: Parameter) -> str:
    """What a parameter takes, in a word or two for a message."""
    if parameter.type in {"iri", "concept"} and parameter.of:
        return parameter.of.rpartition(":")[2] + (" kind" if parameter.type == "concept" else "")
    return parameter.type


def resolve(graph: Graph, query: SavedQuery, words: Mapping[str, str | list[str]]) -> dict[str, Value | list[Value]]:
    """The words that a user gave for the parameters of a query as checked terms, names looked up in the graph."""
    filled: dict[str, Value | list[Value]] = {}
    for name, given in words.items():
        parameter = query.parameter(name)
        if isinstance(given, str):
            filled[name] = one(graph, parameter, given)
        else:
            filled[name] = [one(graph, parameter, word) for word in given]
    return filled


def one(graph: Graph, parameter: Parameter, word: str) -> Value:
    """One word as a checked term."""
    if parameter.type in {"iri", "concept", "class"} and not terms.is_name(word):
        return thing(graph, word, parameter)
    return parameter.term(word)
