"""Names: what a thing is called in the reader's language, and which thing a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import NotFound, RequestError, nearest
from kzkg.store import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kzkg.query import Parameter, SavedQuery, Value
    from kzkg.store import Graph

LANGUAGES = ("en", "ru", "kk")
# Three branches are four times faster than one pattern with a list of properties: that is joined with everything.
DETAILS = """SELECT ?thing ?label ?issued ?address WHERE { VALUES ?thing { $things }
  { ?thing skos:prefLabel ?label } UNION { ?thing dcterms:issued ?issued } UNION { ?thing schema:url ?address } }"""
OTHER_NAMES = """SELECT ?thing ?label ?issued ?address WHERE { VALUES ?thing { $things }
  ?thing rdfs:label|kzkg:name|dcterms:title ?label }"""
HYPHENS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212_]+")
FEW = 12
MOST = 800

Details = dict[str, dict[str, list[Literal | NamedNode]]]
"""For each IRI what is written about it: its labels, the date of issue, the address."""


def rows(graph: Graph, text: str, dataset: str) -> tuple[tuple[terms.Term | None, ...], ...]:
    """Run a SELECT of ours; the files have no default graph, so names and citations are read from `all` there."""
    result = graph.evaluate(text, "all" if dataset == "files" else dataset)
    return result.rows if isinstance(result, Solutions) else ()


def about(graph: Graph, text: str, iris: Iterable[str], dataset: str) -> Iterator[tuple[terms.Term | None, ...]]:
    """Run a SELECT of ours with these IRIs in the place of `$things`, in parts when they are many."""
    wanted = sorted(set(iris))
    for start in range(0, len(wanted), MOST):
        yield from rows(graph, text.replace("$things", values(wanted[start : start + MOST])), dataset)


def values(iris: Iterable[str]) -> str:
    """IRIs as the row of a VALUES line."""
    return " ".join(short if (short := terms.shrink(iri)) != iri else str(NamedNode(iri)) for iri in iris)


def describe(graph: Graph, iris: Iterable[str], dataset: str) -> Details:
    """Ask for names, dates and addresses of all these things at once, and again for those without a label."""
    found: Details = {iri: {} for iri in iris}
    for text in (DETAILS, OTHER_NAMES):
        for thing, label, issued, address in about(graph, text, [iri for iri in found if not found[iri]], dataset):
            if isinstance(thing, NamedNode):
                known = found[thing.value]
                for name, value in (("label", label), ("issued", issued), ("address", address)):
                    if isinstance(value, Literal | NamedNode):
                        known.setdefault(name, []).append(value)
    return found


def label(iri: str, known: Mapping[str, list[Literal | NamedNode]], lang: str) -> str:
    """Give the name of a thing in the reader's language, else in the next one that has one, else its short IRI."""
    order = {tag: number for number, tag in enumerate(dict.fromkeys((lang, *LANGUAGES, "")))}
    named = [value for value in known.get("label", []) if isinstance(value, Literal)]
    if not named:
        return terms.shrink(iri)
    return min(named, key=lambda each: (order.get(each.language or "", len(order)), each.value)).value


def labels(graph: Graph, iris: Iterable[str], lang: str, dataset: str = "accepted") -> dict[str, str]:
    """Give the names of all these things in the reader's language."""
    return {iri: label(iri, known, lang) for iri, known in describe(graph, iris, dataset).items()}


def fold(words: str) -> str:
    """Reduce a name to what is left when letter case, hyphens and spaces do not count."""
    return HYPHENS.sub(" ", words).strip().casefold()


class Candidate(NamedTuple):
    """A thing that a name may mean, and what tells it from others."""

    thing: NamedNode
    name: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{terms.shrink(self.thing)} ({self.kind})" if self.kind else terms.shrink(self.thing)


def among(parameter: Parameter | None) -> str:
    """Write the pattern of the things that a parameter takes; without one, of anything."""
    if parameter is None:
        return ""
    if parameter.type == "class":
        return "?thing a owl:Class ."
    of = terms.expand(parameter.of) if parameter.of else None
    return "" if of is None else f"?thing {'skos:inScheme' if parameter.type == 'concept' else 'a'} {of} ."


def find(graph: Graph, words: str, parameter: Parameter | None = None, dataset: str = "all") -> list[Candidate]:
    """Find the things that have this name or alias in any language, else those whose name holds these words.

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
        if not isinstance(thing, NamedNode) or not isinstance(name, Literal):
            continue
        candidate = Candidate(thing, name.value, kind.value if isinstance(kind, Literal) else "")
        folded = fold(name.value)
        if folded == wanted:
            found[thing.value] = candidate
        elif f" {wanted} " in f" {folded} ":
            found.setdefault(thing.value, candidate)
    exact = [each for each in found.values() if fold(each.name) == wanted]
    if exact:
        return sorted(exact, key=str)
    named = list(by_local_name(graph, words, parameter, dataset))
    return named or sorted(found.values(), key=str)


def by_local_name(graph: Graph, words: str, parameter: Parameter | None, dataset: str) -> Iterator[Candidate]:
    """Find the thing whose IRI ends in this word, so that `org-taliban` and `suicide-bombing` need no prefix."""
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
    """Find the one thing that a word of a user means: an IRI, a prefixed name, or a name of it."""
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
    """Say what a parameter takes, in a word or two for a message."""
    if parameter.type in {"iri", "concept"} and parameter.of:
        return parameter.of.rpartition(":")[2] + (" kind" if parameter.type == "concept" else "")
    return parameter.type


def resolve(graph: Graph, query: SavedQuery, words: Mapping[str, str | list[str]]) -> dict[str, Value | list[Value]]:
    """Turn the words that a user gave for parameters into checked terms; names are looked up in the graph."""
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
