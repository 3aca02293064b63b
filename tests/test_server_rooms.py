"""The small rooms of the server, each by itself: negotiation, counting, frames, rates, queues, confinement."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import needs, system
from pyoxigraph import QueryResultsFormat, Store

from kzkg.server import negotiation, wire
from kzkg.server.endpoint import flag
from kzkg.server.examples import kind_of
from kzkg.server.gate import client_of, part_of
from kzkg.server.paging import links
from kzkg.server.problems import Refusal
from kzkg.server.queues import Queue
from kzkg.server.rate import Rate
from kzkg.server.tally import tally

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        (None, "srj", "ttl"),
        ("", "srj", "ttl"),
        ("*/*", "srj", "ttl"),
        ("text/csv", "csv", None),
        ("text/*", "csv", "ttl"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "srx", None),
        ("application/sparql-results+json;q=0, */*;q=0.1", "srx", "ttl"),
        ("text/turtle;q=0.2, application/n-triples;q=0.9", None, "nt"),
        ("application/json", "srj", "jsonld"),
        ("application/*;q=0.5, application/sparql-results+xml;q=0.4", "srj", "nt"),
        ("TEXT/CSV ; Q=0.9", "csv", None),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', None, "jsonld"),
        ("image/png", None, None),
        ("text/csv;q=high", None, None),
        (BROWSER, "srx", "rdfxml"),
        (", ,;q=1,", "srj", "ttl"),
    ],
)
def test_accept(accept, rows, graph):
    if accept == ", ,;q=1,":
        assert negotiation.for_rows(accept) is None
        return
    assert (negotiation.for_rows(accept), negotiation.for_graph(accept)) == (rows, graph)


def test_a_browser_gets_a_page_and_nobody_else():
    assert negotiation.wants_page(BROWSER)
    assert not any(
        map(negotiation.wants_page, (None, "*/*", "text/turtle", "application/sparql-results+json, */*;q=0.1"))
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [("gzip", True), ("gzip;q=0", False), ("*", True), ("br, gzip;q=0.1", True), (None, False), ("identity", False)],
)
def test_gzip(header, expected):
    assert negotiation.packs(header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [("ru-RU,ru;q=0.9", "ru"), ("de, kk;q=0.1", "kk"), ("de", "en"), (None, "en"), ("ru;q=0", "en")],
)
def test_language(header, expected):
    assert negotiation.language(header) == expected


@given(st.text())
def test_no_accept_header_raises(header):
    negotiation.for_rows(header)
    negotiation.packs(header)
    negotiation.language(header)


VALUES = '(?a ?b) {("x" 1) (UNDEF "a,\\n\\r\\n\\"q\\"{\\"type\\":\\"\\\\") (<result:> "<result>\\t}},{") ("" 2)}'
FORMS = {
    "srj": QueryResultsFormat.JSON, "srx": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8192])
def test_rows_are_counted_while_bytes_go_by(form, size):
    query = f"SELECT ?a ?b ?type {{ VALUES {VALUES} }}"
    body = Store().query(query).serialize(format=FORMS[form])
    count = tally(form)
    found = [count(body[place : place + size]) for place in range(0, len(body), size)]
    assert found == sorted(found)
    # The last row of JSON and XML is only seen when something follows it, which is early enough for a limit.
    assert found[-1] == 4 or (form in {"srj", "srx"} and found[-1] in {3, 4})


@given(st.lists(st.binary(max_size=300)), st.integers(1, 50))
def test_frames_come_in_any_pieces(contents, size):
    data = b"".join(wire.frame(wire.DATA, content) for content in contents)
    frames, found = wire.Frames(), []
    for place in range(0, len(data), size):
        found += [content for _, content in frames.feed(data[place : place + size])]
    assert found == contents


def test_rate(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("kzkg.server.rate.time.monotonic", lambda: now[0])
    rate = Rate(2, 4)
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 0]
    assert rate.wait("a") == pytest.approx(0.5)
    assert rate.wait("b") == 0
    now[0] += 0.5
    assert rate.wait("a") == 0
    assert rate.wait("a") > 0
    assert Rate(0, 0).wait("a") == 0


def test_whoever_has_most_running_comes_last():
    queue = Queue()
    for client, name in (("a", 1), ("a", 2), ("b", 3)):
        queue.append(SimpleNamespace(client=client, name=name, asked=name))
    running = [SimpleNamespace(reply=SimpleNamespace(client="a"))]
    assert queue.next(running).name == 3
    assert queue.next(running, each=1) is None
    assert [reply.name for reply in queue.older(2)] == [1]
    assert [queue.next(running).name, queue.next(running).name] == [1, 2]
    assert len(queue) == 0


def test_pages_link_each_other():
    assert links("http://x/q", [("a", "b c")], 10, 10, 25).split(", ") == [
        '<http://x/q?a=b+c&limit=10&offset=0>; rel="first"',
        '<http://x/q?a=b+c&limit=10&offset=20>; rel="last"',
        '<http://x/q?a=b+c&limit=10&offset=0>; rel="prev"',
        '<http://x/q?a=b+c&limit=10&offset=20>; rel="next"',
    ]
    assert "next" not in links("http://x/q", [], 10, 20, 25)
    assert "prev" not in links("http://x/q", [], 10, 0, 25)


def test_small_ones():
    assert client_of("2001:db8:1:2:3::4") == client_of("2001:db8:1:2:ffff::") != client_of("2001:db8:1:3::")
    assert client_of("10.0.0.1") == "10.0.0.1"
    assert client_of("nonsense") == "nonsense"
    assert [part_of(path) for path in ("/sparql", "/api/queries/x", "/", "nothing", "/wp-admin")] == [
        "sparql",
        "api",
        "other",
        "other",
        "other",
    ]
    assert kind_of("# SELECT\nCONSTRUCT { ?s ?p 'ASK' } WHERE { ?s ?p ?o }") == "CONSTRUCT"
    assert flag({"cite": [""]}, "cite")
    assert not flag({"cite": ["0"]}, "cite")
    assert not flag({}, "cite")
    with pytest.raises(Refusal):
        flag({"cite": ["perhaps"]}, "cite")


CONFINED = """
import json, os, socket, subprocess
from kzkg.server import confinement
done = confinement.confine()
refused = []
for name, attempt in (
    ("socket", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
    ("program", lambda: subprocess.run(["/bin/true"])),
):
    try:
        attempt()
    except PermissionError:
        refused.append(name)
    except OSError as error:
        refused.append(f"{name}: {error}")
confinement.limit(100 << 20)
try:
    bytearray(4 << 30)
except MemoryError:
    refused.append("memory")
print(json.dumps([done, refused, confinement.held(os.getpid()) > 0]))
"""


@needs(system(sys.platform.startswith("linux"), "Linux, whose measures these are"))
def test_a_worker_can_reach_nothing():
    out = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True)
    done, refused, held = json.loads(out.stdout)
    assert held
    assert "memory" in refused
    if "no sockets, no programs" in done:
        assert {"socket", "program"} <= set(refused)
    assert done, "this system allows none of the measures"
