"""Measures how alike two spellings are, with a library made for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WHOLE = 78
"""Out of 100, for two whole names."""
CONSONANTS = 85
"""Out of 100, for what is left of two names without their vowels."""
WORD = 0.84
"""Out of 1, for two words; this measure favours words that begin alike, as those with another ending do."""
LEAST = 0.8
"""Out of 1: names that are less alike are not even named as the nearest."""
MOST = 40
SAME_WORD = 0.72
"""Out of 1: words that are less alike are two words, and not one with an error."""
SAME_LETTERS = 0.93
DIGITS = re.compile("[0-9]+")


class Spelt(NamedTuple):
    """The names of an index in the forms that are compared."""

    sounds: Sequence[str]
    joined: Sequence[str]
    bare: Sequence[str]
    """Their consonants; nothing where these are not asked for."""
    words: Sequence[str]
    """Each word of them once."""


def alike(heard: str, consonants: str, known: Spelt, usable: Callable[[int], bool]) -> Iterator[tuple[int, float]]:
    """Give the numbers of the names that are like the wanted one, with how alike they are, out of 1."""
    found: dict[int, float] = {}
    for number, score in (
        *whole(heard, consonants, known, usable),
        *by_words(heard.split(), known.sounds, known.words),
    ):
        if score >= LEAST and score > found.get(number, 0) and usable(number):
            found[number] = score
    digits = set(DIGITS.findall(heard))
    # Of a number every digit must be right.
    return (each for each in found.items() if digits <= set(DIGITS.findall(known.sounds[each[0]])))


def whole(heard: str, consonants: str, known: Spelt, usable: Callable[[int], bool]) -> Iterator[tuple[int, float]]:
    """Compare with whole names; of those that do not count there may be so many that they are passed over here."""
    plain = heard.replace(" ", "")
    for text, choices, cutoff, less in ((plain, known.joined, WHOLE, 0.0), (consonants, known.bare, CONSONANTS, 0.01)):
        if len(text) > 2:
            counted = [each if usable(number) else None for number, each in enumerate(choices)]
            hits = process.extract(text, counted, scorer=fuzz.ratio, score_cutoff=cutoff, limit=MOST)
            yield from ((number, score / 100 - less) for _, score, number in hits)


def by_words(words: list[str], sounds: Sequence[str], vocabulary: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Give the names that hold a word like each of these."""
    near = [close(word, vocabulary) for word in words]
    if not near or not all(near):
        return
    rarest = min(near, key=len)
    size = sum(map(len, words))
    for number, heard in enumerate(sounds):
        held = heard.split()
        if rarest.keys().isdisjoint(held):
            continue
        scores = [max((each.get(word, 0.0) for word in held), default=0.0) for each in near]
        if min(scores):
            # A name that says more than was asked is less like it; but not so much as to fall out of the list.
            share = min(1.0, size / max(sum(map(len, held)), 1))
            yield number, sum(scores) / len(scores) * (0.85 + 0.15 * share)


def close(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """Give the words like this one; a number, or a word of two letters, is like itself alone."""
    if word.isdigit() or len(word) < 3:
        return {word: 1.0}
    hits = process.extract(word, vocabulary, scorer=JaroWinkler.similarity, score_cutoff=WORD, limit=MOST)
    return {other: score for other, score, _ in hits if not other.isdigit()}


def typing_error(wanted: str, other: str) -> float:
    """Measure, out of 1, how alike two sounds are that may differ by a typing error: no word may be another one."""
    ours, theirs = wanted.split(), other.split()
    if not {word for word in ours if word.isdigit()} <= {word for word in theirs if word.isdigit()}:
        return 0
    whole_name = fuzz.ratio(wanted.replace(" ", ""), other.replace(" ", "")) / 100
    if len(ours) == len(theirs):
        worst = min(max(fuzz.ratio(word, each) for each in theirs) for word in ours) / 100
        return whole_name if worst >= SAME_WORD else 0
    # One word more or less is a space that was forgotten, or another name; only the first leaves all letters alike.
    return whole_name if whole_name >= SAME_LETTERS else 0
