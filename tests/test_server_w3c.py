"""The tests of the W3C for SPARQL 1.1 Protocol, Graph Store Protocol and Service Description, from their manifests.

Each request of each test is sent as it stands there; only the path of the endpoint and the names of graphs are those of
the server. A graph that a test needs stands in a file of the data set beforehand, since nothing is written over HTTP:
a request that writes is met with the refusal that the protocol allows a service (403; 405 for the graph store), the
graphs stay as they are, and every other request of the same test must be answered as the manifest says. `WRITES` and
`OFFERED` name the tests that a service which only reads cannot meet whole; all others it must.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import rdflib
from conftest import make_world
from rdflib import RDF, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from serving import serving

HERE = Path(__file__).resolve().parent / "w3c"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT, CNT = Namespace("http://www.w3.org/2011/http#"), Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
OURS, THEIRS = "https://w3id.org/kzkg/graph/", "http://kasei.us/2009/09/sparql/data/"
PERSONS = "http://www.example/gsp/person/"
STATUS = {"OK": {200}, "Created": {201}, "NoContent": {204}, "NotFound": {404}}
STATUS |= {f"StatusCode{digit}xx": set(range(digit * 100, digit * 100 + 100)) for digit in (2, 3, 4)}
FORMATS = {
    "boolean": ("application/sparql-results+xml", "application/sparql-results+json"),
    "tabular": ("application/sparql-results+xml", "application/sparql-results+json", "text/csv",
                "text/tab-separated-values"),
    "RDF": ("application/rdf+xml", "text/turtle", "application/n-triples"),
}  # fmt: skip
"""What the manifest of the protocol means by the format of a result."""

READ = (
    "query_post_form", "query_post_direct", "query_get", "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post", "query_dataset_named_graphs_post", "query_dataset_named_graphs_get",
    "query_dataset_full", "query_multiple_dataset", "query_content_type_select", "query_content_type_ask",
    "query_content_type_describe", "query_content_type_construct", "bad_query_method", "bad_multiple_queries",
    "bad_query_wrong_media_type", "bad_query_missing_form_type", "bad_query_missing_direct_type", "bad_query_non_utf8",
    "bad_query_syntax", "bad_update_get", "bad_multiple_updates", "bad_update_wrong_media_type",
    "bad_update_missing_form_type", "bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict",
    "head_non_existing_indirect",
)  # fmt: skip
"""Met whole."""
WRITES = (
    "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
    "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
    "put_get_repeat_indirect", "put_get_default", "put_delete_get_delete_indirect", "post_get_post_get_indirect",
    "post_get_new_graph", "head_existing_indirect", "put_get_uri_pct_encoded_indirect", "put_get_uri_pct_encoded_twice",
)  # fmt: skip
"""Met but for what they write: that is refused, and nothing changes."""
OFFERED = ("put_get_repeat_direct", "put_delete_get_delete_direct", "post_get_post_get_direct", "head_existing_direct")
"""They need direct graph identification, an option of the protocol: a graph is named in `?graph=` here."""


class Request(NamedTuple):
    """One request of a test, and what is expected."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[int]
    boolean: bool | None
    format: str
    expected: str


