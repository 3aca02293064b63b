"""A server over a real socket, and the smallest clients that can ask it anything, also what no client would."""

import contextlib
import fcntl
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parent.parent
PORTS = range(20_000, 32_000)
"""Below those that a system gives to whoever asks for any, so that none of them is given away meanwhile."""
TAKEN = (Path(tempfile.gettempdir()) / f"kzkg-ports-{os.getuid()}").open("ab")


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return (self.headers["content-type"] or "").partition(";")[0]


class Server:
    """A running server."""

    def __init__(self, process: Any, port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | str | None = None,
        timeout: float = PATIENCE,
        **headers: str,
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def sparql(self, query: str, accept: str = "*/*", **more: Any) -> Answer:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return self.ask(f"/sparql?{urlencode({'query': query, **given}, doseq=True)}", accept=accept)

    def raw(self, data: bytes, timeout: float = PATIENCE) -> bytes:
        """Send bytes as they are, and give all that comes back until the server closes, or says no more for a time."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            found = b""
            # Whoever is turned away in the middle of a long request may not be able to send the rest of it.
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            connection.settimeout(timeout)
            with contextlib.suppress(TimeoutError, ConnectionError):
                while part := connection.recv(65536):
                    found += part
            return found

    def children(self, of: int) -> list[int]:
        """The processes that one has started and that are ours."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int(re.search(r"PPid:\s+(\d+)", (path / "status").read_text())[1])
                if b"kzkg.server.nursery" in (path / "cmdline").read_bytes() and parent == of:
                    found.append(int(path.name))
        return sorted(found)

    def workers(self) -> list[int]:
        """The processes of its workers."""
        return [worker for nursery in self.children(self.process.pid) for worker in self.children(nursery)]

    def settled(self) -> bool:
        """Wait until the dumps are written and all workers are idle, so that nothing else takes the processors."""

        def quiet() -> bool:
            metrics = self.ask("/metrics").text
            states = [f'kzkg_workers{{state="{state}"}} 0' for state in ("starting", "busy", "long")]
            return all(state in metrics for state in states) and '"dumps": true' in self.ask("/healthz").text

        return until(quiet)

    def has(self, *measures: str) -> bool:
        """Wait until expressions are found among the measures."""
        return until(lambda: all(re.search(each, self.ask("/metrics").text) for each in measures))


LOOKUP = "SELECT ?p ?o { id:org-alpha ?p ?o }"
RESTED = 5.0
"""Seconds after which a client does not rely on an idle connection."""


class LookUps:
    """Clients that look something up in the tiny world, again and again, each on one connection.

    A client that was held up for some seconds begins a new one, as the server may have closed the old one meanwhile.
    """

    def __init__(self, server: Server, clients: int = 8) -> None:
        self.server, self.clients = server, clients
        self.seconds: list[float] = []
        self.faults: list[str] = []
        self._end = threading.Event()

    def _run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        last = time.perf_counter()
        while not self._end.is_set():
            begun = time.perf_counter()
            if begun - last > RESTED:
                connection.close()
            try:
                connection.request("GET", f"/sparql?{urlencode({'query': LOOKUP})}", headers={"Accept": "text/csv"})
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200 or b"Alpha" not in body:
                    self.faults.append(f"{answer.status} {body[:300]!r}")
            except (OSError, HTTPException) as error:
                self.faults.append(repr(error))
                connection.close()
            last = time.perf_counter()
            self.seconds.append(last - begun)
            time.sleep(0.005)
        connection.close()

    def some(self, more: int) -> bool:
        """Wait until so many more were answered, or one was not."""
        enough = len(self.seconds) + more
        return until(lambda: len(self.seconds) >= enough or self.faults)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._run) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


def free_port() -> int:
    """Find a port that nobody uses, and that no other process of the tests is given while this one lives."""
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError):
            fcntl.lockf(TAKEN, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            socket.create_server(("127.0.0.1", port)).close()
            return port
    raise AssertionError("no port is free")


@contextlib.contextmanager
def serving(folder: Path, log: Path, *options: str) -> Iterator[Server]:
    """Start a server on a free port, and end it; where no test is about limits, a slow machine must not meet them."""
    limits = [] if "--time-limit" in options else ["--time-limit", "300"]
    words = [sys.executable, "-m", "kzkg", "--store", str(folder), "serve", "--port", "0", *limits, *options]
    with log.open("w") as out:
        process = subprocess.Popen(words, stderr=out, stdout=out, text=True, cwd=ROOT, env={**os.environ})
    try:
        yield Server(process, port_of(process, log), log)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE / 5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def port_of(process: subprocess.Popen[str], log: Path) -> int:
    """Read the port from what the server says, and wait until it answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r" at http://127\.0\.0\.1:(\d+)/;", log.read_text())
        if found:
            with contextlib.suppress(OSError):
                connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return int(found[1])
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text()}")
