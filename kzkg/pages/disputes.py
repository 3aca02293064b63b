"""The page of all questions to which documents give rival answers, the verdict and its reason beside them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.citations import citations, places
from kzkg.labels import describe, label, rows
from kzkg.pages.things import Entry, Numbers

if TYPE_CHECKING:
    from kzkg.pages.site import Page, View

RIVALS = """SELECT DISTINCT ?question ?why ?claim ?rank ?reason WHERE {
  ?claim kzkg:answers ?question
  OPTIONAL { ?question kzkg:rationale ?why }
  OPTIONAL { ?claim kzkg:rank ?rank }
  OPTIONAL { ?claim kzkg:rationale ?reason }
}"""


def text(value: terms.Term | None) -> str:
    """Give a value as text."""
    return value.value if isinstance(value, NamedNode | Literal) else ""


def conflicts(view: View) -> Page:
    """Write the page of all rival claims, the open questions first."""
    asked: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    why: dict[str, str] = {}
    for question, reason_open, claim, rank, reason in rows(view.graph, RIVALS, "all"):
        verdict = terms.shrink(text(rank)).removeprefix("v:rank-") if rank else "open"
        asked[text(question)][text(claim)] = (verdict, text(reason))
        why[text(question)] = text(reason_open)
    settled = {iri: any(verdict == "accepted" for verdict, _ in found.values()) for iri, found in asked.items()}
    asked = {iri: asked[iri] for iri in view.first(sorted(asked, key=lambda iri: (settled[iri], iri)))}
    claims = {claim for found in asked.values() for claim in found}
    support = places(view.graph, claims, "all")
    sources = {source for each in support.values() for source, _ in each}
    details = describe(view.graph, claims | asked.keys() | sources, "all")
    cited = {claim: citations([claim], support, details, view.lang, view.graph.known_by) for claim in claims}
    names = {iri: label(iri, details[iri], view.lang) for iri in (*claims, *asked)}
    order = sorted(asked, key=lambda iri: (settled[iri], names[iri].casefold()))
    ranked = {
        iri: sorted(asked[iri], key=lambda claim, iri=iri: (asked[iri][claim][0] != "accepted", names[claim]))  # type: ignore[misc]
        for iri in order
    }
    numbers = Numbers(view, dict.fromkeys(each for iri in order for claim in ranked[iri] for each in cited[claim]))
    questions = [
        {
            "question": names[iri],
            "href": view.href(iri),
            "reason": why[iri],
            "open": not settled[iri],
            "answers": [
                (asked[iri][claim][0], entry(view, numbers.of(cited[claim]), claim, names[claim], asked[iri][claim][1]))
                for claim in ranked[iri]
            ],
        }
        for iri in order
    ]
    return view.page("conflicts.html", questions=questions, sources=list(numbers.all.values()))


def entry(view: View, marks: tuple[object, ...], claim: str, name: str, reason: str) -> Entry:
    """Give one rival claim."""
    return Entry(name, view.href(claim), inside=True, date="", note=reason, note_href="", marks=marks)  # type: ignore[arg-type]
