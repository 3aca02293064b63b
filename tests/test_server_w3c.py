"""The tests of the W3C for the SPARQL 1.1 Protocol, by their names, as far as a read-only service can meet them.

A query test asks the graphs that the server has in the place of those on the W3C's site. An update test is met with
the refusal that the protocol allows a service: 403 for a well-formed one, and a client error for one that is not.
"""

from urllib.parse import urlencode

import pytest
from serving import serving

G = "https://w3id.org/kzkg/graph/"
VOCAB, CURATION = f"{G}vocab", f"{G}curation"
FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml")
TABLES = (*RESULTS, "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/rdf+xml", "application/n-triples")
CONCEPT, VERDICT = "?s a skos:Concept", "?c kzkg:rank ?r"
NAMED = f"ASK {{ GRAPH ?g {{ {CONCEPT} }} }}"


def params(query=None, default=(), named=(), using=(), using_named=(), update=None):
    """The parameters of a request, percent-encoded."""
    pairs = [("query", query)] if query else []
    pairs += [("default-graph-uri", each) for each in default] + [("named-graph-uri", each) for each in named]
    pairs += [("using-graph-uri", each) for each in using] + [("using-named-graph-uri", each) for each in using_named]
    pairs += [("update", each) for each in ([update] if isinstance(update, str) else update or ())]
    return urlencode(pairs)


def get(query, accept=None, media=RESULTS, holds="true", **graphs):
    return ("GET", "?" + params(query, **graphs), None, None, accept, media, holds)


def post(query, **graphs):
    return ("POST", "?" + params(**graphs), DIRECT, query, None, RESULTS, "true")


QUERIES = {
    "query_get": get("ASK {}"),
    "query_post_form": ("POST", "", FORM, params("ASK {}"), None, RESULTS, "true"),
    "query_post_direct": post("ASK {}"),
    "query_dataset_default_graph": get(f"ASK {{ {CONCEPT} }}", default=[VOCAB]),
    "query_dataset_default_graphs_get": get(f"ASK {{ {CONCEPT} . {VERDICT} }}", default=[VOCAB, CURATION]),
    "query_dataset_default_graphs_post": post(f"ASK {{ {CONCEPT} . {VERDICT} }}", default=[VOCAB, CURATION]),
    "query_dataset_named_graphs_get": get(NAMED, named=[VOCAB, CURATION]),
    "query_dataset_named_graphs_post": post(NAMED, named=[VOCAB, CURATION]),
    "query_dataset_full": post(f"ASK {{ {VERDICT} . GRAPH ?g {{ {CONCEPT} }} }}", default=[CURATION], named=[VOCAB]),
    "query_multiple_dataset": post(f"ASK FROM <{CURATION}> {{ {CONCEPT} }}", default=[VOCAB]),
    "query_content_type_select": get("SELECT (1 AS ?value) {}", ", ".join(TABLES), TABLES, "1"),
    "query_content_type_ask": get("ASK {}", ", ".join(RESULTS)),
    "query_content_type_describe": get("DESCRIBE <http://example.org/>", ", ".join(GRAPHS), GRAPHS, ""),
    "query_content_type_construct": get(
        "CONSTRUCT { <http://example.org/s> <http://example.org/p> 1 } WHERE {}",
        ", ".join(GRAPHS),
        GRAPHS,
        "example.org",
    ),
}
REFUSED = {
    # method, path, type and text of the body, the status
    "bad_query_method": ("PUT", "?" + params("ASK {}"), None, None, 405),
    "bad_multiple_queries": ("GET", "?" + params("ASK {}") + "&" + params("SELECT * {}"), None, None, 400),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", "ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", None, params("ASK {}"), 415),
    "bad_query_missing_direct_type": ("POST", "", None, "ASK {}", 415),
    "bad_query_non_utf8": ("POST", "", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
    "bad_query_syntax": ("GET", "?" + params("ASK {"), None, None, 400),
    "update_post_form": ("POST", "", FORM, params(update="CLEAR ALL"), 403),
    "update_post_direct": ("POST", "", UPDATE, "CLEAR ALL", 403),
    "update_dataset_default_graph": ("POST", "", FORM, params(using=[VOCAB], update="CLEAR ALL"), 403),
    "update_dataset_default_graphs": ("POST", "", FORM, params(using=[VOCAB, CURATION], update="CLEAR ALL"), 403),
    "update_dataset_named_graphs": ("POST", "", FORM, params(using_named=[VOCAB], update="CLEAR ALL"), 403),
    "update_dataset_full": ("POST", "", FORM, params(using=[VOCAB], using_named=[CURATION], update="CLEAR ALL"), 403),
    "update_base_uri": ("POST", "", FORM, params(update="BASE <http://example.org/> CLEAR GRAPH <test>"), 403),
    "bad_update_get": ("GET", "?" + params(update="CLEAR ALL"), None, None, 403),
    "bad_multiple_updates": ("POST", "", FORM, params(update=["CLEAR NAMED", "CLEAR DEFAULT"]), 403),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", "CLEAR ALL", 415),
    "bad_update_missing_form_type": ("POST", "", None, params(update="CLEAR ALL"), 415),
    "bad_update_non_utf8": ("POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR ALL".encode("utf-16"), 403),
    "bad_update_syntax": ("POST", "", FORM, params(update="CLEAR XYZ"), 403),
    "bad_update_dataset_conflict": ("POST", "", FORM, params(using=[VOCAB], update="WITH <a:a> CLEAR ALL"), 403),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(world, tmp_path_factory):
    with serving(world, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


@pytest.mark.parametrize("name", QUERIES)
def test_query(server, name):
    method, path, kind, body, accept, media, holds = QUERIES[name]
    headers = {name: value for name, value in (("content_type", kind), ("accept", accept)) if value}
    answer = server.ask(f"/sparql{path}", method=method, body=body, **headers)
    assert answer.status == 200, answer.text
    assert answer.media in media
    assert holds in answer.text


@pytest.mark.parametrize("name", REFUSED)
def test_refused(server, name):
    method, path, kind, body, status = REFUSED[name]
    answer = server.ask(f"/sparql{path}", method=method, body=body, **({"content_type": kind} if kind else {}))
    assert answer.status == status, answer.text
    assert "true" in server.sparql("ASK { ?s ?p ?o }").text
