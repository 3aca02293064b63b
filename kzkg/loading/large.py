"""Builds a store of any size: read once, the views derived a set at a time, bulk-loaded by the engine."""

from __future__ import annotations

import json
import shutil
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store

from kzkg import terms
from kzkg.errors import DataError
from kzkg.loading import conclusions, exact, stream
from kzkg.loading.facts import BOTH, LAYERS, Facts
from kzkg.loading.feeding import Feed
from kzkg.loading.filegraphs import BLANK, STATEMENTS, added
from kzkg.loading.inputs import Input
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
AHEAD = 8
TWICE = "SELECT ?s ?p ?o WHERE { GRAPH ?layer { ?s ?p ?o } ?s ?p ?o }"


@contextmanager
def squeezing(path: Path) -> Iterator[Any]:
    """Give what writes a compressed file in a thread of its own: the compression lets others work."""
    import gzip

    waiting: deque[Future[int]] = deque()
    with gzip.open(path, "wb", compresslevel=1) as file, ThreadPoolExecutor(1) as pool:

        def write(text: bytes) -> None:
            waiting.append(pool.submit(file.write, text))
            if len(waiting) > AHEAD:
                waiting.popleft().result()

        yield write
        for each in waiting:
            each.result()


class Built:
    """A store while it is built."""

    def __init__(self, package: Catalog, beside: Path, progress: Progress) -> None:
        self.package, self.beside, self.progress = package, beside, progress
        self.laws = [conclusions.Law(path) for path in package.view_rules]
        self.facts = Facts(beside / "work", READ.union(*(law.reads for law in self.laws)))
        self.store = Store(beside / "store")
        self.graphs: list[NamedNode] = []
        self.statements = self.shown = 0
        self.own = False

    def read(self, given: list[Input]) -> None:
        """Read all files, and the ontology of the package where they bring none."""
        with squeezing(self.beside / STATEMENTS) as write, (self.beside / BLANK).open("wb") as blank:
            graphs, self.statements = self._take(stream.chunks(given, self.progress.add), write, blank)
            self.own = str(exact.ONTOLOGY).encode() in graphs
            ours = [
                Input(path, RdfFormat.TURTLE, "", graph)
                for graph, path in self.package.graph_files.items()
                if path.parent.name == "ontology" and not self.own and str(graph).encode() not in graphs
            ]
            graphs |= self._take(stream.chunks(ours, lambda _: None), write, blank)[0]
        self.graphs = exact.allowed(sorted(graph[1:-1].decode() for graph in graphs))

    def _take(self, found: Iterable[stream.Chunk], write: Any, blank: Any) -> tuple[set[bytes], int]:
        graphs, count = set[bytes](), 0
        for chunk in found:
            self.facts.keep(chunk.found)
            write(b"".join(chunk.quads))
            blank.writelines(chunk.blank)
            graphs |= chunk.graphs
            count += chunk.count
        return graphs, count

    def derive(self) -> None:
        """Tell the views apart and fill the store; what the rules conclude is found while the files are stored."""
        self.progress.stage("deriving the views")
        withheld, gone = conclusions.gone(self.laws, self.facts)
        self.facts.part(gone, withheld)
        said = self.facts.sizes()
        self.progress.begin("storing", sum(said.values()))
        with self._storing() as store:
            store({key: (0, end) for key, end in said.items()})
            conclusions.conclude(self.laws, self.facts)
            store({key: (said.get(key, 0), end) for key, end in self.facts.sizes().items() if end != said.get(key)})
            shelve(self.facts.of, self.beside)
        shutil.rmtree(self.beside / "work")

    @contextmanager
    def _storing(self) -> Iterator[Any]:
        """Give what stores statements in a thread of its own, one part after another; wait until they are there."""
        feeds: list[Feed] = []
        with ThreadPoolExecutor(1) as pool:
            waiting: list[Future[None]] = []

            def store(parts: dict[tuple[str, bytes], tuple[int, int]]) -> None:
                for each in waiting:
                    if each.done():
                        each.result()
                feeds.append(Feed(self.facts, parts, self.progress.add))
                waiting.append(pool.submit(self._store, feeds[-1]))

            try:
                yield store
                for each in waiting:
                    each.result()
            finally:
                for feed in feeds:
                    feed.stopped = True

    def _store(self, feed: Feed) -> None:
        self.store.bulk_load(input=feed, format=RdfFormat.N_QUADS)  # type: ignore[arg-type]
        self.store.extend(feed.apart())

    def _tidy(self) -> dict[str, Counter[str]]:
        """Take out of the layer of one view what stands in both; count the rest of each by predicate."""
        rest = {}
        for layer in ("accepted", "all"):
            graph = LAYERS[layer]
            answer = self.store.query(TWICE, default_graph=LAYERS[BOTH], named_graphs=[graph])  # type: ignore[list-item]
            twice = list(answer) if isinstance(answer, QuerySolutions) else []
            for row in twice:
                self.store.remove(Quad(row["s"], row["p"], row["o"], graph))
            rest[layer] = Counter(
                quad.predicate.value for quad in self.store.quads_for_pattern(None, None, None, graph)
            )
        return rest

    def close(self) -> None:
        """Write what is known of the store beside it; the graphs of single files only where they are not too many."""
        self.progress.stage("putting the store in order")
        self.store.optimize()
        rest = self._tidy()
        size = len(self.store)
        self.shown = size - rest["all"].total()
        self.store.flush()
        views = {view: [f"{terms.PREFIXES['g']}only-{view}"] for view in ("accepted", "all")}
        apart = {f"{terms.PREFIXES['g']}only-{view}": sorted(found) for view, found in rest.items()}
        known = {"days": [], "undated": 0, "size": 0, "layers": [], "predicates": apart}
        graphs = [graph.value for graph in self.graphs]
        for name, content in ((LAYERED, views), (KNOWN, known), (GRAPHS, graphs)):
            (self.beside / name).write_text(json.dumps(content), encoding="utf-8")
        del self.store
        if size <= WITH_FILES:
            self.progress.stage("adding the graphs of single files")
            added(self.beside)


def build(given: list[Input], package: Catalog, beside: Path, progress: Progress) -> Built:
    """Build a store of these files in a folder."""
    built = Built(package, beside, progress)
    built.read(given)
    try:
        built.derive()
    except SyntaxError as error:
        stream.check(given)
        raise DataError(f"a statement cannot be stored: {error}") from error
    built.close()
    return built
