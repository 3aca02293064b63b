"""The page of a thing: its facts with their sources, rival claims side by side, and what points to it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.card import make_card, sources_of
from kzkg.errors import NotFound
from kzkg.findings import MOST
from kzkg.labels import about, labels, rows
from kzkg.pages.embedded import embedded
from kzkg.pages.linking import BASE, outside
from kzkg.pages.scenes import locator, strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kzkg.card import Dispute, Line
    from kzkg.citations import Citation
    from kzkg.pages.site import Page, View

MEMBERS = "SELECT ?term WHERE {{ ?term skos:inScheme {0} }} ORDER BY ?term"
ABOUT = ("description", "definition")
CLASSES = """SELECT DISTINCT ?thing ?class WHERE { VALUES ?thing { $things } ?thing a ?class
  FILTER (STRSTARTS(STR(?class), "https://w3id.org/kzkg/ns#")) }"""


class Source(NamedTuple):
    """A citation with its number, its addresses, and a short name for the margin."""

    number: int
    citation: Citation
    page: str
    address: str
    short: str


class Entry(NamedTuple):
    """A statement as the page has it."""

    text: str
    href: str
    inside: bool
    date: str
    note: str
    note_href: str
    marks: tuple[Source, ...]
    name: str = ""


class Numbers:
    """Numbers the citations of a page in the order in which it needs them."""

    def __init__(self, view: View, citations: Iterable[Citation]) -> None:
        self.all = {each: source(view, number, each) for number, each in enumerate(citations, 1)}

    def of(self, citations: Iterable[Citation]) -> tuple[Source, ...]:
        """Give some citations with their numbers."""
        return tuple(sorted((self.all[each] for each in citations if each in self.all), key=lambda each: each.number))


def source(view: View, number: int, citation: Citation) -> Source:
    """Give a citation what a page needs beside it."""
    publisher = citation.label.partition(":")[0]
    short = ", ".join(part for part in (publisher if len(publisher) < 40 else "", citation.date[:4]) if part)
    return Source(number, citation, view.href(citation.source), outside(citation.address), short or citation.label[:40])


def thing(view: View, iri: str) -> Page:
    """Write the page of a thing."""
    node = NamedNode(iri)
    try:
        card, accepted = make_card(view.graph, node, view.lang, "accepted", bounded=True), True
    except NotFound:
        card, accepted = make_card(view.graph, node, view.lang, "all", bounded=True), False
    if card.left:
        view.left = (MOST, card.left)
    numbers = Numbers(view, sources_of(card))
    called = [name for _, name, best in card.names if best]
    facts = [entry(view, numbers, line) for line in card.facts]
    lead = next((each for each in facts if each.name in {view.said("property", word) for word in ABOUT}), None)
    facts = sorted(
        (each for each in facts if each is not lead), key=lambda each: (bool(each.href) and not each.inside, each.name)
    )
    return view.page(
        "thing.html",
        card=card,
        short=terms.shrink(iri),
        accepted=accepted,
        lead=lead,
        facts=[(name, list(found)) for name, found in groupby(facts, key=lambda each: each.name)],
        links=[
            grouped(group, [brief(entry(view, numbers, line), called) for line in lines])
            for group, lines in card.links.items()
        ],
        spans={text: [entry(view, numbers, line) for line in lines] for text, lines in card.spans.items()},
        disputes=[dispute(view, numbers, each, called) for each in card.disputes],
        identifiers=[entry(view, numbers, line) for line in card.identifiers],
        support=numbers.of(card.citations),
        sources=list(numbers.all.values()),
        members=members(view, node),
        classes=classes(view, node),
        place=locator(view, iri),
        strip=strip(view, card),
        jsonld=embedded(view.graph, node, "accepted" if accepted else "all"),
    )


def entry(view: View, numbers: Numbers, line: Line) -> Entry:
    """Turn a line of a card into what the page shows."""
    href = view.href(line.thing) if line.thing else outside(line.text)
    note, _, last = line.note.rpartition(", ")
    address = outside(last)
    return Entry(
        text=line.text,
        href=href,
        inside=line.thing.startswith(BASE),
        date=line.date,
        note=(note if address else line.note),
        note_href=address,
        marks=numbers.of(line.citations),
        name=view.said("property", line.name),
    )


def grouped(group: str, entries: list[Entry]) -> tuple[str, str, list[Entry]]:
    """Say once for a whole group how its records point here, where they all do it alike."""
    how = {each.name for each in entries}
    if len(how) > 1:
        return group, "", entries
    return group, next(iter(how)), [each._replace(name="") for each in entries]


def brief(each: Entry, called: Sequence[str]) -> Entry:
    """Leave the name of the thing itself out of the names of what is said about it on its own page."""
    text = each.text
    for name in called:
        text = text.removeprefix(f"{name}: ").removesuffix(f", {name}").replace(f", {name},", ",")
    return each._replace(text=text)


def dispute(view: View, numbers: Numbers, found: Dispute, called: Sequence[str]) -> dict[str, object]:
    """Give a question with its rival answers and their verdicts."""
    answers = [(line.name, brief(entry(view, numbers, line), called)) for line in found.answers]
    return {
        "question": found.question,
        "href": view.href(found.thing),
        "reason": found.reason,
        "answers": answers,
        "open": not any(verdict == "accepted" for verdict, _ in answers),
    }


def members(view: View, node: NamedNode) -> Sequence[tuple[str, str]]:
    """Give the concepts of a scheme."""
    if not node.value.startswith(terms.PREFIXES["v"]):
        return ()
    found = [each.value for (each,) in rows(view.graph, MEMBERS.format(node), "all") if isinstance(each, NamedNode)]
    names = labels(view.graph, found, view.lang, "all")
    return [(names[iri], view.href(iri)) for iri in sorted(found, key=lambda each: names[each].casefold())]


def classes(view: View, node: NamedNode) -> Sequence[tuple[str, str]]:
    """Give the narrowest classes of a thing, whose pages tell their rules."""
    found = {each.value for _, each in about(view.graph, CLASSES, [node.value], "all") if isinstance(each, NamedNode)}
    words = view.site.ontology.terms
    above = {over for each in found if each in words for over in words[each].things.get("rdfs:subClassOf", ())}
    names = labels(view.graph, found - above, view.lang, "all")
    return sorted((name, view.href(iri)) for iri, name in names.items())
