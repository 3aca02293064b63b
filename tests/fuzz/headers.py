"""Headers of HTTP: what is accepted, what a client has already, what it sends, which part it wants, whom it asks."""

from __future__ import annotations

import asyncio
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse

from kzkg.server import negotiation
from kzkg.server.answering import matches
from kzkg.server.endpoint import FORM, FORMAT_PARAMETERS, QUERY, posted, wanted_forms
from kzkg.server.gate import client_of
from kzkg.server.media import GRAPHS, PAGE_FORMS, ROWS
from kzkg.server.problems import Refusal
from kzkg.server.site import HOST, Site
from tests.fuzz import refused

WORDS = [
    b"*/*", b"text/html", b"text/*", b"application/sparql-results+json", b"application/ld+json", b"text/turtle",
    b"application/json", b"application/xhtml+xml", b"text/csv", b";q=0.5", b";q=0", b";q=1.000", b";q=2", b";q=",
    b"; q = .9", b",", b", ", b";", b"=", b'"', b"\\", b"en", b"ru-RU", b"kk", b"*", b"de;q=0.9", b"gzip", b"identity",
    b"x-gzip", b"W/", b'W/"tag-1"', b'"tag-1"', b'"a,b"', b"bytes=", b"bytes=0-4", b"bytes=-5", b"5-", b"-", b"9999999",
    b"bytes=0-0,2-2", FORM.encode(), QUERY.encode(), b"multipart/form-data; boundary=x", b"; charset=utf-8",
    b';charset="utf-8"', b"charset=koi8-r", b"localhost:8000", b"[::1]:80", b"a/../b", b"\xff", b"\t", b"%00",
]  # fmt: skip
TAG = 'W/"tag-1"'
PART = b"0123456789abcdefghijklmnopqrstuvwxyz"
LATIN = "latin-1"


def check(data: bytes) -> None:
    """Take the first byte for the header that the rest is; several values of one header stand in lines."""
    kinds = (accepted, forms, languages, tagged, bodies, parts, hosts)
    if data:
        kinds[data[0] % len(kinds)](data[1:])


def accepted(data: bytes) -> None:
    """What is chosen is an offer that nothing is wanted more than, however the list is ordered and spaced."""
    text = data.decode(LATIN)
    found = negotiation.parsed(text)
    assert all(word and word == word.lower() and 0 <= weight <= 1 for word, weight in found)
    choices = (negotiation.for_rows, negotiation.for_graph, pages)
    for choose, offers in zip(choices, (ROWS, GRAPHS, PAGE_FORMS), strict=True):
        chosen = choose(text)
        assert chosen is None or chosen in offers
        if len(text) < negotiation.LONGEST // 2:
            assert choose(", ".join(reversed(text.split(",")))) == chosen
            assert choose(f"{text}, x-kzkg/none;q=0.1" if text.strip() else text) == chosen
            assert not text.strip() or choose(text.replace(",", " ,\t")) == chosen
    assert isinstance(negotiation.wants_page(text), bool)
    assert isinstance(negotiation.packs(text), bool)


def pages(header: str) -> str | None:
    """Choose the form of a page."""
    return negotiation.choose(header, PAGE_FORMS.items())


def forms(data: bytes) -> None:
    """Words for formats in an address: known ones, media types, or a refusal."""
    name, _, word = data.decode("utf-8", "replace").partition("=")
    names = [each for each in FORMAT_PARAMETERS if each == name] or list(FORMAT_PARAMETERS)
    for each in names:
        try:
            chosen = wanted_forms(None, [(each, word)])
        except Refusal as refusal:
            refused(refusal, 400)
            continue
        assert chosen["rows"] in {None, *ROWS}
        assert chosen["graphs"] in {None, *GRAPHS}


def languages(data: bytes) -> None:
    """A language of ours, whatever is wanted; and one that is wanted alone."""
    text = data.decode(LATIN)
    assert negotiation.language(text) in {"en", "ru", "kk"}
    assert negotiation.language(f"kk, {text[:500]}" if ";" not in text and "kk" in text else "kk") == "kk"


def scope(**headers: bytes) -> Any:
    """Make a request with these headers, each line one of that name."""
    found = [(name.replace("_", "-").encode(), line) for name, value in headers.items() for line in value.split(b"\n")]
    return {"type": "http", "method": "GET", "path": "/", "headers": found, "query_string": b"", "server": None}


def tagged(data: bytes) -> None:
    """A client has an answer when it names its tag, weak or not, or anything."""
    assert isinstance(matches(scope(if_none_match=data), TAG), bool)
    assert not matches(scope(accept=data), TAG)
    if b'"' not in data:
        for known in (TAG, TAG.removeprefix("W/"), "*"):
            assert matches(scope(if_none_match=data + b"," + known.encode()), TAG)


def run(work: Any) -> Any:
    """Run what waits for nothing: one step is all of it, and an event loop would cost more than the work."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    finally:
        work.close()
    raise AssertionError("it waits for something")


def bodies(data: bytes) -> None:
    """A posted body is a form, a query, or refused."""
    heads, _, body = data.partition(b"\n\n")
    kind, _, more = heads.partition(b"\n")
    length, _, coding = more.partition(b"\n")
    given = {"content_type": kind} | ({"content_length": length} if length else {})
    asked = scope(**given, **({"content_encoding": coding} if coding else {}))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        pairs = run(posted(asked, receive, []))
    except Refusal as refusal:
        refused(refusal, 400, 403, 413, 415)
        return
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in pairs)
    assert kind.decode(LATIN).partition(";")[0].strip().lower() in {FORM, QUERY, ""}


@lru_cache(maxsize=1)
def loop() -> asyncio.AbstractEventLoop:
    """The one event loop of these checks."""
    return asyncio.new_event_loop()


class File:
    """A file of which parts are asked for."""

    path: Path | None = None


def parts(data: bytes) -> None:
    """A part of a dump is that part, or all of it, or a refusal; its length is what is said."""
    if File.path is None:
        File.path = Path(tempfile.mkdtemp(prefix="kzkg-fuzz-")) / "dump.nt"
        File.path.write_bytes(PART)
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> None:
        await asyncio.Event().wait()

    async def answer() -> None:
        given = {"range": data.split(b"\n")[0]} | ({"if_range": data.split(b"\n", 1)[1]} if b"\n" in data else {})
        await FileResponse(File.path, headers={"etag": '"tag-1"'})(scope(**given), receive, send)  # type: ignore[arg-type]

    loop().run_until_complete(answer())
    head, body = sent[0], b"".join(each.get("body", b"") for each in sent[1:])
    headers = {name: value.decode(LATIN) for name, value in head["headers"]}
    assert head["status"] in {200, 206, 400, 416}, head
    assert int(headers[b"content-length"]) == len(body)
    assert head["status"] != 200 or body == PART
    if head["status"] == 206 and b"content-range" in headers:
        first, last = headers[b"content-range"].removeprefix("bytes ").partition("/")[0].split("-")
        assert body == PART[int(first) : int(last) + 1]


def hosts(data: bytes) -> None:
    """The address of the server is one, whatever the client calls it; an address of a client is one word."""
    root = Site.root(_NOWHERE, scope(host=data.replace(b"\n", b"")))
    assert root.startswith("http://")
    assert set(root.removeprefix("http://")) <= HOST
    assert client_of(data.decode(LATIN)) or not data


class _Nowhere:
    base = ""


_NOWHERE: Any = _Nowhere()
