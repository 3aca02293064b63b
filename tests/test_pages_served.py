"""Pages over a socket: an address for every IRI, in the form, the language and the state that a client wants."""

import gzip
import json
import re
from itertools import product
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from reading import elements, faults, parsed, text_of
from serving import serving

ROOT = Path(__file__).resolve().parent.parent
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
IRI = "https://w3id.org/kzkg/id/org-taliban"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(ROOT, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


SENT = [
    (BROWSER, "/page/org-taliban"),
    ("*/*", "/page/org-taliban"),
    ("text/turtle", "/page/org-taliban.ttl"),
    ("application/ld+json", "/page/org-taliban.jsonld"),
    ("application/n-triples", "/page/org-taliban.nt"),
    ("application/rdf+xml", "/page/org-taliban.rdf"),
    ("text/turtle;q=0.5, application/n-triples;q=0.9", "/page/org-taliban.nt"),
    ("text/html;q=0.1, text/turtle", "/page/org-taliban.ttl"),
]


@pytest.mark.parametrize(("accept", "to"), SENT)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_name_of_a_thing_sends_on(server, method, accept, to):
    answer = server.ask("/id/org-taliban", method=method, accept=accept)
    assert (answer.status, answer.headers["location"]) == (303, to)
    assert "Accept" in answer.headers["vary"]


MEDIA = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
THINGS = (
    "/page/org-taliban",
    "/ns",
    "/ns/Designation",
    "/vocab",
    "/vocab/attack",
    "/graph/kz2018",
    "/shapes",
    "/dataset",
)


@pytest.mark.parametrize(("path", "form"), [*product(THINGS, MEDIA)])
def test_suffix_and_accept_agree(server, path, form):
    by_suffix = server.ask(f"{path}.{form}")
    by_accept = server.ask(path, accept=MEDIA[form])
    assert (by_suffix.status, by_suffix.media) == (200, MEDIA[form])
    assert by_suffix.body == by_accept.body
    formats = {
        "ttl": RdfFormat.TURTLE,
        "jsonld": RdfFormat.JSON_LD,
        "nt": RdfFormat.N_TRIPLES,
        "rdf": RdfFormat.RDF_XML,
    }
    assert sum(1 for _ in parse(by_suffix.body, format=formats[form])) > 3


@pytest.mark.parametrize("path", ["/", *THINGS, "/query/timeline", "/sources", "/ask"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_has_its_headers_and_is_not_sent_twice(server, method, path):
    answer = server.ask(path, method=method, accept=BROWSER)
    assert (answer.status, answer.media) == (200, "text/html")
    assert (len(answer.body) > 0) == (method == "GET")
    assert set(re.split(", *", answer.headers["vary"])) >= {"Accept", "Accept-Language"}
    assert answer.headers["content-language"] == "en"
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    again = server.ask(path, method=method, accept=BROWSER, if_none_match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    links = answer.headers["link"]
    kinds = {"canonical", "license", "alternate"} | ({"describedby"} if path in THINGS else set())
    assert kinds <= set(re.findall(r'rel="(\w+)"', links))
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"):
        assert answer.headers[name]


def test_each_language_and_form_has_a_tag_of_its_own(server):
    tags = [
        server.ask("/page/org-taliban", accept=BROWSER, accept_language=lang, accept_encoding=coding).headers["etag"]
        for lang, coding in product(("en", "ru", "kk"), ("identity", "gzip"))
    ]
    assert len(set(tags)) == 6


LANGUAGES = [("ru", "ru"), ("kk-KZ,ru;q=0.8", "kk"), ("de, fr;q=0.5", "en"), ("en;q=0.2, ru;q=0.7", "ru"), ("", "en")]


@pytest.mark.parametrize(("wanted", "given"), LANGUAGES)
def test_the_reader_s_language(server, wanted, given):
    answer = server.ask("/page/org-taliban", accept=BROWSER, accept_language=wanted)
    assert answer.headers["content-language"] == given
    assert elements(parsed(answer.text), "html")[0].get("lang") == given


def test_a_chosen_language_wins_and_stays(server):
    answer = server.ask("/page/org-taliban?lang=kk", accept=BROWSER, accept_language="ru")
    assert answer.headers["content-language"] == "kk"
    inner = [each.get("href") for each in elements(parsed(answer.text), "a") if each.get("href").startswith("/page/")]
    assert all("lang=" in each or re.search(r"\.\w+$", each) for each in inner)
    assert server.ask("/page/org-taliban?lang=xx", accept=BROWSER).status == 400


REFUSED = [
    ("/page/nothing", "GET", BROWSER, 404),
    ("/id/nothing", "GET", BROWSER, 404),
    ("/id/nothing", "GET", "text/turtle", 404),
    ("/page/nothing.ttl", "GET", "*/*", 404),
    ("/nothing/at/all", "GET", BROWSER, 404),
    ("/query/nothing", "GET", BROWSER, 404),
    ("/static/nothing.js", "GET", "*/*", 404),
    ("/static/../jobs.py", "GET", "*/*", 404),
    ("/page/org-taliban", "POST", BROWSER, 405),
    ("/page/org-taliban", "DELETE", "*/*", 405),
    ("/page/org-taliban", "GET", "image/png", 406),
    ("/sources", "GET", "text/turtle", 406),
    ("/query/courts-banned-groups?day=never", "GET", BROWSER, 400),
    ("/ask?query=nonsense", "GET", BROWSER, 400),
    ("/page/%3Cscript%3E", "GET", BROWSER, 404),
    ("/page/a%20b%22c", "GET", "text/turtle", 404),
]


@pytest.mark.parametrize(("path", "method", "accept", "status"), REFUSED)
def test_what_is_refused_and_how(server, path, method, accept, status):
    answer = server.ask(path, method=method, accept=accept)
    assert answer.status == status
    if accept == BROWSER and not path.startswith("/static"):
        tree = parsed(answer.text)
        assert faults(tree) == []
        assert text_of(elements(tree, "h1")[0])
    else:
        assert json.loads(answer.body)["status"] == status
    if status == 405:
        assert "GET" in answer.headers["allow"]
    assert "etag" not in answer.headers


def test_what_was_given_up_names_its_successor(own_world, tmp_path):
    gone = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    id:org-old owl:deprecated true ; dcterms:isReplacedBy id:org-alpha ."""
    (own_world / "data" / "gone.ttl").write_text(gone)
    with serving(own_world, tmp_path / "log", "--rate", "0") as server:
        for path, accept in product(("/id/org-old", "/page/org-old", "/page/org-old.ttl"), (BROWSER, "text/turtle")):
            answer = server.ask(path, accept=accept)
            assert answer.status == 410
            assert "org-alpha" in answer.text
        assert 'href="/page/org-alpha"' in server.ask("/page/org-old", accept=BROWSER).text
        assert server.ask("/page/org-alpha", accept=BROWSER).status == 200


def test_the_answer_of_a_question_in_other_forms(server):
    answer = server.ask("/query/courts-banned-groups?court=id:court-supreme-court-kz", accept="text/csv")
    assert answer.status == 303
    csv = server.ask(answer.headers["location"])
    assert csv.media == "text/csv"
    page = server.ask("/query/courts-banned-groups?court=id:court-supreme-court-kz", accept=BROWSER).text
    assert f">{len(csv.text.splitlines()) - 1} rows<" in page
    for name, address in re.findall(r'<a href="(/api/queries/[^"]+)">([^<]+)<', page):
        assert server.ask(name.replace("&amp;", "&")).status == 200, address


def test_the_past_is_asked_in_the_form(server):
    page = server.ask("/query/courts-banned-groups?known-by=2010-01-01", accept=BROWSER)
    now = server.ask("/query/courts-banned-groups", accept=BROWSER)
    count = [int(re.search(r">(\d+) rows<", each.text)[1]) for each in (page, now)]
    assert count[0] < count[1]
    assert server.ask("/query/courts-banned-groups?known-by=soon", accept=BROWSER).status == 400


def test_a_browser_at_the_endpoint_gets_the_page_for_queries(server):
    assert server.ask("/sparql", accept=BROWSER).headers["location"] == "/ask"
    assert server.ask("/sparql", accept="text/turtle").media == "text/turtle"


def test_assets_are_kept_as_long_as_they_are_the_same(server):
    page = server.ask("/ask", accept=BROWSER).text
    found = set(re.findall(r"(/static/[\w.-]+\?v=\w+)", page))
    assert {"style.css", "site.js", "sparql.js", "icon.svg", "map.svg"} <= {
        each.split("/")[2].split("?")[0] for each in found
    }
    for address in found:
        answer = server.ask(address)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert server.ask(address, if_none_match=answer.headers["etag"]).status == 304
        packed = server.ask(address, accept_encoding="gzip")
        body = gzip.decompress(packed.body) if packed.headers["content-encoding"] else packed.body
        assert body == answer.body


def test_a_graph_page_links_its_dump(server):
    assert server.ask("/graph/kz2018.ttl").media == "text/turtle"
    assert server.ask("/release").headers["location"] == "/dataset"
    assert IRI in server.ask("/page/org-taliban", accept=BROWSER).text
