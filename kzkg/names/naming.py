"""Makes the index of names of a graph: every label, alias, title and number, in the forms in which it is looked up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg.names.spelling import LETTERS, fold, sound, transliterated
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kzkg.view import Fact

FILE = "names.json"
"""Where the index stands beside the store."""

_K, _SKOS = PREFIXES["kzkg"], PREFIXES["skos"]
NAMING = {
    _SKOS + "prefLabel": "label",
    PREFIXES["rdfs"] + "label": "label",
    _SKOS + "altLabel": "alias",
    PREFIXES["dcterms"] + "title": "title",
}
KINDS = ("label", "alias", "short", "title", "number")
"""The kinds of names, the best first; a short name is made here of a longer one."""
RECORDS = {_K + "Claim", _K + "Source", _K + "Question", _K + "Citation"}
COUNTRY = (
    "of the Republic of Kazakhstan", "of Kazakhstan", "Республики Казахстан", "Казахстана",
    "Қазақстан Республикасының", "Қазақстан Республикасы",
)  # fmt: skip
OWNERS = {_K + "about", _K + "lists"}
"""A number stands on a record; whose number it is the record says with one of these."""
SORTS = {PREFIXES["rdf"] + "type", _SKOS + "inScheme"}

SCRIPTS = ((0xA0, 0x600), (0x600, 0x700), (0x1E00, 0x1F00), (0x2010, 0x2040))


def write_names(facts: Iterable[Fact], target: Path) -> None:
    """Write the index of the names in some triples into a folder."""
    (target / FILE).write_text(json.dumps(index(facts), ensure_ascii=False), encoding="utf-8")


def index(facts: Iterable[Fact]) -> dict[str, object]:
    """Make the index of the names in some triples; for `kzkg.names.Names`."""
    read = _Read()
    for subject, predicate, value in facts:
        if isinstance(subject, NamedNode):
            read.take(subject.value, predicate.value, value)
    read.number()
    read.shorten()
    return packed(read.names, read.sorts)


class _Read:
    """The names of things, and what else has to be known of them, as it is read from triples."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str, str], str] = {}
        self.sorts: dict[str, set[str]] = {}
        self.numbers: dict[str, set[str]] = {}
        self.owners: dict[str, set[str]] = {}

    def take(self, thing: str, name: str, value: object) -> None:
        """Take one triple."""
        if isinstance(value, Literal):
            if name in NAMING:
                entry = (thing, value.value, value.language or "")
                self.names[entry] = min(NAMING[name], self.names.get(entry, "title"), key=KINDS.index)
            elif name == PREFIXES["dcterms"] + "identifier":
                self.numbers.setdefault(thing, set()).add(value.value)
        elif isinstance(value, NamedNode) and name in OWNERS | SORTS:
            known = self.owners if name in OWNERS else self.sorts
            known.setdefault(thing, set()).add(value.value)

    def number(self) -> None:
        """Give each number to the thing that the record with it is about."""
        for record, texts in self.numbers.items():
            for owner in self.owners.get(record, ()):
                for text in texts:
                    self.names.setdefault((owner, text, ""), "number")

    def shorten(self) -> None:
        """Add the names without the country."""
        for (thing, text, language), kind in list(self.names.items()):
            if kind in {"label", "alias"} and RECORDS.isdisjoint(self.sorts.get(thing, ())):
                self.names.setdefault((thing, shortened(text), language), "short")


def shortened(text: str) -> str:
    """Give a name without the country: the Supreme Court is here that of Kazakhstan, if nothing else is said."""
    for words in COUNTRY:
        if text.endswith(f" {words}") and len(text) > len(words) + 4:
            return text.removesuffix(words).strip(" ,")
        if text.startswith(f"{words} ") and len(text) > len(words) + 4:
            return text.removeprefix(words).strip()
    return text


def packed(found: dict[tuple[str, str, str], str], sorts: dict[str, set[str]]) -> dict[str, object]:
    """Put the names into columns, which are read faster than rows."""
    entries = sorted(found)
    things = sorted({thing for thing, _, _ in entries})
    kinds = sorted({each for thing in things for each in sorts.get(thing, ())})
    number = {thing: index for index, thing in enumerate(things)}
    kind_number = {kind: index for index, kind in enumerate(kinds)}
    letters = table({letter for _, text, _ in entries for letter in text.casefold()})
    # One text with a name on each line is read five times faster than a list of as many texts.
    lines = {
        "things": things,
        "texts": [" ".join(text.split("\n")) for _, text, _ in entries],
        "languages": [language for _, _, language in entries],
        "kinds": [found[entry] for entry in entries],
        "folds": [fold(text) for _, text, _ in entries],
        "sounds": [sound(text, letters) for _, text, _ in entries],
    }
    return {
        "letters": letters,
        "sorts": kinds,
        "sorts_of": [sorted(kind_number[each] for each in sorts.get(thing, ())) for thing in things],
        "owners": [number[thing] for thing, _, _ in entries],
        **{name: "\n".join(column) for name, column in lines.items()},
    }


def table(used: Iterable[str]) -> dict[str, str]:
    """Write down how the letters of the names, and of the scripts that readers type, are spelt in Latin letters.

    With this table a lookup needs no library of transliterations, whose import takes longer than the lookup.
    """
    letters = {chr(code) for first, end in SCRIPTS for code in range(first, end)} | set(used) | set(LETTERS)
    return transliterated(sorted(letter for letter in letters if not letter.isascii() and letter == letter.casefold()))
