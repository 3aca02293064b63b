"""Keeps two loads out of one endpoint: each leaves a mark there while it writes, and gives way to the mark of another.

No protocol has a lock. Each mark is a graph of its own, written before the others are read, so that of two loads that
begin at once at least one sees the other; both may give way then, and neither writes.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from kzkg.errors import DataError, KzkgError
from kzkg.store.engine import GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kzkg.remote.graphstore import GraphStore
    from kzkg.terms import Term

    Ask = Callable[[str], Iterable[tuple[Term | None, ...]]]

LOADING = GRAPH + "loading/"
HOST, PROCESS, TURN = (NamedNode(f"{LOADING}#{word}") for word in ("host", "process", "turn"))
MARKS = f"""SELECT ?g ?p ?o WHERE {{ VALUES ?p {{ {HOST} {PROCESS} {TURN} }} GRAPH ?g {{ ?g ?p ?o }}
  FILTER (STRSTARTS(STR(?g), "{LOADING}")) }}"""
EVERY = 20.0
"""Seconds after which a load shows that it is still there."""
WATCHED = 3 * EVERY
"""Seconds for which the mark of another machine is watched before it counts as left behind."""


class Mark:
    """The mark of this load, and the marks of others."""

    def __init__(self, ask: Ask, store: GraphStore) -> None:
        self._ask, self._store = ask, store
        self.graph = NamedNode(LOADING + os.urandom(8).hex())
        self._turn, self._shown = 0, 0.0

    def take(self) -> None:
        """Leave the mark. Raises DataError where another load is under way; then it is taken away again."""
        self._show()
        try:
            self.look()
        except BaseException:
            self.leave()
            raise

    def look(self) -> None:
        """Raise DataError where another load is under way; take away the marks that dead ones left."""
        for graph, mark in self._others().items():
            if self._alive(graph, mark):
                where = "from this machine" if here(mark) else f"from {mark.get(HOST, 'another machine')}"
                raise DataError(f"another load {where} is filling this endpoint; wait until it has ended")
            self._store.delete(graph)

    def keep(self) -> None:
        """Show now and then that this load is still there."""
        if time.monotonic() - self._shown > EVERY:
            self._show()

    def leave(self) -> None:
        """Take the mark away; one that cannot be taken away is found to be dead by the next load."""
        with contextlib.suppress(KzkgError):
            self._store.delete(self.graph)

    def _show(self) -> None:
        self._turn, self._shown = self._turn + 1, time.monotonic()
        told = {HOST: socket.gethostname(), PROCESS: str(os.getpid()), TURN: str(self._turn)}
        self._store.put(
            self.graph, [f"{Triple(self.graph, name, Literal(word))} .\n".encode() for name, word in told.items()]
        )

    def _others(self) -> dict[NamedNode, dict[NamedNode, str]]:
        found: dict[NamedNode, dict[NamedNode, str]] = {}
        for graph, name, value in self._ask(MARKS):
            if isinstance(graph, NamedNode) and isinstance(name, NamedNode) and graph != self.graph:
                found.setdefault(graph, {})[name] = getattr(value, "value", "")
        return found

    def _alive(self, graph: NamedNode, mark: dict[NamedNode, str]) -> bool:
        """Tell whether a load is still there: of this machine by its process, of another by what it shows."""
        if here(mark):
            return process_lives(mark.get(PROCESS, ""))
        end = time.monotonic() + WATCHED
        while time.monotonic() < end:
            time.sleep(EVERY / 10)
            now = self._others().get(graph)
            if now is None:
                return False
            if now != mark:
                return True
            self.keep()
        return False


def here(mark: dict[NamedNode, str]) -> bool:
    """Tell whether a mark was left by a process of this machine, where it can be asked whether that still lives."""
    return mark.get(HOST) == socket.gethostname() and os.name != "nt"


def process_lives(word: str) -> bool:
    """Tell whether there is a process of this number."""
    if not word.isdecimal() or not int(word):
        return False
    try:
        os.kill(int(word), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
