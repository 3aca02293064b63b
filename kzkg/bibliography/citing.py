"""What to cite: the documents that support an answer or what is known of a thing, one document, or the data set."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.bibliography.works import DATASET
from kzkg.citations import places
from kzkg.errors import NotFound
from kzkg.labels import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kzkg.answer import Answer
    from kzkg.citations import Citation
    from kzkg.labels import Told
    from kzkg.store import Graph

ITSELF = """SELECT ?source ?place WHERE {
  { $thing a kzkg:Source BIND ($thing AS ?source) }
  UNION { $thing a kzkg:Citation ; kzkg:source ?source OPTIONAL { $thing kzkg:locator ?place } }
}"""
SELF = "dataset"
"""The word for the data set itself."""

Cited = dict[str, set[str]]
"""For each document the places in it that are cited; none when it is cited as a whole."""


def meant(  # noqa: PLR0913 - what the command line knows of the wish
    graph: Graph,
    name: str,
    given: Mapping[str, str | list[str]],
    lang: str = "en",
    dataset: str | None = None,
    *,
    told: Told | None = None,
) -> Cited:
    """Find the documents that a word asks for; the name of a saved query goes before that of a thing."""
    from kzkg.labels import thing

    if given or name in graph.catalog.query_files:
        return behind_query(graph, name, given, lang, dataset, told=told)
    if name == SELF:
        return {DATASET: set()}
    return cited_for(graph, thing(graph, name, told=told), lang, dataset or "accepted")


def behind_query(  # noqa: PLR0913 - what the command line knows of the wish
    graph: Graph,
    name: str,
    given: Mapping[str, str | list[str]],
    lang: str,
    dataset: str | None,
    *,
    told: Told | None = None,
) -> Cited:
    """Find the documents behind the answer of a saved query."""
    from kzkg.answer import Wish, ask
    from kzkg.emptiness import why_empty
    from kzkg.labels import resolve

    query = graph.catalog.query(name)
    values = resolve(graph, query, given, told)
    answer = ask(graph, query, values, Wish(lang=lang, dataset=dataset, cite=True))
    if not answer.total and answer.boolean is None and not answer.statements:
        reason = why_empty(graph, query, values, dataset or query.graph, lang)
        raise NotFound(f"no rows, so nothing to cite: {reason}")
    return behind(graph, answer)


def merged(citations: Iterable[Citation]) -> Cited:
    """Bring citations of one document at several places together."""
    found: Cited = defaultdict(set)
    for citation in citations:
        found[citation.source].update(part.strip() for part in citation.place.split(",") if part.strip())
    return dict(found)


def cited_for(graph: Graph, thing: NamedNode, lang: str = "en", dataset: str = "accepted") -> Cited:
    """Find what to cite for a thing: a document itself, a citation's document, else all that supports what is known."""
    if thing.value == DATASET:
        return {DATASET: set()}
    itself: Cited = {}
    for source, place in rows(graph, ITSELF.replace("$thing", str(thing)), "all"):
        if isinstance(source, NamedNode):
            itself[source.value] = set(place.value.split(",")) if isinstance(place, Literal) else set()
    if itself:
        return itself
    from kzkg.card import make_card, sources_of

    found = merged(sources_of(make_card(graph, thing, lang, dataset)))
    if not found:
        raise NotFound(f"no document is cited for {terms.shrink(thing)}")
    return found


def behind(graph: Graph, answer: Answer) -> Cited:
    """Find what to cite for an answer: the citations of its rows, else the documents that the rows themselves name."""
    found = merged(each for row in answer.citations or () for each in row)
    if not found:
        named = places(graph, {term.value for row in answer.rows for term in row if isinstance(term, NamedNode)}, "all")
        found = {source: set() for pairs in named.values() for source, _ in pairs}
    if not found:
        raise NotFound("the rows of this answer rest on no document of their own: cite the data set")
    return found
