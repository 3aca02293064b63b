"""Clients as they are: rdflib's SPARQLStore, SPARQLWrapper, pandas, curl, Jena and an npm client read the endpoint."""

import io
import json
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest
import rdflib
from jena import JARS, class_path, rsparql
from parts import file, module, needs, npm, program
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import PATIENCE, serving

from kzkg.terms import prologue

HERE = Path(__file__).resolve().parent
QUERY = prologue() + "SELECT ?group ?label WHERE { ?group a kzkg:Organisation ; skos:prefLabel ?label } ORDER BY ?label"

ASK = prologue() + "ASK { id:org-alpha a kzkg:Organisation }"
CONSTRUCT = prologue() + "CONSTRUCT WHERE { ?group a kzkg:Organisation ; skos:prefLabel ?label }"
ELSEWHERE = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
"""What a client sends on, since it is SPARQL, and the server refuses."""


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


@pytest.fixture(scope="module")
def jena(tmp_path_factory):
    return class_path(tmp_path_factory.mktemp("jena"))


@needs(
    program("java", package="default-jre-headless"),
    file(JARS / "jena-cmds.jar", "the Debian package libapache-jena-java"),
)
def test_jena(server, expected, jena):
    endpoint = f"{server.url}/sparql"

    for method in ((), ("--post",)):
        table = rsparql(jena, endpoint, QUERY, "--results=JSON", *method)
        found = json.loads(table.stdout)["results"]["bindings"]
        assert [(row["group"]["value"], row["label"]["value"]) for row in found] == expected, table.stderr
    assert "Yes" in rsparql(jena, endpoint, ASK).stdout
    made = rsparql(jena, endpoint, CONSTRUCT, "--results=N-Triples")
    assert len(rdflib.Graph().parse(data=made.stdout, format="nt")) == len({*expected}) + len(
        {row[0] for row in expected}
    )
    refused = rsparql(jena, endpoint, ELSEWHERE)
    assert "400" in refused.stderr
    assert not refused.stdout.strip()


@needs(program("node", package="nodejs"), npm("fetch-sparql-endpoint"))
def test_npm(server, expected):
    def asked(kind, query, method="POST"):
        words = ["node", str(HERE / "browser" / "ask.mjs"), f"{server.url}/sparql", kind, method, query]
        return json.loads(subprocess.run(words, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout)

    for method in ("GET", "POST"):
        assert [tuple(row) for row in asked("select", QUERY, method)["answer"]] == expected
        assert asked("ask", ASK, method) == {"answer": True}
    made = asked("construct", CONSTRUCT)["answer"]
    assert {(each[0], each[2]) for each in made if each[1].endswith("prefLabel")} == {*expected}
    assert "400" in asked("select", ELSEWHERE)["error"]
    assert "403" in asked("update", "INSERT DATA { <a:a> <a:b> <a:c> }")["error"]
