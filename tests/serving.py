"""A server over a real socket, and the smallest clients that can ask it anything, also what no client would."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent


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

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | str | None = None, timeout: float = 30, **headers: str
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

    def raw(self, data: bytes, timeout: float = 5) -> bytes:
        """Send bytes as they are, and give all that comes back until the server closes, or says no more for a while."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(data)
            found = b""
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

    def settled(self, seconds: float = 20) -> bool:
        """Wait until the dumps are written and all workers are idle, so that nothing else takes the processors."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            metrics = self.ask("/metrics").text
            quiet = all(f'kzkg_workers{{state="{state}"}} 0' in metrics for state in ("starting", "busy", "long"))
            if quiet and '"dumps": true' in self.ask("/healthz").text:
                return True
            time.sleep(0.1)
        return False


@contextlib.contextmanager
def serving(folder: Path, log: Path, *options: str) -> Iterator[Server]:
    """Start a server on a free port, and end it."""
    words = [sys.executable, "-m", "kzkg", "--store", str(folder), "serve", "--port", "0", *options]
    with log.open("w") as out:
        process = subprocess.Popen(words, stderr=out, stdout=out, text=True, cwd=ROOT, env={**os.environ})
    try:
        yield Server(process, port_of(process, log), log)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def port_of(process: subprocess.Popen[str], log: Path) -> int:
    """Read the port from what the server says, and wait until it answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text())
        if found:
            with contextlib.suppress(OSError):
                connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return int(found[1])
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text()}")
