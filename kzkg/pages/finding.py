"""The search page: things by any of their names, in any script and spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.labels import about, describe, label
from kzkg.names import How
from kzkg.pages import still

if TYPE_CHECKING:
    from kzkg.pages.site import Page, View

MOST = 50
KINDS = """SELECT DISTINCT ?thing ?kind WHERE { VALUES ?thing { $things }
  { ?thing kzkg:kind ?kind } UNION { ?thing skos:inScheme ?kind } }"""
LONGEST = 200


def search(view: View, words: str = "") -> Page:
    """Write the page with what these words may mean, the best first."""
    asked = " ".join(words[:LONGEST].split())
    found = view.graph.names.search(asked) if asked else []
    hits = found[:MOST]
    things = [hit.iri for hit in hits]
    kinds: dict[str, list[str]] = {}
    for thing, kind in about(view.graph, KINDS, things, "all"):
        kinds.setdefault(getattr(thing, "value", ""), []).append(getattr(kind, "value", ""))
    known = describe(view.graph, {*things, *(kind for each in kinds.values() for kind in each)}, "all")
    return view.page(
        "search.html",
        still=still.settings(view),
        words=asked,
        total=len(found),
        near=bool(hits) and hits[0].how is How.SIMILAR,
        hits=[
            (
                label(hit.iri, known[hit.iri], view.lang),
                view.href(hit.iri),
                hit.text if hit.text != label(hit.iri, known[hit.iri], view.lang) else "",
                hit.language,
                ", ".join(sorted(label(kind, known[kind], view.lang) for kind in kinds.get(hit.iri, ()))),
            )
            for hit in hits
        ],
    )