@cache
def manifest(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(HERE / name, format="turtle")


def entries_of(*names: str) -> dict[str, list[Request]]:
    """The tests of some manifests in their order: the name of each, and its requests."""
    found = {}
    for name in names:
        graph = manifest(name)
        for test in Collection(graph, next(graph.objects(None, MF.entries))):
            connection = graph.value(test, MF.action)
            requests = Collection(graph, graph.value(connection, HT.requests)) if connection else ()
            found[test.rpartition("#")[2]] = [request_of(graph, each) for each in requests]
    return found


def request_of(graph: rdflib.Graph, node: Any) -> Request:
    """Read a request, with the names of graphs that the server has."""
    response, body = graph.value(node, HT.resp), graph.value(node, HT.body)
    text = renamed(str(graph.value(body, CNT.chars))) if body else ""
    boolean, wanted = graph.value(response, MF.expectedBoolean), graph.value(response, HT.body)
    return Request(
        str(graph.value(node, HT.methodName)),
        renamed(str(graph.value(node, HT.absolutePath))),
        headers_of(graph, node),
        text.encode(str(graph.value(body, CNT.characterEncoding))) if body else None,
        set().union(*(STATUS[each.rpartition("#")[2]] for each in graph.objects(response, MF.expectedStatus))),
        None if boolean is None else boolean.toPython(),
        str(graph.value(response, MF.expectedFormat) or ""),
        renamed(str(graph.value(wanted, CNT.chars))) if wanted else "",
    )


def headers_of(graph: rdflib.Graph, node: Any) -> dict[str, str]:
    fields = Collection(graph, listed) if (listed := graph.value(node, HT.headers)) else ()
    return {str(graph.value(each, HT.fieldName)): str(graph.value(each, HT.fieldValue)) for each in fields}


def renamed(text: str) -> str:
    """Put the names of the server's graphs in the place of those of the tests, also where they are percent-encoded."""
    for old in (THEIRS, quote(THEIRS, safe="")):
        new = OURS if ":" in old else quote(OURS, safe="")
        text = re.sub(re.escape(old) + r"(data\d)\.rdf", rf"{new}\1", text)
    for old, new in ((PERSONS, OURS + "person-"), (quote(PERSONS, safe=""), quote(OURS, safe="") + "person-")):
        text = re.sub(re.escape(old) + r"([%\w]+)\.ttl", rf"{new}\1", text)
    return re.sub(r"^/sparql/", "/sparql", re.sub(r"^/gsp", "/graphs", text))


PROTOCOL = entries_of("protocol/manifest.ttl")
STORE = entries_of("graph-store-protocol/manifest-indirect.ttl", "graph-store-protocol/manifest-direct.ttl")


def first_state(requests: list[Request]) -> dict[str, str]:
    """What the first writing request to each graph would have put there, as files of the data set."""
    found: dict[str, str] = {}
    for each in requests:
        name = re.search(r"graph=.*person-([%\w]+)", each.path)
        if name and each.method == "PUT" and each.body:
            found.setdefault(name[1].replace("%31", "1"), each.body.decode())
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The tiny world, with the graphs of the tests beside its own."""
    folder = make_world(tmp_path_factory.mktemp("w3c") / "world")
    sources = folder / "data" / "sources"
    for number in (1, 2, 3):
        (sources / f"data{number}.ttl").write_text(renamed((HERE / "protocol" / f"data{number}.nt").read_text()))
    # The manifest asks of data0.rdf only that it can be named.
    (sources / "data0.ttl").write_text(f"<{OURS}data0> a <http://xmlns.com/foaf/0.1/Document> .\n")
    (sources / "person-1.ttl").write_text(first_state(STORE["put_get_repeat_indirect"])["1"])
    with serving(folder, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


def sent(server, request: Request):
    headers = {name.replace("-", "_"): value for name, value in request.headers.items()}
    return server.ask(request.path, method=request.method, body=request.body, **headers)


def as_expected(request: Request, answer) -> None:
    assert answer.status in request.statuses, answer.text
    if request.format:
        assert answer.media in FORMATS[request.format]
    if request.boolean is not None:
        assert ("true" in answer.text) == request.boolean
    if request.expected:
        given = rdflib.Graph().parse(data=answer.text, format="turtle")
        assert isomorphic(given, rdflib.Graph().parse(data=request.expected, format="turtle"))


def everything(server) -> str:
    return server.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "text/csv").text


def updates(request: Request) -> bool:
    body = (request.body or b"").decode("utf-8", "replace")
    return "sparql-update" in request.headers.get("content-type", "") or "update=" in request.path + body


def test_every_test_of_the_manifests_is_named_with_its_result():
    assert sorted([*PROTOCOL, *STORE]) == sorted([*READ, *WRITES, *OFFERED])
    told = (HERE.parent.parent / "docs" / "serving.md").read_text()
    missing = [
        name for name in [*PROTOCOL, *STORE, *entries_of("service-description/manifest.ttl")] if name not in told
    ]
    assert missing == []


@pytest.mark.parametrize("name", [name for name in PROTOCOL if name in READ])
def test_met(server, name):
    (request,) = PROTOCOL[name]
    as_expected(request, sent(server, request))


@pytest.mark.parametrize("name", [name for name in PROTOCOL if name in WRITES])
def test_an_update_is_refused_and_nothing_changes(server, name):
    before = everything(server)
    written = [each for each in PROTOCOL[name] if updates(each)]
    assert written
    for request in written:
        answer = sent(server, request)
        assert answer.status == 403
        assert "read-only" in answer.text
    assert everything(server) == before


@pytest.mark.parametrize("name", [name for name in STORE if name not in OFFERED])
def test_graph_store(server, name):
    """What writes is refused; what reads a graph as it was before that, or one that is not there, is as it says."""
    before = everything(server)
    met = 0
    for request in STORE[name]:
        answer = sent(server, request)
        if request.method not in {"GET", "HEAD"}:
            assert answer.status == 405
            assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        elif untouched(request):
            as_expected(request, answer)
            met += 1
    assert everything(server) == before
    assert met or name in {"put_get_default", "post_get_post_get_indirect", "post_get_new_graph"}


def untouched(request: Request) -> bool:
    """Tell whether a reading request is about the first state, in which the server has the graphs."""
    if request.statuses == STATUS["NotFound"]:
        return True
    at_first = first_state(STORE["put_get_repeat_indirect"])["1"]
    of_it = request.path.replace("%31", "1").endswith("person-1")
    return of_it and (not request.expected or same(request.expected, at_first))


def same(one: str, other: str) -> bool:
    return isomorphic(*(rdflib.Graph().parse(data=each, format="turtle") for each in (one, other)))


@pytest.mark.parametrize("name", OFFERED)
def test_direct_identification_is_not_offered(server, name):
    assert {sent(server, each).status for each in STORE[name]} <= {404, 405}


def described(server):
    answer = server.ask("/sparql", accept="text/turtle, application/rdf+xml;q=0.5")
    assert (answer.status, answer.media) == (200, "text/turtle")
    return rdflib.Graph().parse(data=answer.text, format="turtle")


def returns_rdf(graph, url):
    assert len(graph)


def has_endpoint_triple(graph, url):
    assert (None, SD.endpoint, URIRef(url)) in graph


def conforms_to_schema(graph, url):
    """Every sd: term is one of the vocabulary, and each value is what the range of its property says."""
    classes = {"Service", "Dataset", "Graph", "NamedGraph", "GraphCollection", "Language", "Function", "Aggregate",
               "EntailmentRegime", "EntailmentProfile", "Feature"}  # fmt: skip
    ranges = {"endpoint": None, "feature": None, "supportedLanguage": None, "languageExtension": None,
              "propertyFeature": None, "resultFormat": None, "inputFormat": None, "defaultEntailmentRegime": None,
              "defaultSupportedEntailmentProfile": None, "extensionFunction": "Function",
              "extensionAggregate": "Aggregate", "defaultDataset": "Dataset", "availableGraphs": "GraphCollection",
              "defaultGraph": "Graph", "namedGraph": "NamedGraph", "graph": "Graph", "name": None,
              "entailmentRegime": None, "supportedEntailmentProfile": None}  # fmt: skip
    services = list(graph.subjects(RDF.type, SD.Service))
    assert len(services) == 1
    for _, predicate, value in graph:
        if predicate == RDF.type and value.startswith(SD):
            assert value.removeprefix(SD) in classes
        if predicate.startswith(SD):
            kind = ranges[predicate.removeprefix(SD)]
            if kind:
                assert (value, RDF.type, SD[kind]) in graph
    for name in graph.subjects(RDF.type, SD.NamedGraph):
        assert graph.value(name, SD.name) is not None


DESCRIPTION = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


@pytest.mark.parametrize("name", entries_of("service-description/manifest.ttl"))
def test_service_description(server, name):
    DESCRIPTION[name](described(server), f"{server.url}/sparql")
