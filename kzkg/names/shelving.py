"""Makes the index of names of a large graph, from its statements as lines."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Literal, RdfFormat, parse

from kzkg.errors import DataError
from kzkg.names.naming import KINDS, NAMING, OWNERS, RECORDS, SORTS, shortened, table
from kzkg.names.shelf import FILE, INDEXES, SCHEMA
from kzkg.names.spelling import fold, sound
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPE = PREFIXES["rdf"] + "type"
NUMBER = PREFIXES["dcterms"] + "identifier"
READ = frozenset({*NAMING, *OWNERS, *SORTS, NUMBER})
"""The predicates that names are made of."""
PASSED = frozenset(RECORDS - {PREFIXES["kzkg"] + "Source"})
"""Of what one document says the label is made of the names of others; at this size it is not looked for by name."""

Name = tuple[str, str, str]
Pairs = Callable[[str], Iterable[tuple[bytes, bytes]]]


def shelve(pairs: Pairs, target: Path) -> int:
    """Write the index into a folder; gives the number of names.

    `pairs` gives the subject and the object of the statements with a predicate, as N-Triples writes them.
    """
    types = list(_linked(pairs, TYPE))
    passed = {subject for subject, kind in types if kind in PASSED}
    names = dict(_names(pairs, passed))
    things = {thing for thing, _, _ in names}
    sorts: dict[str, set[str]] = {}
    for predicate in SORTS:
        for subject, kind in types if predicate == TYPE else _linked(pairs, predicate):
            if subject in things:
                sorts.setdefault(subject, set()).add(kind)
    del types
    source = PREFIXES["kzkg"] + "Source"
    for (thing, text, language), kind in list(names.items()):
        if kind in {"label", "alias"} and source not in sorts.get(thing, ()):
            names.setdefault((thing, shortened(text), language), "short")
    _write(names, sorts, target)
    return len(names)


def _names(pairs: Pairs, passed: set[str]) -> Iterator[tuple[Name, str]]:
    """Give the names, each with what kind of name it is; a later, better kind takes the place of one before."""
    numbers: dict[str, list[str]] = {}
    for subject, value in pairs(NUMBER):
        thing, text, _ = _said(subject, value)
        numbers.setdefault(thing, []).append(text)
    for predicate in OWNERS:
        for record, owner in _linked(pairs, predicate):
            if record in numbers and owner not in passed:
                yield from (((owner, text, ""), "number") for text in numbers[record])
    for predicate in sorted(NAMING, key=lambda name: -KINDS.index(NAMING[name])):
        for subject, value in pairs(predicate):
            thing, text, language = _said(subject, value)
            if thing and thing not in passed:
                yield (thing, text, language), NAMING[predicate]


def _linked(pairs: Pairs, predicate: str) -> Iterator[tuple[str, str]]:
    """Give the subjects and objects that are IRIs."""
    for subject, value in pairs(predicate):
        if subject.startswith(b"<") and value.startswith(b"<"):
            yield subject[1:-1].decode(), value[1:-1].decode()


def _said(subject: bytes, value: bytes) -> Name:
    """Give the subject, the text and the language of a statement; nothing of one that says no text of an IRI."""
    if not subject.startswith(b"<") or not value.startswith(b'"'):
        return "", "", ""
    if b"\\" in value:
        literal = next(parse(b"%s <a:a> %s ." % (subject, value), RdfFormat.N_TRIPLES)).object
        if not isinstance(literal, Literal):
            return "", "", ""
        return subject[1:-1].decode(), literal.value, literal.language or ""
    text, _, rest = value[1:].rpartition(b'"')
    return subject[1:-1].decode(), text.decode(), rest[1:].decode().lower() if rest.startswith(b"@") else ""


def _write(names: dict[Name, str], sorts: dict[str, set[str]], target: Path) -> None:
    try:
        base = sqlite3.connect(target / FILE, isolation_level=None)
        _fill(base, names, sorts)
        base.close()
    except sqlite3.OperationalError as error:
        raise DataError(f"{target / FILE}: cannot be written: {error}") from error


def _fill(base: sqlite3.Connection, names: dict[Name, str], sorts: dict[str, set[str]]) -> None:
    letters = table({letter for _, text, _ in names for letter in text.casefold()})
    things = {iri: number for number, iri in enumerate(sorted({thing for thing, _, _ in names}), 1)}
    sizes = Counter(sort for iri in things for sort in sorts.get(iri, ()))
    kinds = {sort: number for number, sort in enumerate(sorted(sizes), 1)}
    base.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")
    base.execute("INSERT INTO letters VALUES (?)", (json.dumps(letters, ensure_ascii=False),))
    base.executemany("INSERT INTO sorts VALUES (?, ?, ?)", ((kinds[sort], sort, sizes[sort]) for sort in kinds))
    of = {number: sorted(kinds[sort] for sort in sorts.get(iri, ())) for iri, number in things.items()}
    base.executemany(
        "INSERT INTO things VALUES (?, ?, ?)", ((number, iri, str(of[number])) for iri, number in things.items())
    )
    base.executemany("INSERT INTO members VALUES (?, ?)", ((sort, number) for number in of for sort in of[number]))
    spoken: dict[int, set[str]] = {}
    rows = []
    for (thing, text, language), kind in names.items():
        folded, heard = fold(text), sound(text, letters)
        spoken.setdefault(things[thing], set()).update(folded.split(), heard.split())
        plain, joined = " ".join(text.split("\n")), heard.replace(" ", "")
        rows.append((things[thing], plain, language, kind, folded, heard, joined, text.casefold()))
    rows.sort(key=lambda row: row[0])
    base.executemany("INSERT INTO names VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.execute("INSERT INTO grams (rowid, joined) SELECT number, joined FROM names")
    base.executemany(
        "INSERT INTO words (rowid, held) VALUES (?, ?)",
        ((number, " ".join(sorted(spoken[number]))) for number in sorted(spoken)),
    )
    base.execute("COMMIT")
    base.executescript(INDEXES)
