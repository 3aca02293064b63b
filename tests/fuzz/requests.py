"""Whole requests, byte by byte into the connection of the server and on to the job that a worker would run."""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from kzkg.catalog import Catalog
from kzkg.server import pages as rooms
from kzkg.server import querying, wire, worker
from kzkg.server.app import application
from kzkg.server.doors import Doors
from kzkg.server.dumps import write_dumps
from kzkg.server.generation import Made
from kzkg.server.jobs import JOBS, _Jobs
from kzkg.server.limits import Limits
from kzkg.server.media import ROWS
from kzkg.server.metrics import Metrics
from kzkg.server.places import Generation, place_of
from kzkg.server.pool import Pool
from kzkg.server.reply import Reply
from kzkg.server.site import Site
from kzkg.store import Graph, guard
from kzkg.store.disk import Disk
from tests.fuzz import place

WORDS = [
    b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"/sparql", b"/sparql?query=", b"ASK%20%7B%7D", b"/graphs?graph=",
    b"/graphs?default", b"/api/queries/bans?court=", b"/api/queries/bans", b"/api/queries", b"/id/org-alpha",
    b"/page/org-alpha.ttl", b"/page/court-north", b"/ns/Court", b"/query/bans?day=2010-01-01", b"/search?q=alpha",
    b"/ask?query=", b"/static/site.css", b"/dumps/accepted.nt", b"/dumps/graphs/paper.ttl", b"/.well-known/void",
    b"/openapi.json", b"/healthz", b"/metrics", b"/release", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b"\r\n", b"\r\n\r\n",
    b"Host: a\r\n", b"Accept: ", b"Accept-Language: ", b"If-None-Match: ", b"Range: bytes=0-3\r\n", b"Content-Type: ",
    b"application/x-www-form-urlencoded", b"application/sparql-query", b"multipart/form-data; boundary=a",
    b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Connection: Upgrade\r\nUpgrade: h2c\r\n", b"query=",
    b"&f=json", b"&lang=kk", b"&limit=1", b"&offset=1", b"&cite=1", b"&known-by=2012-01-01", b"&default-graph-uri=",
    b"https://w3id.org/kzkg/graph/paper", b"%00", b"%ff", b"%", b"%D0%90", b"+", b"..", b"%2e%2e%2f", b"//", b";",
    b"\x00",
    b"--a\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nASK {}\r\n--a--\r\n", b"Expect: 100-continue\r\n",
]  # fmt: skip
FINE = {
    200, 204, 206, 303, 304, 307, 400, 403, 404, 405, 406, 410, 413, 414, 415, 416, 431, 503
}  # fmt: skip
TOLD = {"rows": 100_000, "bytes": 1 << 26}
PATIENCE = 20.0
"""Seconds after which a request is stuck whose client has gone."""


def check(data: bytes) -> None:
    """Take the first byte for how the rest becomes a request, and see that its answer is one of HTTP."""
    if not data:
        return
    kinds = (raw, got, posted, chunked)
    request = kinds[data[0] % len(kinds)](data[1:])
    answer = Served.at().ask(request, cut=data[0] // 4)
    judged(request, answer)


def raw(data: bytes) -> bytes:
    """The bytes as they are."""
    return data


def got(data: bytes) -> bytes:
    """The first line is an address, the others are headers."""
    address, *headers = data.split(b"\n")
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"GET /" + address + b" HTTP/1.1\r\nHost: a\r\n" + lines + b"Connection: close\r\n\r\n"


def heads(data: bytes) -> tuple[bytes, bytes]:
    """The address, the type and further headers, an empty line, the body."""
    top, _, body = data.partition(b"\n\n")
    address, *headers = top.split(b"\n")
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"POST /" + address + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: " + lines, body


def posted(data: bytes) -> bytes:
    """A body of a known length."""
    top, body = heads(data)
    return top + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(data: bytes) -> bytes:
    """A body in chunks."""
    top, body = heads(data)
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in body.split(b"\n") if part)
    return top + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


def judged(request: bytes, answer: bytes) -> None:
    """An answer has a known status, strict headers, and as many bytes as it says."""
    if not answer:
        return
    head, _, body = answer.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d{3})", head)
    assert status, answer[:200]
    if status[1] == b"100":
        return
    assert int(status[1]) in FINE, (request, answer[:500])
    assert b"x-content-type-options: nosniff" in head
    assert b"content-security-policy" in head
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head), head
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    if length and not request.startswith(b"HEAD"):
        assert len(body) >= int(length[1]), (request, answer[:500])
    if b"application/problem+json" in head:
        assert b'"detail"' in body or request.startswith(b"HEAD")


