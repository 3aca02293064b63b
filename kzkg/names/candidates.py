"""The things that a name may mean, each with what tells it from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.names import How

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.names import Match
    from kzkg.store import Graph

SURE = 0.85
"""Out of 1: a name that is less alike is only named as the nearest, and not taken."""
APART = 0.04
"""By so much the next thing must be less alike."""
# What a reader knows things by: their kind, the place, the first of their days.
TELLING = """SELECT ?thing ?kind ?place ?day ?record WHERE { VALUES ?thing { $things }
  { ?thing kzkg:kind ?kind } UNION {
    ?thing kzkg:seat|kzkg:place|kzkg:partOf ?place . OPTIONAL { ?place kzkg:kind ?level }
    FILTER (!BOUND(?level) || ?level != v:place-supranational) }
  UNION { ?thing kzkg:date|kzkg:validFrom|dcterms:issued ?day BIND (?thing AS ?record) }
  UNION { ?record kzkg:successor ?thing ; kzkg:date ?day } }"""


class Candidate(NamedTuple):
    """A thing that a name may mean, the name that fits, and what tells the thing from others."""

    thing: NamedNode
    name: str
    kind: str = ""
    place: str = ""
    day: str = ""

    @property
    def told(self) -> str:
        """What tells the thing from others, as one text."""
        return ", ".join(part for part in (self.kind, self.place, self.day) if part)

    def __str__(self) -> str:
        return f"{terms.shrink(self.thing)} ({self.told})" if self.told else terms.shrink(self.thing)


def best(found: Sequence[Match]) -> list[Match]:
    """Leave what fits as well as the best, of things before terms, documents, and records about them.

    Names that only look like the wanted one are left out here; `sure` says whether one of them may be taken.
    """
    for hows in ((How.EXACT, How.SPELLING), (How.SOUND,), (How.WORDS,)):
        fitting = [each for each in found if each.how in hows]
        if fitting:
            rank = min(each.rank for each in fitting)
            return [each for each in fitting if each.rank == rank]
    return []


def sure(words: str, found: Sequence[Match], graph: Graph) -> Match | None:
    """Give the one thing that is meant in spite of a typing error, if that is beyond doubt."""
    from kzkg.names.likeness import typing_error
    from kzkg.names.spelling import sound

    if not found or found[0].how != How.SIMILAR:
        return None
    letters = graph.names.letters
    wanted = sound(words, letters)
    scores = [(typing_error(wanted, sound(each.text, letters)), each) for each in found[:10]]
    scores.sort(key=lambda pair: (-pair[0], pair[1].order))
    first, match = scores[0]
    # A term that is called like a thing does not make the thing doubtful.
    second = max((score for score, each in scores[1:] if each.rank <= match.rank), default=0)
    return match if first >= SURE and first - second >= APART else None


def told_apart(graph: Graph, matches: Sequence[Match], lang: str) -> list[Candidate]:
    """Say of each thing what tells it from the others."""
    from kzkg.labels import about, labels

    facts: dict[str, dict[str, list[str]]] = {each.iri: {} for each in matches}
    days: dict[str, list[tuple[str, str]]] = {each.iri: [] for each in matches}
    for thing, kind, place, day, record in about(graph, TELLING, facts, "all"):
        if not isinstance(thing, NamedNode):
            continue
        for name, value in (("kind", kind), ("place", place)):
            if isinstance(value, NamedNode):
                facts[thing.value].setdefault(name, []).append(value.value)
        if isinstance(day, Literal) and isinstance(record, NamedNode):
            days[thing.value].append((day.value, record.value))
    for iri, known in facts.items():
        if "kind" not in known:
            known["kind"] = [graph.names.narrowest(iri)]
    called = labels(graph, {iri for known in facts.values() for of in known.values() for iri in of}, lang, "all")
    first = shown(graph, {iri: min(of) for iri, of in days.items() if of}, lang)
    return [
        Candidate(
            NamedNode(each.iri),
            each.text,
            ", ".join(sorted({called[iri] for iri in facts[each.iri]["kind"]})),
            min((called[iri] for iri in facts[each.iri].get("place", ())), default=""),
            first.get(each.iri, ""),
        )
        for each in matches
    ]


def shown(graph: Graph, days: dict[str, tuple[str, str]], lang: str) -> dict[str, str]:
    """Write the day of each thing as exactly as its record knows it."""
    from kzkg.inexact import inexact_days, written

    known = inexact_days(graph, {day for day, _ in days.values() if len(day) == 10}, "all")
    found = {}
    for iri, (day, record) in days.items():
        inexact = known.get(record, {}).get(day)
        found[iri] = (written(day, inexact, lang) if inexact else None) or day
    return found
