"""Files of statements in any RDF format and compression, read once, watched while they are read."""

from __future__ import annotations

import io
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import NamedNode, RdfFormat

from kzkg import terms
from kzkg.errors import DataError, RequestError, nearest, oversized
from kzkg.loading.bounds import bounded
from kzkg.loading.squeezed import SQUEEZED, Damaged, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FORMS = {
    "ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD, "n3": RdfFormat.N3,
}  # fmt: skip
SUFFIXES = {".rdf": "rdfxml", ".owl": "rdfxml", ".xml": "rdfxml", ".json": "jsonld", ".turtle": "ttl"}


class Input(NamedTuple):
    """One file to be loaded: what it is written in, and the graph that its triples are."""

    path: Path
    form: RdfFormat
    squeezed: str
    graph: NamedNode

    @property
    def lines(self) -> bool:
        """Whether each statement is a line of its own."""
        return self.form in {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}


def inputs(files: Iterable[str | Path], form: str | None = None) -> list[Input]:
    """Look at the files to be loaded; a graph folder stands for all of its graph files.

    Raises RequestError for a name that says no format, DataError for what is no readable file, or two files that
    would be the same graph.
    """
    if form is not None and form not in FORMS:
        raise RequestError(f"no format {terms.quoted(form)}{nearest(form, list(FORMS))}; one of {', '.join(FORMS)}")
    found: dict[NamedNode, Input] = {}
    for each in (one for name in files for one in _expanded(Path(name), form)):
        if each.graph in found and each.form not in {RdfFormat.N_QUADS, RdfFormat.TRIG}:
            raise DataError(f"{each.path} and {found[each.graph].path} would both be the graph {each.graph.value}")
        found.setdefault(each.graph, each)
    return [*found.values()]


def _expanded(path: Path, form: str | None) -> Iterator[Input]:
    if path.is_dir():
        from kzkg.catalog import Catalog

        if not (path / "ontology").is_dir() or not (path / "data").is_dir():
            raise DataError(f"{path}: is a folder, but no graph folder with ontology/ and data/; name its files")
        for graph, file in Catalog(path).graph_files.items():
            yield Input(file, RdfFormat.TURTLE, "", graph)
        return
    readable(path)
    stem, squeezed = (path.stem, path.suffix) if path.suffix in SQUEEZED else (path.name, "")
    suffix = Path(stem).suffix.lower()
    known = form or SUFFIXES.get(suffix) or suffix.removeprefix(".")
    if known not in FORMS:
        raise RequestError(f"{path}: the name says no format of RDF; add --format, one of {', '.join(FORMS)}")
    yield Input(path, FORMS[known], squeezed, graph_of(path.parent, Path(stem).stem if suffix else stem))


def readable(path: Path) -> None:
    """Raise DataError for what is no file that can be read: a named pipe might never end, nor a device."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DataError(f"{path}: is not a file")
        with path.open("rb"):
            pass
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def graph_of(parent: Path, stem: str) -> NamedNode:
    """Name the graph of a file as a graph folder does."""
    names = {("ontology", "kzkg"): "ontology", ("entities", stem): f"entities-{stem}"}
    name = names.get((parent.name, stem), stem)
    return NamedNode(terms.PREFIXES["g"] + "".join(sign if sign.isalnum() or sign in "-._~" else "-" for sign in name))


class Reading:
    """The text of a file while it is read: what was read of the file, and how many lines were given out."""

    def __init__(self, raw: IO[bytes], source: IO[bytes], told: Callable[[int], object]) -> None:
        self._raw, self._source, self._told = raw, source, told
        self.line = 1
        self._seen = 0

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes of the text."""
        data = self._source.read(max(size, 1 << 16) if size > 0 else size)
        self.line += data.count(b"\n")
        here = self._raw.tell()
        self._told(here - self._seen)
        self._seen = here
        return data


@contextmanager
def opened(each: Input, told: Callable[[int], object]) -> Iterator[Any]:
    """Open a file for one reading of its text; `told` hears how many of its bytes were read.

    Raises DataError, with file and line, where the text is faulty, the compression is damaged, or the file changes.
    """
    try:
        with each.path.open("rb", buffering=1 << 18) as raw:
            before = _state(raw)
            reading = Reading(raw, bounded(plain(raw, each.squeezed), each.form), told)
            try:
                yield io.BufferedReader(_Raw(reading), 1 << 16)
            except SyntaxError as error:
                if _state(raw) != before:
                    raise DataError(f"{each.path}: was changed while it was read; load it again") from error
                raise faulty(each, error, reading.line) from error
            except Damaged as error:
                raise DataError(f"{each.path}:{reading.line}: {error}") from error
            except MemoryError as error:
                raise oversized(f"{each.path}:{reading.line}", error) from error
            if _state(raw) != before:
                raise DataError(f"{each.path}: was changed while it was read; load it again")
    except OSError as error:
        raise DataError(f"{error.filename or each.path}: {error.strerror or error}") from error


class _Raw(io.RawIOBase):
    """What a buffered reader takes its bytes from."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._rest or self._reading.read(len(buffer))
        size = min(len(buffer), len(data))
        buffer[:size], self._rest = data[:size], data[size:]
        return size


def _state(raw: IO[bytes]) -> tuple[int, int, int]:
    found = os.fstat(raw.fileno())
    return found.st_size, found.st_mtime_ns, found.st_ino


def faulty(each: Input, error: SyntaxError, last: int) -> DataError:
    """Say on one line what is wrong with the text of a file, and where."""
    what = (error.msg or str(error)).splitlines()[0]
    return DataError(f"{each.path}:{error.lineno or last}: is not {each.form.name}: {what}")
