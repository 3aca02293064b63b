"""Servers and folders of pages over a loaded folder and an endpoint say what they would say of the files themselves."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from misbehaving import Client, Misbehaving, misbehaving
from serving import Server, serving
from waiting import until

from kzkg import loading
from kzkg.errors import DataError
from kzkg.server.places import Elsewhere, Files, Loaded, place_of
from kzkg.static.building import Plan, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Answer

BLANK = re.compile(rb"[0-9a-f]{28,32}")
"""How blank nodes are called, which is no part of what is said."""
ADDRESSES = [
    "/page/org-alpha", "/page/org-alpha.ttl", "/page/org-alpha?lang=kk", "/id/org-alpha", "/page/nobody", "/vocab",
    "/search?q=alpha", "/sources", "/conflicts", "/timeline", "/map", "/graph/paper", "/ns/Court.ttl",
    "/graphs?graph=https://w3id.org/kzkg/graph/paper", "/sparql?query=SELECT*%7B?c+a+kzkg:Court%7DORDER+BY?c",
    "/sparql?query=SELECT*%7BGRAPH+?g%7B?c+a+kzkg:Court%7D%7DORDER+BY?g?c", "/sparql?query=SELECT*%7B?x%7D",
    "/sparql?query=CONSTRUCT+WHERE%7B?c+a+kzkg:Court%7D", "/sparql?query=SELECT*FROM%3Chttp://x/%3E%7B?c?d?e%7D",
]  # fmt: skip
NEW = "SELECT ?n { id:org-new kzkg:name ?n }"
QUICK = ("--rate", "0", "--workers", "2")


def loaded(world: Path, place: Path, *, layered: bool = False) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        if layered:
            patch.setattr(loading, "SMALL_TEXT", 0)
        loading.load(str(place), [world])
    return place


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="module")
def files(world: Path, home: Path) -> Iterator[Server]:
    """The tiny world, served from its files."""
    with serving(world, home / "files.log", *QUICK) as server:
        yield server


@pytest.fixture(scope="module", params=["folder", "layers", "endpoint"])
def server(request: pytest.FixtureRequest, world: Path, home: Path, files: Server) -> Iterator[Server]:
    """The same world, served from one of the other stores."""
    if request.param == "endpoint":
        store: object = f"{files.url}/sparql"
    else:
        store = loaded(world, home / request.param, layered=request.param == "layers")
    with serving(store, home / f"{request.param}.log", *QUICK) as server:  # type: ignore[arg-type]
        yield server


def said(server: Server, path: str, **headers: str) -> tuple[int, str, bytes]:
    """What an answer says, whoever gave it: without the address of the server, and in any order of lines."""
    answer = server.ask(path, **headers)
    told = (answer.headers["location"] or "").encode() + answer.body
    told = BLANK.sub(b"blank", told.replace(str(server.port).encode(), b"port"))
    return answer.status, answer.media, b"\n".join(sorted(told.splitlines()))


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_answers_as_from_the_files(path: str, server: Server, files: Server) -> None:
    # Lines of N-Triples compare in any order; how Turtle is cut into sentences depends on it.
    forms = {"/page/nobody": "text/html", "/graphs?graph": "application/n-triples"}
    accept = next((form for start, form in forms.items() if path.startswith(start)), "*/*")
    if path.startswith("/search") and "layers" in server.log.name:
        # The index of a large graph leaves out claims and citations, whose labels repeat the names of others.
        assert b"/page/org-alpha" in server.ask(path).body
        return
    assert said(server, path, accept=accept) == said(files, path, accept=accept)


def test_it_tells_of_itself(server: Server, files: Server) -> None:
    """With the counts of the files; of what lies elsewhere there are no dumps, and it says where to have it."""
    elsewhere = not until(lambda: server.ask("/dumps/SHA256SUMS").status != 503) or server.ask("/dumps/x").status == 404
    assert elsewhere
    assert until(lambda: files.ask("/dumps/SHA256SUMS").status == 200)
    counts = [re.findall(r"void:(?:triples|entities|classes) \d+", each.ask("/.well-known/void").text)
              for each in (server, files)]  # fmt: skip
    assert sorted(counts[0]) == sorted(counts[1])
    assert counts[0]
    if server.ask("/dumps/SHA256SUMS").status == 404:
        assert f"the graph lies at {files.url}/sparql" in server.ask("/dumps/SHA256SUMS").text


def test_dumps_of_a_folder_are_kept_for_the_next_start(world: Path, tmp_path: Path) -> None:
    place = loaded(world, tmp_path / "store", layered=True)
    names = []
    for number in range(2):
        with serving(place, tmp_path / f"{number}.log", *QUICK) as server:
            assert until(lambda server=server: server.ask("/dumps/accepted.nt.gz").status == 200)  # type: ignore[misc]
            names.append(server.ask("/dumps/SHA256SUMS").text)
            assert server.ask("/dumps/accepted.nt").status == 404, "a large graph has only compressed dumps"
    assert names[0] == names[1]
    assert [path.name for path in place.glob("generation-*/dumps*")] == ["dumps"]


def test_a_load_is_swapped_in_and_no_request_is_lost(own_world: Path, tmp_path: Path) -> None:
    from serving import LookUps

    place = loaded(own_world, tmp_path / "store")
    with serving(place, tmp_path / "log", *QUICK) as server:
        before = server.ask("/healthz").text
        with LookUps(server, clients=2) as clients:
            for word in ("first", "second"):
                (own_world / "data/sources/new.ttl").write_text(
                    "@prefix id: <https://w3id.org/kzkg/id/> .\n@prefix kzkg: <https://w3id.org/kzkg/ns#> .\n"
                    f"id:org-new a kzkg:Organisation ; kzkg:name '{word}' .\n"
                )
                loaded(own_world, place)
                assert until(lambda word=word: word in server.sparql(NEW, "text/csv").text)  # type: ignore[misc]
                assert clients.some(20)
        assert clients.faults == []
        assert json.loads(before)["generation"] != json.loads(server.ask("/healthz").text)["generation"]


# An endpoint


class Way:
    """The way to an endpoint, which can be closed, and on which a password can be asked for."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.closed = False
        self.password = ""

    def __call__(self, client: Client) -> None:
        if self.closed:
            client.reset()
        elif self.password and not client.header("authorization"):
            client.say("401 Unauthorized", WWW_Authenticate="Basic")
        else:
            method, path, _ = client.head.split("\r\n", 1)[0].split(" ")
            connection = HTTPConnection("127.0.0.1", self.server.port, timeout=600)
            kept = {name: client.header(name) for name in ("accept", "content-type") if client.header(name)}
            connection.request(method, path, client.body or None, kept)
            answer = connection.getresponse()
            client.say(f"{answer.status} OK", answer.read(), answer.headers["content-type"])
            connection.close()


