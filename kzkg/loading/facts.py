"""Keeps statements as lines in a file for each predicate, apart by the views in which they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, parse

from kzkg import terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Quad, Store

BOTH = ""
"""The layer of what stands in both views; the two others hold what stands in one alone."""
LAYERS: dict[str, DefaultGraph | NamedNode] = {
    BOTH: DefaultGraph(),
    **{name: NamedNode(f"{terms.PREFIXES['g']}only-{name}") for name in ("accepted", "all")},
}
OTHER = b""
"""The file of all predicates that no rule reads, once there are many of them."""
MANY = 250
WAITING = 32_000_000
BLOCK = 4_000_000
"""Bytes that wait to be written, and that are read at once."""


def dataset(view: str) -> list[NamedNode | BlankNode | DefaultGraph]:
    """Give the graphs whose triples are a view."""
    return [LAYERS[BOTH], LAYERS[view]]


def named(line: bytes) -> bool:
    """Whether a statement may speak of a blank node: the engine gives it another name each time that it is read."""
    return line.startswith(b"_:") or b" _:" in line


def quads(lines: Iterable[bytes], layer: str) -> Iterator[Quad]:
    """Parse statements, whose blank nodes keep their names."""
    from pyoxigraph import Quad as Made

    for quad in parse(_text(lines), RdfFormat.N_TRIPLES):
        yield Made(quad.subject, quad.predicate, quad.object, LAYERS[layer])


def _text(lines: Iterable[bytes]) -> bytes:
    text = b" .\n".join(lines)
    return text + b" .\n" if text else b""


def put(store: Store, lines: Iterable[bytes], layer: str) -> None:
    """Put statements into a store in memory."""
    apart: list[bytes] = []
    plain = [line for line in lines if not (named(line) and not apart.append(line))]  # type: ignore[func-returns-value]
    if plain:
        store.bulk_load(_text(plain), RdfFormat.N_TRIPLES, to_graph=LAYERS[layer], lenient=True)
    if apart:
        store.extend(quads(apart, layer))


def pieces(path: Path, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Read lines from one place of a file to another, in pieces that end with a line."""
    with path.open("rb") as file:
        file.seek(start)
        while end is None or start < end:
            text = file.read(BLOCK if end is None else min(BLOCK, end - start))
            if not text:
                return
            if not text.endswith(b"\n"):
                text += file.readline()
            start += len(text)
            yield text


