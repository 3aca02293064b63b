"""A card: all that the graph knows of one thing, with the sources, what points to it, and where sources disagree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.citations import citations, places
from kzkg.errors import NotFound
from kzkg.findings import gathered, is_day
from kzkg.inexact import written
from kzkg.labels import describe, label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from kzkg.citations import Citation, Places
    from kzkg.findings import Findings, Link
    from kzkg.labels import Details
    from kzkg.store import Graph
    from kzkg.terms import Term

NAMES = ("skos:prefLabel", "skos:altLabel", "rdfs:label", "kzkg:name")
# What a card says elsewhere.
UNSAID = {*NAMES, "rdf:type", "kzkg:kind", "kzkg:evidence", "kzkg:designatedIn", "dcterms:identifier"}


@dataclass(frozen=True, slots=True)
class Line:
    """One statement on a card: what is said, of or by which thing, when, and who says so."""

    name: str
    text: str
    thing: str = ""
    date: str = ""
    note: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """A question to which there are rival answers."""

    question: str
    thing: str
    reason: str
    answers: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of one thing, ready to be written."""

    thing: str
    title: str
    classes: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[tuple[str, str, bool], ...]
    spans: Mapping[str, tuple[Line, ...]]
    """For names that a document dates: when the thing was called so, and who says it."""
    facts: tuple[Line, ...]
    links: Mapping[str, tuple[Line, ...]]
    disputes: tuple[Dispute, ...]
    identifiers: tuple[Line, ...]
    citations: tuple[Citation, ...]
    left: int = 0
    """How many links to the thing there are, where the card has only the first of them."""


def make_card(graph: Graph, thing: NamedNode, lang: str, dataset: str, *, bounded: bool = False) -> Card:
    """Gather what the graph knows of a thing; `bounded` for a page, which leaves out what nobody would read."""
    key = ("card", thing.value, dataset, str(bounded))
    found, support, details = graph.kept(key, lambda: known(graph, gathered(graph, thing, dataset, bounded=bounded)))
    if not found.out and not found.links:
        raise NotFound(f"{terms.shrink(thing)} is not in the data; 'kzkg show' takes a name, an IRI or a prefixed name")
    return _Writer(found, support, details, lang, graph.known_by).card()


def known(graph: Graph, found: Findings) -> tuple[Findings, Places, Details]:
    """Ask who says what was found, and what all of it is called: the same for a card in any language."""
    support = places(graph, found.records(), "all")
    sources = {source for each in support.values() for source, _ in each}
    return found, support, describe(graph, found.things() | sources, "all")


