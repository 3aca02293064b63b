"""Keeps the statements that the view rules read, by predicate, and brings into memory those that a rule asks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import IO, TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kzkg import terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

BOTH = ""
"""The layer of what stands in both views; the two others hold what stands in one alone."""
LAYERS: dict[str, DefaultGraph | NamedNode] = {
    BOTH: DefaultGraph(),
    **{name: NamedNode(f"{terms.PREFIXES['g']}only-{name}") for name in ("accepted", "all")},
}
MOST = 3_000_000
"""Statements that are held in memory at once; each takes some 600 bytes."""


def dataset(view: str) -> list[NamedNode | BlankNode | DefaultGraph]:
    """Give the graphs whose triples are a view: no triple is in two of them."""
    return [LAYERS[BOTH], LAYERS[view]]


class Facts:
    """A folder with a file for each predicate and layer, and a store in memory with some of them."""

    def __init__(self, folder: Path, wanted: Iterable[str]) -> None:
        folder.mkdir()
        self._folder = folder
        self._number = {f"<{iri}>".encode(): number for number, iri in enumerate(sorted(wanted))}
        self._files: dict[tuple[str, bytes], IO[bytes]] = {}
        self._counts: Counter[tuple[str, bytes]] = Counter()
        self._held: set[bytes] = set()
        self._blank: list[Quad] = []
        self.store = Store()

    def apart(self, quads: Iterable[Quad]) -> None:
        """Keep statements with blank nodes, which would get other names each time that a file is read."""
        found = [quad for quad in quads if str(quad.predicate).encode() in self._number]
        self._blank += found
        self.store.extend(found)

    def take(self, lines: Iterable[bytes], layer: str = BOTH) -> None:
        """Keep those lines of N-Triples whose predicate is wanted."""
        number, found = self._number, defaultdict(list)
        for one in lines:
            predicate = one.split(b" ", 2)[1] if one else b""
            if predicate in number:
                found[predicate].append(one)
        for predicate, kept in found.items():
            self._file(layer, predicate).write(b"\n".join(kept) + b"\n")
            self._counts[layer, predicate] += len(kept)
            if predicate in self._held:
                self.store.bulk_load(b"\n".join(kept), RdfFormat.N_TRIPLES, to_graph=LAYERS[layer])

    def _file(self, layer: str, predicate: bytes) -> IO[bytes]:
        if (layer, predicate) not in self._files:
            self._files[layer, predicate] = self.path(layer, predicate).open("wb")
        return self._files[layer, predicate]

    def path(self, layer: str, predicate: bytes) -> Path:
        """Give the file of a predicate in a layer."""
        return self._folder / f"{layer or 'both'}-{self._number[predicate]}.nt"

    def lines(self, iri: str, layer: str = BOTH) -> Iterable[bytes]:
        """Read the statements with a predicate, as lines."""
        predicate = f"<{iri}>".encode()
        if not self._counts[layer, predicate]:
            return
        self._file(layer, predicate).flush()
        with self.path(layer, predicate).open("rb") as file:
            yield from file

    def part(self, gone: Collection[bytes], withheld: Collection[bytes]) -> None:
        """Move what speaks of, or points to, what is not in the accepted view into the layer of `all` alone."""
        for predicate in list(self._number):
            lines = list(self.lines(predicate.decode()[1:-1]))
            apart = [one for one in lines if one.split(b" ", 1)[0] in gone or one.split(b" ", 2)[2][:-3] in withheld]
            if apart:
                moved = set(apart)
                self._rewrite(BOTH, predicate, [one for one in lines if one not in moved])
                self._rewrite("all", predicate, apart)
            if predicate in self._held:
                for quad in parse(b"".join(apart), RdfFormat.N_TRIPLES):
                    self.store.remove(Quad(quad.subject, quad.predicate, quad.object))
                self.store.bulk_load(b"".join(apart), RdfFormat.N_TRIPLES, to_graph=LAYERS["all"])
        for quad in [quad for quad in self._blank if str(quad.subject).encode() in gone]:
            self._blank.remove(quad)
            self.store.remove(quad)
            self._blank.append(Quad(quad.subject, quad.predicate, quad.object, LAYERS["all"]))
            self.store.add(self._blank[-1])

    def _rewrite(self, layer: str, predicate: bytes, lines: list[bytes]) -> None:
        self._file(layer, predicate).close()
        self._files[layer, predicate] = self.path(layer, predicate).open("wb")
        self._files[layer, predicate].write(b"".join(lines))
        self._counts[layer, predicate] = len(lines)

    def parted(self, iris: Iterable[str]) -> bool:
        """Whether the views differ in a statement with one of these predicates."""
        return any(self._counts[layer, f"<{iri}>".encode()] for iri in set(iris) for layer in LAYERS if layer != BOTH)

    def size(self, iris: Iterable[str]) -> int:
        """Count the statements with one of these predicates."""
        return sum(self._counts[layer, f"<{iri}>".encode()] for iri in set(iris) for layer in LAYERS)

    def _forget(self) -> None:
        self.store, self._held = Store(), set()
        self.store.extend(self._blank)

    def holding(self, iris: Iterable[str]) -> Store:
        """Give the store with all statements that have one of these predicates, and perhaps others."""
        wanted = {f"<{iri}>".encode() for iri in iris} & self._number.keys()
        size = sum(self._counts[layer, each] for each in wanted | self._held for layer in LAYERS)
        if size > MOST and wanted - self._held:
            self._forget()
        for predicate in sorted(wanted - self._held):
            for layer, graph in LAYERS.items():
                if self._counts[layer, predicate]:
                    self._file(layer, predicate).flush()
                    self.store.bulk_load(
                        path=self.path(layer, predicate), format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True
                    )
            self._held.add(predicate)
        return self.store

    def close(self) -> None:
        """Let go of files and memory."""
        for file in self._files.values():
            file.close()
        self._forget()
