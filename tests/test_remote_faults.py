"""Endpoints that misbehave: each fault is one line with its exit code, nothing waits for ever, no secret leaks."""

from __future__ import annotations

import base64
import gzip
import json
import socket
from typing import TYPE_CHECKING

import pytest

from kzkg.cli import main
from kzkg.errors import DataError, KzkgError, RequestError, TimeLimit
from kzkg.remote.address import checked, secret, shown
from kzkg.remote.client import Client as Asking
from kzkg.remote.client import Limits, wished
from kzkg.remote.endpoint import Endpoint
from kzkg.remote.patience import Patience, seconds, waiting
from kzkg.store import Graph, Solutions, folder_catalog, open_catalog
from tests.misbehaving import JSON, NOTHING, Client, misbehaving
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

QUICK = Patience(attempts=2, first=0.01, longest=1.0, altogether=2.0)
LIMITS = Limits(connect=PATIENCE, whole=PATIENCE, size=1 << 20, patience=QUICK)
SHORT = LIMITS._replace(whole=0.5)
TEXT = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
ROW = {"s": {"type": "uri", "value": "urn:a"}, "p": {"type": "uri", "value": "urn:b"}}


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No name, password or netrc file of whoever runs the tests."""
    for name in ("KZKG_USER", "KZKG_PASSWORD", "KZKG_PLAIN_PASSWORD", "KZKG_STORE", "KZKG_TIME_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "*")


def fault(deed: object, limits: Limits = LIMITS) -> KzkgError:
    """What a question to a server that does this ends with."""
    with misbehaving(deed) as server:  # type: ignore[arg-type]
        graph = Graph(open_catalog(), Endpoint(server.address, limits))
        with pytest.raises(KzkgError) as error:
            graph.evaluate(TEXT, "all")
    line = str(error.value)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert len(line) < 500
    assert f"http://127.0.0.1:{server.port}/sparql" in line
    return error.value


def page(client: Client) -> None:
    client.say("200 OK", b"<!doctype html><title>Welcome</title>", "text/html; charset=utf-8")


def bindings(*rows: object) -> bytes:
    return json.dumps({"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": rows}}).encode()


def circle(client: Client) -> None:
    client.say("307 Temporary Redirect", Location="/sparql")


UNREADABLE = {
    "a web page": (page, "answers with a web page"),
    "a page that says it failed": (lambda c: c.say("500 Oops", b"<h1>x</h1>", "text/html"), r"failed \(status 500\)$"),
    "nothing": (lambda c: c.say("200 OK", b"", JSON), "its answer is broken"),
    "no content": (lambda c: c.say("204 No Content"), "answers with 'text/plain'"),
    "half of an answer": (lambda c: c.say("200 OK", bindings(ROW)[:-9], JSON), "its answer is broken"),
    "JSON of another kind": (lambda c: c.say("200 OK", b'{"hello": 1}', JSON), "not the answer to a query"),
    "a list": (lambda c: c.say("200 OK", b"[]", JSON), "not the answer to a query"),
    "yes instead of rows": (lambda c: c.answer({"head": {}, "boolean": True}), "another kind of query"),
    "rows that are no list": (lambda c: c.answer({"head": {"vars": []}, "results": {"bindings": 7}}), "is broken"),
    "results that are a word": (lambda c: c.answer({"head": {"vars": []}, "results": "all"}), "is broken"),
    "rows that are no rows": (lambda c: c.say("200 OK", bindings(3, "x"), JSON), "its answer is broken"),
    "a term that is none": (lambda c: c.say("200 OK", bindings({"s": {"type": "uri"}}), JSON), "its answer is broken"),
    "an IRI that is none": (
        lambda c: c.say("200 OK", bindings({"s": {"type": "uri", "value": "not an iri"}}), JSON),
        "its answer is broken",
    ),
    "JSON a thousand times nested": (lambda c: c.say("200 OK", b"[" * 100_000, JSON), "its answer is broken"),
    "bytes that are no UTF-8": (lambda c: c.say("200 OK", b'{"head":"\xff\xfe', JSON), "its answer is broken"),
    "XML": (lambda c: c.say("200 OK", b"<sparql/>", "application/sparql-results+xml"), r"answers with '.*\+xml' where"),
    "no type": (
        lambda c: c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        "answers with nothing that it names",
    ),
    "less than it said": (
        lambda c: c.say("200 OK", b"{}", JSON, Content_Length="5000"),
        "the connection broke: peer closed connection",
    ),
    "more than it said": (lambda c: c.say("200 OK", bindings(ROW), JSON, Content_Length="12"), "its answer is broken"),
    "a cut connection": (lambda c: c.reset(), "the connection broke"),
    "a closed connection": (lambda c: None, "the connection broke"),
    "another protocol": (lambda c: c.send(b"SSH-2.0-OpenSSH_9.2\r\n"), "the connection broke"),
    "headers without end": (lambda c: c.send(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50_000), "the connection broke"),
    "chunks that are none": (
        lambda c: c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "the connection broke",
    ),
    "wrong compression": (
        lambda c: c.say("200 OK", b"not gzip at all", JSON, Content_Encoding="gzip"),
        "compressed wrongly",
    ),
    "a bomb": (
        lambda c: c.say("200 OK", gzip.compress(b" " * (4 << 20)), JSON, Content_Encoding="gzip"),
        "more than 1 megabytes",
    ),
    "a long answer": (lambda c: c.say("200 OK", b" " * (2 << 20), JSON), "more than 1 megabytes"),
    "a circle": (circle, "redirects in a circle"),
    "another host": (
        lambda c: c.say("301 Moved", Location="http://127.0.0.2:1/sparql"),
        "redirects to another host, http://127.0.0.2:1/sparql",
    ),
    "another port": (lambda c: c.say("302 Found", Location="http://127.0.0.1:1/"), "redirects to another host"),
    "another protocol by redirect": (lambda c: c.say("302 Found", Location="file:///etc/passwd"), "is no address"),
    "a redirect to nowhere": (lambda c: c.say("302 Found"), "is no address"),
    "no such page": (lambda c: c.say("404 Not Found", b"nothing here"), "no endpoint at this address"),
    "a closed door": (lambda c: c.say("401 Unauthorized", b"", WWW_Authenticate="Basic"), "right name and password"),
    "a forbidden door": (lambda c: c.say("403 Forbidden"), "right name and password"),
    "a fault": (lambda c: c.say("500 Oops", b"disk\x1b[31m full\nand more"), "status 500.: disk"),
    "busy for ever": (lambda c: c.say("503 Busy", b"later"), "status 503.: later"),
    "busy for days": (lambda c: c.say("429 Slow", b"later", Retry_After="99999"), "status 429.: later"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_answer_that_is_none(name: str) -> None:
    deed, words = UNREADABLE[name]
    found = fault(deed)
    assert isinstance(found, DataError), found
    assert found.exit_code == 4
    import re

    assert re.search(words, str(found)), str(found)


SLOW = {
    "it never begins": lambda c: c.stall(),
    "it stops in the head": lambda c: (c.send(b"HTTP/1.1 200 OK\r\n"), c.stall()),
    "it stops in the middle": lambda c: (
        c.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 999\r\n\r\n{"),
        c.stall(),
    ),
    "it goes on for ever": lambda c: (
        c.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nConnection: close\r\n\r\n"),
        c.trickle(),
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_takes_too_long(name: str) -> None:
    found = fault(SLOW[name], SHORT)
    assert isinstance(found, TimeLimit), found
    assert found.exit_code == 5
    assert "within 0.5 seconds" in str(found)


@pytest.mark.parametrize("status", ["408 Timeout", "504 Gateway Timeout"])
def test_an_engine_that_gives_up(status: str) -> None:
    assert fault(lambda c: c.say(status)).exit_code == 5


def test_an_engine_that_gives_a_part_when_its_time_is_up() -> None:
    found = fault(lambda c: c.answer(Server="Virtuoso/07.20", X_SQL_State="S1TAT"))
    assert isinstance(found, TimeLimit)
    assert "before the answer was whole" in str(found)


@pytest.mark.parametrize("status", ["400 Bad", "413 Large", "414 Long", "415 What", "422 No"])
def test_a_refusal(status: str) -> None:
    found = fault(lambda c: c.say(status, b"I do not know\nthat word"))
    assert isinstance(found, RequestError)
    assert found.exit_code == 2
    assert "I do not know that word" in str(found)


def test_nobody_there() -> None:
    with socket.socket() as held:  # a port that is taken and at which nobody listens
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}/sparql"
        with pytest.raises(DataError, match="cannot be reached") as error:
            Asking(address, LIMITS).send("GET")
    assert error.value.exit_code == 4


def test_the_command_line_says_it_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with misbehaving(page) as server:
        code = main(["--store", server.address, "run", "attacks"])
    out, err = capfd.readouterr()
    assert (code, out) == (4, "")
    assert err == f"kzkg: {server.address}: answers with a web page; is this the address of a SPARQL endpoint?\n"


def test_the_time_limit_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KZKG_TIME_LIMIT", "0.5")
    with misbehaving(lambda c: c.stall()) as server:
        assert main(["--store", server.address, "stats"]) == 5
    assert "did not answer within 0.5 seconds" in capfd.readouterr().err
    for word in ("soon", "0", "-1", "nan"):
        monkeypatch.setenv("KZKG_TIME_LIMIT", word)
        with pytest.raises(RequestError, match="is no number of seconds"):
            wished()


def test_a_busy_endpoint_is_asked_again() -> None:
    statuses = ["503 Busy", "429 Slow", "200 OK"]

    def busy(client: Client) -> None:
        status = statuses.pop(0)
        client.say(status, json.dumps(NOTHING).encode(), JSON, Retry_After="0")

    with misbehaving(busy) as server:
        assert Asking(server.address, LIMITS).send("GET").status == 200
    assert not statuses


def test_how_long_is_waited() -> None:
    pauses = [pause(None) for pause in waiting(Patience(attempts=3, first=1.0, longest=30, altogether=5))]
    assert pauses == [1.0, 2.0, None, None]  # after three seconds another four would be too many
    first = next(waiting(Patience()))
    assert first("7") == 7.0
    assert first("31") is None
    assert first("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert seconds("soon") is None


def test_a_redirect_within_the_host_is_followed() -> None:
    def moved(client: Client) -> None:
        if " /sparql" in client.head:
            client.say("308 Moved", Location="/other")
        else:
            client.answer()

    with misbehaving(moved) as server:
        assert Asking(server.address, LIMITS).send("POST", data={"query": TEXT}).status == 200
    assert [head.split()[:2] for head in server.heard] == [["POST", "/sparql"], ["POST", "/other"]]


def door(client: Client, scheme: str = 'Basic realm="x"') -> None:
    if client.header("authorization"):
        client.answer()
    else:
        client.say("401 Unauthorized", b"", WWW_Authenticate=scheme)


def test_the_password_is_given_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_USER", "reader")
    monkeypatch.setenv("KZKG_PASSWORD", "sesam-öffne")
    with misbehaving(door) as server:
        client = Asking(server.address, LIMITS)
        client.send("GET")
        client.send("GET")
    given = [head.partition("authorization: ")[2].partition("\r\n")[0] for head in map(str.lower, server.heard)]
    right = "basic " + base64.b64encode("reader:sesam-öffne".encode()).decode().lower()
    assert given == ["", right, right]


def test_a_digest_does_not_give_the_password_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_USER", "reader")
    monkeypatch.setenv("KZKG_PASSWORD", "sesame")
    with misbehaving(lambda c: door(c, 'Digest realm="x", nonce="abc", qop="auth"')) as server:
        Asking(server.address, LIMITS).send("GET")
    heard = "\n".join(server.heard)
    assert "Digest username" in heard
    assert "sesame" not in heard


def test_the_netrc_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login reader password sesame\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    with misbehaving(door) as server:
        Asking(server.address, LIMITS).send("GET")
    assert base64.b64encode(b"reader:sesame").decode() in server.heard[-1]
    assert secret("example.org") is None
    file.write_text("machine 127.0.0.1 logon reader\n")
    with pytest.raises(DataError, match=r"netrc:1: is not a netrc file"):
        secret("127.0.0.1")


@pytest.mark.parametrize("location", ["http://127.0.0.2:9/", "//127.0.0.2:9/", "https://example.org/sparql"])
def test_the_password_goes_to_no_other_host(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_USER", "reader")
    monkeypatch.setenv("KZKG_PASSWORD", "sesame")

    def away(client: Client) -> None:
        if client.header("authorization"):
            client.say("307 Moved", Location=location)
        else:
            client.say("401 Unauthorized", WWW_Authenticate="Basic")

    assert "another host" in str(fault(away))


def test_a_wrong_password_is_not_tried_for_ever_or_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_USER", "reader")
    monkeypatch.setenv("KZKG_PASSWORD", "sesame")
    assert "right name and password" in str(fault(lambda c: c.say("401 No", b"", WWW_Authenticate="Basic")))
    found = fault(lambda c: c.say("500 Oops", b"user reader with sesame failed"))
    assert "sesame" not in str(found)
    assert "sesame" not in repr(secret("127.0.0.1"))


def test_a_password_does_not_travel_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    from kzkg.remote.address import Origin, Secret
    from kzkg.remote.client import Reply, way_in

    def reply(scheme: str) -> Reply:
        import io

        return Reply(401, {"www-authenticate": scheme}, io.BytesIO())

    known, afar = Secret("reader", "sesame"), Origin("http", "example.org", 80)
    with pytest.raises(DataError, match="a connection that others can read"):
        way_in("x", reply("Basic"), known, afar)
    assert way_in("x", reply("Digest realm=x"), known, afar)
    assert way_in("x", reply("Basic"), known, Origin("https", "example.org", 443))
    monkeypatch.setenv("KZKG_PLAIN_PASSWORD", "1")
    assert way_in("x", reply("Basic"), known, afar)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://me:secret@example.org/sparql", "a name and password in the address"),
        ("http://me@example.org/sparql", "a name and password in the address"),
        ("http://", "is no address"),
        ("http:///sparql", "is no address"),
        ("http://example.org:99999/", "is no address"),
        ("http://example.org:x/", "is no address"),
        ("http://[::1/sparql", "is no address"),
        ("http://example.org/a b", "is no address"),
        ("http://example.org/\n", "is no address"),
    ],
)
def test_addresses_that_are_refused(address: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RequestError, match=words) as error:
        checked(address)
    assert "secret" not in str(error.value)
    assert main(["--store", address, "run", "attacks"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "secret" not in err


def test_a_key_in_an_address_is_sent_and_not_shown() -> None:
    with misbehaving(lambda c: c.say("404 Not Found")) as server, pytest.raises(DataError) as error:
        Asking(f"{server.address}?key=abc#part", LIMITS).send("GET", params=[("query", TEXT)])
    assert "key=abc" in server.heard[0]
    assert "query=" in server.heard[0]
    assert "abc" not in str(error.value)
    assert shown("https://a:b@example.org/x?key=1#y") == "https://example.org/x"


@pytest.mark.parametrize("words", [["format", "--check"], ["format"]])
def test_what_reads_files_refuses_an_endpoint(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--store", "https://example.org/sparql", *words]) == 2
    assert "is an endpoint, and this reads the files" in capfd.readouterr().err
    with pytest.raises(RequestError):
        folder_catalog("http://example.org/")


def test_short_questions_are_addresses_and_long_ones_are_forms() -> None:
    def known(client: Client) -> None:
        query = client.head + client.body.decode()
        client.answer({"head": {}, "boolean": True} if "ASK" in query else NOTHING)

    with misbehaving(known) as server:
        graph = Graph(open_catalog(), Endpoint(server.address, LIMITS))
        assert graph.evaluate(TEXT) == Solutions(("s", "p", "o"), ())
        assert graph.evaluate(f"{TEXT} # {'x' * 5000}") == Solutions(("s", "p", "o"), ())
    assert server.heard[-2].startswith("GET /sparql?query=")
    assert server.heard[-1].startswith("POST /sparql ")
