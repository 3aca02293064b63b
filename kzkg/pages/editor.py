"""The page on which queries of the reader's own are asked: a plain field, which scripts turn into an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.answer import Wish, ask_text
from kzkg.errors import RequestError
from kzkg.labels import describe, label, rows
from kzkg.pages import still
from kzkg.pages.embedded import harmless
from kzkg.pages.linking import BASE, Target
from kzkg.pages.questions import as_shown, plain
from kzkg.pictures.maps import MIDDLE, NORTH, SOUTH, sheet
from kzkg.pictures.theme import BODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.pages.site import Page, View

MOST_ROWS = 500
"""Rows of an answer that the page shows; the endpoint gives all."""
START = """# Which court banned which group, and when?
SELECT ?group ?date ?court WHERE {
  ?designation kzkg:designates ?group ; kzkg:byDecision ?decision .
  ?decision kzkg:issuedBy ?court ; kzkg:date ?date
} ORDER BY ?date
"""
CONCEPTS = "SELECT ?concept ?name WHERE { ?concept a skos:Concept ; skos:prefLabel ?name FILTER (LANG(?name) = 'en') }"
WORDS = ("running", "rows", "failed", "nomap", "nochart", "table", "chart", "map")


def sparql(view: View, text: str = "") -> Page:
    """Write the page; with a query its answer stands below it, also for readers without scripts."""
    groups = [
        (view.said("group", group), [(view.question(query)[0], query.name) for query in found])
        for group, found in view.site.groups.items()
    ]
    answer, fault = None, ""
    if text.strip():
        try:
            answer = ask_text(view.graph, text, Wish(view.lang, cite=True, limit=MOST_ROWS))
        except RequestError as error:
            fault = plain(error)
    return view.page(
        "sparql.html",
        status=400 if fault else 200,
        text=text or START,
        queries=groups,
        prefixes=terms.PREFIXES,
        settings=harmless(settings(view)),
        still=still.settings(view),
        fault=fault,
        statements="".join(f"{each} .\n" for each in (answer.statements or ())[:MOST_ROWS]) if answer else "",
        **as_shown(view, answer),
    )


def settings(view: View) -> dict[str, object]:
    """Give what the script has to know."""
    size, left, top, height = sheet()
    return {
        "endpoint": view.links.endpoint(),
        "prefixes": terms.PREFIXES,
        "queries": {query.name: bare(query.bind({})) for found in view.site.groups.values() for query in found},
        "lang": view.lang,
        "terms": vocabulary(view),
        "page": view.links.to(Target("sparql"), view.lang),
        "pages": [[space, view.links.to(Target("thing", space + "~"), view.lang)] for space in
                  (BASE + "id/", BASE + "ns#", BASE + "vocab/", BASE + "graph/")],
        "words": {word: view.say(f"sparql.{word}") for word in WORDS} | {"loading": view.say("still.loading")},
        "map": view.links.asset("map.svg"),
        "editor": view.links.asset("editor.js"),
        "projection": {"size": size, "left": left, "top": top, "width": BODY, "height": height,
                       "south": SOUTH, "north": NORTH, "middle": MIDDLE},
    }  # fmt: skip


def bare(text: str) -> str:
    """Give the text of a saved query without its header and its prefixes, which need not be declared."""
    lines = [line for line in text.split("\n") if not line.startswith(("#+", "PREFIX ")) and line.strip()]
    return "\n".join(lines) + "\n"


def vocabulary(view: View) -> Sequence[Sequence[str]]:
    """Give the terms that the editor completes: each with its kind, its name, and what it means."""
    words = view.site.ontology.terms
    known = describe(view.graph, words, "all")
    found = [[terms.shrink(iri), word.kind, label(iri, known[iri], view.lang)] for iri, word in words.items()]
    for concept, name in rows(view.graph, CONCEPTS, "all"):
        if isinstance(concept, NamedNode) and isinstance(name, Literal):
            found.append([terms.shrink(concept), "concept", name.value])
    return sorted(found)
