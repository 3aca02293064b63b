"""Finds things by any of their names, across scripts, spellings and small typing errors, from a prepared index."""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from kzkg.names.spelling import fold, skeleton, sound
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = ("label", "alias", "short", "title", "number")
PENALTY = (0.0, 0.02, 0.1, 0.3)
"""What a thing of each rank loses beside others whose names fit as well."""
HALF = 0.5
TERMS = (
    "skos:Concept", "skos:ConceptScheme", "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty",
    "owl:AnnotationProperty", "rdf:Property",
)  # fmt: skip
RANKS = (
    (1, TERMS),
    (2, ("kzkg:Source", "dcat:Distribution", "dcat:Dataset")),
    (3, ("kzkg:Claim", "kzkg:Question", "kzkg:Citation")),
)


class How(IntEnum):
    """How well a name fits, the best first."""

    EXACT = 0
    SPELLING = 1
    SOUND = 2
    WORDS = 3
    SIMILAR = 4


class Match(NamedTuple):
    """A thing that was found, and the name by which it was."""

    how: How
    rank: int
    """0 for a thing of the world, 1 for a term, 2 for a document, 3 for a record of what one says."""
    score: float
    iri: str
    text: str
    language: str
    kind: str

    @property
    def order(self) -> tuple[int, float, int, int, str]:
        """What to sort by: the best comes first."""
        # Within these three, capitals or likeness weigh something, but what sort of thing it is may weigh more.
        tier = {How.EXACT: 0, How.SPELLING: 0, How.SOUND: 1}.get(self.how, 2)
        return (tier, PENALTY[self.rank] - self.score, KINDS.index(self.kind), len(self.text), self.iri)


PARTED = ("things", "texts", "languages", "kinds", "folds", "sounds")


