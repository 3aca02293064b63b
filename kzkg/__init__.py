"""A cited knowledge graph that answers: `kzkg.open()` to ask it, `kzkg.load()` to program with it in rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from rdflib import Dataset

    from kzkg.library import Graph

__all__ = ["load", "open"]


def open(folder: Path | str | None = None, *, known_by: dt.date | str | None = None) -> Graph:  # noqa: A001
    """Open the shipped graph, or the graph in a folder, to ask it questions."""
    from kzkg.library import open_graph

    return open_graph(folder, known_by=known_by)


def load(folder: Path | str | None = None) -> Dataset:
    """Give the graph as an `rdflib.Dataset`: a named graph for each file, the accepted view as the default graph."""
    from kzkg.dataset import load_dataset

    return load_dataset(folder)
