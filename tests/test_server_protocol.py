"""The endpoint and the graph store over a socket: status codes, headers, formats; a table, on GET and HEAD."""

import csv
import gzip
import io
import json
import socket
import xml.etree.ElementTree as ET
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, parse
from serving import PATIENCE, serving

G = "https://w3id.org/kzkg/graph/"
ROWS = "SELECT ?group ?label { ?group a kzkg:Organisation ; skos:prefLabel ?label } ORDER BY ?group ?label"
GRAPH = "CONSTRUCT { ?group skos:prefLabel ?label } WHERE { ?group a kzkg:Organisation ; skos:prefLabel ?label }"
ASK = "ASK { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SRJ, SRX = "application/sparql-results+json", "application/sparql-results+xml"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
RDF = {
    "ttl": ("text/turtle", RdfFormat.TURTLE), "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD), "rdfxml": ("application/rdf+xml", RdfFormat.RDF_XML),
    "trig": ("application/trig", RdfFormat.TRIG), "nq": ("application/n-quads", RdfFormat.N_QUADS),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(world, tmp_path_factory):
    with serving(world, tmp_path_factory.mktemp("log") / "log", "--rate", "0", "--rows", "2000") as running:
        yield running


def at(query=None, **more):
    pairs = [] if query is None else [("query", query)]
    return "/sparql?" + urlencode(
        [*pairs, *((name.replace("_", "-"), value) for name, value in more.items())], doseq=True
    )


TABLE = [
    # what is asked, its Accept header, the status and the type of the answer
    (at(ROWS), "*/*", 200, SRJ),
    (at(ROWS), None, 200, SRJ),
    (at(ROWS), SRX, 200, SRX),
    (at(ROWS), "text/csv", 200, "text/csv"),
    (at(ROWS), "text/tab-separated-values", 200, "text/tab-separated-values"),
    (at(ROWS), "application/json", 200, SRJ),
    (at(ROWS), "text/csv;q=0.2, application/sparql-results+xml;q=0.3", 200, SRX),
    (at(ROWS), "text/turtle", 406, None),
    (at(ROWS), "image/png", 406, None),
    (at(ROWS, f="csv"), "*/*", 200, "text/csv"),
    (at(ROWS, format=SRX), "*/*", 200, SRX),
    (at(ROWS, f="docx"), "*/*", 400, None),
    (at(GRAPH), "*/*", 200, "text/turtle"),
    *((at(GRAPH), media, 200, media) for media, _ in RDF.values()),
    *((at(GRAPH, f=name), "*/*", 200, media) for name, (media, _) in RDF.items()),
    (at(GRAPH), SRJ, 406, None),
    (at("DESCRIBE id:org-alpha"), "application/n-triples", 200, "application/n-triples"),
    (at(ASK), "*/*", 200, SRJ),
    (at(ASK), SRX, 200, SRX),
    (at(ASK), "text/boolean", 406, None),
    (at(), "*/*", 200, "text/turtle"),
    (at(), "application/rdf+xml", 200, "application/rdf+xml"),
    (at(), "image/png", 406, None),
    (at(f="jsonld"), "*/*", 200, "application/ld+json"),
    (at(""), "*/*", 400, None),
    (at("SELEC ?s { ?s ?p ?o }"), "*/*", 400, None),
    (at("SELECT ?s { ?s unknown:p ?o }"), "*/*", 400, None),
    (at("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), "*/*", 400, None),
    (at("INSERT DATA { <a:a> <a:b> <a:c> }"), "*/*", 403, None),
    (at("LOAD <http://127.0.0.1:9/>"), "*/*", 403, None),
    (at(update="CLEAR ALL"), "*/*", 403, None),
    (at(ASK, update="CLEAR ALL"), "*/*", 400, None),
    (at(ASK) + "&" + urlencode({"query": ASK}), "*/*", 400, None),
    (at(ASK, cite="1"), "*/*", 400, None),
    (at(ASK, known_by="2010-01-01"), "*/*", 200, SRJ),
    (at(ASK, known_by="soon"), "*/*", 400, None),
    (at(ASK, all="1"), "*/*", 200, SRJ),
    (at(ASK, default_graph_uri="http://example.org/none"), "*/*", 400, None),
    (at("ASK FROM <http://example.org/none> { ?s ?p ?o }"), "*/*", 400, None),
    (at("ASK FROM g:vocab { ?s ?p ?o }"), "*/*", 200, SRJ),
    ("/sparql?query=%FF", "*/*", 400, None),
    ("/sparql?query=" + "A" * 140_000, "*/*", 414, None),
    ("/graphs?default", "*/*", 200, "text/turtle"),
    ("/graphs?default", "text/html", 406, None),
    *((f"/graphs?default&f={name}", "*/*", 200, media) for name, (media, _) in RDF.items()),
    (f"/graphs?graph={quote(G)}vocab", "application/n-triples", 200, "application/n-triples"),
    (f"/graphs?graph={quote(G)}all", "application/n-triples", 200, "application/n-triples"),
    (f"/graphs?graph={quote(G)}nothing", "*/*", 404, None),
    ("/graphs?graph=not-an-iri", "*/*", 400, None),
    ("/graphs", "*/*", 400, None),
    (f"/graphs?default&graph={quote(G)}vocab", "*/*", 400, None),
    ("/graphs?graph=", "*/*", 400, None),
    ("/healthz", "*/*", 200, "application/json"),
    ("/metrics", "*/*", 200, "text/plain"),
    ("/nothing", "*/*", 404, None),
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "accept", "status", "media"), TABLE)
def test_table(server, method, path, accept, status, media):
    answer = server.ask(path, method=method, **({"accept": accept} if accept else {}))
    assert answer.status == status, answer.text
    assert answer.media == (media or "application/problem+json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"]
    assert answer.headers["access-control-allow-origin"] == "*"
    if method == "HEAD":
        assert answer.body == b""
    elif not media:
        problem = json.loads(answer.body)
        assert problem["status"] == status
        assert problem["title"]
        assert problem["detail"]
    if path.startswith(("/sparql", "/graphs")) and status == 200:
        assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("path", "allow"), [("/sparql", "GET, HEAD, POST, OPTIONS"), ("/graphs?default", "GET, HEAD, OPTIONS")]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_writing_is_not_allowed(server, path, allow, method):
    answer = server.ask(path, method=method, body=b"<a:a> <a:b> <a:c> .", content_type="text/turtle")
    assert (answer.status, answer.headers["allow"]) == (405, allow)


def test_posting_a_graph_is_not_allowed(server):
    answer = server.ask("/graphs?default", method="POST", body=b"<a:a> <a:b> <a:c> .", content_type="text/turtle")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (urlencode({"query": ASK}), FORM, 200),
        (urlencode({"query": ASK}), f"{FORM}; charset=UTF-8", 200),
        (ASK, DIRECT, 200),
        (ASK, f"{DIRECT}; charset=utf-8", 200),
        (ASK.encode("utf-16"), f"{DIRECT}; charset=utf-16", 415),
        ("ASK { ?s ?p 'ä' }".encode("latin-1"), DIRECT, 400),
        (urlencode({"other": "x"}), FORM, 400),
        ("", FORM, 400),
        ("", None, 400),
        ("", DIRECT, 400),
        (ASK, "text/plain", 415),
        (ASK, None, 415),
        (json.dumps({"query": ASK}), "application/json", 415),
        (urlencode({"update": "CLEAR ALL"}), FORM, 403),
        ("CLEAR ALL", "application/sparql-update", 403),
        ("CLEAR ALL", DIRECT, 403),
        (urlencode({"query": ASK, "update": "CLEAR ALL"}), FORM, 400),
        ("A" * (1 << 21), DIRECT, 413),
    ],
)
def test_posting(server, body, kind, status):
    answer = server.ask("/sparql", method="POST", body=body, **({"content_type": kind} if kind else {}))
    assert answer.status == status, answer.text
    if status == 415:
        assert DIRECT in answer.headers["accept-post"]