class Names:
    """The index of the names of a graph."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.letters: dict[str, str] = columns["letters"]
        self.sorts: list[str] = columns["sorts"]
        self.sorts_of: list[list[int]] = columns["sorts_of"]
        self.owners: list[int] = columns["owners"]
        parted = {name: columns[name].split("\n") if self.owners else [] for name in PARTED}
        self.things, self.texts, self.languages, self.kinds, self.folds, self.sounds = parted.values()

    @cached_property
    def ranks(self) -> list[int]:
        """For each thing what sort of thing it is; see `Match.rank`."""
        known = {PREFIXES[name.partition(":")[0]] + name.partition(":")[2]: rank for rank, of in RANKS for name in of}
        rank = [known.get(sort, 0) for sort in self.sorts]
        return [max((rank[each] for each in of), default=0) for of in self.sorts_of]

    @cached_property
    def joined(self) -> list[str]:
        """The sounds without spaces."""
        return [heard.replace(" ", "") for heard in self.sounds]

    @cached_property
    def spoken(self) -> list[set[str]]:
        """For each thing all words of all its names."""
        found: list[set[str]] = [set() for _ in self.things]
        for thing, heard in zip(self.owners, self.sounds, strict=True):
            found[thing].update(heard.split())
        return found

    def within(self, sort: str | None) -> Callable[[int], bool]:
        """Give the test whether a name is that of a thing of this class, or of a term of this scheme."""
        if sort is None:
            return lambda _: True
        number = self.sorts.index(sort) if sort in self.sorts else -1
        members = {thing for thing, of in enumerate(self.sorts_of) if number in of}
        return lambda name: self.owners[name] in members

    def search(self, words: str, sort: str | None = None, *, wide: bool = True) -> list[Match]:
        """Find the things that a text may mean, the best first.

        Similar names are looked for when no other fits; with `wide` also when only names that say much more do.
        """
        wanted = Wanted(words, fold(words), sound(words, self.letters))
        if not wanted.folded and not wanted.heard:
            return []
        fits = self.within(sort)
        found = [*self.same(wanted, fits), *self.holding(wanted, fits)]
        if all(each.how > How.SOUND for each in found):
            best_score = max((each.score for each in found), default=0)
            found += self.described(wanted, fits)
            if not found or (wide and best_score < share(HALF)):
                held = {each.iri for each in found}
                found += [each for each in self.similar(wanted, fits) if each.iri not in held]
        best: dict[str, Match] = {}
        for match in sorted(found, key=lambda each: each.order):
            best.setdefault(match.iri, match)
        return list(best.values())

    def narrowest(self, iri: str) -> str:
        """Give the class or scheme of a thing that has the fewest members, which says the most."""
        of = self.sorts_of[self.things.index(iri)]
        sizes = self.sizes
        return self.sorts[min(of, key=lambda sort: (sizes[sort], sort))] if of else iri

    @cached_property
    def sizes(self) -> dict[int, int]:
        """How many things with a name are of each sort."""
        sizes = dict.fromkeys(range(len(self.sorts)), 0)
        for of in self.sorts_of:
            for sort in of:
                sizes[sort] += 1
        return sizes

    def match(self, number: int, how: How, score: float) -> Match:
        """Give one name as a match."""
        thing = self.owners[number]
        language = self.languages[number]
        return Match(
            how, self.ranks[thing], score, self.things[thing], self.texts[number], language, self.kinds[number]
        )

    def same(self, wanted: Wanted, fits: Callable[[int], bool]) -> Iterator[Match]:
        """Find the names that are the wanted one, written as it is or in another spelling or script."""
        together = wanted.heard.replace(" ", "")
        first = together[:1]
        for number, (folded, heard) in enumerate(zip(self.folds, self.sounds, strict=True)):
            if folded == wanted.folded and folded:
                if fits(number):
                    exact = self.texts[number] == wanted.text
                    yield self.match(number, How.EXACT if exact else How.SPELLING, 1 if exact else 0.995)
            elif together and heard.startswith(first) and heard.replace(" ", "") == together and fits(number):
                yield self.match(number, How.SOUND, 1)

    def holding(self, wanted: Wanted, fits: Callable[[int], bool]) -> Iterator[Match]:
        """Find the names that hold all the words."""
        for words, texts in ((wanted.heard, self.sounds), (wanted.folded, self.folds)):
            longest = max(words.split(), key=len, default="")
            if not longest:
                continue
            for number, text in enumerate(texts):
                # The quick test first: it sorts out nearly all names.
                if longest in text and holds(words, text) and fits(number):
                    yield self.match(number, How.WORDS, share(len(words) / len(text)))

    def described(self, wanted: Wanted, fits: Callable[[int], bool]) -> Iterator[Match]:
        """Find the things whose names together hold all the words: "law 416-I" has its number in another name."""
        words = set(wanted.heard.split())
        if len(words) < 2:
            return
        fitting = {thing for thing, known in enumerate(self.spoken) if words <= known}
        for number, thing in enumerate(self.owners):
            if thing in fitting and fits(number):
                held = self.sounds[number].split()
                yield self.match(number, How.WORDS, share(len(words.intersection(held)) / len(words) / 4))

    def similar(self, wanted: Wanted, fits: Callable[[int], bool]) -> Iterator[Match]:
        """Find the names that are nearly the wanted one; numbers are never nearly right."""
        from kzkg.names.likeness import Spelt, alike

        arabic = any("\u0600" <= letter <= "\u06ff" for letter in wanted.text)
        bare = [skeleton(heard) for heard in self.sounds] if arabic else []
        vocabulary = sorted(set().union(*self.spoken))
        known = Spelt(self.sounds, self.joined, bare, vocabulary)
        consonants = skeleton(wanted.heard) if arabic else ""

        def usable(number: int) -> bool:
            # The label of a record is made of the names of others, and would only repeat them.
            return self.kinds[number] != "number" and self.ranks[self.owners[number]] < 3 and fits(number)

        for number, score in alike(wanted.heard, consonants, known, usable):
            yield self.match(number, How.SIMILAR, score)

    def near(self, beginning: str, *, iri: bool = False) -> Names:
        """Give an index with at least the names that begin so, or the names of the things whose IRI does."""
        del beginning, iri  # all of them are here
        return self

    def starting(self, beginning: str) -> Iterator[tuple[int, str, str]]:
        """Give the names that begin so, each with its number and the IRI of its thing; for completion."""
        wanted = beginning.casefold()
        for number, text in enumerate(self.texts):
            if text.casefold().startswith(wanted):
                yield number, text, self.things[self.owners[number]]


class Wanted(NamedTuple):
    """What a reader typed, and what is left of it when spelling does not count."""

    text: str
    folded: str
    heard: str


def share(part: float) -> float:
    """Give the score of a name of which the wanted words are this part."""
    return 0.8 + 0.2 * min(part, 1)


def holds(wanted: str, text: str) -> bool:
    """Tell whether all words are words of a text, in any order; the last may be cut off after three letters."""
    words = wanted.split()
    padded = f" {text} "
    last = f" {words[-1]}" if len(words[-1]) > 2 and not words[-1].isdigit() else f" {words[-1]} "
    return last in padded and all(f" {word} " in padded for word in words[:-1])
