"""The graph as files to take home: all files with their graphs, the accepted view, and each file as it is."""

from __future__ import annotations

import gzip
import hashlib
import heapq
import io
import re
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, parse

from kzkg import turtle
from kzkg.store import GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kzkg.store import Graph

MEDIA = {
    ".nq.gz": "application/n-quads", ".nt.gz": "application/n-triples", ".nt": "application/n-triples",
    ".trig": "application/trig", ".ttl": "text/turtle",
}  # fmt: skip

BLANK = re.compile(rb"^_:|> _:[^ ]+ \.$")
RUN = 200_000
"""Lines that are sorted in memory; more of them are sorted in parts, which are merged."""


def write_dumps(graph: Graph, target: Path) -> dict[str, dict[str, Any]]:
    """Write all dumps into a folder and give, for each, its size, checksum, type and what it holds.

    Of a large graph they are written compressed and nothing else: plain ones would need ten times the disk.
    """
    target.mkdir(parents=True, exist_ok=True)
    holds: dict[str, str] = {}
    with packing(target / "files.nq.gz") as packed:
        if graph.large:
            packed.writelines(graph.statements())
        else:
            write_files(graph, target, packed)
            holds |= write_each(graph, target / "graphs")
    for view in ("accepted", "all"):
        with ExitStack() as stack:
            outs = [stack.enter_context(packing(target / f"{view}.nt.gz"))]
            outs += [] if graph.large else [stack.enter_context((target / f"{view}.nt").open("wb"))]
            for line in in_order(graph, NamedNode(GRAPH + view)):
                for out in outs:
                    out.write(line)
        holds |= {f"{view}.nt": GRAPH + view, f"{view}.nt.gz": GRAPH + view}
    manifest: dict[str, dict[str, Any]] = {}
    for path in sorted(target.rglob("*")):
        if path.is_file():
            name = path.relative_to(target).as_posix()
            manifest[name] = entry(path) | {"holds": holds.get(name, "")}
    sums = "".join(f"{each['sha256']}  {name}\n" for name, each in manifest.items())
    (target / "SHA256SUMS").write_text(sums, encoding="ascii")
    return {**manifest, "SHA256SUMS": entry(target / "SHA256SUMS") | {"holds": "", "media": "text/plain"}}


def write_files(graph: Graph, target: Path, packed: IO[bytes]) -> None:
    """Write the graphs of all files, as N-Quads and as TriG."""
    with (target / "files.trig").open("wb") as trig:
        for file_graph in graph.named_graphs:
            trig.write(f"<{file_graph.value}> {{\n".encode())
            for line in in_order(graph, file_graph):
                packed.write(line[:-3] + f" <{file_graph.value}> .\n".encode())
                trig.write(line)
            trig.write(b"}\n")


def write_each(graph: Graph, target: Path) -> dict[str, str]:
    """Write the graph of each file: the file itself where the graph is made of it, else what it would be."""
    target.mkdir()
    files, holds = graph.files, {}
    for each in graph.named_graphs:
        path = target / f"{file_name(each)}.ttl"
        if each in files:
            shutil.copyfile(files[each], path)
        else:
            written = io.BytesIO()
            graph.write(each, written, RdfFormat.N_TRIPLES)
            path.write_text(turtle.write(parse(written.getvalue(), RdfFormat.N_TRIPLES)), encoding="utf-8")
        holds[f"graphs/{path.name}"] = each.value
    return holds


def file_name(graph: NamedNode) -> str:
    """Give the name of a graph as a file: of one that another program has named, what follows from its IRI."""
    name = graph.value.removeprefix(GRAPH)
    return name if re.fullmatch(r"[\w-][\w.-]{0,100}", name) else hashlib.sha256(name.encode()).hexdigest()[:20]


def in_order(graph: Graph, name: NamedNode) -> Iterator[bytes]:
    """Give the triples of a graph as sorted lines: two dumps of one state are the same bytes, of any size."""
    with ExitStack() as stack:
        out = stack.enter_context(tempfile.TemporaryFile())
        graph.write(name, out, RdfFormat.N_TRIPLES)
        out.seek(0)
        runs: list[IO[bytes]] = []
        blank = list(islice((line for line in out if BLANK.search(line)), RUN + 1))
        out.seek(0)
        named = 0 < len(blank) <= RUN
        if named:
            runs.append(stack.enter_context(tempfile.TemporaryFile()))
            runs[-1].writelines(sorted(renamed(blank, name)))
            runs[-1].seek(0)
        rest = (line for line in out if not (named and BLANK.search(line)))
        while lines := sorted(islice(rest, RUN)):
            runs.append(stack.enter_context(tempfile.TemporaryFile()))
            runs[-1].writelines(lines)
            runs[-1].seek(0)
        yield from heapq.merge(*runs)


def renamed(lines: list[bytes], graph: NamedNode) -> Iterator[bytes]:
    """Name the blank nodes of a graph by what is said about them: a store names them otherwise each time it is made.

    The name of the graph is in theirs, for no two graphs share one.
    """
    found = Dataset(parse(b"".join(lines), RdfFormat.N_TRIPLES))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    sign = "b" + hashlib.sha256(graph.value.encode()).hexdigest()[:12]

    def named(term: Any) -> Any:
        return BlankNode(sign + term.value) if isinstance(term, BlankNode) else term

    yield from (f"{named(each.subject)} {each.predicate} {named(each.object)} .\n".encode() for each in found)


@contextmanager
def packing(path: Path) -> Iterator[IO[bytes]]:
    """Compress without a date or a name in the head, for the same reason."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        yield out  # type: ignore[misc]


def entry(path: Path) -> dict[str, Any]:
    """Describe a file."""
    checksum, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum.update(piece)
            size += len(piece)
    media = next((media for end, media in MEDIA.items() if path.name.endswith(end)), "application/octet-stream")
    return {"size": size, "sha256": checksum.hexdigest(), "media": media}
