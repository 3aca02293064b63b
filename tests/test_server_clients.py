"""Clients as they are: rdflib's SPARQLStore, SPARQLWrapper, pandas and curl read the endpoint."""

import io
import json
import subprocess
from urllib.parse import urlencode

import pytest
import rdflib
from parts import module, needs, program
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import serving

from kzkg.terms import prologue

QUERY = prologue() + "SELECT ?group ?label WHERE { ?group a kzkg:Organisation ; skos:prefLabel ?label } ORDER BY ?label"


@pytest.fixture(scope="module")
def server(world, tmp_path_factory):
    with serving(world, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


@pytest.fixture(scope="module")
def expected(world_graph):
    rows = [tuple(term.value for term in row) for row in world_graph.evaluate(QUERY).rows]
    assert len(rows) > 1
    return rows


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_sparqlstore(server, expected, method, form):
    store = SPARQLStore(f"{server.url}/sparql", method=method, returnFormat=form)
    graph = rdflib.Graph(store=store)
    assert [(str(row[0]), str(row[1])) for row in graph.query(QUERY)] == expected
    alpha = rdflib.URIRef("https://w3id.org/kzkg/id/org-alpha")
    if form in {"xml", "json"}:
        assert (alpha, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/kzkg/ns#Organisation")) in graph
        assert set(graph.predicates(alpha))


@needs(module("SPARQLWrapper", "sparqlwrapper"))
def test_sparqlwrapper(server, expected):
    import SPARQLWrapper as wrapper  # noqa: N813

    client = wrapper.SPARQLWrapper(f"{server.url}/sparql")
    for method in (wrapper.GET, wrapper.POST):
        client.setMethod(method)
        client.setQuery(QUERY)
        client.setReturnFormat(wrapper.JSON)
        found = client.query().convert()["results"]["bindings"]
        assert [(row["group"]["value"], row["label"]["value"]) for row in found] == expected
        client.setReturnFormat(wrapper.XML)
        assert len(client.query().convert().getElementsByTagName("result")) == len(expected)
        client.setReturnFormat(wrapper.CSV)
        assert client.query().convert().startswith(b"group,label")
        client.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 10")
        for form in (wrapper.RDFXML, wrapper.TURTLE):
            client.setReturnFormat(form)
            converted = client.query().convert()
            graph = (
                converted
                if isinstance(converted, rdflib.Graph)
                else rdflib.Graph().parse(data=converted, format="turtle")
            )
            assert len(graph) == 10
    client.setMethod(wrapper.POST)
    client.setQuery("INSERT DATA { <a:a> <a:b> <a:c> }")
    client.queryType = wrapper.INSERT
    with pytest.raises(Exception, match="403"):
        client.query()


@needs(module("pandas"))
def test_pandas(server, expected):
    import pandas as pd

    table = pd.read_csv(f"{server.url}/sparql?{urlencode({'query': QUERY, 'f': 'csv'})}")
    assert list(table.itertuples(index=False, name=None)) == expected
    saved = pd.read_json(f"{server.url}/api/queries/bans")
    assert len(saved)
    assert "group_label" in saved.columns


@needs(program("curl"))
def test_curl(server, expected):
    def curl(*words):
        return subprocess.run(["curl", "-sS", *words], capture_output=True, text=True, check=True).stdout

    endpoint = f"{server.url}/sparql"
    assert (
        len(curl("-H", "Accept: text/csv", "--data-urlencode", f"query={QUERY}", endpoint).splitlines())
        == len(expected) + 1
    )
    assert curl(
        "-G", "--compressed", "-H", "Accept: text/csv", "--data-urlencode", f"query={QUERY}", endpoint
    ).startswith("group,label")
    direct = curl("-H", "Content-Type: application/sparql-query", "-d", "ASK {}", endpoint)
    assert json.load(io.StringIO(direct))["boolean"] is True
    assert "x-content-type-options: nosniff" in curl("-I", endpoint).lower()