class _Writer:
    """Turns findings into the lines of a card, in one language."""

    def __init__(self, found: Findings, support: Places, details: Details, lang: str, known_by: dt.date | None) -> None:
        self.found, self.support, self.details, self.lang = found, support, details, lang
        self.known_by = known_by

    def card(self) -> Card:
        """Write the whole card."""
        out = self.found.out
        disputes = tuple(self.disputes())
        # What an identifier or a rival claim says stands in a part of its own.
        identifiers = {row[0].value for row in self.found.identifiers if isinstance(row[0], NamedNode)}
        shown = identifiers | {dispute.thing for dispute in disputes}
        facts, told = self.facts()
        spans, named = self.spans()
        types = {
            value.value for name, value in out if terms.shrink(name) == "rdf:type" and isinstance(value, NamedNode)
        }
        kinds = [value for name, value in out if terms.shrink(name) == "kzkg:kind"]
        return Card(
            self.found.thing.value,
            self.named(self.found.thing),
            tuple(sorted(self.name(each) for each in self.narrowest(types))),
            tuple(sorted(self.named(each) for each in kinds)),
            tuple(sorted(set(self.names()), key=lambda each: (not each[2], each))),
            spans,
            tuple(facts),
            self.links(shown | told | named),
            disputes,
            tuple(self.identifiers()),
            self.cited([self.found.thing.value]),
            self.found.left,
        )

    def name(self, iri: str) -> str:
        """Name a thing."""
        return label(iri, self.details.get(iri, {}), self.lang)

    def named(self, term: Term | None) -> str:
        """Write a term for a reader."""
        if isinstance(term, NamedNode):
            return self.name(term.value)
        return term.value if isinstance(term, Literal) else ""

    def day(self, day: str, record: str) -> str:
        """Write a day of a record as exactly as it is known."""
        known = self.found.days.get(record, {}).get(day)
        return (written(day, known, self.lang) if known else None) or day

    def period(self, link: Link) -> str:
        """Write the day of a record, or the days between which it holds."""
        day = min(link.days, default="")
        if day in self.found.days.get(link.record, {}):
            return self.day(day, link.record)
        return f"{day} to {link.until}".strip() if link.until else day

    def property(self, iri: str) -> str:
        """Name a property; those of other vocabularies have no label here, but a name that can be read."""
        name = self.name(iri)
        local = name.rpartition(":")[2] if name == terms.shrink(iri) else name
        return "".join(f" {letter.lower()}" if letter.isupper() and local != name else letter for letter in local)

    def cited(self, records: Iterable[str]) -> tuple[Citation, ...]:
        """Give the citations of some records."""
        return citations(records, self.support, self.details, self.lang, self.known_by)

    def narrowest(self, classes: set[str]) -> set[str]:
        """Leave out the classes that follow from another of them."""
        return classes - {over for each in classes for over in self.found.above.get(each, ())}

    def names(self) -> Iterator[tuple[str, str, bool]]:
        """Give all names with their language, and whether they are the preferred ones."""
        for name, value in self.found.out:
            word = terms.shrink(name)
            if word in NAMES[:3] and isinstance(value, Literal):
                yield value.language or "", value.value, word != "skos:altLabel"

    def spans(self) -> tuple[dict[str, tuple[Line, ...]], set[str]]:
        """Write when the thing had which name, and say which claims tell that."""
        found: dict[str, list[Line]] = defaultdict(list)
        told = set()
        for link in self.found.links.values():
            if link.claimed and terms.shrink(link.claimed[0]) in NAMES[:3] and isinstance(link.claimed[1], Literal):
                text = link.claimed[1].value
                period = self.period(link)
                when = f"from {period}" if period and not link.until else period
                found[text].append(Line("called", text, link.record, when, citations=self.cited([link.record])))
                told.add(link.record)
        return {text: tuple(sorted(lines, key=lambda line: line.date)) for text, lines in found.items()}, told

    def facts(self) -> tuple[list[Line], set[str]]:
        """Write the statements about the thing, and say which claims they tell."""
        claims: dict[tuple[str, str], set[str]] = defaultdict(set)
        for link in self.found.links.values():
            if link.claimed:
                claims[link.claimed[0], str(link.claimed[1])].add(link.record)
        lines, told = [], set()
        for name, value in self.found.out:
            if terms.shrink(name) in UNSAID:
                continue
            behind = claims.get((name.value, str(value)), set())
            told |= behind
            text = self.named(value)
            if not text:
                continue
            behind = behind | self.found.behind.get((name.value, str(value)), set())
            if is_day(text):
                text = self.day(text, self.found.thing.value)
            thing = value.value if isinstance(value, NamedNode) else ""
            lines.append(Line(self.property(name.value), text, thing, citations=self.cited(behind)))
        return sorted(lines, key=lambda line: (line.name, line.text)), told

    def links(self, shown: set[str]) -> dict[str, tuple[Line, ...]]:
        """Write what points to the thing, under the classes of the records."""
        groups: dict[str, list[Line]] = defaultdict(list)
        for link in self.found.links.values():
            kinds = self.narrowest(link.classes)
            if link.record in shown or not link.record.startswith(terms.PREFIXES["id"]):
                continue
            if {terms.shrink(each) for each in kinds} & {"kzkg:Question"}:
                continue
            how = ", ".join(sorted(self.property(each) for each in link.properties))
            date = self.period(link)
            line = Line(how, self.name(link.record), link.record, date, citations=self.cited([link.record]))
            groups[", ".join(sorted(self.name(each) for each in kinds))].append(line)
        return {
            group: tuple(sorted(lines, key=lambda line: (line.date, line.text)))
            for group, lines in sorted(groups.items())
        }

    def disputes(self) -> Iterator[Dispute]:
        """Write the questions with rival answers, the accepted one first."""
        asked: dict[str, list[tuple[Term | None, ...]]] = defaultdict(list)
        for row in self.found.rivals:
            if isinstance(row[0], NamedNode):
                asked[row[0].value].append(row)
        for question, answers in sorted(asked.items()):
            lines = sorted({self.answer(row) for row in answers}, key=lambda line: (line.name != "accepted", line.text))
            yield Dispute(self.name(question), question, self.named(answers[0][1]), tuple(lines))

    def answer(self, row: tuple[Term | None, ...]) -> Line:
        """Write one rival claim with its verdict."""
        _, _, claim, rank, reason = row
        verdict = terms.shrink(rank).removeprefix("v:rank-") if isinstance(rank, NamedNode) else "open"
        iri = claim.value if isinstance(claim, NamedNode) else ""
        return Line(verdict, self.name(iri), iri, note=self.named(reason), citations=self.cited([iri]))

    def identifiers(self) -> Iterator[Line]:
        """Write the entries that registers and lists have for the thing."""
        for record, scheme, identifier, match, address in sorted(self.found.identifiers, key=str):
            iri = record.value if isinstance(record, NamedNode) else ""
            note = ", ".join(part for part in (self.named(match), self.named(address)) if part)
            yield Line(self.named(scheme), self.named(identifier), iri, note=note, citations=self.cited([iri]))


def sources_of(card: Card) -> list[Citation]:
    """List the distinct citations of a card in the order in which it needs them."""
    lines = [line for _, name, _ in card.names for line in card.spans.get(name, ())]
    lines += [*card.facts, *(line for lines in card.links.values() for line in lines)]
    lines += [line for dispute in card.disputes for line in dispute.answers]
    lines += card.identifiers
    return list(
        dict.fromkeys(each for group in (*(line.citations for line in lines), card.citations) for each in group)
    )