def test_a_posted_query_takes_its_graphs_from_the_address(server):
    path = f"/sparql?default-graph-uri={quote(G)}vocab"
    answer = server.ask(path, method="POST", body=COUNT, content_type=DIRECT, accept="text/csv")
    asked = server.sparql("SELECT (COUNT(*) AS ?n) FROM g:vocab { ?s ?p ?o }", "text/csv")
    assert answer.body == asked.body


def count(server, query, **more):
    return int(server.sparql(query, "text/csv", **more).text.split()[1])


def test_the_graphs_of_the_request_override_from(server, world_graph):
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    vocab, curation = (
        count(server, COUNT, default_graph_uri=f"{G}vocab"),
        count(server, COUNT, default_graph_uri=f"{G}curation"),
    )
    assert vocab > curation > 0
    assert count(server, COUNT.replace("{", "FROM g:curation {", 1), default_graph_uri=f"{G}vocab") == vocab
    both = count(server, COUNT, default_graph_uri=[f"{G}vocab", f"{G}curation"])
    assert both == vocab + curation
    assert count(server, inside, named_graph_uri=f"{G}vocab") == vocab
    assert count(server, COUNT, named_graph_uri=f"{G}vocab") == 0
    assert count(server, inside, default_graph_uri=f"{G}vocab") == 0
    files = world_graph.evaluate(inside, "files").rows[0][0].value
    assert count(server, inside) == int(files)
    assert count(server, COUNT) == int(world_graph.evaluate(COUNT).rows[0][0].value)
    assert count(server, COUNT, all="1") == int(world_graph.evaluate(COUNT, "all").rows[0][0].value)


