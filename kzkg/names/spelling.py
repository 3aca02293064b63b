"""Reduces names to what is left when capitals, accents, hyphens, the script or the way of romanising do not count."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import name as letter_name
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

APOSTROPHES = re.compile("['`\"\u02b9-\u02bf\u2018-\u201f]+")
BETWEEN = re.compile(r"[\W_]+")
# A letter beside a digit begins a word of its own, so that "No2", "№ 2" and "No. 2" are alike.
WORDS = re.compile(r"[a-z]+|[0-9]+")
NUMBER_SIGNS = {"no", "nr", "the"}
# What the library of transliterations writes without regard to its sound in the new Kazakh or in Turkish.
LETTERS = {"ş": "sh", "ç": "ch", "ñ": "ng", "ä": "a", "ö": "o", "ü": "u", "ý": "y", "№": " no "}
# One sound, spelt in several ways by those who write Russian, Kazakh or Arabic names in Latin letters.
SOUNDS = (
    ("shch", "sh"), ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ck", "k"),
    ("tz", "ts"), ("q", "k"), ("w", "u"), ("x", "ks"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("y", "i"),
)  # fmt: skip
DOUBLED = re.compile(r"(.)\1+")
ROMAN = re.compile("[ivx]+")
SILENT = re.compile(r"(?<=[aeiou])h\b")
LEADING = re.compile(r"\bie")
VOWELS = str.maketrans("", "", "aeiouy ")


def fold(words: str) -> str:
    """Give the words without capitals, accents, apostrophes, hyphens and other marks."""
    if words.isascii():
        plain = words.casefold()
    else:
        # Accents are taken off after they are parted from their letters; what joins Persian letters goes, too.
        parted = normalize("NFKD", words.casefold())
        plain = "".join(letter for letter in parted if letter not in "\u0640\u200c\u200d" and not is_mark(letter))
    return BETWEEN.sub(" ", APOSTROPHES.sub("", plain)).strip()


def is_mark(letter: str) -> bool:
    """Tell whether a character only adds an accent or a vowel sign to the letter before it."""
    return "\u0300" <= letter <= "\u036f" or "\u0610" <= letter <= "\u061a" or "\u064b" <= letter <= "\u065f"


def sound(words: str, letters: Mapping[str, str]) -> str:
    """Give the words in Latin letters, one spelling for one sound; a letter not in the table is left to the library."""
    lowered = normalize("NFC", words).casefold()
    if not lowered.isascii():
        missing = {letter for letter in lowered if not letter.isascii() and letter not in letters}
        known = {**letters, **transliterated(missing)} if missing else letters
        lowered = "".join(known.get(letter, letter) for letter in lowered).lower()
    found = WORDS.findall(APOSTROPHES.sub("", lowered))
    kept = [word for word in found if word not in NUMBER_SIGNS] or found
    return " ".join(heard(word) for word in kept)


@lru_cache(1 << 16)
def heard(word: str) -> str:
    """Spell one word, in Latin letters already, by its sound; of numbers, also Roman ones, every sign counts."""
    if word.isdigit() or ROMAN.fullmatch(word):
        return word
    for spelt, said in SOUNDS:
        word = word.replace(spelt, said)
    return DOUBLED.sub(r"\1", SILENT.sub("", LEADING.sub("e", word)))


def skeleton(heard: str) -> str:
    """Give the consonants of a sound, for Arabic leaves short vowels unwritten."""
    return re.sub(r"h\b", "", heard).translate(VOWELS)


def transliterated(letters: Iterable[str]) -> dict[str, str]:
    """Write each of these letters in Latin ones; this imports the library of transliterations."""
    from anyascii import anyascii

    return {letter: LETTERS.get(letter) or anyascii(letter) for letter in letters}


def script(words: str) -> str:
    """Name the script of a text by its first letter: Latin, Cyrillic, Arabic."""
    for letter in words:
        if letter.isalpha():
            return "Latin" if letter.isascii() else letter_name(letter, "unknown").split()[0].capitalize()
    return "digits"
