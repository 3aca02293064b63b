"""Views held in memory give the answers that the store on disk gives, and take over only where they hold all of it."""

import datetime as dt
from collections import Counter

import pytest
from conftest import normal
from pyoxigraph import NamedNode, Quad

from kzkg.server import memory
from kzkg.store import Graph, Solutions, Triples, held
from kzkg.store.disk import Disk
from kzkg.store.held import Held
from kzkg.store.prepare import prepared_store
from kzkg.terms import PREFIXES

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")

QUERIES = [
    "SELECT ?s ?p ?o { ?s ?p ?o }",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "SELECT ?label { id:org-alpha skos:prefLabel ?label }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DESCRIBE id:org-alpha",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) FROM g:vocab { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER EXISTS { GRAPH g:vocab { ?s ?q ?r } } }",
]


def told(graph: Graph, text: str, dataset: str) -> Counter:
    answer = graph.evaluate(text, dataset)
    if isinstance(answer, Triples):
        return Counter((normal(each.subject), normal(each.predicate), normal(each.object)) for each in answer.triples)
    assert isinstance(answer, Solutions)
    return Counter(tuple(normal(term) for term in row) for row in answer.rows)


@pytest.fixture(scope="module")
def graphs(world_graph):
    prepared = prepared_store(world_graph.catalog.folder)
    views = memory.views(prepared)
    assert set(views) == {"accepted", "all"}
    return Graph(world_graph.catalog, Disk(prepared)), Graph(world_graph.catalog, Held(prepared, views)), views


@pytest.mark.parametrize("dataset", ["accepted", "all", "files"])
@pytest.mark.parametrize("text", QUERIES)
def test_both_say_the_same(graphs, text, dataset):
    disk, quick, _ = graphs
    assert told(quick, text, dataset) == told(disk, text, dataset)


def test_the_past_is_read_from_disk(graphs):
    disk, quick = (Graph(graph.catalog, graph._engine, dt.date(1990, 1, 1)) for graph in graphs[:2])
    assert told(quick, QUERIES[0], "accepted") == told(disk, QUERIES[0], "accepted")
    assert told(quick, QUERIES[0], "accepted") != told(graphs[1], QUERIES[0], "accepted")


def test_the_views_in_memory_are_what_is_asked(graphs):
    _, quick, views = graphs
    text = "SELECT ?s { ?s a <http://example.org/Only> }"
    only = Quad(NamedNode("http://example.org/x"), RDF_TYPE, NamedNode("http://example.org/Only"))
    views["accepted"].add(only)
    try:
        assert [len(told(quick, text, dataset)) for dataset in ("accepted", "all", "files")] == [1, 0, 0]
    finally:
        views["accepted"].remove(only)


def test_a_view_that_is_too_large_stays_on_disk(world_graph, tmp_path):
    prepared = prepared_store(world_graph.catalog.folder)
    with (tmp_path / "a").open("w+b") as one, (tmp_path / "b").open("w+b") as other:
        held.write_views(prepared, {"accepted": one}, 1 << 30)
        size = one.tell()
        held.write_views(prepared, {"accepted": other}, size - 1)
        assert set(held.read_views({"accepted": one, "all": other})) == {"accepted"}


def test_a_store_that_cannot_be_read_gives_no_views(tmp_path):
    assert memory.views(tmp_path / "nothing") == {}
