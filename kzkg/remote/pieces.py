"""A graph of a store as lines of N-Triples: its sign, and pieces that can be sent one after another."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from kzkg.store.disk import Disk

PIECE = 1_000_000
"""Bytes of a piece: what a proxy in front of an endpoint lets through when nobody has told it to take more."""
IN_MEMORY = 8 << 20
_BLANK = re.compile(rb"\A_:| _:\S+ \.\n\Z")


@dataclass
class Lines:
    """One graph, written out."""

    graph: NamedNode
    file: IO[bytes]
    blank: list[bytes]
    """The statements with blank nodes; they have to travel together, for a label means nothing in another piece."""
    size: int = 0
    count: int = 0
    sign: str = ""

    def pieces(self) -> Iterator[list[bytes]]:
        """Cut the lines into pieces; the first holds all blank nodes."""
        held, size = list(self.blank), sum(map(len, self.blank))
        self.file.seek(0)
        for line in self.file:
            if _BLANK.search(line):
                continue
            if size + len(line) > PIECE and held:
                yield held
                held, size = [], 0
            held.append(line)
            size += len(line)
        if held:
            yield held


def written(disk: Disk, graph: NamedNode) -> Lines:
    """Write a graph out and sign it."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller reads and closes it
    disk.write(graph, file, RdfFormat.N_TRIPLES)
    file.seek(0)
    digest = hashlib.sha256()
    lines = Lines(graph, file, [])
    for line in file:
        lines.size += len(line)
        lines.count += 1
        if _BLANK.search(line):
            lines.blank.append(line)
        else:
            digest.update(line)
    for line in canonical(lines.blank):
        digest.update(line)
    lines.sign = digest.hexdigest()
    return lines


def canonical(blank: list[bytes]) -> list[bytes]:
    """Write statements with blank nodes so that equal ones are equal, whatever their labels.

    Only within one version of the engine; but it takes long chains, on which RDFC-1.0 is slow.
    """
    if not blank:
        return []
    found = Dataset(
        Quad(q.subject, q.predicate, q.object) for q in parse(b"".join(blank), RdfFormat.N_TRIPLES, lenient=True)
    )
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(f"{quad}\n".encode() for quad in found)