def test_all_row_formats_say_the_same(server, world_graph):
    rows = [tuple(term.value for term in row) for row in world_graph.evaluate(ROWS).rows]
    assert len(rows) > 1
    bindings = json.loads(server.sparql(ROWS, SRJ).body)["results"]["bindings"]
    assert [(row["group"]["value"], row["label"]["value"]) for row in bindings] == rows
    space = "{http://www.w3.org/2005/sparql-results#}"
    tree = ET.fromstring(server.sparql(ROWS, SRX).body)
    assert [tuple(each[0].text for each in row) for row in tree.iter(f"{space}result")] == rows
    table = list(csv.reader(io.StringIO(server.sparql(ROWS, "text/csv").text)))
    assert (table[0], [tuple(row) for row in table[1:]]) == (["group", "label"], rows)
    lines = server.sparql(ROWS, "text/tab-separated-values").text.splitlines()
    assert lines[0] == "?group\t?label"
    assert [line.split("\t")[0] for line in lines[1:]] == [f"<{row[0]}>" for row in rows]


@pytest.mark.parametrize("form", RDF)
def test_all_graph_formats_say_the_same(server, world_graph, form):
    media, engine = RDF[form]
    expected = {str(triple) for triple in world_graph.evaluate(GRAPH).triples}
    assert expected
    found = {str(quad.triple) for quad in parse(server.sparql(GRAPH, media).body, format=engine)}
    assert found == expected
    whole = {str(quad.triple) for quad in parse(server.ask(f"/graphs?default&f={form}").body, format=engine)}
    assert expected <= whole


def test_columns_of_a_star_come_in_the_order_of_the_text(server):
    query = "SELECT * { ?z a kzkg:Organisation . ?z skos:prefLabel ?a } LIMIT 1"
    assert server.sparql(query, "text/csv").text.startswith("z,a\r\n")
    inner = "SELECT * { { SELECT DISTINCT ?q { ?q a ?b } LIMIT 1 } # SELECT * {\n ?q ?p ?b FILTER(STR(?b) != '*') }"
    assert server.sparql(inner, "text/csv").text.splitlines()[0] == "q,b,p"


def test_a_syntax_error_says_where(server):
    problem = json.loads(server.sparql("SELECT ?s {\n ?s ?p }").body)
    assert (problem["line"], problem["status"]) == (2, 400)
    assert problem["column"] > 0
    assert "\n" not in problem["detail"]


def test_not_acceptable_lists_what_there_is(server):
    problem = json.loads(server.sparql(ROWS, "image/png").body)
    assert SRJ in problem["available"]
    assert SRJ in problem["detail"]


