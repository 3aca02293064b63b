"""Builds a store of any size: read once, bulk-loaded by the engine, the views derived a set at a time."""

from __future__ import annotations

import json
import shutil
from bisect import bisect_right
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kzkg import terms
from kzkg.errors import DataError
from kzkg.loading import conclusions, exact
from kzkg.loading.facts import LAYERS, Facts
from kzkg.loading.filegraphs import BLANK, STATEMENTS, added
from kzkg.loading.inputs import Input, faulty
from kzkg.loading.stream import Chunk, chunks
from kzkg.names.shelving import READ, shelve
from kzkg.store.build import GRAPHS, KNOWN
from kzkg.store.disk import LAYERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kzkg.catalog import Catalog
    from kzkg.loading.progress import Progress

WITH_FILES = 500_000
"""In a store of at most so many statements the graphs of single files are there from the beginning."""


def ahead(found: Iterator[Chunk]) -> Iterator[Chunk]:
    """Read some chunks ahead in a thread of its own, while the engine stores the ones before."""
    waiting: Queue[Chunk | BaseException | None] = Queue(8)
    stopped = Event()

    def give(what: Chunk | BaseException | None) -> None:
        while not stopped.is_set():
            with suppress(Full):
                waiting.put(what, timeout=0.2)
                return

    def read() -> None:
        try:
            for chunk in found:
                give(chunk)
                if stopped.is_set():
                    return
            give(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the chunks are taken
            give(error)

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        while (chunk := waiting.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
    finally:
        stopped.set()
        reader.join()


class Source:
    """What the engine reads from: triples, while their graphs and what the rules need are written elsewhere."""

    def __init__(self, found: Iterator[Chunk], facts: Facts, statements: Any) -> None:
        self._found, self._facts, self._statements = ahead(found), facts, statements
        self._rest = memoryview(b"")
        self._marks: list[tuple[int, Input | None, int]] = []
        self._lines = 0
        self.graphs: set[str] = set()
        self.blank: list[Quad] = []
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        if not self._rest:
            chunk = next(self._found, None)
            self._rest = memoryview(self._taken(chunk) if chunk else b"")
            if chunk and not self._rest:
                return self.read(size)
        given, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return given

    def _taken(self, chunk: Chunk) -> bytes:
        self._marks.append((self._lines, chunk.source, chunk.line))
        lines = chunk.triples.split(b"\n")
        self._lines += len(lines) - 1
        self.count += sum(1 for one in lines if one) + len(chunk.blank)
        self._facts.take(lines)
        self._facts.apart(Quad(q.subject, q.predicate, q.object) for q in chunk.blank)
        self.blank += chunk.blank
        self.graphs |= chunk.graphs
        self._statements.write(chunk.quads)
        return chunk.triples

    def fault(self, error: SyntaxError) -> DataError:
        """Say in which file and line the engine found a fault."""
        at = (error.lineno or 1) - 1
        start, source, line = self._marks[bisect_right(self._marks, at, key=lambda mark: mark[0]) - 1]
        if source is None:
            return DataError(f"a statement cannot be stored: {error}")
        error.lineno = line + at - start
        return faulty(source, error, error.lineno)


class Built:
    """A store while it is built."""

    def __init__(self, package: Catalog, beside: Path, progress: Progress) -> None:
        self.package, self.beside, self.progress = package, beside, progress
        self.laws = [conclusions.law(path) for path in package.view_rules]
        self.facts = Facts(beside / "work", READ.union(*(law.reads for law in self.laws)))
        self.store = Store(beside / "store")
        self.graphs: list[NamedNode] = []
        self.blank: list[Quad] = []
        self._waiting: dict[str, list[bytes]] = {layer: [] for layer in LAYERS}
        self.statements = self.shown = 0
        self.own = False

    def read(self, given: list[Input]) -> None:
        """Read all files, and the ontology of the package where they bring none."""
        import gzip

        with gzip.open(self.beside / STATEMENTS, "wb", compresslevel=1) as statements:
            found = self._take(chunks(given, self.progress.add), statements)
            self.statements = found.count
            self.own = str(exact.ONTOLOGY) in found.graphs
            graphs = found.graphs
            ours = [
                Input(path, RdfFormat.TURTLE, "", graph)
                for graph, path in self.package.graph_files.items()
                if path.parent.name == "ontology" and not self.own and str(graph) not in graphs
            ]
            graphs |= self._take(chunks(ours, lambda _: None), statements).graphs
        self.graphs = exact.allowed(sorted(graph[1:-1] for graph in graphs))

    def _take(self, found: Iterator[Chunk], statements: Any) -> Source:
        source = Source(found, self.facts, statements)
        try:
            self.store.bulk_load(input=source, format=RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise source.fault(error) from error
        self.store.extend(Quad(q.subject, q.predicate, q.object) for q in source.blank)
        self.blank += source.blank
        return source

    def derive(self) -> None:
        """Take out of the accepted view what is not shown, and add what the rules conclude."""
        self.progress.stage("deriving the views")
        withheld, gone = conclusions.gone(self.laws, self.facts, self.store)
        self.facts.part(gone, withheld)
        self._part(gone, withheld)
        for layer, lines in conclusions.conclude(self.laws, self.facts, self.store, self._flush):
            self._waiting[layer] += lines
        self._flush()
        self.progress.stage("writing the index of names")
        shelve(lambda iri: (one for layer in LAYERS for one in self.facts.lines(iri, layer)), self.beside)
        self.facts.close()
        shutil.rmtree(self.beside / "work")

    def _part(self, gone: Iterable[bytes], withheld: Iterable[bytes]) -> None:
        """Move what is not in the accepted view into the layer of `all` alone."""
        found: list[Quad] = []
        for one in gone:
            found += self.store.quads_for_pattern(_node(one), None, None, DefaultGraph())
        for one in withheld:
            found += self.store.quads_for_pattern(None, None, _node(one), DefaultGraph())
        for quad in found:
            self.store.remove(quad)
        self.store.bulk_extend(Quad(q.subject, q.predicate, q.object, LAYERS["all"]) for q in found)

    def _flush(self) -> None:
        """Write what was concluded since the last time."""
        for layer, lines in self._waiting.items():
            blank = [one for one in lines if one.startswith(b"_:") or b" _:" in one]
            plain = [one for one in lines if one not in set(blank)] if blank else lines
            if plain:
                self.store.bulk_load(b"\n".join(plain), RdfFormat.N_TRIPLES, to_graph=LAYERS[layer], lenient=True)
            named = parse(b"\n".join(blank), RdfFormat.N_TRIPLES)
            self.store.extend(Quad(q.subject, q.predicate, q.object, LAYERS[layer]) for q in named)
            self._waiting[layer] = []

    def _tidy(self, layer: str) -> int:
        """Take out of the layer of one view what stands in both; count the rest."""
        found = list(self.store.quads_for_pattern(None, None, None, LAYERS[layer]))
        twice = [quad for quad in found if Quad(quad.subject, quad.predicate, quad.object) in self.store]
        for quad in twice:
            self.store.remove(quad)
        return len(found) - len(twice)

    def close(self) -> None:
        """Write what is known of the store beside it; the graphs of single files only where they are not too many."""
        self.progress.stage("putting the store in order")
        self.store.optimize()
        sizes = {layer: self._tidy(layer) for layer in ("accepted", "all")}
        size = len(self.store)
        self.shown = size - sizes["all"]
        self.store.flush()
        views = {view: [f"{terms.PREFIXES['g']}only-{view}"] for view in ("accepted", "all")}
        known = {"days": [], "undated": 0, "size": 0, "layers": []}
        graphs = [graph.value for graph in self.graphs]
        for name, content in ((LAYERED, views), (KNOWN, known), (GRAPHS, graphs)):
            (self.beside / name).write_text(json.dumps(content), encoding="utf-8")
        (self.beside / BLANK).write_text("".join(f"{quad} .\n" for quad in self.blank), encoding="utf-8")
        del self.store
        if size <= WITH_FILES:
            self.progress.stage("adding the graphs of single files")
            added(self.beside)


def _node(text: bytes) -> Any:
    return next(parse(b"%s <a:a> <a:a> ." % text, RdfFormat.N_TRIPLES)).subject


def build(given: list[Input], package: Catalog, beside: Path, progress: Progress) -> Built:
    """Build a store of these files in a folder."""
    built = Built(package, beside, progress)
    built.read(given)
    built.derive()
    built.close()
    return built
