"""What could be known by a day: the day of each document and claim, and sets of days that are quick to look up.

A set of days is a number. Its bit k stands for a reader who knows the sources of the first k days on which a source
came out; the bit above all days stands for today's reader, who knows the undated sources too.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import NamedNode, Store

from kzkg import terms
from kzkg.errors import RequestError
from kzkg.terms import PREFIXES, Term

TIMED = ("Claim", "Event", "LegalInstrument", "PolicyMeasure", "Provision", "Phase", "RecruitmentTechnique")
"""What is known from the day on which a document spoke of it; actors, places and their names are always known."""

_KZKG, _RDF, _RDFS = PREFIXES["kzkg"], PREFIXES["rdf"], PREFIXES["rdfs"]
EVIDENCE = _KZKG + "evidence"


@dataclass(frozen=True)
class Knowledge:
    """The days of a store: when each claim, each citation and each source became known."""

    days: tuple[dt.date, ...]
    known: dict[Term, int]
    claims: frozenset[Term]
    """The claims; and the events, laws, measures and phases, which a reader of an earlier day does not know either."""
    undated: int
    """How many sources have no day, and so are never known by one."""

    @property
    def always(self) -> int:
        """The set of all days, and today."""
        return (1 << (len(self.days) + 2)) - 1

    @property
    def today(self) -> int:
        """The set of today alone."""
        return 1 << (len(self.days) + 1)

    def spans(self, sets: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Cut time where one of the sets begins; give the first bit of each piece, and the piece."""
        starts = sorted({days & -days for days in sets})
        for start, end in pairwise([*starts, self.always + 1]):
            yield start, end - start


def read_knowledge(store: Store) -> Knowledge:
    """Find the sources, the citations and the claims in a store of all files, and their days."""
    claims = frozenset(record for name in TIMED for record in _instances(store, NamedNode(_KZKG + name)))
    issued = {source: _day(store, source) for source in _instances(store, NamedNode(_KZKG + "Source"))}
    days = tuple(sorted({day for day in issued.values() if day}))
    always, today = (1 << (len(days) + 2)) - 1, 1 << (len(days) + 1)
    # The i-th day, counted from 0, is known to everyone who knows the first i + 1 days.
    since = {day: always & -(1 << (index + 1)) for index, day in enumerate(days)}
    known: dict[Term, int] = {source: since[day] if day else today for source, day in issued.items()}
    for citation in _instances(store, NamedNode(_KZKG + "Citation")):
        # Of several sources the last counts; one that is described nowhere has no day.
        sources = _objects(store, citation, _KZKG + "source")
        known[citation] = min((known.get(source, today) for source in sources), default=today)
    for claim in claims:
        known[claim] = today | _any(known, _objects(store, claim, EVIDENCE))
    _spread(store, claims, frozenset(issued), known)
    return Knowledge(days, known, claims, sum(1 for day in issued.values() if not day))


def _any(known: dict[Term, int], citations: Iterable[Term]) -> int:
    """Give the days on which one of these citations, at least, is known."""
    days = 0
    for citation in citations:
        days |= known.get(citation, 0)
    return days


def _spread(store: Store, records: frozenset[Term], sources: frozenset[Term], known: dict[Term, int]) -> None:
    """Let whoever knows a claim know the event, the law or the document that it speaks of.

    What one file says of a record is known with the citations of the record in this file, if it has any there.
    """
    told = records - frozenset(_instances(store, NamedNode(_KZKG + "Claim"))) | sources
    links = []
    for quad in store:
        if quad.subject in records and quad.object in told:
            here = store.quads_for_pattern(quad.subject, NamedNode(EVIDENCE), None, quad.graph_name)
            citations = [cited.object for cited in here]
            links.append((quad.subject, quad.object, _any(known, citations) if citations else None))
    news = True
    while news:
        news = False
        for subject, value, said in links:
            days = known[value] | (known[subject] if said is None else said & known[subject])
            news, known[value] = news or days != known[value], days


def _instances(store: Store, of: NamedNode) -> Iterator[Term]:
    waiting, seen = [of], {of}
    while waiting:
        here = waiting.pop()
        for quad in store.quads_for_pattern(None, NamedNode(_RDF + "type"), here):
            yield quad.subject
        for quad in store.quads_for_pattern(None, NamedNode(_RDFS + "subClassOf"), here):
            if isinstance(quad.subject, NamedNode) and quad.subject not in seen:
                seen.add(quad.subject)
                waiting.append(quad.subject)


def _objects(store: Store, subject: Term, predicate: str) -> set[Term]:
    return {quad.object for quad in store.quads_for_pattern(subject, NamedNode(predicate), None)}  # type: ignore[arg-type]


def _day(store: Store, source: Term) -> dt.date | None:
    """Give the last day of the `issued` of a source; of several, the last; None when undated."""
    found = []
    for issued in _objects(store, source, PREFIXES["dcterms"] + "issued"):
        try:
            found.append(terms.span(issued.value)[1])  # type: ignore[union-attr]
        except RequestError:
            return None
    return max(found, default=None)
