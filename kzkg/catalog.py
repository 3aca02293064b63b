"""What a graph folder holds: ontology, view rules, shapes, data files and saved queries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.errors import DataError, NotFound, nearest
from kzkg.query import SavedQuery, from_record, read_query


@dataclass(frozen=True)
class Catalog:
    """A graph folder: a directory with `ontology/`, `data/` and `queries/`."""

    folder: Path
    headers: Path | None = field(default=None, compare=False)
    """The prepared form of all saved queries, which needs no YAML reader; the `.rq` files are read without it."""

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The SHACL files."""
        return self._files("ontology/shapes", "*.ttl")

    @property
    def alignments(self) -> Path:
        """How our terms relate to other vocabularies; in no dataset."""
        return self.folder / "ontology" / "alignments.ttl"

    @property
    def view_rules(self) -> tuple[Path, ...]:
        """The rules that derive the view, in the order in which they run."""
        return self._files("ontology/view", "*.rq")

    @property
    def graph_files(self) -> dict[NamedNode, Path]:
        """Each named graph of the dataset and the one file that it is, ordered by the name of the graph."""
        found: dict[NamedNode, Path] = {}
        for name, path in self._graph_names():
            graph = NamedNode(terms.PREFIXES["g"] + name)
            if graph in found:
                raise DataError(f"{path} and {found[graph]} would both be the graph {terms.shrink(graph)}")
            found[graph] = path
        return dict(sorted(found.items(), key=lambda item: item[0].value))

    def _graph_names(self) -> Iterator[tuple[str, Path]]:
        for name, file in (("ontology", "kzkg.ttl"), ("vocab", "vocab.ttl")):
            yield name, self.folder / "ontology" / file
        for path in self._files("data/entities", "*.ttl"):
            yield f"entities-{path.stem}", path
        for path in (*self._files("data/sources", "*.ttl"), *self._files("data", "*.ttl")):
            yield path.stem, path

    def _files(self, under: str, pattern: str) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / under).glob(pattern)))

    @property
    def query_files(self) -> dict[str, Path]:
        """The saved queries by name."""
        return {path.stem: path for path in self._files("queries", "*.rq")}

    @cached_property
    def queries(self) -> dict[str, SavedQuery]:
        """All saved queries by name, read."""
        if self.headers:
            records = json.loads(self.headers.read_text(encoding="utf-8"))
            return {record["name"]: from_record(record) for record in records}
        return {name: read_query(_text(path), path) for name, path in self.query_files.items()}

    def query(self, name: str) -> SavedQuery:
        """Read one saved query."""
        if self.headers and name in self.queries:
            return self.queries[name]
        if not self.headers and name in self.query_files:
            return read_query(_text(self.query_files[name]), self.query_files[name])
        known = list(self.query_files)
        raise NotFound(f"no saved query {terms.quoted(name)}{nearest(name, known)}; 'kzkg queries' lists them")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
