"""What the server tells about itself and the data: counts, checksums, examples, health; and a change of the data."""

import gzip
import hashlib
import json
import re
from zlib import crc32

import pytest
from conftest import ROOT, make_world
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from serving import LookUps, serving, until

from kzkg.terms import PREFIXES

VOID, DCAT, SPDX = PREFIXES["void"], PREFIXES["dcat"], PREFIXES["spdx"]
DATASET = NamedNode("https://w3id.org/kzkg/dataset")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(ROOT, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        assert running.settled()
        yield running


def graph_of(server, path):
    store = Store()
    store.load(server.ask(path, accept="application/n-triples").body, RdfFormat.N_TRIPLES)
    return store


def rows(store, text):
    return [tuple(term.value for term in row) for row in store.query(text, prefixes=PREFIXES)]


def test_void_counts_are_those_of_sparql(server):
    void = graph_of(server, "/.well-known/void")

    def asked(query):
        return sorted(tuple(line.split(",")) for line in server.sparql(query, "text/csv").text.split()[1:])

    classes = rows(
        void, "SELECT ?c ?n { <https://w3id.org/kzkg/dataset> void:classPartition [void:class ?c ; void:entities ?n] }"
    )
    assert sorted(classes) == asked("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert len(classes) > 20
    properties = rows(
        void,
        "SELECT ?p ?n ?s ?o { ?d void:propertyPartition [void:property ?p ; void:triples ?n ; "
        "void:distinctSubjects ?s ; void:distinctObjects ?o] }",
    )
    assert sorted(properties) == asked(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os) { ?s ?p ?o } GROUP BY ?p"
    )
    totals = rows(
        void,
        "SELECT ?n ?s ?o { ?d a void:Dataset ; void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o }",
    )
    assert totals == asked(
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os) { ?s ?p ?o }"
    )
    assert rows(void, "SELECT ?e { ?d void:sparqlEndpoint ?e }") == [(f"{server.url}/sparql",)]


def test_every_dump_has_the_size_and_the_checksum_that_dcat_gives(server):
    dcat = graph_of(server, "/.well-known/dcat")
    found = rows(
        dcat,
        "SELECT ?url ?size ?sum { ?d a dcat:Dataset ; dcat:distribution ?x . "
        "?x dcat:downloadURL ?url ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }",
    )
    sums = dict(reversed(line.split("  ")) for line in server.ask("/dumps/SHA256SUMS").text.splitlines())
    assert len(found) == len(sums) + 1 > 200
    for address, size, checksum in found:
        path = address.removeprefix(server.url)
        if path.startswith("/dumps/graphs/") and crc32(path.encode()) % 10:
            continue
        dump = server.ask(path)
        assert (dump.status, len(dump.body)) == (200, int(size))
        assert hashlib.sha256(dump.body).hexdigest() == checksum == sums.get(path.removeprefix("/dumps/"), checksum)
        assert dump.headers["etag"] == f'"{checksum}"'


