"""Feeds the engine's bulk loader from the files of statements, as N-Quads whose graph is the layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.loading.facts import BOTH, LAYERS, named, pieces, quads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyoxigraph import Quad

    from kzkg.loading.facts import Facts


class Stopped(OSError):  # noqa: N818
    """The load ended for another reason; the engine needs no more."""


class Feed:
    """What the bulk loader reads from: some part of each file."""

    def __init__(
        self,
        facts: Facts,
        parts: Mapping[tuple[str, bytes], tuple[int, int]],
        told: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._told = told
        self._texts = self._read(facts, parts)
        self._rest = memoryview(b"")
        self._apart: dict[str, list[bytes]] = {layer: [] for layer in LAYERS}
        self.stopped = False

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes; raises Stopped."""
        if self.stopped:
            raise Stopped
        while not self._rest:
            text = next(self._texts, None)
            if text is None:
                return b""
            self._rest = memoryview(text)
        given, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return given

    def _read(self, facts: Facts, parts: Mapping[tuple[str, bytes], tuple[int, int]]) -> Iterator[bytes]:
        for (layer, predicate), (start, end) in sorted(parts.items()):
            ending = f" {LAYERS[layer]} .\n".encode() if layer != BOTH else b" .\n"
            for text in pieces(facts.path(layer, predicate), start, end):
                self._told(len(text))
                yield (self._without(text, layer) if named(text) or b"\n_:" in text else text).replace(b"\n", ending)

    def _without(self, text: bytes, layer: str) -> bytes:
        """Take out the lines that speak of blank nodes, which the engine would give other names."""
        plain: list[bytes] = []
        for line in text[:-1].split(b"\n"):
            (self._apart[layer] if named(line) else plain).append(line)
        return b"".join(line + b"\n" for line in plain)

    def apart(self) -> Iterator[Quad]:
        """Give the statements with blank nodes, when all the others have been read."""
        for layer, lines in self._apart.items():
            yield from quads(lines, layer)