def test_description(server):
    for host, address in (("example.org:81", "http://example.org:81/sparql"), ('a b"<>', f"{server.url}/sparql")):
        body = server.ask("/sparql", accept="application/n-triples", host=host).text
        assert f"<{address}> <http://www.w3.org/ns/sparql-service-description#endpoint> <{address}>" in body
    assert f"<{G}vocab>" in body
    assert "ns/formats/SPARQL_Results_JSON>" in body
    assert "#SPARQL11Query>" in body
    assert "Update" not in body
    size = count(server, COUNT)
    assert f'<http://rdfs.org/ns/void#triples> "{size}"' in body


@pytest.mark.parametrize("path", ["/sparql", "/graphs", "/api/queries"])
def test_preflight(server, path):
    answer = server.ask(path, method="OPTIONS", origin="https://example.org", access_control_request_method="POST")
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert ("POST" in answer.headers["allow"]) == (path == "/sparql")


@pytest.mark.parametrize("path", [at(ROWS), "/graphs?default", "/api/queries/bans"])
def test_an_answer_that_is_known_is_not_sent_again(server, path):
    first = server.ask(path)
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = server.ask(path, if_none_match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert server.ask(path, if_none_match='"other"').status == 200
    assert server.ask(path, accept_encoding="gzip").headers["etag"] != tag


def test_what_changes_each_time_has_no_tag(server):
    assert "etag" not in server.sparql("SELECT (NOW() AS ?now) {}").headers
    assert "etag" not in server.sparql("SELECT (UUID() AS ?now) {}").headers


def test_gzip(server):
    path = f"/graphs?graph={quote(G)}vocab"
    plain, packed = server.ask(path), server.ask(path, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert "content-encoding" not in server.ask(path, accept_encoding="gzip;q=0").headers
    assert "content-encoding" not in server.sparql(ASK).headers


def test_a_large_answer_comes_in_pieces(server):
    answer = server.ask(at("SELECT * { { ?a ?b ?c } { ?d ?e ?f } } LIMIT 1500"), accept=SRJ)
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(json.loads(answer.body)["results"]["bindings"]) == 1500
    head = server.ask(at("SELECT * { { ?a ?b ?c } { ?d ?e ?f } } LIMIT 1500"), method="HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("form", ["csv", "tsv", "srj", "srx", "ttl"])
def test_too_many_rows_are_refused(server, form):
    head = "CONSTRUCT { ?a ?b ?c }" if form == "ttl" else "SELECT ?a"
    more = "" if form == "ttl" else "{ SELECT ?x { ?x ?y ?z } LIMIT 2 }"
    query = f"{head} {{ ?a ?b ?c {more} }}"
    answer = server.sparql(query, f=form)
    assert answer.status == 503, answer.headers
    problem = json.loads(answer.body)
    assert (problem["limit"], problem["value"]) == ("rows", 2000)


def test_two_requests_on_one_connection(server):
    first = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert server.raw(first + last).count(b'"boolean":true') == 2


OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n"
LENGTH, CHUNKED = (
    "Content-Length: 6\r\n\r\nASK {}",
    "Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n",
)
LAST = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def offering(body):
    return f"POST /sparql HTTP/1.1\r\nHost: a\r\n{OFFER}Content-Type: {DIRECT}\r\n{body}"


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize("body", [LENGTH, CHUNKED], ids=["length", "chunked"])
def test_an_offer_of_another_protocol_is_passed_over_and_the_body_is_read(server, body, size):
    """Java's clients offer HTTP/2 with each request; whoever does not take it answers as if it were not there."""
    sent = (offering(body) * 2 + f"GET {at(ASK)} HTTP/1.1\r\nHost: a\r\n{OFFER}\r\n" + LAST).encode()
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(0, len(sent), size):
            connection.sendall(sent[place : place + size])
        while part := connection.recv(65536):
            found += part
    assert found.count(b"HTTP/1.1 200 OK") == 4
    assert found.count(b'"boolean":true') == 3
    assert b"101 Switching" not in found


def test_an_offer_hides_nothing_from_the_limits(server):
    assert server.raw(offering("Content-Length: 2\r\nContent-Length: 3\r\n\r\nASK").encode()).startswith(
        b"HTTP/1.1 400"
    )
    both = offering("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert b" 200 OK" not in server.raw(both.encode(), timeout=2)
    assert b" 200 OK" not in server.raw(b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", timeout=2)
    assert server.ask("/healthz").status == 200
