"""How many questions a second the endpoint answers, beside other servers over the same data in the same run."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(sys.executable).parent
CLIENTS = 8
SECONDS = float(os.environ.get("KZKG_BENCH_SECONDS", "2"))
ROUNDS = 7
"""Many short turns: what else the machine does then weighs on all servers."""
ACCEPT = "application/sparql-results+json"
IRIS = "SELECT DISTINCT ?s { ?s a ?class FILTER (STRSTARTS(STR(?s), 'https://w3id.org/kzkg/id/')) } LIMIT 500"
NEW = "zz"
"""What becomes a number that was not used before, so that no server has the answer ready."""
LOOKUP = "SELECT ?p%s ?o WHERE { <{}> ?p%s ?o }"
AGGREGATE = "SELECT ?c%s (COUNT(?s) AS ?n) WHERE { ?s a ?c%s } GROUP BY ?c%s ORDER BY DESC(?n)"
KINDS = {
    "small look-ups": (LOOKUP, NEW),
    "medium aggregate": (AGGREGATE, NEW),
    "look-ups asked before": (LOOKUP, ""),
    "aggregate asked before": (AGGREGATE, ""),
}
BOUNDS = {
    ("oxigraph serve-read-only", "small look-ups"): 0.15,
    ("oxigraph serve-read-only", "medium aggregate"): 0.8,
    ("rdflib-endpoint", "small look-ups"): 5,
}
"""How many times as many answers as another server ours is to give at least."""
NUMBERS = itertools.count(1)


class Running(NamedTuple):
    """A server and the address of its endpoint."""

    name: str
    port: int
    path: str


async def one(port: int, paths: list[str], end: float, seconds: list[float]) -> None:
    """One client on one connection, with as little work of its own as can be."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < end:
        begun = time.perf_counter()
        path = random.choice(paths).replace(NEW, str(next(NUMBERS)))
        request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: {ACCEPT}\r\n\r\n"
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        if b"content-length:" in head:
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        else:
            while size := int((await reader.readline()).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        seconds.append(time.perf_counter() - begun)
    writer.close()


async def load(server: Running, queries: list[str]) -> tuple[float, float]:
    """Ask for some seconds; give answers a second and the 99th percentile in milliseconds."""
    paths = [f"{server.path}?query={quote(query)}" for query in queries]
    seconds: list[float] = []
    begun = time.monotonic()
    await asyncio.gather(*(one(server.port, paths, begun + SECONDS, seconds) for _ in range(CLIENTS)))
    took = time.monotonic() - begun
    return len(seconds) / took, sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def free_port() -> int:
    """Find a port for a server that cannot choose one."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a server is there."""
    with contextlib.suppress(OSError):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"{path}?query={quote('ASK {}')}", headers={"Accept": ACCEPT})
        return connection.getresponse().status == 200
    return False


@contextlib.contextmanager
def started(name: str, words: list[str], port: int, path: str) -> Iterator[Running]:
    """Start a server, wait until it answers, and end it."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        end = time.monotonic() + 120
        while not answers(port, path):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} does not start: {' '.join(words)}")
            time.sleep(0.2)
        yield Running(name, port, path)
    finally:
        process.terminate()
        process.wait(20)


def get(port: int, path: str) -> bytes:
    """Get something from our own server, which may still be writing its dumps."""
    for _ in range(200):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 200:
            return body
        time.sleep(0.2)
    raise RuntimeError(f"{path}: {answer.status}")


@contextlib.contextmanager
def servers(home: Path) -> Iterator[list[Running]]:
    """Start all servers that are installed, over the same data."""
    with contextlib.ExitStack() as stack:
        port = free_port()
        words = [sys.executable, "-m", "kzkg", "serve", "--port", str(port), "--rate", "0"]
        ours = stack.enter_context(started("kzkg serve", words, port, "/sparql"))
        accepted, files = home / "accepted.nt", home / "files.nq"
        accepted.write_bytes(get(port, "/dumps/accepted.nt"))
        files.write_bytes(gzip.decompress(get(port, "/dumps/files.nq.gz")))
        found = [ours]
        oxigraph = shutil.which("oxigraph", path=f"{HERE}{os.pathsep}{os.environ['PATH']}")
        if oxigraph:
            place = ["--location", str(home / "store")]
            for file in (accepted, files):
                subprocess.run(
                    [oxigraph, "load", *place, "--lenient", "--file", str(file)], check=True, capture_output=True
                )
            subprocess.run([oxigraph, "optimize", *place], check=True, capture_output=True)
            port = free_port()
            words = [oxigraph, "serve-read-only", *place, "--bind", f"127.0.0.1:{port}"]
            found.append(stack.enter_context(started("oxigraph serve-read-only", words, port, "/query")))
        endpoint = os.environ.get("KZKG_RDFLIB_ENDPOINT") or shutil.which("rdflib-endpoint", path=str(HERE))
        if endpoint:
            port = free_port()
            words = [endpoint, "serve", str(accepted), "--host", "127.0.0.1", "--port", str(port)]
            found.append(stack.enter_context(started("rdflib-endpoint", words, port, "/")))
        yield found


def measured() -> dict[str, dict[str, tuple[float, float]]]:
    """Measure the servers in turns; give for each its answers a second and its 99th percentile, for each kind."""
    results: dict[str, dict[str, list[tuple[float, float]]]] = {}
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as found:
        iris = get(found[0].port, f"/sparql?query={quote(IRIS)}&f=csv").decode().split()[1:]
        for _ in range(ROUNDS):
            for kind, (text, new) in KINDS.items():
                queries = [text.replace("%s", new).replace("{}", iri) for iri in (iris if "{}" in text else [""])]
                for server in found:
                    kinds = results.setdefault(server.name, {})
                    kinds.setdefault(kind, []).append(asyncio.run(load(server, queries)))
    return {
        server: {
            kind: (median(each[0] for each in turns), median(each[1] for each in turns))
            for kind, turns in kinds.items()
        }
        for server, kinds in results.items()
    }


def short(number: float) -> str:
    """Write a number with what is worth reading of it."""
    return f"{number:.0f}" if number >= 100 else f"{number:.2g}"


def report() -> Iterator[str]:
    """Write the rows of a table: each server, and what ours gives for one answer of the others."""
    before = os.getloadavg()[0]
    results = measured()
    yield f"| answers a second (p99) | {' | '.join(KINDS)} |"
    yield f"| --- |{' ---: |' * len(KINDS)}"
    for server, kinds in results.items():
        cells = [f"{short(rate)} ({short(late)} ms)" for rate, late in kinds.values()]
        yield f"| `{server}` | {' | '.join(cells)} |"
    ours, *others = results
    for other in others:
        cells = []
        for kind in KINDS:
            least = BOUNDS.get((other, kind))
            ratio = results[ours][kind][0] / results[other][kind][0]
            cells.append(short(ratio) + (f" (at least {least:g})" if least else ""))
        yield f"| `{ours}`, times `{other}` | {' | '.join(cells)} |"
    yield ""
    yield f"Medians of {ROUNDS} turns of {SECONDS:g} s; {os.cpu_count()} processors, load {before:.1f} before."


if __name__ == "__main__":
    print("\n".join(report()))
