"""The index of names of a large graph: on disk, and of it only what may be meant is read."""

from __future__ import annotations

import json
import sqlite3
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kzkg.errors import DataError
from kzkg.names import How, Names, Wanted
from kzkg.names.spelling import fold, sound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kzkg.names import Match

FILE = "names.sqlite"
MOST = 500
"""So many things that may be meant are looked at closely."""
SCHEMA = """
CREATE TABLE letters (table_ TEXT);
CREATE TABLE sorts (number INTEGER PRIMARY KEY, iri TEXT, size INTEGER);
CREATE TABLE things (number INTEGER PRIMARY KEY, iri TEXT, sorts TEXT);
CREATE TABLE members (sort INTEGER, thing INTEGER, PRIMARY KEY (sort, thing)) WITHOUT ROWID;
CREATE TABLE names (
  number INTEGER PRIMARY KEY, thing INTEGER, text TEXT, language TEXT, kind TEXT, fold TEXT, sound TEXT, joined TEXT,
  start TEXT);
CREATE VIRTUAL TABLE words USING fts5(held, content='', detail=none, tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE grams USING fts5(joined, content='', detail=none, tokenize='trigram');
"""
INDEXES = """
CREATE INDEX things_iri ON things (iri);
CREATE INDEX names_thing ON names (thing);
CREATE INDEX names_fold ON names (fold);
CREATE INDEX names_joined ON names (joined);
CREATE INDEX names_start ON names (start);
"""
SAME = "SELECT thing FROM names WHERE fold = ?1 AND fold != '' UNION SELECT thing FROM names WHERE joined = ?2 LIMIT ?3"
HOLDING = "SELECT rowid FROM words WHERE words MATCH ?1 LIMIT ?2"
HOLDING_OF_SORT = (
    "SELECT rowid FROM words WHERE words MATCH ?1 "
    "AND EXISTS (SELECT 1 FROM members WHERE sort = ?3 AND thing = words.rowid) LIMIT ?2"
)
LIKE = "SELECT thing FROM names WHERE number IN (SELECT rowid FROM grams WHERE grams MATCH ?1 ORDER BY rank LIMIT ?2)"
STARTING = "SELECT DISTINCT thing FROM names WHERE start >= ?1 AND start < ?2 LIMIT ?3"
BY_IRI = "SELECT number FROM things WHERE iri >= ?1 AND iri < ?2 LIMIT ?3"
THINGS = "SELECT number, iri, sorts FROM things WHERE number IN (SELECT value FROM json_each(?1)) ORDER BY iri"
SORTS = "SELECT number, iri FROM sorts WHERE number IN (SELECT value FROM json_each(?1)) ORDER BY iri"
NAMES = "SELECT thing, text, language, kind, fold, sound FROM names WHERE thing IN (SELECT value FROM json_each(?1))"
COLUMNS = ("texts", "languages", "kinds", "folds", "sounds")
LAST = "\U0010ffff"


class Shelf(Names):
    """The names of a large graph; whatever is asked of all of them is asked of those that may be meant."""

    def __init__(self, file: Path) -> None:
        self._file = file
        super().__init__(
            {"letters": {}, "sorts": [], "sorts_of": [], "owners": [], "things": "", **dict.fromkeys(COLUMNS, "")}
        )
        self.letters = json.loads(self._rows("SELECT table_ FROM letters")[0][0])

    @cached_property
    def _base(self) -> sqlite3.Connection:
        # Nothing writes to it once it is there, so that it needs no locks and can lie on a read-only disk.
        return sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    def _rows(self, text: str, *values: Any) -> list[Any]:
        try:
            return self._base.execute(text, values).fetchall()
        except sqlite3.Error as error:
            raise DataError(f"{self._file}: is damaged ({error}); load the files again") from error

    def search(self, words: str, sort: str | None = None, *, wide: bool = True) -> list[Match]:
        """Find the things that a text may mean, the best first."""
        wanted = Wanted(words, fold(words), sound(words, self.letters))
        if not wanted.folded and not wanted.heard:
            return []
        things = self._same(wanted) | self._holding(wanted, sort)
        found = self._of(things).search(words, sort, wide=wide)
        if any(each.how <= How.SOUND for each in found):
            return found
        return self._of(things | self._like(wanted)).search(words, sort, wide=wide)

    def _same(self, wanted: Wanted) -> set[int]:
        return {row[0] for row in self._rows(SAME, wanted.folded, wanted.heard.replace(" ", ""), MOST)}

    def _holding(self, wanted: Wanted, sort: str | None) -> set[int]:
        found: set[int] = set()
        number = self._rows("SELECT number FROM sorts WHERE iri = ?", sort) if sort else []
        for text in {wanted.heard, wanted.folded} - {""}:
            *first, last = text.split()
            star = "*" if len(last) > 2 and not last.isdigit() else ""
            match = " AND ".join([*(f'"{word}"' for word in first), f'"{last}"{star}'])
            more = (
                self._rows(HOLDING_OF_SORT, match, MOST, number[0][0]) if number else self._rows(HOLDING, match, MOST)
            )
            found.update(row[0] for row in more)
        return found

    def _like(self, wanted: Wanted) -> set[int]:
        joined = wanted.heard.replace(" ", "")
        grams = {joined[start : start + 3] for start in range(len(joined) - 2)}
        if not grams:
            return set()
        return {row[0] for row in self._rows(LIKE, " OR ".join(f'"{gram}"' for gram in sorted(grams)), MOST)}

    def _of(self, things: Iterable[int]) -> Names:
        """Give the names of some things as an index of their own."""
        chosen = json.dumps(sorted(things))
        found = self._rows(THINGS, chosen)
        sorts_of = [json.loads(sorts) for _, _, sorts in found]
        sorts = self._rows(SORTS, json.dumps(sorted({each for of in sorts_of for each in of})))
        at = {number: place for place, (number, _) in enumerate(sorts)}
        place = {number: at for at, (number, _, _) in enumerate(found)}
        rows = sorted(self._rows(NAMES, chosen), key=lambda row: (place[row[0]], *row[1:]))
        return Names(
            {
                "letters": self.letters,
                "sorts": [iri for _, iri in sorts],
                "sorts_of": [[at[each] for each in of] for of in sorts_of],
                "owners": [place[row[0]] for row in rows],
                "things": "\n".join(iri for _, iri, _ in found),
                **{column: "\n".join(row[at] for row in rows) for at, column in enumerate(COLUMNS, 1)},
            }
        )

    def narrowest(self, iri: str) -> str:
        """Give the class or scheme of a thing that has the fewest members, which says the most."""
        found = self._rows(
            "SELECT sorts.iri FROM things JOIN members ON thing = things.number JOIN sorts ON sorts.number = sort "
            "WHERE things.iri = ? ORDER BY size, sorts.number LIMIT 1",
            iri,
        )
        return str(found[0][0]) if found else iri

    def near(self, beginning: str, *, iri: bool = False) -> Names:
        """Give the names that begin so, or those of the things whose IRI does, as an index of their own."""
        start = beginning if iri else beginning.casefold()
        return self._of(row[0] for row in self._rows(BY_IRI if iri else STARTING, start, start + LAST, MOST))
