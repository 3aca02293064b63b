"""Apache and nginx over a built folder: an address for every IRI, in the form and the language that a client wants."""

import contextlib
import gzip
import re
import shutil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
import rdflib
from conftest import make_world
from hypothesis import given, settings
from hypothesis import strategies as some
from parts import needs, program, system
from rdflib.compare import isomorphic
from webservers import MODULES, Web, apache, linked, nginx

from kzkg.pages.addresses import path_of
from kzkg.server.media import ANSWER_FORMS, PAGE_FORMS
from kzkg.server.negotiation import choose, language
from kzkg.static import around
from kzkg.static.rules import Facts, accepting, files, heads
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer
from kzkg.store import open_graph

BASE = "https://kzkg.example/sub/"
MORE = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:org-old owl:deprecated true ; dcterms:isReplacedBy id:org-alpha .
<https://w3id.org/kzkg/id/odd:one> rdfs:label "odd" .
<https://w3id.org/kzkg/id/город> rdfs:label "town" .
"""
HOSTS = """
<VirtualHost *:{port}>
ServerName localhost
DocumentRoot "{top}"
Alias "/elsewhere" "{top}/sub"
</VirtualHost>
<VirtualHost *:{port}>
ServerName root.test
DocumentRoot "{top}/sub"
</VirtualHost>
<VirtualHost *:{port}>
ServerName w3id.org
DocumentRoot "{w3id}"
</VirtualHost>
"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CLIENTS = {
    "browser": BROWSER,
    "curl": "*/*",
    "rdflib": "text/turtle, application/x-turtle, */*;q=0.1",
    "Jena": "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3",
    "OWL API": "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
    "Comunica": "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,"
    "image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18",
    "JSON": "application/json",
    "page unwanted": "text/html;q=0, application/rdf+xml;q=0.1",
    "capitals": "TEXT/Turtle ; charset=utf-8 ; Q=0.7 , text/html;level=1; q=0.5",
    "nothing of it": "image/png, video/*;q=0.5",
}
SERVERS = needs(
    program("apache2", package="apache2-bin"),
    program("nginx", package="nginx-light"),
    system(MODULES.is_dir(), "the Debian package apache2-bin"),
)


class Asked(NamedTuple):
    path: str
    accept: str
    lang: str
    status: int
    file: str
    """What is given or led to, below the folder."""


def asked(path, status, file="", accept="", lang=""):
    return Asked(path, accept, lang, status, file)