class Facts:
    """A folder with a file for each predicate and layer; a line is a triple as N-Triples writes it, without the dot."""

    def __init__(self, folder: Path, wanted: Iterable[str]) -> None:
        folder.mkdir()
        self.folder = folder
        self._number: dict[bytes, int] = {OTHER: 0}
        for iri in sorted(wanted):
            self._number[f"<{iri}>".encode()] = len(self._number)
        self._wanted = frozenset(self._number)
        self._counts: Counter[tuple[str, bytes]] = Counter()
        self._waiting: dict[tuple[str, bytes], list[bytes]] = defaultdict(list)
        self._weight = 0
        self._subjects: dict[bytes, tuple[int, set[bytes]]] = {}

    def keep(self, found: Mapping[bytes, list[bytes]], layer: str = BOTH) -> None:
        """Keep lines by their predicates."""
        for predicate, lines in found.items():
            key = layer, self._key(predicate)
            text = b"\n".join(lines) + b"\n"
            self._waiting[key].append(text)
            self._counts[key] += len(lines)
            self._weight += len(text)
        if self._weight > WAITING:
            self._flush()

    def _key(self, predicate: bytes) -> bytes:
        if predicate not in self._number:
            if len(self._number) >= MANY + len(self._wanted):
                return OTHER
            self._number[predicate] = len(self._number)
        return predicate

    def take(self, lines: Iterable[bytes], layer: str) -> None:
        """Keep lines of any predicates."""
        found: dict[bytes, list[bytes]] = defaultdict(list)
        for line in lines:
            found[line.split(b" ", 2)[1]].append(line)
        self.keep(found, layer)

    def _flush(self) -> None:
        for (layer, predicate), texts in self._waiting.items():
            with self.path(layer, predicate).open("ab") as file:
                file.writelines(texts)
        self._waiting.clear()
        self._weight = 0

    def path(self, layer: str, predicate: bytes) -> Path:
        """Give the file of a predicate in a layer."""
        return self.folder / f"{layer or 'both'}-{self._number[predicate]}.nt"

    def count(self, predicates: Collection[bytes], layer: str | None = None) -> int:
        """Count the statements with one of these predicates, or with any where none is named."""
        layers = LAYERS if layer is None else (layer,)
        return sum(self._counts[one, each] for each in predicates or self._number for one in layers)

    def sizes(self) -> dict[tuple[str, bytes], int]:
        """Give the bytes of each file, by its layer and predicate."""
        self._flush()
        return {key: self.path(*key).stat().st_size for key, count in self._counts.items() if count}

    def raw(self, layer: str, predicate: bytes) -> Iterator[bytes]:
        """Read statements as text, in pieces that end with a line."""
        self._flush()
        if self._counts[layer, predicate]:
            yield from pieces(self.path(layer, predicate))

    def lines(self, predicates: Collection[bytes], layer: str) -> Iterator[list[bytes]]:
        """Read the statements with one of these predicates, or with any, as lists of lines."""
        for predicate in sorted(predicates or self._number):
            if predicate in self._number:
                for text in self.raw(layer, predicate):
                    yield text[:-1].split(b"\n")

    def of(self, iri: str) -> Iterator[tuple[bytes, bytes]]:
        """Give the subject and the object of the statements with a predicate in any view."""
        for layer in LAYERS:
            for lines in self.lines({f"<{iri}>".encode()}, layer):
                for line in lines:
                    subject, _, value = line.split(b" ", 2)
                    yield subject, value

    def subjects(self, predicate: bytes) -> set[bytes]:
        """Give the subjects of the statements with a predicate in both views; only what is new is read."""
        self._flush()
        start, found = self._subjects.get(predicate, (0, set[bytes]()))
        if self._counts[BOTH, predicate]:
            path = self.path(BOTH, predicate)
            end = path.stat().st_size
            for text in pieces(path, start, end):
                found.update(line[: line.index(b" ")] for line in text[:-1].split(b"\n"))
            self._subjects[predicate] = end, found
        return found

    def part(self, gone: Collection[bytes], withheld: Collection[bytes]) -> None:
        """Move what speaks of, or points to, what is not in the accepted view into the layer of `all` alone."""
        if not gone and not withheld:
            return
        self._flush()
        self._subjects.clear()
        for predicate in [each for each in self._number if self._counts[BOTH, each]]:
            path = self.path(BOTH, predicate)
            before = path.replace(path.with_suffix(".before"))
            moved, self._counts[BOTH, predicate] = 0, 0
            with before.open("rb") as file:
                while lines := file.readlines(BLOCK):
                    moved += self._divide(predicate, [line[:-1] for line in lines], gone, withheld)
            before.unlink()
            self._flush()

    def _divide(
        self, predicate: bytes, lines: list[bytes], gone: Collection[bytes], withheld: Collection[bytes]
    ) -> int:
        apart = []
        for at, line in enumerate(lines):
            subject, _, value = line.split(b" ", 2)
            if subject in gone or value in withheld:
                apart.append(at)
        if apart:
            self._write("all", predicate, [lines[at] for at in apart])
            for at in reversed(apart):
                del lines[at]
        self._write(BOTH, predicate, lines)
        return len(apart)

    def _write(self, layer: str, predicate: bytes, lines: list[bytes]) -> None:
        if lines:
            self._counts[layer, predicate] += len(lines)
            with self.path(layer, predicate).open("ab") as file:
                file.write(b"\n".join(lines) + b"\n")
