"""The list of all pages, in a small database beside them: no process holds all their names in memory."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Self, overload

from pyoxigraph import NamedNode, QuerySolutions

from kzkg.errors import DataError
from kzkg.pages.linking import BASE, NS, SHAPES, VOCAB, Target, home
from kzkg.pages.site import SUBJECTS
from kzkg.store import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kzkg.store import Graph

NAME = ".kzkg-pages"
"""The file, which stands in the folder while it is built."""
TABLES = """CREATE TABLE thing (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE target (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL);"""
KEPT = 20_000
"""IRIs of which a process remembers whether they have a page."""


class Census:
    """All pages in their order, as a sequence of targets; `in` tells of an IRI whether it has a page."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._there = lru_cache(KEPT)(self._look)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a list that `take` wrote; nobody writes it any more."""
        return cls(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True))

    @classmethod
    def take(cls, graph: Graph, places: Iterable[Target], path: Path | None = None) -> Self:
        """List the pages: the places and questions, all things by their IRIs, and the page about the data at the end.

        Without a path the list is kept in memory. Raises DataError when there is no room for it.
        """
        try:
            base = sqlite3.connect(path or ":memory:", isolation_level=None)
            _fill(base, graph, list(places))
        except sqlite3.OperationalError as error:
            raise DataError(f"{path}: cannot be written: {error}") from error
        return cls(base)

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and self._there(iri)

    def _look(self, iri: str) -> bool:
        return bool(self._base.execute("SELECT 1 FROM thing WHERE iri = ?", (iri,)).fetchone())

    def __len__(self) -> int:
        return int(self._base.execute("SELECT COUNT(*) FROM target").fetchone()[0])

    def __iter__(self) -> Iterator[Target]:
        for kind, name in self._base.execute("SELECT kind, name FROM target ORDER BY number"):
            yield Target(kind, name)

    @overload
    def __getitem__(self, place: int) -> Target: ...

    @overload
    def __getitem__(self, place: slice) -> list[Target]: ...

    def __getitem__(self, place: int | slice) -> Target | list[Target]:
        if isinstance(place, int):
            return self[range(len(self))[place] : range(len(self))[place] + 1][0]
        start, stop, _ = place.indices(len(self))
        text = "SELECT kind, name FROM target WHERE number > ? AND number <= ? ORDER BY number"
        return [Target(kind, name) for kind, name in self._base.execute(text, (start, stop))]

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def _fill(base: sqlite3.Connection, graph: Graph, places: Sequence[Target]) -> None:
    base.execute("PRAGMA synchronous = OFF")
    base.executescript(TABLES)
    base.execute("BEGIN")
    base.executemany("INSERT OR IGNORE INTO thing VALUES (?)", ((iri,) for iri in iris(graph)))
    last = [each for each in places if each.kind == "about"]
    put = "INSERT INTO target (kind, name) VALUES (?, ?)"
    base.executemany(put, (each[:2] for each in places if each not in last))
    base.execute("INSERT INTO target (kind, name) SELECT 'thing', iri FROM thing ORDER BY iri")
    base.executemany(put, (each[:2] for each in last))
    base.execute("COMMIT")


def iris(graph: Graph) -> Iterator[str]:
    """Give the IRIs of all things that have a page, as the store gives them and some more than once."""
    yield from (NS, VOCAB, SHAPES)
    yield from (each.value for each in graph.named_graphs)
    with asking(SUBJECTS):
        answer = graph.begin(SUBJECTS, "all")
        for (thing,) in answer if isinstance(answer, QuerySolutions) else ():
            if isinstance(thing, NamedNode) and thing.value.startswith(BASE):
                yield home(thing.value)
