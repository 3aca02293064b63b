"""Reads what is to be checked: files in any RDF format, compressed or not; each named graph is a file of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from pyoxigraph import NamedNode, RdfFormat, parse

from kzkg.errors import DataError, oversized
from kzkg.loading.bounds import bounded
from kzkg.loading.squeezed import SQUEEZED, Damaged, plain
from kzkg.terms import PREFIXES
from kzkg.validation.datafile import DataFile
from kzkg.validation.mentions import Mentions, Statements
from kzkg.validation.shacl import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad, Triple

    from kzkg.validation.datafile import Places

FORMATS = {
    ".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML, ".owl": RdfFormat.RDF_XML, ".xml": RdfFormat.RDF_XML, ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD, ".n3": RdfFormat.N3,
}  # fmt: skip
SHAPE_WORDS = {NamedNode(PREFIXES["sh"] + word) for word in ("targetClass", "targetSubjectsOf", "path", "property")}
GRAPH = PREFIXES["g"]


class Reader:
    """Reads files one after another; a term that several of them use is in memory once."""

    def __init__(self) -> None:
        self._terms: dict[Any, Any] = {}

    def read(self, path: Path) -> list[DataFile]:
        """Read a file, or say on which line it is broken.

        A format that has named graphs gives a file for each; what a graph is for follows from its name.
        """
        form = form_of(path)
        try:
            with unpacked(path) as stream:
                if form == RdfFormat.TURTLE:
                    return [self._turtle(path, stream.read())]
                return self._others(path, form, bounded(stream, form))
        except Damaged as error:
            raise DataError(f"{path}: {error}") from error
        except MemoryError as error:
            raise oversized(path, error) from error
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
        except SyntaxError as error:
            message = " ".join(str(error.msg).split())
            start = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
            raise DataError(f"{start}: {message.split(': ', 1)[-1] if error.lineno else message}") from error

    def triples(self, stream: IO[bytes] | bytes) -> tuple[Said, ...]:
        """Read N-Triples, as an engine writes a graph."""
        return self._kept(parse(stream, format=RdfFormat.N_TRIPLES, rename_blank_nodes=True))

    def _turtle(self, path: Path, content: bytes) -> DataFile:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: is no text in UTF-8 (byte {error.start})") from error
        triples = self._kept(parse(text.encode(), format=RdfFormat.TURTLE, rename_blank_nodes=True))
        _refuse_shapes(path, triples)
        return DataFile(path, purpose_of(path), triples, text)

    def _others(self, path: Path, form: RdfFormat, stream: IO[bytes]) -> list[DataFile]:
        graphs: dict[object, dict[Said, None]] = {}
        kept = self._terms.setdefault
        for quad in parse(stream, format=form, rename_blank_nodes=True):
            s, p, o = quad.subject, quad.predicate, quad.object
            graphs.setdefault(quad.graph_name, {})[Said(kept(s, s), kept(p, p), kept(o, o))] = None
        by_line = form in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
        statements, mentions = Statements(path), Mentions(path)
        files = []
        for graph, triples in graphs.items():
            _refuse_shapes(path, triples)
            name = graph if isinstance(graph, NamedNode) else None
            where: Places = statements.within(name) if by_line else mentions
            purpose = purpose_of_graph(name) if name else purpose_of(path)
            files.append(DataFile(path, purpose, tuple(triples), elsewhere=where))
        return files or [DataFile(path, purpose_of(path), (), elsewhere=mentions)]

    def _kept(self, quads: Iterable[Quad]) -> tuple[Said, ...]:
        kept = self._terms.setdefault
        said = (
            Said(kept(q.subject, q.subject), kept(q.predicate, q.predicate), kept(q.object, q.object)) for q in quads
        )
        return tuple(dict.fromkeys(said))


def form_of(path: Path) -> RdfFormat:
    """Tell the format of a file by its name."""
    name = path.with_suffix("") if path.suffix in SQUEEZED else path
    if name.suffix not in FORMATS:
        known = " ".join(FORMATS)
        raise DataError(f"{path}: the end of its name is none of {known} (and {' '.join(SQUEEZED)} behind them)")
    return FORMATS[name.suffix]


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to read what is in it, compressed or not."""
    with path.open("rb") as raw:
        yield plain(raw, path.suffix if path.suffix in SQUEEZED else "")


def purpose_of(path: Path) -> str:
    """Tell by its folder and name what a file is for."""
    folder = path.resolve().parent.name
    if folder in ("ontology", "entities"):
        return folder
    return path.stem if path.stem in ("curation", "meta") else "source"


def purpose_of_graph(name: NamedNode) -> str:
    """Tell by its name what a graph is for: it is named after the file that it was."""
    word = name.value.removeprefix(GRAPH)
    if word in ("ontology", "vocab"):
        return "ontology"
    if word in ("curation", "meta"):
        return word
    return "entities" if word.startswith("entities-") else "source"


def _refuse_shapes(path: Path, triples: Iterable[Said]) -> None:
    if any(triple.predicate in SHAPE_WORDS for triple in triples):
        raise DataError(f"{path}: holds SHACL shapes; this command checks data by the shapes of the graph folder")


def shape_triples(paths: Iterable[Path]) -> list[Triple]:
    """Read the shapes; a file that says nothing in SHACL is refused, for its promises would be lost without a word."""
    triples: list[Triple] = []
    for path in paths:
        try:
            read = [q.triple for q in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)]
        except SyntaxError as error:
            raise DataError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error}") from error
        if not any(triple.predicate.value.startswith(PREFIXES["sh"]) for triple in read):
            raise DataError(f"{path}: says nothing in SHACL: nothing would be checked by it")
        triples += read
    return triples
