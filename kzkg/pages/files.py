"""The page of a named graph: one file of the data set, what is known about it, and what it holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.card import make_card
from kzkg.errors import NotFound
from kzkg.labels import describe, label
from kzkg.pages.embedded import triples_of, within_page
from kzkg.pages.linking import BASE
from kzkg.pages.things import Numbers, entry
from kzkg.store import Solutions

if TYPE_CHECKING:
    from kzkg.pages.site import Page, View

HELD = """SELECT DISTINCT ?thing ?class WHERE {{ GRAPH {0} {{ ?thing ?property ?value }}
  OPTIONAL {{ GRAPH {0} {{ ?thing a ?class }} }} }}"""
SIZE = "SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {0} {{ ?s ?p ?o }} }}"
MOST = 400


def file(view: View, iri: str) -> Page:
    """Write the page of a named graph."""
    node = NamedNode(iri)
    result = view.graph.evaluate(HELD.format(node), "files")
    held: dict[str, set[str]] = defaultdict(set)
    for thing, kind in result.rows if isinstance(result, Solutions) else ():
        if isinstance(thing, NamedNode) and thing.value.startswith(BASE):
            held[thing.value].update([kind.value] if isinstance(kind, NamedNode) else [])
    kinds = {kind for each in held.values() for kind in each}
    known = describe(view.graph, held.keys() | kinds, "all")
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each, found in held.items():
        name = ", ".join(sorted(label(kind, known[kind], view.lang) for kind in found)) or "…"
        groups[name].append((label(each, known[each], view.lang), view.href(each)))
    try:
        card = make_card(view.graph, node, view.lang, "all")
        facts = [entry(view, Numbers(view, ()), line) for line in card.facts]
    except NotFound:
        facts = []
    size = view.graph.evaluate(SIZE.format(node), "files")
    count = size.rows[0][0] if isinstance(size, Solutions) else None
    return view.page(
        "graph.html",
        iri=iri,
        short=terms.shrink(iri),
        facts=facts,
        groups=[(name, len(each), sorted(each)[:MOST]) for name, each in sorted(groups.items())],
        statements=int(count.value) if isinstance(count, Literal) else 0,
        jsonld=within_page(triples_of(view.graph, node, "all")),
    )