class Transport(asyncio.Transport):
    """A connection whose other end is a list."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.sent = bytearray()
        self.ended = False

    def write(self, data: Any) -> None:
        if not self.ended:
            self.sent += data

    def close(self) -> None:
        self.ended = True

    abort = close

    def is_closing(self) -> bool:
        return self.ended

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Channel:
    """What a worker writes into, and the reply that hears it."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self._frames = reply, wire.Frames()

    def sendall(self, data: bytes) -> None:
        for kind, content in self._frames.feed(data):
            if kind == wire.BEGIN:
                self.reply.begin(content)
            elif kind == wire.DATA:
                self.reply.feed(content)
            else:
                self.reply.end(content)


class Here(Pool):
    """A pool that runs each job at once, in this process."""

    graph: Graph

    def ask(self, job: dict[str, Any], client: str = "", key: object = None) -> Reply:
        reply = Reply(job, client, key)
        reply.generation = self.generation.name
        worker.run(self.graph, job_of(reply), Channel(reply), TOLD)  # type: ignore[arg-type]
        return reply


async def pooled(limits: Limits, generation: Generation) -> Here:
    """Make a pool, for which an event loop has to run."""
    return Here(limits, generation)


def job_of(reply: Reply) -> dict[str, Any]:
    """The job as it comes out at the other end of the wire."""
    import io
    import json

    found: dict[str, Any] = json.loads(wire.take(io.BufferedReader(io.BytesIO(reply.content))) or b"")  # type: ignore[arg-type]
    return found


def looked_at(graph: Graph, job: Any, outlet: Any) -> None:
    """A stranger's query is looked at, not run: what it may cost is the matter of the limits."""
    from kzkg.errors import RequestError

    try:
        guard.measured(job["query"])
        querying.graphs_of(graph, job)
        querying.check_from(graph, job["query"])
        guard.checked(job["query"])
    except querying.Refusal:
        raise
    except RequestError as error:
        raise querying.told(error) from error
    name = job["rows"]
    media = ROWS[name] if name else querying.unacceptable(ROWS)
    outlet.begin(media.content_type).write(b"{}")


class Jobs(_Jobs):
    """The jobs, all but one as they are."""

    def __getitem__(self, name: str) -> Any:
        return looked_at if name == "sparql" else JOBS[name]


class Faults(logging.Handler):
    """Keeps what the server only writes into its log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)


class Served:
    """The server of the tiny world, without sockets and processes."""

    def __init__(self) -> None:
        folder = place.world()
        where = place_of(str(folder))
        generation = where.now()
        limits = Limits(rate=0)
        site = Site(limits, Metrics(), where, generation)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        site.pool = self.loop.run_until_complete(pooled(limits, generation))
        site.watch = SimpleNamespace(failed="")  # type: ignore[assignment]
        graph = site.pool.graph = Graph(Catalog(folder, generation.headers), Disk(generation.store))  # type: ignore[attr-defined,arg-type]
        dumps = Path(tempfile.mkdtemp(prefix="dumps-", dir=folder.parent)) / "1"
        site.made = Made(dumps, write_dumps(graph, dumps))
        site.editor = lambda *given: rooms.editor(site, *given)
        worker.JOBS = Jobs()  # type: ignore[attr-defined]
        self.doors = Doors(site.metrics)
        self.config = uvicorn.Config(
            application(site, rooms.routes(site)), lifespan="off", ws="none", log_config=None, access_log=False,
            server_header=False,
        )  # fmt: skip
        self.config.load()
        self.faults = Faults()
        log = logging.getLogger("uvicorn.error")
        log.addHandler(self.faults)
        log.propagate = False

    @staticmethod
    @lru_cache(maxsize=1)
    def at() -> Served:
        """The one of this process."""
        return Served()

    def ask(self, request: bytes, cut: int = 0) -> bytes:
        """Send a request in one piece or two, and give all that comes back."""
        return self.loop.run_until_complete(self._ask(request, cut))

    async def _ask(self, request: bytes, cut: int) -> bytes:
        state, transport = ServerState(), Transport()
        door = self.doors.make(config=self.config, server_state=state, app_state={}, _loop=self.loop)
        door.connection_made(transport)
        for part in (request[:cut], request[cut:]) if cut else (request,):
            door.data_received(part)
            await asyncio.sleep(0)
        whole = door.cycle is None or not door.cycle.more_body
        if state.tasks and whole:
            await asyncio.wait([*state.tasks], timeout=PATIENCE)
        transport.ended = True
        door.connection_lost(None)
        if state.tasks:
            _, stuck = await asyncio.wait([*state.tasks], timeout=PATIENCE)
            assert not stuck, f"it goes on although its client has gone: {request!r}"
        for record in self.faults.seen[:1]:
            self.faults.seen.clear()
            if record.exc_info and record.exc_info[1]:
                raise AssertionError(f"{request!r}") from record.exc_info[1]
            raise AssertionError(f"{record.getMessage()}: {request!r}")
        return bytes(transport.sent)
