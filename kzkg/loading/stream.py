"""Turns files of any size into lines, one statement each, without holding more than some of them in memory."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, RdfFormat, parse

from kzkg.loading.inputs import Input, faulty, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from pyoxigraph import Quad

CHUNK = 1 << 20
LESS, MORE, SPACE, LINE = b"<> _"
ESCAPED = re.compile(rb'<[^>"\n]*\\')
"""An IRI that is not spelled as the engine spells it."""


class Chunk:
    """Some statements."""

    def __init__(self) -> None:
        self.found: dict[bytes, list[bytes]] = defaultdict(list)
        """For each predicate its triples, as N-Triples writes them, without the dot."""
        self.quads: list[bytes] = []
        """All but those with blank nodes, as text in N-Quads."""
        self.blank: list[bytes] = []
        """Those with blank nodes, as lines of N-Quads."""
        self.graphs: set[bytes] = set()
        self.count = 0


def chunks(given: Iterable[Input], told: Callable[[int], object]) -> Iterator[Chunk]:
    """Read all files, as chunks; raises DataError with file and line for what cannot be read."""
    for number, each in enumerate(given):
        with opened(each, told) as text:
            yield from _lined(each, text, number) if each.lines else _parsed(each, text)


def check(given: Iterable[Input]) -> None:
    """Read the files of lines once more with the engine's own parser; raises DataError with the file and the line."""
    for each in given:
        if each.lines:
            with opened(each, lambda _: None) as text:
                for _ in parse(text, each.form):
                    pass


def _lined(each: Input, text: IO[bytes], number: int) -> Iterator[Chunk]:
    """Cut a text in which each statement is a line; what is not written as usual is left to the engine's own parser."""
    line, known = 1, set[bytes]()
    for piece in _pieces(text):
        chunk = _cut(each, piece, number)
        if chunk is None or not all(graph in known or _is_graph(graph) for graph in chunk.graphs):
            chunk = _unusual(each, piece, line, number)
        known |= chunk.graphs
        yield chunk
        line += piece.count(b"\n")


def _is_graph(graph: bytes) -> bool:
    try:
        return bool(list(parse(b"<a:a> <a:a> <a:a> %s ." % graph, RdfFormat.N_QUADS)))
    except SyntaxError:
        return False


def _pieces(text: IO[bytes]) -> Iterator[bytes]:
    """Give the text in pieces that end with a line."""
    rest = b""
    while data := text.read(CHUNK):
        whole, newline, tail = (rest + data).rpartition(b"\n")
        rest = tail
        if newline:
            yield whole + newline
    if rest:
        yield rest + b"\n"


def _cut(each: Input, piece: bytes, number: int) -> Chunk | None:
    """Cut lines at their spaces; None where one of them is not written as usual."""
    if b"\t" in piece or b"\r" in piece or (b"\\" in piece and ESCAPED.search(piece)):
        return None
    chunk = Chunk()
    named = str(each.graph).encode() if each.form == RdfFormat.N_TRIPLES else b""
    lines = piece.split(b"\n")
    try:
        blank = _sorted(lines, chunk, named)
        apart = [quad for at in blank for quad in parse(lines[at], each.form)]
    except (ValueError, IndexError, SyntaxError):
        return None
    for at in blank:
        lines[at] = b""
    _fill(chunk, b"\n".join(lines) if blank else piece, named)
    _place(each, chunk, [_renamed(quad, number) for quad in apart])
    return chunk


def _sorted(lines: list[bytes], chunk: Chunk, named: bytes) -> list[int]:
    """Put triples to their predicates; give the places of those with blank nodes. Raises ValueError and IndexError."""
    found, graphs, blank = chunk.found, chunk.graphs, []
    for at, line in enumerate(lines):
        if not line:
            continue
        if named:
            triple, dot = line.rsplit(b" ", 1)
        else:
            triple, graph, dot = line.rsplit(b" ", 2)
            if graph[0] != LESS or graph[-1] != MORE:
                raise ValueError
            graphs.add(graph)
        subject, predicate, value = triple.split(b" ", 2)
        if dot != b"." or predicate[0] != LESS or predicate[-1] != MORE or value[0] == SPACE or value[-1] == SPACE:
            raise ValueError
        if subject[0] == LESS and value[0] != LINE:
            found[predicate].append(triple)
        else:
            blank.append(at)
    return blank


def _fill(chunk: Chunk, text: bytes, named: bytes) -> None:
    chunk.count = sum(map(len, chunk.found.values()))
    if named:
        text = text.replace(b" .\n", b" %s .\n" % named)
        chunk.graphs.add(named)
    chunk.quads.append(text)


def _unusual(each: Input, piece: bytes, line: int, number: int) -> Chunk:
    """Parse lines one by one: some have remarks, are spaced otherwise, or are faulty."""
    found: list[Quad] = []
    for offset, one in enumerate(piece.split(b"\n")):
        try:
            found += parse(one, each.form)
        except SyntaxError as error:
            error.lineno = line + offset
            raise faulty(each, error, line + offset) from error
    chunk = Chunk()
    _place(each, chunk, [_renamed(quad, number) for quad in found])
    return chunk


def _renamed(quad: Quad, number: int) -> Quad:
    """Keep the blank nodes of one file apart from those of another."""
    if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode):
        return quad
    from pyoxigraph import Quad as Made

    def named(term: object) -> object:
        return BlankNode(f"f{number}x{term.value}") if isinstance(term, BlankNode) else term

    return Made(named(quad.subject), quad.predicate, named(quad.object), quad.graph_name)  # type: ignore[arg-type]


def _parsed(each: Input, text: IO[bytes]) -> Iterator[Chunk]:
    """Parse a text in which a statement may stand on any lines."""
    found: list[Quad] = []
    for quad in parse(text, each.form, base_iri=each.graph.value, rename_blank_nodes=True):
        found.append(quad)
        if len(found) == 20_000:
            yield _placed(each, found)
            found = []
    yield _placed(each, found)


def _placed(each: Input, quads: list[Quad]) -> Chunk:
    chunk = Chunk()
    _place(each, chunk, quads)
    return chunk


def _place(each: Input, chunk: Chunk, quads: list[Quad]) -> None:
    """Add parsed statements to a chunk."""
    for quad in quads:
        graph = str(each.graph if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name).encode()
        subject, predicate, value = str(quad.subject), str(quad.predicate).encode(), str(quad.object)
        triple = b"%s %s %s" % (subject.encode(), predicate, value.encode())
        chunk.found[predicate].append(triple)
        chunk.graphs.add(graph)
        line = b"%s %s .\n" % (triple, graph)
        (chunk.blank if subject.startswith("_:") or value.startswith("_:") else chunk.quads).append(line)
    chunk.count += len(quads)
