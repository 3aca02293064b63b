"""Builds the store of a graph folder: every file in its graph, the two views, and the views of every earlier day."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from kzkg.catalog import Catalog
from kzkg.errors import DataError, oversized
from kzkg.names.naming import write_names
from kzkg.store.ranges import layers
from kzkg.terms import PREFIXES
from kzkg.view import ACCEPTED, ALL, View, derive
from kzkg.view.knowledge import Knowledge, read_knowledge

GRAPHS, KNOWN, FILES = "graphs.json", "known.json", "files.nq"
"""The names of the file graphs; what `known_by` needs; and the file graphs as text, the quickest way into memory."""


def read_files(catalog: Catalog) -> Store:
    """Parse every file of a graph folder into its graph, in memory."""
    store = Store()
    for graph, path in catalog.graph_files.items():
        try:
            store.bulk_load(path=path, format=RdfFormat.TURTLE, to_graph=graph, base_iri=graph.value)
        except SyntaxError as error:
            line = f":{error.lineno}" if error.lineno else ""
            raise DataError(f"{path}{line}: is not Turtle: {_first_line(error)}") from error
        except MemoryError as error:
            raise oversized(path, error) from error
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error}") from error
    return store


def _first_line(error: SyntaxError) -> str:
    return str(error.msg or error).splitlines()[0]


def layer(kind: str, low: int, high: int) -> NamedNode:
    """Name the graph of the triples that hold for a range of bits: `both` views, the `accepted`, or `all` alone."""
    return NamedNode(f"{PREFIXES['g']}known-by/{kind}-{low}-{high}")


def build_store(catalog: Catalog, target: Path) -> None:
    """Write the store of a graph folder and what is known of it into a new folder."""
    fill(read_files(catalog), list(catalog.graph_files), catalog.view_rules, target)


def fill(scratch: Store, files: list[NamedNode], rules: Iterable[Path], target: Path) -> dict[str, View]:
    """Write the store of all these graphs and what is known of it into a folder; `scratch` holds them, and no other.

    The views that were derived are given back.
    """
    knowledge = read_knowledge(scratch)
    from_files = [f"{quad} .\n" for quad in scratch]
    views = derive(scratch, files, rules, knowledge)
    size = 1 << (len(knowledge.days)).bit_length()
    used: set[NamedNode] = set()
    lines = _lines(views, knowledge, size, used)
    (target / FILES).write_text("".join(from_files), encoding="utf-8")
    store = Store(target / "store")
    store.bulk_load("".join((*from_files, *lines)).encode(), RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    store.flush()
    del store
    for log in (target / "store").glob("LOG*"):
        log.unlink()  # it names the machine and the hour of the build
    known = {
        "days": [day.isoformat() for day in knowledge.days],
        "undated": knowledge.undated,
        "size": size,
        "layers": sorted(graph.value for graph in used),
    }
    (target / KNOWN).write_text(json.dumps(known), encoding="utf-8")
    write_names((fact for fact, days in views["all"].facts.items() if days & knowledge.today), target)
    (target / GRAPHS).write_text(json.dumps([graph.value for graph in files]), encoding="utf-8")
    return views


def _lines(views: dict[str, View], knowledge: Knowledge, size: int, used: set[NamedNode]) -> Iterator[str]:
    """Write each triple into the views of today that hold it, and into the layers of the days before."""
    accepted, everything = views["accepted"].facts, views["all"].facts
    past, last, tree = knowledge.today - 1, knowledge.today >> 1, (1 << size) - 1
    for fact in accepted.keys() | everything.keys():
        one, two = accepted.get(fact, 0), everything.get(fact, 0)
        graphs = [graph for graph, days in ((ACCEPTED, one), (ALL, two)) if days & knowledge.today]
        for kind, days in (("both", one & two), ("accepted", one & ~two), ("all", two & ~one)):
            # What holds on the last day is written as holding on all bits after it: that makes far fewer ranges.
            held = days & past | (tree & -last if days & last else 0)
            graphs += [layer(kind, low, high) for low, high in layers(held, size)]
        used.update(graphs)
        triple = " ".join(str(term) for term in fact)
        for graph in graphs:
            yield f"{triple} {graph} .\n"
