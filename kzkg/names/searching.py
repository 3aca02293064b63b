"""Answers `kzkg search`: things that a name may mean, with the name that fits, its script, and the kind of thing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.answer import Answer, Wish, finished
from kzkg.commands.asking import Request, empty, listed, opened, present
from kzkg.errors import RequestError
from kzkg.names import How
from kzkg.names.candidates import best, sure, told_apart
from kzkg.names.spelling import script
from kzkg.output import language, say

if TYPE_CHECKING:
    from kzkg.names import Match
    from kzkg.names.candidates import Candidate
    from kzkg.options import Globals
    from kzkg.store import Graph

COLUMNS = ("thing", "kind", "name", "script", "language", "fit", "id")
FITS = {
    How.EXACT: "exact",
    How.SPELLING: "spelt otherwise",
    How.SOUND: "other script or romanisation",
    How.WORDS: "holds the words",
    How.SIMILAR: "similar",
}
SORTS = ("owl:Class", "skos:ConceptScheme")


def search_names(settings: Globals, words: str, kind: str | None, request: Request) -> None:
    """Search all names for these words."""
    terms.text(words)
    graph = opened(None, settings.store)
    wish = Wish(language(request.lang), "all", columns=listed(request.columns))
    sort = sort_named(graph, kind) if kind else None
    found = graph.names.search(words, sort)
    shown = found[: request.limit]
    rows = tuple(row(match, each) for match, each in zip(shown, told_apart(graph, shown, wish.lang), strict=True))
    answer = Answer(f"Names like {terms.quoted(words)}", COLUMNS, rows, total=len(found))
    present(settings, finished(graph, answer, wish, "all", None), request, wish)
    if not found:
        within = f" among the things of {terms.shrink(sort)}" if sort else ""
        empty(f"nothing{within} is called {terms.quoted(words)}, and no name is like it", request)
    elif len(shown) < len(found) and not (request.form == "table" or (request.form is None and sys.stdout.isatty())):
        say(f"{len(shown)} of {len(found)} things; --limit shows more")


def row(match: Match, told: Candidate) -> tuple[terms.Term | None, ...]:
    """Give one line of the list."""
    return (
        NamedNode(match.iri),
        Literal(told.told),
        Literal(match.text),
        Literal(script(match.text)),
        Literal(match.language) if match.language else None,
        Literal(FITS[match.how]),
        Literal(terms.shrink(match.iri)),
    )


def sort_named(graph: Graph, word: str) -> str:
    """Find a class, or a scheme of terms, by its name: `kzkg:Court`, `court`, `kinds of attack`."""
    if terms.is_name(word):
        return terms.expand(word).value
    terms.text(word)
    near = [match for sort in SORTS for match in graph.names.search(word, terms.expand(sort).value, wide=False)]
    near.sort(key=lambda match: match.order)
    found = best(near)
    meant = found[0] if len(found) == 1 else None if found else sure(word, near, graph)
    if meant is None:
        names = " or ".join(dict.fromkeys(each.text for each in (found or near)[:3]))
        hint = f"; did you mean {names}?" if names else "; 'kzkg stats' lists the classes"
        raise RequestError(f"--kind: no class is called {terms.quoted(word)}{hint}")
    return meant.iri
