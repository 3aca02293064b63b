"""Gives the graphs of a store as files to be checked; of a graph folder the files themselves are checked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from kzkg.remote import is_address
from kzkg.terms import shrink
from kzkg.validation.datafile import DataFile
from kzkg.validation.reading import Reader, purpose_of_graph

if TYPE_CHECKING:
    from kzkg.validation import Progress


class Nowhere:
    """The lines of a graph in a store: it has none."""

    @staticmethod
    def line(*_terms: object) -> None:
        """Give no line."""


def stored(place: str | None, progress: Progress) -> list[DataFile] | None:
    """Read the graphs of an endpoint or of a store on disk; None for a graph folder, which is read as files.

    Values are as the engine gives them back: one that it has rewritten, such as 007 to 7, is not found as it was.
    """
    if place is None or (not is_address(place) and (Path(place) / "ontology").is_dir()):
        return None
    from kzkg.store import open_graph

    graph, reader, files = open_graph(place), Reader(), []
    names = graph.named_graphs
    for number, name in enumerate(names):
        progress("graphs", number, len(names))
        purpose = purpose_of_graph(name)
        if purpose != "ontology":
            written = io.BytesIO()
            graph.write(name, written, RdfFormat.N_TRIPLES)
            written.seek(0)
            files.append(DataFile(Path(shrink(name)), purpose, reader.triples(written), elsewhere=Nowhere()))
    return files