@pytest.fixture
def way(files: Server) -> Iterator[tuple[Way, Misbehaving]]:
    """A way to the tiny world."""
    deed = Way(files)
    with misbehaving(deed) as there:
        yield deed, there


def test_while_the_endpoint_is_away_it_says_so_in_a_line(way: tuple[Way, Misbehaving], tmp_path: Path) -> None:
    """And the pages come back with it."""
    deed, there = way
    with serving(there.address, tmp_path / "log", *QUICK) as server:  # type: ignore[arg-type]
        for path in ("/page/org-alpha", "/sparql?query=ASK%7B%7D", "/api/queries/attacks", "/search?q=alpha"):
            assert server.ask(path).status == 200
        deed.closed = True
        for path in ("/page/org-alpha", "/sparql?query=ASK%7B?s+?p+1%7D", "/api/queries/attacks", "/search?q=alpha"):
            answer = server.ask(path)
            assert (answer.status, answer.headers["retry-after"]) == (503, "10")
            assert json.loads(answer.body)["detail"].startswith(f"{there.address}: the connection broke")
        assert until(lambda: server.ask("/healthz").status == 503)
        deed.closed = False
        assert server.ask("/page/org-alpha").status == 200
        assert until(lambda: server.ask("/healthz").status == 200)
    assert "can be asked again" in (tmp_path / "log").read_text()


REFUSED = {
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": (400, "SERVICE is refused"),
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }": (403, "the graph is read-only"),
    "SELECT (<bif:sleep>(1) AS ?x) {}": (400, "functions of one engine"),
    "PREFIX f: <sq\\u006c:> SELECT (f:x(1) AS ?x) {}": (400, "functions of one engine"),
    "SELECT * FROM <http://example.org/other> { ?s ?p ?o }": (400, "there is no graph"),
}


