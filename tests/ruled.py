"""A folder of the tiny world with its rules for web servers, what its addresses give, and the clients that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from conftest import make_world

from kzkg.pages.addresses import path_of
from kzkg.static import around
from kzkg.static.rules import Facts
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer
from kzkg.store import open_graph

if TYPE_CHECKING:
    from pathlib import Path

    from webservers import Web

BASE = "https://kzkg.example/sub/"
MORE = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:org-old owl:deprecated true ; dcterms:isReplacedBy id:org-alpha .
<https://w3id.org/kzkg/id/odd:one> rdfs:label "odd" .
<https://w3id.org/kzkg/id/город> rdfs:label "town" .
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
    asked("page/org-alpha", 302, "ru/page/org-alpha.html", BROWSER, "RU-KZ, KK;q=0.8"),
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
IRIS = [
    ("", "", "", ""),
    ("id/org-alpha", BROWSER, "", "page/org-alpha.html"),
    ("id/org-alpha", BROWSER, "kk", "kk/page/org-alpha.html"),
    ("id/org-alpha", BROWSER, "KK-kz", "kk/page/org-alpha.html"),
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


def write(home: Path) -> Path:
    """Write the folder, with a thing that is gone and two with odd names, and the terms asked for above."""
    world = make_world(home / "world")
    (world / "data" / "more.ttl").write_text(MORE)
    place = home / "ruled" / "sub"
    writer = Writer(open_graph(world), Shelf(place, None), BASE, ("en", "ru", "kk"))
    asked_for = {each.path.removesuffix("/").partition("?")[0] for each in BEHAVIOURS} | {path for path, *_ in IRIS}
    for target in writer.targets:
        if target.name.startswith("https://w3id.org/kzkg/id/") or path_of(target) in asked_for | {"ask", "ns/Actor"}:
            writer.write(target)
    assert len([*around.data(writer), *around.files(writer)]) > 10
    return place


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


def read(path):
    return path.read_text(encoding="utf-8")
