"""Turns files of any size into lines, one statement each, without holding more than some of them in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, RdfFormat, parse

from kzkg.loading.inputs import Input, faulty, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from pyoxigraph import Quad

CHUNK = 1 << 20
BLANK = re.compile(rb'_:|[^"]*[ \t]_:')
"""How a line begins that speaks of a blank node; within quotation marks the two signs are text."""
TWO = re.compile(rb"^<[^ \n]*> <[^ \n]*> \.$", re.MULTILINE)
GRAPH = re.compile(rb" (<[^<> \n]*>) \.\n")


class Chunk(NamedTuple):
    """Some statements, as lines of N-Triples and the same as lines of N-Quads; and those with blank nodes apart."""

    triples: bytes
    quads: bytes
    graphs: frozenset[str]
    blank: tuple[Quad, ...] = ()
    source: Input | None = None
    line: int = 0
    """Where the lines stand in the file, if they stand there one by one."""


def chunks(given: Iterable[Input], told: Callable[[int], object]) -> Iterator[Chunk]:
    """Read all files, as chunks; raises DataError with file and line for what cannot be read."""
    for number, each in enumerate(given):
        with opened(each, told) as text:
            yield from _lined(each, text, number) if each.lines else _parsed(each, text)


def _lined(each: Input, text: IO[bytes], number: int) -> Iterator[Chunk]:
    """Cut a text in which each statement is a line; what is written as usual is left to the engine's own parser."""
    cut = _cut_quads if each.form == RdfFormat.N_QUADS else _cut_triples
    line = 1
    for piece in _pieces(text):
        apart, usual = _apart(piece) if b"_:" in piece else ([], piece)
        chunk = cut(each, usual, line)
        if chunk is None:
            yield _unusual(each, piece, line, number)
        else:
            yield chunk
            if apart:
                yield _unusual(each, piece, line, number, apart)
        line += piece.count(b"\n")


def _apart(piece: bytes) -> tuple[list[bytes], bytes]:
    """Take out the lines that speak of blank nodes, and leave them empty."""
    lines = piece.split(b"\n")
    found = [number for number, one in enumerate(lines) if b"_:" in one and BLANK.match(one)]
    apart = [lines[number] for number in found]
    for number in found:
        lines[number] = b""
    return apart, b"\n".join(lines)


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


def _cut_triples(each: Input, piece: bytes, line: int) -> Chunk | None:
    graph = str(each.graph)
    if piece.count(b" .\n") != sum(1 for one in piece.split(b"\n") if one):
        return None
    return Chunk(piece, piece.replace(b" .\n", f" {graph} .\n".encode()), frozenset({graph}), source=each, line=line)


def _cut_quads(each: Input, piece: bytes, line: int) -> Chunk | None:
    triples, with_graph = GRAPH.subn(b" .\n", piece)
    # Of a line without a graph the last term was taken for one: then two are left.
    if with_graph != sum(1 for one in piece.split(b"\n") if one) or TWO.search(triples):
        return None
    graphs = frozenset(found.decode() for found in set(GRAPH.findall(piece)))
    return Chunk(triples, piece, graphs, source=each, line=line)


def _unusual(each: Input, piece: bytes, line: int, number: int, apart: list[bytes] | None = None) -> Chunk:
    """Parse lines one by one: some have blank nodes or remarks, are spaced otherwise, or are faulty."""
    found: list[Quad] = []
    for offset, one in enumerate(piece.split(b"\n") if apart is None else apart):
        try:
            found += parse(one, each.form)
        except SyntaxError as error:
            before = offset if apart is None else piece[: piece.find(one)].count(b"\n")
            error.lineno = line + before
            raise faulty(each, error, line + before) from error
    return _chunk(each, [_renamed(quad, number) for quad in found])


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
            yield _chunk(each, found)
            found = []
    yield _chunk(each, found)


def _chunk(each: Input, quads: list[Quad]) -> Chunk:
    triples, full, graphs, blank = [], [], set(), []
    for quad in quads:
        graph = each.graph if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
        graphs.add(str(graph))
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            blank.append(_placed(quad, graph))
            continue
        triple = f"{quad.subject} {quad.predicate} {quad.object}"
        triples.append(f"{triple} .\n")
        full.append(f"{triple} {graph} .\n")
    return Chunk("".join(triples).encode(), "".join(full).encode(), frozenset(graphs), tuple(blank))


def _placed(quad: Quad, graph: object) -> Quad:
    from pyoxigraph import Quad as Made

    return Made(quad.subject, quad.predicate, quad.object, graph)  # type: ignore[arg-type]
