"""Opens a graph, wherever it lies, and holds the one door to SPARQL."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import NamedNode, RdfFormat

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.errors import DataError, RequestError
from kzkg.query import DATASETS
from kzkg.remote import is_address
from kzkg.store import guard
from kzkg.store.disk import Disk
from kzkg.store.engine import GRAPH, VIEWS, Asked, Chosen, Engine
from kzkg.store.loaded import catalog_folder, current, is_loaded
from kzkg.store.prepare import prepared_headers, prepared_store
from kzkg.store.results import Begun, Boolean, Result, Solutions, Triples, asking, whole

if TYPE_CHECKING:
    from kzkg.names import Names

Kept = TypeVar("Kept")
Row = tuple[terms.Term | None, ...]

__all__ = [
    "GRAPH", "VIEWS", "Begun", "Boolean", "Chosen", "Graph", "Kept", "Result", "Solutions", "Triples", "asking",
    "existing_place", "folder_catalog", "graph_folder", "open_catalog", "open_engine", "open_graph",
]  # fmt: skip


class Graph:
    """A graph that is open for questions, as of today or as known by a day."""

    def __init__(self, catalog: Catalog, engine: Engine, known_by: dt.date | None = None) -> None:
        self.catalog = catalog
        self.known_by = known_by
        self._engine = engine

    @property
    def undated(self) -> int:
        """How many sources `known_by` left out because they have no date; 0 without it."""
        return self._engine.undated() if self.known_by else 0

    @property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges: one for each file."""
        return self._engine.named_graphs

    @property
    def names(self) -> "Names":
        """The index of all names, as of today."""
        return self._engine.names

    @property
    def history(self) -> tuple[Sequence[str], int, Sequence[str]] | None:
        """The days of knowledge, the size of the tree over them and its graphs; None where the place keeps none."""
        kept = self._engine.history()
        return kept if kept[1] else None

    @property
    def large(self) -> bool:
        """Whether there are so many statements that what is asked of all of them takes seconds."""
        return self._engine.large

    @property
    def state(self) -> str:
        """What changes when the statements do; nothing where nobody can tell."""
        return self._engine.state

    def evaluate(self, text: str, dataset: str = "accepted") -> Result:
        """Run a query on the dataset `accepted`, `all`, or `files`, whose default graph is empty.

        The prefixes of the table may be used without being declared. In all three GRAPH ranges over the files alone.
        The whole answer is read here: the engine's answers must not be touched from another thread.
        """
        with asking(text):
            return whole(text, self.begin(text, dataset))

    def kept(self, key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """Give what `make` finds out about the graph; a graph that keeps its answers does so once for a key."""
        del key
        return make()

    def told(
        self, key: tuple[str, str], things: Sequence[str], ask: Callable[[Sequence[str]], Iterator[Row]]
    ) -> Iterator[Row]:
        """Give the rows of a question about some things; a graph that keeps its answers asks of those it knows not."""
        del key
        return ask(things)

    def begin(self, text: str, dataset: str = "accepted", chosen: Chosen | None = None) -> Begun:
        """Begin a query whose answer is written while it is computed, all of it within `asking` and in one thread.

        The graphs of a request, where it chose some, take the place of the dataset and of FROM.
        """
        if dataset not in DATASETS:
            raise RequestError(f"unknown dataset {terms.quoted(dataset)}, one of {', '.join(DATASETS)}")
        return self._engine.begin(text, guard.checked(text), Asked(dataset, chosen, self.known_by))

    def write(self, graph: NamedNode, output: Any, form: RdfFormat) -> None:
        """Write one graph, as it lies there, to a file that is open for bytes."""
        self._engine.write(graph, output, form)

    def statements(self) -> Iterator[bytes]:
        """Give all statements of the files as lines of N-Quads, in no order."""
        yield from self._engine.statements()

    @property
    def files(self) -> dict[NamedNode, Path]:
        """The file that each graph is made of; none of a graph that was loaded, or lies elsewhere."""
        return self.catalog.graph_files if self._engine.of_files else {}


def graph_folder(folder: Path | str | None = None) -> Path:
    """Find the graph folder: the given one, else the one in the package, else the checkout that holds the package."""
    if is_address(folder):
        from kzkg.remote.address import shown

        raise RequestError(f"{shown(str(folder))}: is an endpoint, and this reads the files of a graph folder")
    if folder is not None:
        found = Path(folder)
        if not (found / "ontology").is_dir() or not (found / "data").is_dir():
            raise DataError(
                f"{found}: is not a graph folder, it holds no ontology/ and data/; 'kzkg load' makes a store of files"
            )
        return found.resolve()
    package = Path(__file__).resolve().parent.parent
    packed = package / "graph"
    return packed if packed.is_dir() else package.parent


def existing_place(word: str | None) -> Path | str:
    """Take what `--store` names: a graph folder, a folder that was loaded, or the address of an endpoint as it is."""
    if word is not None and is_address(word):
        return word
    return Path(word).resolve() if word is not None and is_loaded(word) else graph_folder(word)


def open_catalog(place: Path | str | None = None) -> Catalog:
    """Open the catalog that belongs to a place, with the prepared headers unless a saved query is at fault."""
    if place is not None and is_loaded(place):
        place = catalog_folder(place)
    found = graph_folder(None if is_address(place) else place)
    try:
        return Catalog(found, prepared_headers(found))
    except DataError:
        # One faulty query must not take the others with it: the catalog without headers names it when it is asked for.
        return Catalog(found)


def folder_catalog(folder: Path | str | None = None) -> Catalog:
    """Open the catalog of a graph folder, for what reads its files."""
    graph_folder(folder)
    return open_catalog(folder)


def open_engine(place: Path | str | None, catalog: Catalog) -> Engine:
    """Open what answers for a place; a graph folder is prepared first where that is due."""
    if is_address(place):
        from kzkg.remote.endpoint import Endpoint

        return Endpoint(str(place))
    try:
        return _open_disk(place, catalog)
    except OSError:
        # Two newer generations came up since, and this one was cleared away before it was opened: the newest is there.
        return _open_disk(place, catalog)


def _open_disk(place: Path | str | None, catalog: Catalog) -> Disk:
    if place is not None and is_loaded(place):
        return Disk(current(Path(place)), "load the files again")
    return Disk(prepared_store(catalog.folder))


def open_graph(place: Path | str | None = None, *, known_by: dt.date | str | None = None) -> Graph:
    """Open the graph of a place: of a folder, of an endpoint by its address, or without one the shipped graph."""
    catalog = open_catalog(place)
    return Graph(catalog, open_engine(place, catalog), day(known_by))


def day(known_by: dt.date | str | None) -> dt.date | None:
    """Read the day by which something was known."""
    return dt.date.fromisoformat(terms.day(known_by).value) if isinstance(known_by, str) else known_by
