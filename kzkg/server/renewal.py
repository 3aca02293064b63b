"""Prepares what is served and writes its dumps, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzkg.errors import KzkgError
from kzkg.server.dumps import write_dumps
from kzkg.server.places import Loaded, place_of
from kzkg.server.statistics import counted
from kzkg.store import Graph
from kzkg.store.disk import Disk

if TYPE_CHECKING:
    from kzkg.server.places import Generation

KEPT = "dumps"
"""In a generation of a loaded folder: its dumps, with the counts; they cost too much to be made at each start."""
TOLD = "made.json"


def main() -> int:
    """Prepare, write the dumps, and say on standard output where all of it lies."""
    place, target = place_of(sys.argv[1]), sys.argv[2]
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    try:
        generation = place.now()
        made: dict[str, Any] = {"dumps": {}, "counts": None, "home": target}
        if target:
            made |= kept(generation, Path(target)) if isinstance(place, Loaded) else written(generation, Path(target))
    except (KzkgError, OSError) as error:
        print(f"kzkg: {error}", file=sys.stderr)
        return 4
    where = {"folder": generation.folder, "headers": generation.headers, "store": generation.store}
    print(json.dumps({"name": generation.name, **{key: str(path) for key, path in where.items()}, **made}))
    return 0


def written(generation: Generation, target: Path) -> dict[str, Any]:
    """Write the dumps of a graph folder, whose counts anybody can make in a moment."""
    return {"dumps": write_dumps(graph_of(generation), target), "counts": None, "home": str(target)}


def kept(generation: Generation, target: Path) -> dict[str, Any]:
    """Find the dumps and counts that an earlier start made, else make them: beside the store, where that can be."""
    home = stored(generation) / KEPT
    with contextlib.suppress(OSError, ValueError):
        return {**json.loads((home / TOLD).read_text(encoding="utf-8")), "home": str(home)}
    beside = home.with_name(f"{KEPT}.{os.urandom(4).hex()}")
    try:
        beside.mkdir()
    except OSError:
        return {**complete(generation, target), "home": str(target)}
    try:
        made = complete(generation, beside)
        (beside / TOLD).write_text(json.dumps(made), encoding="utf-8")
        with contextlib.suppress(OSError):  # another server was faster, and its result is as good
            beside.rename(home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {**made, "home": str(home)}


def complete(generation: Generation, target: Path) -> dict[str, Any]:
    """Make all that a loaded folder does not bring: the graphs of its single files, the counts, the dumps."""
    graph = graph_of(generation)
    for name in graph.named_graphs[:1]:
        graph.evaluate(f"ASK {{ GRAPH {name} {{ ?s ?p ?o }} }}", "files")
    return {"counts": counted(graph), "dumps": write_dumps(graph, target)}


def graph_of(generation: Generation) -> Graph:
    """Open the graph."""
    return Graph(generation.catalog, Disk(stored(generation)))


def stored(generation: Generation) -> Path:
    """Give the folder of the store; what lies elsewhere never comes here."""
    if generation.store is None:
        raise KzkgError(f"{generation.address}: there is nothing to prepare")
    return generation.store


if __name__ == "__main__":
    sys.exit(main())
