"""Names: what a thing is called in the reader's language, and which thing a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import NotFound, RequestError
from kzkg.store import Solutions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kzkg.names import Match
    from kzkg.names.candidates import Candidate
    from kzkg.query import Parameter, SavedQuery, Value
    from kzkg.store import Graph

    Told = Callable[[str], object]

LANGUAGES = ("en", "ru", "kk")
# Three branches are four times faster than one pattern with a list of properties: that is joined with everything.
DETAILS = """SELECT ?thing ?label ?issued ?address WHERE { VALUES ?thing { $things }
  { ?thing skos:prefLabel ?label } UNION { ?thing dcterms:issued ?issued } UNION { ?thing schema:url ?address } }"""
OTHER_NAMES = """SELECT ?thing ?label ?issued ?address WHERE { VALUES ?thing { $things }
  ?thing rdfs:label|kzkg:name|dcterms:title ?label }"""
FEW = 12
MOST = 800

Details = dict[str, dict[str, list[Literal | NamedNode]]]
"""For each IRI what is written about it: its labels, the date of issue, the address."""


def rows(graph: Graph, text: str, dataset: str) -> tuple[tuple[terms.Term | None, ...], ...]:
    """Run a SELECT of ours; the files have no default graph, so names and citations are read from `all` there."""
    result = graph.evaluate(text, "all" if dataset == "files" else dataset)
    return result.rows if isinstance(result, Solutions) else ()


def about(graph: Graph, text: str, iris: Iterable[str], dataset: str) -> Iterator[tuple[terms.Term | None, ...]]:
    """Run a SELECT of ours with these IRIs in the place of `$things`, in parts when they are many.

    The first column says of which of them a row is: a graph that keeps its answers asks only of those not yet known.
    """

    def ask(wanted: Sequence[str]) -> Iterator[tuple[terms.Term | None, ...]]:
        for start in range(0, len(wanted), MOST):
            yield from rows(graph, text.replace("$things", values(wanted[start : start + MOST])), dataset)

    return graph.told((text, dataset), sorted(set(iris)), ask)


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


def among(parameter: Parameter | None) -> str:
    """Write the pattern of the things that a parameter takes; without one, of anything."""
    if parameter is None:
        return ""
    if parameter.type == "class":
        return "?thing a owl:Class ."
    of = terms.expand(parameter.of) if parameter.of else None
    return "" if of is None else f"?thing {'skos:inScheme' if parameter.type == 'concept' else 'a'} {of} ."


def sort_of(parameter: Parameter | None) -> str | None:
    """Give the class, or the scheme of terms, that a parameter takes things of."""
    if parameter is None:
        return None
    if parameter.type == "class":
        return terms.PREFIXES["owl"] + "Class"
    return terms.expand(parameter.of).value if parameter.of else None


def find(graph: Graph, words: str, parameter: Parameter | None = None, lang: str = "en") -> list[Candidate]:
    """Find the things that have this name in any language or script, else those whose names hold all its words."""
    from kzkg.names import How
    from kzkg.names.candidates import Candidate, best, told_apart

    terms.text(words)
    found = best(graph.names.search(words, sort_of(parameter), wide=False))
    if not found or found[0].how > How.SOUND:
        named = list(by_local_name(graph, words, parameter))
        if named:
            return named
    if len(found) == 1:
        return [Candidate(NamedNode(found[0].iri), found[0].text)]
    return told_apart(graph, found, lang)


def by_local_name(graph: Graph, words: str, parameter: Parameter | None) -> Iterator[Candidate]:
    """Find the thing whose IRI ends in this word, so that `org-taliban` and `suicide-bombing` need no prefix."""
    from kzkg.names.candidates import Candidate

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}", words):
        return
    stems = ["id:", "v:", "kzkg:"]
    if parameter and parameter.type == "concept" and parameter.of:
        stems.append(f"{parameter.of}-")
    if parameter and parameter.type == "class":
        stems = ["kzkg:"]
    spelt = values(terms.expand(stem + words).value for stem in stems)
    text = f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {spelt} }} {among(parameter)} ?thing ?property ?value }}"
    for (thing,) in rows(graph, text, "all"):
        if isinstance(thing, NamedNode):
            yield Candidate(thing, words)


def thing(graph: Graph, words: str, parameter: Parameter | None = None, told: Told | None = None) -> NamedNode:
    """Find the one thing that a word of a user means: an IRI, a prefixed name, or a name of it.

    A small typing error is forgiven where only one thing can be meant, and `told` is called with a line about it.
    """
    if terms.is_name(words):
        return terms.expand(words)
    where = f"{parameter.name}: " if parameter else ""
    try:
        found = find(graph, words, parameter)
    except RequestError as error:
        raise RequestError(f"{where}{error}") from error
    if len(found) == 1:
        return found[0].thing
    if found:
        listed = ", ".join(str(each) for each in found[:FEW]) + (", …" if len(found) > FEW else "")
        raise RequestError(f"{where}{terms.quoted(words)} is the name of {len(found)} things: {listed}; say which")
    return misspelt(graph, words, parameter, told)


def misspelt(graph: Graph, words: str, parameter: Parameter | None, told: Told | None) -> NamedNode:
    """Find the one thing that is meant in spite of a typing error, or say what was perhaps meant."""
    from kzkg.names.candidates import sure

    where = f"{parameter.name}: " if parameter else ""
    near = graph.names.search(words, sort_of(parameter), wide=False)
    meant = sure(words, near, graph)
    if meant:
        if told:
            told(f"{where}{terms.quoted(words)} is taken for {meant.text} ({terms.shrink(meant.iri)})")
        return NamedNode(meant.iri)
    family = RequestError if parameter else NotFound
    if terms.is_prefixed(words):
        try:
            return terms.expand(words)
        except RequestError as error:
            raise family(f"{where}{error}") from error
    what = f"no {of_what(parameter)} is called" if parameter else "nothing is called"
    raise family(f"{where}{what} {terms.quoted(words)}{hint(graph, words, parameter, near)}")


def hint(graph: Graph, words: str, parameter: Parameter | None, near: list[Match]) -> str:
    """Say what a name that means nothing may have been meant for, as the end of a message."""
    from kzkg.names import How
    from kzkg.names.candidates import best, told_apart

    close = list(dict.fromkeys(each.text for each in near))[:3]
    if close:
        return f"; did you mean {' or '.join(close)}?"
    if not parameter:
        return "; 'kzkg search WORDS' finds things by parts of their names"
    elsewhere = best(graph.names.search(words, wide=False))
    if elsewhere and elsewhere[0].how <= How.SOUND:
        return f"; that is the name of {told_apart(graph, elsewhere[:1], 'en')[0]}"
    return f"; 'kzkg run NAME --help' lists what {parameter.name} takes"


def of_what(parameter: Parameter) -> str:
    """Say what a parameter takes, in a word or two for a message."""
    if parameter.type in {"iri", "concept"} and parameter.of:
        return parameter.of.rpartition(":")[2] + (" kind" if parameter.type == "concept" else "")
    return parameter.type


def resolve(
    graph: Graph, query: SavedQuery, words: Mapping[str, str | list[str]], told: Told | None = None
) -> dict[str, Value | list[Value]]:
    """Turn the words that a user gave for parameters into checked terms; names are looked up in the graph."""
    filled: dict[str, Value | list[Value]] = {}
    for name, given in words.items():
        parameter = query.parameter(name)
        if isinstance(given, str):
            filled[name] = one(graph, parameter, given, told)
        else:
            filled[name] = [one(graph, parameter, word, told) for word in given]
    return filled


def one(graph: Graph, parameter: Parameter, word: str, told: Told | None = None) -> Value:
    """One word as a checked term."""
    if parameter.type in {"iri", "concept", "class"} and not terms.is_name(word):
        return thing(graph, word, parameter, told)
    return parameter.term(word)