def test_dumps_hold_the_graph(server, repo_graph):
    quads = set(parse(gzip.decompress(server.ask("/dumps/files.nq.gz").body), format=RdfFormat.N_QUADS))
    assert quads == set(parse(server.ask("/dumps/files.trig").body, format=RdfFormat.TRIG))
    assert {quad.graph_name for quad in quads} == set(repo_graph.named_graphs)
    inside = repo_graph.evaluate("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "files").rows[0][0].value
    assert len(quads) == int(inside)
    accepted = server.ask("/dumps/accepted.nt").body
    assert gzip.decompress(server.ask("/dumps/accepted.nt.gz").body) == accepted
    assert accepted.count(b"\n") == int(repo_graph.evaluate("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0][0].value)
    assert server.ask("/dumps/graphs/vocab.ttl").body == (ROOT / "ontology" / "vocab.ttl").read_bytes()


def test_dumps_as_files(server):
    tag = server.ask("/dumps/accepted.nt", method="HEAD").headers["etag"]
    assert server.ask("/dumps/accepted.nt", if_none_match=tag).status == 304
    part = server.ask("/dumps/accepted.nt", range="bytes=10-19")
    assert (part.status, len(part.body)) == (206, 10)
    assert server.ask("/dumps/nothing.nt").status == 404
    assert server.ask("/dumps/../pyproject.toml").status == 404
    assert server.ask("/dumps/%2e%2e/%2e%2e/etc/passwd").status == 404
    assert server.ask("/dumps/", accept="text/turtle").status == 200


def test_examples_run(server):
    examples = graph_of(server, "/.well-known/sparql-examples")
    found = rows(
        examples,
        "SELECT ?q ?text ?about { ?q a sh:SPARQLExecutable ; rdfs:comment ?about ; "
        f"schema:target <{server.url}/sparql> ; sh:prefixes/sh:declare [sh:prefix 'kzkg'] "
        ". { ?q a sh:SPARQLSelectExecutable ; sh:select ?text } UNION { ?q a sh:SPARQLAskExecutable ; sh:ask ?text } "
        "UNION { ?q a sh:SPARQLConstructExecutable ; sh:construct ?text } }",
    )
    assert {address.rpartition("#")[2] for address, _, _ in found} == {
        path.stem for path in (ROOT / "queries").glob("*.rq")
    }
    for address, text, about in found:
        answer = server.sparql(text, "text/csv")
        assert (answer.status, bool(about)) == (200, True), (address, answer.text)


@pytest.mark.parametrize("path", ["/.well-known/void", "/.well-known/dcat", "/.well-known/sparql-examples"])
def test_descriptions_in_every_format(server, path):
    sizes = set()
    for media, form in (
        ("text/turtle", RdfFormat.TURTLE), ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML), ("application/n-triples", RdfFormat.N_TRIPLES),
    ):  # fmt: skip
        answer = server.ask(path, accept=media)
        assert answer.media == media
        sizes.add(len(list(parse(answer.body, format=form))))
    assert len(sizes) == 1
    assert server.ask(path, accept="image/png").status == 406
    assert server.ask(path, method="HEAD").status == 200


def test_metrics_are_what_prometheus_reads(server):
    server.sparql("ASK {}")
    text = server.ask("/metrics").text
    line = re.compile(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+')
    for each in text.splitlines():
        assert each.startswith(("# HELP kzkg_", "# TYPE kzkg_")) or line.fullmatch(each), each
    assert 'kzkg_requests_total{part="sparql",method="GET",status="200"}' in text
    health = json.loads(server.ask("/healthz").body)
    assert health["status"] == "ok"
    assert health["workers"] >= 2


def test_a_new_generation_is_swapped_in_without_a_lost_request(tmp_path):
    folder = make_world(tmp_path / "world")
    query = "SELECT ?label { id:org-alpha skos:prefLabel ?label FILTER (LANG(?label) = 'en') }"
    with serving(folder, tmp_path / "log", "--rate", "0") as server:
        assert server.settled()
        before = json.loads(server.ask("/healthz").body)["generation"]
        old = server.sparql(query, "text/csv")
        path = next(path for path in (folder / "data/entities").glob("*.ttl") if "id:org-alpha" in path.read_text())
        label = old.text.splitlines()[1]
        with LookUps(server) as found:
            assert found.some(8)
            path.write_text(path.read_text().replace(f'"{label}"@en', '"Alpha anew"@en'))
            assert until(lambda: "Alpha anew" in server.sparql(query, "text/csv").text)
            # Until all workers of the newest generation are there some of the one before may answer.
            assert until(lambda: json.loads(server.ask("/healthz").body)["generation"] != before)
            assert found.some(8)
        assert not found.faults, found.faults[:5]
        assert server.settled()
        new = server.sparql(query, "text/csv")
        assert "Alpha anew" in new.text
        assert new.headers["etag"] != old.headers["etag"]
        assert b"Alpha anew" in server.ask("/dumps/accepted.nt").body
        # A state that cannot be prepared is not served, and the one before goes on.
        path.write_text(path.read_text() + "this is no Turtle")
        assert until(lambda: "note" in json.loads(server.ask("/healthz").body))
        assert server.sparql(query, "text/csv").text == new.text