TTL, RDF = "text/turtle", "application/rdf+xml"
BEHAVIOURS = [
    asked("id/org-alpha", 303, "page/org-alpha.html"),
    asked("id/org-alpha", 303, "page/org-alpha.html", BROWSER),
    asked("id/org-alpha", 303, "page/org-alpha.ttl", TTL),
    asked("id/org-alpha", 303, "ru/page/org-alpha.html", BROWSER, "ru-RU,ru;q=0.9,en;q=0.8"),
    asked("id/org-alpha", 303, "page/org-alpha.rdf", RDF, "ru"),
    asked("id/org-alpha.nt", 303, "page/org-alpha.nt", BROWSER),
    asked("id/org-alpha.html", 303, "page/org-alpha.html", TTL),
    asked("id/org-alpha", 406, accept="image/png"),
    asked("id/nothing", 404),
    asked("id/nothing", 404, accept=TTL),
    asked("id/odd:one", 303, "page/~*.html"),
    asked("id/odd:one", 303, "page/~*.ttl", TTL),
    asked("id/%D0%B3%D0%BE%D1%80%D0%BE%D0%B4", 303, "page/город.html"),
    asked("id/%D0%B3%D0%BE%D1%80%D0%BE%D0%B4", 303, "page/город.nt", "application/n-triples"),
    asked("page/org-alpha", 200, "page/org-alpha.html"),
    asked("page/org-alpha", 200, "page/org-alpha.ttl", f"{RDF};q=0.8, {TTL};q=0.9"),
    asked("page/org-alpha", 200, "page/org-alpha.rdf", f"{RDF};q=0.9, {TTL};q=0.8"),
    asked("page/org-alpha", 302, "kk/page/org-alpha.html", BROWSER, "kk, ru;q=0.8"),
    asked("page/org-alpha", 200, "page/org-alpha.html", BROWSER, "de, en;q=0.7, ru;q=0.3"),
    asked("page/org-alpha?lang=kk", 302, "kk/page/org-alpha.html?lang=kk", BROWSER, "en"),
    asked("page/org-alpha?lang=en", 200, "page/org-alpha.html", BROWSER, "ru"),
    asked("page/org-alpha", 406, accept="image/png"),
    asked("page/org-alpha.ttl", 200, "page/org-alpha.ttl", BROWSER),
    asked("page/org-alpha.html", 200, "page/org-alpha.html", TTL, "ru"),
    asked("page/%D0%B3%D0%BE%D1%80%D0%BE%D0%B4", 200, "page/город.html"),
    asked("page/org-alpha/more", 404),
    asked("page/", 404),
    asked("ru/page/org-alpha", 200, "ru/page/org-alpha.html", BROWSER, "kk"),
    asked("ns", 200, "ns.html"),
    asked("ns", 200, "ns.ttl", TTL),
    asked("ns/", 303, "ns.html"),
    asked("ns/0.1.0", 303, "ns.ttl", TTL),
    asked("ns/Designation", 200, "ns/Designation.ttl", TTL),
    asked("ns/actor", 303, "ns/actor~.html"),
    asked("vocab", 200, "vocab.jsonld", "application/ld+json"),
    asked("shapes", 200, "shapes.html", BROWSER),
    asked("graph/paper", 200, "graph/paper.rdf", RDF),
    asked("graph/paper.ttl", 200, "graph/paper.ttl"),
    asked("query/bans", 200, "query/bans.html", BROWSER),
    asked("query/bans", 200, "query/bans.csv", "text/csv"),
    asked("query/bans", 200, "query/bans.srj", "application/sparql-results+json"),
    asked("query/bans", 200, "query/bans.json", "application/json"),
    asked("query/bans?day=2010-01-01", 406, accept="text/csv"),
    asked("queries", 200, "queries.html", f"{TTL}, text/html;q=0.1"),
    asked("queries", 406, accept=TTL),
    asked("", 200, "index.html", BROWSER),
    asked("", 302, "ru/index.html", BROWSER, "ru"),
    asked("ru/", 200, "ru/index.html", BROWSER, "en"),
    asked("ru", 301, "ru/"),
    asked("sparql", 303, "ask.html", BROWSER),
    asked("feed.xml", 200, "feed.xml"),
    asked("ru/feed.xml", 200, "ru/feed.xml"),
    asked(".well-known/void", 200, ".well-known/void"),
    asked("data/files.nq.gz", 200, "data/files.nq.gz"),
    asked("nothing/at/all", 404),
    asked("id/a%0D%0AX-Evil:%201", 404),
    asked("page/%3Cscript%3E", 404),
]
NAMED = {"feed.xml": "application/atom+xml", "void": "text/turtle; charset=utf-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tiny world as a folder, with a thing that is gone and two with odd names, and the terms asked for below."""
    world = make_world(tmp_path_factory.mktemp("ruled") / "world")
    (world / "data" / "more.ttl").write_text(MORE)
    place = tmp_path_factory.mktemp("ruled") / "sub"
    writer = Writer(open_graph(world), Shelf(place, None), BASE, ("en", "ru", "kk"))
    asked_for = {each.path.removesuffix("/").partition("?")[0] for each in BEHAVIOURS} | {path for path, *_ in IRIS}
    for target in writer.targets:
        if target.name.startswith("https://w3id.org/kzkg/id/") or path_of(target) in asked_for | {"ask", "ns/Actor"}:
            writer.write(target)
    assert len([*around.data(writer), *around.files(writer)]) > 10
    return place


@pytest.fixture(scope="module")
def servers(folder, tmp_path_factory):
    """Both servers, each with the folder at a path and at the root of a host."""
    w3id = tmp_path_factory.mktemp("w3id")
    (w3id / "kzkg").mkdir()
    (w3id / "kzkg" / ".htaccess").write_text((folder / "rules" / "w3id.htaccess").read_text())
    told = {path.name: path.read_text() for path in (folder / "rules").glob("*.conf")}
    bare = dict(files(facts(folder, "")))
    with contextlib.ExitStack() as stack:
        over = stack.enter_context(apache(HOSTS, {"top": folder.parent, "w3id": w3id}))
        found = {"apache /sub/": (over, "localhost", "/sub/"), "apache /": (over, "root.test", "/")}
        found |= {"apache /elsewhere/": (over, "localhost", "/elsewhere/"), "w3id": (over, "w3id.org", "/kzkg/")}
        under = stack.enter_context(nginx(folder.parent, told["nginx-maps.conf"], told["nginx.conf"]))
        root = stack.enter_context(nginx(folder, bare["rules/nginx-maps.conf"], bare["rules/nginx.conf"]))
        yield found | {"nginx /sub/": (under, "localhost", "/sub/"), "nginx /": (root, "localhost", "/")}


def facts(folder, base):
    odd = next((folder / "page").glob("~*.html")).stem
    return Facts(base, ("en", "ru", "kk"), {"page/odd:one": f"page/{odd}", "ns/actor": "ns/actor~"}, ["page/org-old"])


class Place:
    """A folder behind a server."""

    def __init__(self, web: Web, host: str, at: str) -> None:
        self.web, self.host, self.at = web, host, at

    def ask(self, path, **headers):
        return self.web.ask(self.at + path, host=self.host, **{name: each for name, each in headers.items() if each})

    def led(self, answer):
        """Where an answer leads, below the folder."""
        parts = urlsplit(answer.headers["location"])
        assert parts.hostname in {None, self.host}
        assert parts.path.startswith(self.at)
        return parts.path.removeprefix(self.at) + (f"?{parts.query}" if parts.query else "")


@pytest.fixture(params=["apache /sub/", "apache /", "apache /elsewhere/", "nginx /sub/", "nginx /"])
def place(request, servers):
    return Place(*servers[request.param])


@pytest.fixture(params=["apache /sub/", "nginx /sub/"])
def at_its_base(request, servers):
    return Place(*servers[request.param])


def media(file):
    path = Path(file)
    return NAMED.get(path.name) or heads.typed(path.suffix[1:])


@SERVERS
@pytest.mark.parametrize("each", BEHAVIOURS, ids=lambda each: " ".join([f"/{each.path}", each.accept[:24], each.lang]))
def test_what_an_address_gives(place, folder, each):
    answer = place.ask(each.path, accept=each.accept, accept_language=each.lang)
    assert answer.status == each.status
    if each.status in {301, 302, 303}:
        told = place.led(answer)
        assert re.fullmatch(re.escape(each.file).replace(r"\*", "[0-9a-f]{32}"), unquote(told)), told
        assert told.isascii()
    elif each.status == 200:
        assert answer.body == (folder / each.file).read_bytes()
        assert answer.headers["content-type"] == media(each.file)
    elif each.status == 404:
        assert answer.body == (folder / "404.html").read_bytes()
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-evil"] is None


@SERVERS
@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_gets_what_the_server_of_ours_would_give(place, folder, client):
    form = choose(CLIENTS[client], PAGE_FORMS.items())
    answer = place.ask("id/org-alpha", accept=CLIENTS[client])
    if form is None:
        assert answer.status == 406
    else:
        assert (answer.status, place.led(answer)) == (303, f"page/org-alpha.{form}")
        assert place.ask("page/org-alpha", accept=CLIENTS[client]).headers["content-type"] == heads.typed(form)


@SERVERS
@pytest.mark.parametrize("path", ["id/org-alpha", "page/org-alpha", "ns", "query/bans", "", "page/org-alpha.ttl"])
def test_caches_are_told_what_the_answer_depends_on(place, path):
    answer = place.ask(path, accept=BROWSER)
    told = {word.strip() for line in answer.headers.get_all("vary") or [] for word in line.split(",")}
    assert {"Accept", "Accept-Language"} <= told if not path.endswith(".ttl") else "Accept" not in told
    refused = place.ask("page/org-alpha", accept="image/png")
    assert "Accept" in ",".join(refused.headers.get_all("vary") or [])


@SERVERS
@pytest.mark.parametrize(
    ("path", "accept"), [("id/org-alpha", TTL), ("page/org-alpha", BROWSER), ("ns", TTL), ("id/nothing", ""), ("", "")]
)
def test_head_is_answered_like_get(place, path, accept):
    get, head = (place.ask(path, method=method, accept=accept) for method in ("GET", "HEAD"))
    assert head.body == b""
    assert head.status == get.status
    sized = ("content-length",) if get.status == 200 else ()
    for name in ("content-type", "location", "vary", "link", "etag", "cache-control", *sized):
        assert head.headers.get_all(name) == get.headers.get_all(name), name


@SERVERS
def test_a_folder_is_read_only(place):
    for method in ("POST", "PUT", "DELETE"):
        assert place.ask("page/org-alpha.html", method=method).status == 405


@SERVERS
def test_all_answers_are_strict(place):
    for path in ("", "page/org-alpha", "page/org-alpha.ttl", "id/org-alpha", "nothing", "static/style.css"):
        answer = place.ask(path)
        for name, value in heads.strict():
            assert answer.headers.get_all(name) == [value], (path, name)
    policy = dict(heads.strict())["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert policy.endswith("worker-src blob:")
    assert "unsafe-inline" not in policy


@SERVERS
def test_what_never_changes_is_kept_and_all_else_is_asked_for_again(place, folder):
    versioned = set(
        re.findall(r'(?:href|src)="\.\./(static/[^"]+\?v=[0-9a-f]{10})"', read(folder / "page/org-alpha.html"))
    )
    assert len(versioned) > 1
    for path in versioned:
        assert place.ask(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("static/style.css", "static/style.css?v=no", "page/org-alpha.html", "page/org-alpha.ttl?v=0123456789"):
        answer = place.ask(path)
        assert answer.headers["cache-control"] == "public, no-cache"
        for packed in ("", "gzip"):
            shown = place.ask(path, accept_encoding=packed)
            assert (shown.headers["content-encoding"] or "") == packed
            body = gzip.decompress(shown.body) if packed else shown.body
            assert body == answer.body
            again = place.ask(path, accept_encoding=packed, if_none_match=shown.headers["etag"])
            assert (again.status, again.body) == (304, b"")
    assert place.ask("data/files.nq.gz", accept_encoding="gzip").headers["content-encoding"] is None


def read(path):
    return path.read_text(encoding="utf-8")


@SERVERS
def test_the_language_of_a_page_is_told(place):
    for path, lang in (("page/org-alpha.html", "en"), ("ru/page/org-alpha.html", "ru"), ("kk/", "kk"), ("", "en")):
        assert place.ask(path).headers["content-language"] == lang
    assert place.ask("page/org-alpha.ttl").headers["content-language"] is None


@SERVERS
@pytest.mark.parametrize("path", ["page/org-alpha", "kk/page/org-alpha.html", "ns", "ns.ttl", "page/город"])
def test_the_forms_of_a_page_link_to_each_other(place, path):
    answer = place.ask(quote(path))
    found = re.findall(r'<([^>]+)>; rel="(\w+)"(?:; type="([^"]+)")?', answer.headers["link"])
    assert [rel for _, rel, _ in found] == ["alternate"] * 5 + ["describedby", "license"]
    for address, _, kind in found[:-1]:
        whole = urlsplit(urljoin(place.at + quote(path), address)).path
        linked = place.ask(whole.removeprefix(place.at))
        assert linked.status == 200
        assert linked.headers["content-type"].partition(";")[0] == kind
    assert place.ask("queries").headers["link"] is None


@SERVERS
def test_what_is_gone_says_so_with_its_page(place, folder):
    for path in ("id/org-old", "page/org-old", "page/org-old.html", "page/org-old.ttl"):
        answer = place.ask(path)
        assert answer.status == 410
        assert answer.body == (folder / "page/org-old.html").read_bytes()
        assert b"org-alpha" in answer.body


@SERVERS
def test_a_header_made_to_be_read_slowly_is_read(place):
    for accept in ("text/turtle" + "; " * 3500 + "x", ", ".join(["text/x; a = b ;"] * 400), "*/*;q=0." + "0" * 7000):
        assert place.ask("page/org-alpha", accept=accept).status in {200, 406}


@SERVERS
def test_every_thing_of_the_folder_is_found_by_its_iri(at_its_base, folder):
    forms = list(PAGE_FORMS.items())
    stems = sorted(path.stem for path in (folder / "page").glob("*.html") if not path.name.startswith(("~", "org-old")))
    assert len(stems) > 50
    for number, stem in enumerate(stems):
        form, (kind, *_) = forms[number % len(forms)]
        answer = at_its_base.ask(f"id/{quote(stem)}", accept=kind)
        assert (answer.status, unquote(at_its_base.led(answer))) == (303, f"page/{stem}.{form}")


@SERVERS
@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld", None])
def test_a_client_reads_the_data_of_a_thing_by_its_iri(at_its_base, folder, form):
    read_there = rdflib.Graph().parse(f"{at_its_base.web.url}{at_its_base.at}id/org-alpha", format=form)
    assert isomorphic(read_there, rdflib.Graph().parse(folder / "page" / "org-alpha.ttl"))


IRIS = [
    ("", "", "", ""),
    ("id/org-alpha", BROWSER, "", "page/org-alpha.html"),
    ("id/org-alpha", BROWSER, "kk", "kk/page/org-alpha.html"),
    ("id/org-alpha", TTL, "kk", "page/org-alpha.ttl"),
    ("id/org-alpha.rdf", BROWSER, "", "page/org-alpha.rdf"),
    ("id/%D0%B3%D0%BE%D1%80%D0%BE%D0%B4", TTL, "", "page/город.ttl"),
    ("ns", RDF, "", "ns.rdf"),
    ("ns/0.1.0", CLIENTS["OWL API"], "", "ns.rdf"),
    ("ns/Designation", BROWSER, "ru", "ru/ns/Designation.html"),
    ("vocab/access-file", "application/n-triples", "", "vocab/access-file.nt"),
    ("graph/paper", BROWSER, "", "graph/paper.html"),
    ("graph/paper.ttl", BROWSER, "", "graph/paper.ttl"),
    ("shapes", TTL, "", "shapes.ttl"),
    ("queries.html", TTL, "", "queries.html"),
    (".well-known/void", BROWSER, "", ".well-known/void"),
    ("data/files.nq.gz", BROWSER, "", "data/files.nq.gz"),
]


@SERVERS
@pytest.mark.parametrize(("path", "accept", "lang", "file"), IRIS, ids=lambda each: each[:20])
def test_w3id_leads_every_iri_to_the_folder(servers, folder, path, accept, lang, file):
    answer = Place(*servers["w3id"]).ask(path, accept=accept, accept_language=lang)
    assert answer.status == 303
    assert unquote(answer.headers["location"]) == BASE + file
    assert not file or (folder / file).is_file()
    assert "Accept" in answer.headers["vary"]


@SERVERS
def test_w3id_follows_things_that_stand_elsewhere_and_refuses_what_there_is_not(servers, folder):
    w3id = Place(*servers["w3id"])
    odd = next((folder / "page").glob("~*.html")).stem
    assert w3id.ask("id/odd:one", accept=TTL).headers["location"] == f"{BASE}page/{odd}.ttl"
    assert w3id.ask("ns/actor").headers["location"] == f"{BASE}ns/actor~.html"
    assert w3id.ask("id/org-alpha", accept="image/png").status == 406


@SERVERS
def test_names_made_to_do_harm_leave_the_rules_whole(built_site, tmp_path):
    told = {path.name: read(path) for path in (built_site / "rules").glob("*.conf")}
    moved = [line.split() for line in read(built_site / "_redirects").splitlines() if "*" not in line and "~" in line]
    with apache('DocumentRoot "{top}"\n', {"top": built_site}) as over:
        (tmp_path / "top").mkdir()
        shutil.copytree(built_site, tmp_path / "top" / "sub", copy_function=linked)
        with nginx(tmp_path / "top", told["nginx-maps.conf"], told["nginx.conf"]) as under:
            for place in (Place(over, "localhost", "/"), Place(under, "localhost", "/sub/")):
                assert place.led(place.ask("id/org-alpha", accept=TTL)) == "page/org-alpha.ttl"
                assert place.ask("static/site.js").body == (built_site / "static" / "site.js").read_bytes()
                assert place.ask("id/org-old", accept=BROWSER).status == 410
                assert moved
                for way, to, _ in moved:
                    answer = place.ask(way.removeprefix("/sub/"), accept=BROWSER)
                    assert (answer.status, place.led(answer)) == (303, to.removeprefix("/sub/"))


def first(wishes, header):
    return next((value for pattern, value in wishes if re.search(pattern, header, re.IGNORECASE)), None)


WORDS = some.tuples(
    some.sampled_from([names[0] for names in PAGE_FORMS.values()] + ["image/png", "application/xml"]),
    some.sampled_from(["", ";v=1", " ; charset=utf-8"]),
    some.sampled_from(["", ";q=1", ";q=1.000", "; q=0", ";q=0.0"] + [f";q=0.{tenth}" for tenth in range(1, 10)]),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.lists(WORDS, min_size=1, max_size=6, unique_by=lambda each: each[0]), some.sampled_from([", ", ",", " , "]))
def test_the_expressions_choose_as_our_server_does(words, between):
    header = between.join("".join(each) for each in words)
    assert first(accepting.of_things(), header) == choose(header, PAGE_FORMS.items())
    rows = {"html": PAGE_FORMS["html"], **{form: (kind,) for form, kind in ANSWER_FORMS.items()}}
    assert first(accepting.of_answers(), header) == choose(header, rows.items())


TAGS = some.tuples(
    some.sampled_from(["en", "en-GB", "ru", "ru-RU", "kk", "kk-Cyrl-KZ", "de", "kkj", "*"]),
    some.sampled_from(["", ";q=1.0", ";q=0", *(f";q=0.{tenth}" for tenth in range(1, 10))]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(some.lists(TAGS, min_size=1, max_size=6))
def test_the_expressions_choose_the_language_as_our_server_does(words):
    header = ", ".join("".join(each) for each in words)
    found = (re.search(pattern, header) for pattern in accepting.of_languages(("en", "ru", "kk")))
    assert next((each[1] for each in found if each), "en") == language(header)


def test_names_that_could_end_a_rule_are_put_into_none():
    hostile = {
        "static/site.js": "page/~5",
        "page/..": "page/~6",
        'page/a"b': "page/~1",
        "page/a\nb": "page/~2",
        "page/$x{}": "page/~3",
        "page/fine:1": "page/~4",
    }
    found = dict(files(Facts(BASE, ("en",), hostile, ["page/b'c;"])))
    assert all(
        "~4" in found[name] for name in (".htaccess", "_redirects", "rules/nginx-maps.conf", "rules/w3id.htaccess")
    )
    for text in found.values():
        assert not re.search(r"~[12356]|b'c", text)
    assert "6 things" in found["rules/README.md"]
    assert "hold signs" not in dict(files(Facts(BASE, ("en",), {}, [])))["rules/README.md"]


def test_netlify_leads_each_iri_to_a_page_or_its_data(folder):
    ways = [line.split() for line in read(folder / "_redirects").splitlines() if not line.startswith("#")]
    assert all(status in {"301", "302"} and way.startswith("/sub/") for way, _, status in ways)

    def led(path):
        for way, to, _ in ways:
            if way.endswith("*") and path.startswith(way[:-1]):
                return to.replace(":splat", path.removeprefix(way[:-1]))
            if way == path:
                return to
        return None

    for path in (folder / "page").iterdir():
        if not path.name.startswith("~"):
            assert led(f"/sub/id/{path.name}") == f"/sub/page/{path.name}"
    assert led("/sub/id/odd:one").startswith("/sub/page/~")
    assert led("/sub/ns/0.1.0") == "/sub/ns.html"
    headers = read(folder / "_headers").splitlines()
    assert f"  Content-Security-Policy: {heads.WITHIN}" in headers
    assert all((folder / line.removeprefix("/sub/")).exists() for line in headers if line.startswith("/sub/.well"))


def test_without_a_whole_address_there_are_no_rules_for_w3id(folder):
    found = dict(files(facts(folder, "/sub/")))
    assert "rules/w3id.htaccess" not in found
    assert "--base https://" in found["rules/README.md"]
    told = read(folder / "rules" / "README.md")
    assert all(
        path.rpartition("/")[2] in told for path, _ in files(facts(folder, BASE)) if not path.endswith("README.md")
    )