@pytest.mark.parametrize("query", REFUSED)
def test_strangers_are_passed_on_only_with_what_is_theirs_to_ask(
    query: str, way: tuple[Way, Misbehaving], passing: Server
) -> None:
    del way
    status, words = REFUSED[query]
    answer = passing.sparql(query)
    assert answer.status == status
    assert words in json.loads(answer.body)["detail"]


@pytest.fixture(scope="module")
def passing(files: Server, home: Path) -> Iterator[Server]:
    """A server over an endpoint, with few rows."""
    limits = ("--rows", "5", *QUICK)
    with serving(f"{files.url}/sparql", home / "passing.log", *limits) as server:  # type: ignore[arg-type]
        yield server


def test_answers_of_an_endpoint_keep_the_limits(passing: Server) -> None:
    answer = passing.sparql("SELECT * { ?s ?p ?o } LIMIT 6")
    assert (answer.status, json.loads(answer.body)["limit"]) == (503, "rows")
    assert passing.sparql("SELECT * { ?s ?p ?o } LIMIT 5").status == 200


def test_a_password_goes_to_the_endpoint_and_into_no_answer(
    way: tuple[Way, Misbehaving], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deed, there = way
    deed.password = "secret-word"
    monkeypatch.setenv("KZKG_USER", "reader")
    monkeypatch.setenv("KZKG_PASSWORD", deed.password)
    with serving(there.address, tmp_path / "log", *QUICK) as server:  # type: ignore[arg-type]
        assert server.ask("/page/org-alpha").status == 200
        deed.closed = True
        told = [server.ask(path) for path in ("/page/org-alpha", "/healthz", "/metrics", "/dumps/x", "/")]
    assert not [answer for answer in told if hidden(answer)]
    assert deed.password not in (tmp_path / "log").read_text()


def hidden(answer: Answer) -> bool:
    """Whether an answer tells who asks."""
    return b"secret-word" in answer.body or b"reader" in answer.body


def test_workers_that_ask_nobody_get_no_password(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_PASSWORD", "secret-word")
    with serving(world, tmp_path / "log", *QUICK) as server:
        for nursery in server.children(server.process.pid):
            assert b"secret-word" not in Path(f"/proc/{nursery}/environ").read_bytes()


def test_places_are_told_apart(world: Path, tmp_path: Path, files: Server) -> None:
    assert isinstance(place_of(str(world)), Files)
    assert isinstance(place_of(str(loaded(world, tmp_path / "store"))), Loaded)
    assert isinstance(place_of(f"{files.url}/sparql"), Elsewhere)
    with pytest.raises(DataError, match="is not a graph folder"):
        place_of(str(tmp_path / "nothing"))


# Folders of pages


def told(folder: Path, path: str) -> list[bytes]:
    """What a file says: a page by its main part; blank nodes have other names, and lines another order."""
    content = BLANK.sub(b"blank", (folder / path).read_bytes())
    if path.endswith(".html"):
        content = content[content.index(b"<main") : content.index(b"</main>")]
    return sorted(content.splitlines())


@pytest.fixture(scope="module", params=["folder", "endpoint"])
def built(request: pytest.FixtureRequest, built_site: Path, home: Path) -> Iterator[Path]:
    """The folder of pages, built from another store that holds the same graph; of an endpoint its English pages."""
    graph, site = built_site.parent / "built-world", home / f"site-{request.param}"
    if request.param == "folder":
        store = loaded(graph, home / "store-of-site")
        build(Plan(store, site, "https://kzkg.example/sub/", workers=2))
        yield site
        return
    with serving(graph, home / "site.log", *QUICK) as server:
        build(Plan(f"{server.url}/sparql", site, "https://kzkg.example/sub/", ("en",), 2))
        yield site


def test_a_folder_of_pages_says_what_it_says_from_files(built: Path, built_site: Path) -> None:
    """The saved questions of an endpoint are those of the package, and pages of terms and the data name them."""
    whole = "endpoint" not in built.name
    rooms = ("page", "graph", "vocab", "ns", "query", "ru/page") if whole else ("page", "vocab")
    forms = {".html", ".nt", ".csv"}
    paths = [
        path.relative_to(built_site).as_posix()
        for room in rooms
        for path in (built_site / room).rglob("*")
        if path.suffix in forms
    ]
    assert len(paths) > 200
    assert [path for path in paths if told(built, path) != told(built_site, path)] == []
    if whole:
        assert {path.relative_to(built) for path in built.rglob("*")} == {
            path.relative_to(built_site) for path in built_site.rglob("*")
        }
