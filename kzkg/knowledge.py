"""Which claims could be known by a day: the day of each citation, and sets of days that are quick to look up.

A set of days is a number. Its bit k stands for a reader who knows the sources of the first k days on which a source
of some claim came out; the bit above all days stands for today's reader, who knows the undated sources too.
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


@dataclass(frozen=True)
class Knowledge:
    """The days of a store: when each claim and each citation of a claim became known."""

    days: tuple[dt.date, ...]
    known: dict[Term, int]
    claims: frozenset[Term]
    """The claims; and the events, laws, measures and phases, which a reader of an earlier day does not know either."""
    undated: int
    """How many sources of these have no day, and so are never known by one."""

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
    """Find the claims in a store of all files, and the days of their citations."""
    claims = frozenset(record for name in TIMED for record in _instances(store, NamedNode(_KZKG + name)))
    cited = {claim: _objects(store, claim, _KZKG + "evidence") for claim in claims}
    day_of = {citation: _day(store, citation) for citation in set().union(*cited.values())}
    undated = {
        source for citation, day in day_of.items() if not day for source in _objects(store, citation, _KZKG + "source")
    }
    days = tuple(sorted({day for day in day_of.values() if day}))
    always = (1 << (len(days) + 2)) - 1
    # The i-th day, counted from 0, is known to everyone who knows the first i + 1 days.
    since = {day: always & -(1 << (index + 1)) for index, day in enumerate(days)}
    known: dict[Term, int] = {c: since[day] if day else 1 << (len(days) + 1) for c, day in day_of.items()}
    for claim, citations in cited.items():
        known[claim] = 1 << (len(days) + 1)
        for citation in citations:
            known[claim] |= known[citation]
    _spread(store, claims, known)
    return Knowledge(days, known, claims, len(undated))


def _spread(store: Store, records: frozenset[Term], known: dict[Term, int]) -> None:
    """Let whoever knows a claim know the event or the law that it speaks of, though other documents describe that."""
    claims = frozenset(_instances(store, NamedNode(_KZKG + "Claim")))
    told = records - claims
    links = [
        (quad.subject, quad.object) for quad in store if quad.subject in records and quad.object in told
    ]
    news = True
    while news:
        news = False
        for subject, value in links:
            days = known[value] | known[subject]
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


def _day(store: Store, citation: Term) -> dt.date | None:
    """Give the last day of the `issued` of the citation's source; of several, the last; None when undated."""
    found = []
    for source in _objects(store, citation, _KZKG + "source"):
        for issued in _objects(store, source, PREFIXES["dcterms"] + "issued"):
            try:
                found.append(terms.span(issued.value)[1])  # type: ignore[union-attr]
            except RequestError:
                return None
    return max(found, default=None)
