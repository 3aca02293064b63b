"""The graph as files to take home: all files with their graphs, the accepted view, and each file as it is."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, RdfFormat

from kzkg.store import GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kzkg.store import Graph

MEDIA = {
    ".nq.gz": "application/n-quads", ".nt.gz": "application/n-triples", ".nt": "application/n-triples",
    ".trig": "application/trig", ".ttl": "text/turtle",
}  # fmt: skip


def write_dumps(graph: Graph, target: Path) -> dict[str, dict[str, Any]]:
    """Write all dumps into a new folder and give, for each, its size, checksum, type and what it holds."""
    (target / "graphs").mkdir(parents=True)
    holds: dict[str, str] = {}
    manifest: dict[str, dict[str, Any]] = {}
    quads = {name.value: in_order(graph, name) for name in graph.named_graphs}
    everything = b"".join(line[:-3] + f" <{name}> .\n".encode() for name, lines in quads.items() for line in lines)
    packed(target / "files.nq.gz", everything)
    (target / "files.trig").write_bytes(b"".join(trig(name, lines) for name, lines in quads.items()))
    for view in ("accepted", "all"):
        lines = b"".join(in_order(graph, NamedNode(GRAPH + view)))
        (target / f"{view}.nt").write_bytes(lines)
        packed(target / f"{view}.nt.gz", lines)
        holds |= {f"{view}.nt": GRAPH + view, f"{view}.nt.gz": GRAPH + view}
    for each, path in graph.catalog.graph_files.items():
        file = f"graphs/{each.value.removeprefix(GRAPH)}.ttl"
        shutil.copyfile(path, target / file)
        holds[file] = each.value
    for path in sorted(target.rglob("*")):
        if path.is_file():
            name = path.relative_to(target).as_posix()
            manifest[name] = entry(path) | {"holds": holds.get(name, "")}
    sums = "".join(f"{each['sha256']}  {name}\n" for name, each in manifest.items())
    (target / "SHA256SUMS").write_text(sums, encoding="ascii")
    return {**manifest, "SHA256SUMS": entry(target / "SHA256SUMS") | {"holds": "", "media": "text/plain"}}


def in_order(graph: Graph, name: NamedNode) -> list[bytes]:
    """Give the triples of a graph as sorted lines: two dumps of one state are the same bytes."""
    out = io.BytesIO()
    graph.write(name, out, RdfFormat.N_TRIPLES)
    return sorted(out.getvalue().splitlines(keepends=True))


def trig(name: str, lines: Iterable[bytes]) -> bytes:
    """Write a graph as a block of TriG, of which N-Triples are a part."""
    return f"<{name}> {{\n".encode() + b"".join(lines) + b"}\n"


def packed(path: Path, content: bytes) -> None:
    """Compress without a date or a name in the head, for the same reason."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(content)


def entry(path: Path) -> dict[str, Any]:
    """Describe a file."""
    content = path.read_bytes()
    media = next((media for end, media in MEDIA.items() if path.name.endswith(end)), "application/octet-stream")
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media": media}
