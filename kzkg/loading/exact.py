"""Builds a small store: with the views of every earlier day, exactly as a graph folder is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from kzkg import terms
from kzkg.errors import DataError
from kzkg.loading.inputs import Input, opened
from kzkg.store.build import fill

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.catalog import Catalog
    from kzkg.loading.progress import Progress

ONTOLOGY = NamedNode(terms.PREFIXES["g"] + "ontology")
OURS = tuple(terms.PREFIXES["g"] + name for name in ("accepted", "all", "known-by/", "only-"))
"""Names of graphs that are derived; no file may be one."""


def read(given: list[Input], progress: Progress) -> Store:
    """Read all files into memory, each into its graph."""
    scratch = Store()
    for each in given:
        graph = DefaultGraph() if each.form in {RdfFormat.N_QUADS, RdfFormat.TRIG} else each.graph
        with opened(each, progress.add) as text:
            scratch.bulk_load(input=text, format=each.form, to_graph=graph, base_iri=each.graph.value)
        loose = list(scratch.quads_for_pattern(None, None, None, DefaultGraph()))
        for quad in loose:
            scratch.remove(quad)
        scratch.extend(Quad(q.subject, q.predicate, q.object, each.graph) for q in loose)
    return scratch


def with_ontology(scratch: Store, package: Catalog) -> bool:
    """Add the package's ontology and vocabulary where the files bring none; whether they bring their own."""
    own = bool(scratch.contains_named_graph(ONTOLOGY))
    if not own:
        for graph, path in package.graph_files.items():
            if path.parent.name == "ontology" and not scratch.contains_named_graph(graph):
                scratch.bulk_load(path=path, format=RdfFormat.TURTLE, to_graph=graph, base_iri=graph.value)
    return own


def build(scratch: Store, package: Catalog, beside: Path) -> tuple[list[NamedNode], int]:
    """Write the store, its views and its names; give the graphs and the size of the accepted view."""
    graphs = named(scratch)
    views = fill(scratch, graphs, package.view_rules, beside)
    return graphs, sum(1 for days in views["accepted"].facts.values() if days & views["accepted"].knowledge.today)


def named(scratch: Store) -> list[NamedNode]:
    """Give the graphs that were read, in order."""
    return allowed(sorted(graph.value for graph in scratch.named_graphs() if isinstance(graph, NamedNode)))


def allowed(graphs: list[str]) -> list[NamedNode]:
    """Refuse a graph that would be a view; give the graphs."""
    for graph in graphs:
        if graph in OURS[:2] or graph.startswith(OURS[2:]):
            raise DataError(f"{graph}: is derived from the other graphs and cannot be loaded")
    return [NamedNode(graph) for graph in graphs]
