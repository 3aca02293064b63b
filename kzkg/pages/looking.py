"""Which IRIs have a page, looked up one by one where there are too many to hold them all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg.errors import RequestError
from kzkg.pages.linking import GRAPHS, NS, SHAPES, VOCAB
from kzkg.store import Boolean
from kzkg.terms import expand

if TYPE_CHECKING:
    from kzkg.store import Graph

KEPT = 20_000
"""IRIs of which it is remembered whether they have a page."""
TOLD = "ASK WHERE {{ {0} ?property ?value }}"


class Looked:
    """The same as the set of all IRIs with a page, as far as `in` goes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._there = lru_cache(KEPT)(self._look)

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and self._there(iri)

    def _look(self, iri: str) -> bool:
        if iri in {NS, VOCAB, SHAPES}:
            return True
        try:
            node = expand(f"<{iri}>")
        except RequestError:
            return False
        files = [NamedNode(f"{iri}.ttl")] if iri.startswith(GRAPHS) else []
        return node in self._graph.named_graphs or any(map(self._told, (node, *files)))

    def _told(self, node: NamedNode) -> bool:
        return self._graph.evaluate(TOLD.format(node), "all") == Boolean(value=True)
