"""Makes the index of names of a graph: every label, alias, title and number, in the forms in which it is looked up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg.spelling import LETTERS, fold, sound, transliterated
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
OWNERS = {_K + "about", _K + "lists"}
"""A number stands on a record; whose number it is the record says with one of these."""
SORTS = {PREFIXES["rdf"] + "type", _SKOS + "inScheme"}

SCRIPTS = ((0xA0, 0x600), (0x600, 0x700), (0x1E00, 0x1F00), (0x2010, 0x2040))


def write_names(facts: Iterable[Fact], target: Path) -> None:
    """Write the index of the names in some triples into a folder."""
    found: dict[tuple[str, str, str], str] = {}
    sorts: dict[str, set[str]] = {}
    numbers, owners = dict[str, set[str]](), dict[str, set[str]]()
    for subject, predicate, value in facts:
        if not isinstance(subject, NamedNode):
            continue
        name, thing = predicate.value, subject.value
        if name in NAMING and isinstance(value, Literal):
            # A text that is a label and a title counts as the label: dict order of the kinds decides below.
            found[thing, value.value, value.language or ""] = best(found.get((thing, value.value, value.language or "")), NAMING[name])
        elif name == PREFIXES["dcterms"] + "identifier" and isinstance(value, Literal):
            numbers.setdefault(thing, set()).add(value.value)
        elif name in OWNERS and isinstance(value, NamedNode):
            owners.setdefault(thing, set()).add(value.value)
        elif name in SORTS and isinstance(value, NamedNode):
            sorts.setdefault(thing, set()).add(value.value)
    for record, texts in numbers.items():
        for owner in owners.get(record, ()):
            for text in texts:
                found.setdefault((owner, text, ""), "number")
    (target / FILE).write_text(json.dumps(packed(found, sorts), ensure_ascii=False), encoding="utf-8")


def best(one: str | None, other: str) -> str:
    """Give the better of two kinds of names that have the same text."""
    order = ("label", "alias", "title", "number")
    return other if one is None else min(one, other, key=order.index)


def packed(found: dict[tuple[str, str, str], str], sorts: dict[str, set[str]]) -> dict[str, object]:
    """Put the names into columns, which are read faster than rows."""
    entries = sorted(found)
    things = sorted({thing for thing, _, _ in entries})
    kinds = sorted({each for thing in things for each in sorts.get(thing, ())})
    number = {thing: index for index, thing in enumerate(things)}
    kind_number = {kind: index for index, kind in enumerate(kinds)}
    letters = table({letter for _, text, _ in entries for letter in text.casefold()})
    return {
        "letters": letters,
        "sorts": kinds,
        "things": things,
        "sorts_of": [sorted(kind_number[each] for each in sorts.get(thing, ())) for thing in things],
        "owners": [number[thing] for thing, _, _ in entries],
        "texts": [text for _, text, _ in entries],
        "languages": [language for _, _, language in entries],
        "kinds": [found[entry] for entry in entries],
        "folds": [fold(text) for _, text, _ in entries],
        "sounds": [sound(text, letters) for _, text, _ in entries],
    }


def table(used: Iterable[str]) -> dict[str, str]:
    """Write down how the letters of the names, and of the scripts that readers type, are spelt in Latin letters.

    With this table a lookup needs no library of transliterations, whose import takes longer than the lookup.
    """
    letters = {chr(code) for first, end in SCRIPTS for code in range(first, end)} | set(used) | set(LETTERS)
    return transliterated(sorted(letter for letter in letters if not letter.isascii() and letter == letter.casefold()))
