"""Opens a graph folder as a store on disk, read-only, and holds the one door to SPARQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from kzkg.catalog import Catalog
from kzkg.terms import Term


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT; a variable that is not bound in a row is None there."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True)
class Boolean:
    """The answer of an ASK."""

    value: bool


@dataclass(frozen=True)
class Triples:
    """The graph of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]


Result = Solutions | Boolean | Triples


class Graph:
    """INTERFACE FIRST; see the real one soon. catalog, known_by, undated, named_graphs, evaluate()."""

    catalog: Catalog
    known_by: dt.date | None
    undated: int
    """How many undated sources `known_by` left out; 0 without it."""

    @property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges."""
        raise NotImplementedError

    def evaluate(self, text: str, dataset: str = "accepted") -> Result:
        """Run a query on the dataset `accepted`, `all` or `files` (no default graph)."""
        raise NotImplementedError


def open_graph(folder: Path | str | None = None, *, known_by: dt.date | str | None = None) -> Graph:
    """Open a graph folder (the shipped graph without one), prepared first where that is due."""
    raise NotImplementedError
