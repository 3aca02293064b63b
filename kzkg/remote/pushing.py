"""Loads a store into an endpoint: what is there already is not sent again, and a load that broke off goes on.

No protocol gives a transaction over several requests. So what is sent is noted in a graph of its own, and a view that
was there before is replaced only after its successor has arrived whole under another name: one small request then
switches all who ask through `kzkg`, from the old views to the new ones.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from kzkg.loading.progress import Progress
from kzkg.remote.loaded import FILE, FIRST, LAYER, LOADED, STAGE, UNDER_WAY, VIEW, WHOLE
from kzkg.remote.pieces import written
from kzkg.store.engine import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kzkg.remote.endpoint import Endpoint
    from kzkg.remote.graphstore import GraphStore
    from kzkg.remote.pieces import Lines
    from kzkg.store.disk import Disk

EVERY = 2.0
"""Seconds after which it is noted which graphs have arrived: what was sent since is sent again after a break."""


class Pushed(NamedTuple):
    """What a load into an endpoint did."""

    graphs: int
    sent: int
    """How many graphs were sent; the others were there already."""
    statements: int
    removed: int


class Push:
    """One load into one endpoint."""

    def __init__(
        self,
        disk: Disk,
        endpoint: Endpoint,
        store: GraphStore,
        *,
        history: bool = True,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """Read what is there; `beat` is called again and again while the load goes on."""
        self._disk, self._store, self._beat = disk, store, beat
        self.notes = endpoint.notes()
        self._before = self.notes.state
        self._signs: dict[str, str] = {}
        days, size, layers = disk.history() if history else ((), 0, ())
        self._days, self._size = [*days], size
        self._kinds = {
            **{graph.value: FILE for graph in disk.named_graphs},
            **dict.fromkeys(layers, LAYER),
            **{view.value: VIEW for view in VIEWS.values()},
        }
        self._fresh: list[str] = []
        self._noted = time.monotonic()
        self._sent = self._statements = 0

    def run(self) -> Pushed:
        """Bring the endpoint to what the store holds; what was begun by an earlier load is used."""
        size, stale = self._compared()
        gone = sorted(self.notes.kinds.keys() - self._kinds.keys())
        done = Pushed(len(self._kinds), 0, 0, 0)
        if not stale and not gone and self._before == WHOLE and self._same_days():
            return done
        self._progress = Progress("sending", size)
        try:
            self._replace(stale, gone)
        finally:
            self._progress.close()
        removed = sum(self._kinds.get(graph) is None for graph in gone)
        return done._replace(sent=self._sent, statements=self._statements, removed=removed)

    def _compared(self) -> tuple[int, list[str]]:
        """Sign every graph; give the graphs that are not there yet, and how many bytes they are."""
        size, stale = 0, []
        for graph in self._kinds:
            self._beat()
            lines = written(self._disk, NamedNode(graph))
            self._signs[graph] = lines.sign
            if self.notes.signs.get(graph) != lines.sign:
                stale.append(graph)
                size += lines.size * (2 if self._kinds[graph] == VIEW and self._staging else 1)
            lines.file.close()
        return size, stale

    @property
    def _staging(self) -> bool:
        """Whether there were views before, which go on answering until the new ones are there."""
        return self._before in {WHOLE, UNDER_WAY}

    def _same_days(self) -> bool:
        noted = (self.notes.days, self.notes.size, self.notes.undated)
        return noted == (self._days, self._size, self._disk.undated())

    def _replace(self, stale: list[str], gone: list[str]) -> None:
        self.notes.state = UNDER_WAY if self._staging else FIRST
        for graph in stale:
            self.notes.signs.pop(graph, None)
        self._save()
        views = [graph for graph in stale if self._kinds[graph] == VIEW]
        stages = {view: f"{view}/next-{self._signs[view][:16]}" for view in views if self._staging}
        for view, stage in stages.items():
            if self.notes.signs.get(stage) != self._signs[view]:
                self._send(view, stage, STAGE)
        self._send_all(graph for graph in stale if self._kinds[graph] == FILE)
        self._remove(graph for graph in gone if self.notes.kinds[graph] == FILE)
        if stages:
            self.notes.places = stages
            self._save()
        self._send_all(views)
        self._send_all(graph for graph in stale if self._kinds[graph] == LAYER)
        self._finish()

    def _finish(self) -> None:
        """Note that all is there, and remove what no longer belongs to it."""
        self.notes.state, self.notes.places = WHOLE, {}
        self.notes.days, self.notes.size, self.notes.undated = self._days, self._size, self._disk.undated()
        self.notes.kinds.update(self._kinds)
        self._save()
        left = sorted(self.notes.kinds.keys() - self._kinds.keys())
        if left:
            self._remove(left)
            self._save()

    def _send_all(self, graphs: Iterable[str]) -> None:
        for graph in graphs:
            self._send(graph, graph, self._kinds[graph])

    def _send(self, graph: str, name: str, kind: str) -> None:
        """Send one graph under a name, from the piece on that did not arrive before."""
        lines = written(self._disk, NamedNode(graph))
        arrived = self._arrived(lines, name)
        digest = hashlib.sha256()
        self.notes.kinds[name] = kind
        if not lines.count:
            self._store.delete(NamedNode(name))
        for number, piece in enumerate(lines.pieces(), 1):
            digest.update(b"".join(piece))
            self._beat()
            if number > arrived:
                (self._store.post if number > 1 else self._store.put)(NamedNode(name), piece)
                self.notes.pieces[name] = (digest.hexdigest(), number)
                if lines.size > len(b"".join(piece)):
                    self._note([name])
            self._progress.add(sum(map(len, piece)))
        lines.file.close()
        self.notes.pieces.pop(name, None)
        self.notes.signs[name] = lines.sign
        self._fresh.append(name)
        self._sent += 1
        self._statements += lines.count
        if time.monotonic() - self._noted > EVERY:
            self._note(self._fresh)
            self._fresh, self._noted = [], time.monotonic()

    def _arrived(self, lines: Lines, name: str) -> int:
        """Give how many pieces of this very graph are there; none, where what was sent was something else."""
        sign, number = self.notes.pieces.get(name, ("", 0))
        digest = hashlib.sha256()
        for count, piece in enumerate(lines.pieces(), 1):
            digest.update(b"".join(piece))
            if count == number:
                return number if digest.hexdigest() == sign else 0
        return 0

    def _remove(self, graphs: Iterable[str]) -> None:
        for graph in graphs:
            self._store.delete(NamedNode(graph))
            for known in (self.notes.kinds, self.notes.signs, self.notes.pieces):
                known.pop(graph, None)

    def _note(self, graphs: Iterable[str]) -> None:
        """Add to the notes what is new of some graphs."""
        self._store.post(LOADED, [f"{triple} .\n".encode() for triple in self.notes.of_graphs(graphs)])

    def _save(self) -> None:
        """Write all notes anew; this one request is what makes a state count."""
        self._store.put(LOADED, [f"{triple} .\n".encode() for triple in self.notes.triples()])
