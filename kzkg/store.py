"""Opens a graph folder as a store on disk, read-only, and holds the one door to SPARQL."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, Triple

from kzkg import guard, terms
from kzkg.catalog import Catalog
from kzkg.errors import DataError, RequestError
from kzkg.prepare import prepared_headers, prepared_store
from kzkg.query import DATASETS
from kzkg.terms import PREFIXES, Term

if TYPE_CHECKING:
    from kzkg.names import Names

GRAPH = PREFIXES["g"]
VIEWS = {name: NamedNode(GRAPH + name) for name in ("accepted", "all")}

_STAR = re.compile(r"(?:(?!\bSELECT\b).)*\bSELECT\s*+(?:(?:DISTINCT|REDUCED)\s*+)?[*]", re.IGNORECASE | re.DOTALL)
_NODES = "SELECT ?n { VALUES ?class { kzkg:Record kzkg:Source kzkg:Citation kzkg:DefinitionElement } ?n a ?class }"


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT; a variable that is not bound in a row is None there."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True)
class Boolean:
    """The answer of an ASK."""

    value: bool


@dataclass(frozen=True)
class Triples:
    """The graph of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]


Result = Solutions | Boolean | Triples
Begun = QuerySolutions | QueryBoolean | QueryTriples
Chosen = tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]]
"""The default and the named graphs that a request chose by their names."""


class Graph:
    """A graph folder that is open for questions, as of today or as known by a day."""

    def __init__(self, catalog: Catalog, prepared: Path, known_by: dt.date | None = None) -> None:
        self.catalog = catalog
        self.known_by = known_by
        self._prepared = prepared
        try:
            self._store = Store.read_only(str(prepared / "store"))
        except RuntimeError as error:
            raise _damaged(prepared) from error

    @property
    def undated(self) -> int:
        """How many sources `known_by` left out because they have no date; 0 without it."""
        return int(self._known["undated"]) if self.known_by else 0

    @cached_property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges: one for each file."""
        return tuple(NamedNode(name) for name in self._read("graphs.json"))

    @cached_property
    def names(self) -> "Names":
        """The index of all names, as of today."""
        from kzkg.names import Names

        return Names(self._read("names.json"))

    @cached_property
    def _known(self) -> dict[str, Any]:
        return dict(self._read("known.json"))

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self._prepared / name).read_text(encoding="utf-8"))
        except ValueError as error:
            raise _damaged(self._prepared) from error

    def evaluate(self, text: str, dataset: str = "accepted") -> Result:
        """Run a query on the dataset `accepted`, `all`, or `files`, whose default graph is empty.

        The prefixes of the table may be used without being declared. In all three GRAPH ranges over the files alone.
        """
        store, chosen = self._place(text, dataset)
        return _evaluate(store, text, **chosen)

    def begin(self, text: str, dataset: str = "accepted", chosen: Chosen | None = None) -> Begun:
        """Begin a query whose answer is written while it is computed, all of it within `asking` and in one thread.

        The graphs of a request, where it chose some, take the place of the dataset and of FROM.
        """
        if chosen is None:
            store, settings = self._place(text, dataset)
        elif self.known_by:
            raise RequestError("graphs chosen by their names cannot be asked as known by a day")
        else:
            guard.checked(text)
            store, settings = self._store, {"default_graph": list(chosen[0]), "named_graphs": list(chosen[1])}
        return store.query(text, prefixes=_needed(text), **settings)

    def write(self, graph: NamedNode, output: Any, form: RdfFormat) -> None:
        """Write one graph of the store, as it lies there, to a file that is open for bytes."""
        self._store.dump(output, form, from_graph=graph, prefixes=PREFIXES)

    def _place(self, text: str, dataset: str) -> tuple[Store, dict[str, Any]]:
        """Choose the store that a query runs on, and the graphs in it."""
        if dataset not in DATASETS:
            raise RequestError(f"unknown dataset {terms.quoted(dataset)}, one of {', '.join(DATASETS)}")
        bare = guard.checked(text)
        if re.search(r"\bFROM\b", bare, re.IGNORECASE):
            if self.known_by:
                raise RequestError("FROM chooses graphs of its own and cannot be asked as known by a day")
            return self._store, {}
        default = self._default(dataset)
        if not guard.mentions(bare, "graph"):
            return self._store, {"default_graph": default}
        if self.known_by:
            return self._past(default), {}
        # The list is passed only where it is needed: with some hundred names it costs some milliseconds.
        return self._store, {"default_graph": default, "named_graphs": list(self.named_graphs)}

    def _default(self, dataset: str) -> list[NamedNode]:
        if dataset not in VIEWS:
            return []
        if not self.known_by:
            return [VIEWS[dataset]]
        from kzkg import ranges

        bit = ranges.position([dt.date.fromisoformat(day) for day in self._known["days"]], self.known_by)
        wanted = [
            f"{GRAPH}known-by/{kind}-{low}-{high}"
            for kind in ("both", dataset)
            for low, high in ranges.path(bit, self._known["size"])
        ]
        existing = set(self._known["layers"])
        return [NamedNode(name) for name in wanted if name in existing]

    def _past(self, default: list[NamedNode]) -> Store:
        """Give a store in memory whose named graphs, too, hold only what was known by the day.

        Its default graph is the given view. This costs some 0.2 s, so only a query with GRAPH pays for it.
        """
        past = Store()
        past.bulk_load(path=self._prepared / "files.nq", format=RdfFormat.N_QUADS, lenient=True)
        for node in self._gone():
            for quad in (*past.quads_for_pattern(node, None, None), *past.quads_for_pattern(None, None, node)):
                past.remove(quad)
        for graph in default:
            triples = self._store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
            past.bulk_load(triples, RdfFormat.N_TRIPLES, lenient=True)
        return past

    def _gone(self) -> set[Any]:
        """Give the records, citations and sources that today's reader has and the reader of the day had not."""
        graphs = ([VIEWS["all"]], self._default("all"))
        answers = [_evaluate(self._store, _NODES, default_graph=chosen) for chosen in graphs]
        today, then = ({row[0] for row in a.rows} if isinstance(a, Solutions) else set() for a in answers)
        return today - then


def _damaged(prepared: Path) -> DataError:
    return DataError(f"{prepared}: the prepared store is damaged; delete this folder, it is made anew")


def _evaluate(store: Store, text: str, **dataset: Any) -> Result:
    """Run a query and read its whole answer here: the engine's answers must not be touched from another thread."""
    with asking(text):
        answer = store.query(text, prefixes=_needed(text), **dataset)
        if isinstance(answer, QuerySolutions):
            return _solutions(text, answer)
        if isinstance(answer, QueryBoolean):
            return Boolean(bool(answer))
        return Triples(tuple(answer))


def _needed(text: str) -> dict[str, str]:
    """Give the prefixes that may occur in a text: to read all of them costs more than a small query."""
    return {prefix: space for prefix, space in PREFIXES.items() if f"{prefix}:" in text}


@contextmanager
def asking(text: str) -> Iterator[None]:
    """Turn what the engine raises, at the beginning of a query or while its answer is read, into one line."""
    try:
        yield
    except SyntaxError as error:
        raise RequestError(_syntax(text, str(error))) from error
    except (RuntimeError, ValueError) as error:
        raise RequestError(f"the query cannot be evaluated: {' '.join(str(error).split())}") from error
    except OSError as error:
        raise DataError(f"the prepared store cannot be read: {error}") from error


def _solutions(text: str, answer: QuerySolutions) -> Solutions:
    """Read all rows; of `SELECT *` the engine gives the columns in any order, here they come as in the text."""
    names = tuple(variable.value for variable in answer.variables)
    rows = tuple(tuple(solution) for solution in answer)
    if not _STAR.match(guard.bare(text)):
        return Solutions(names, rows)
    seen = list(dict.fromkeys(re.findall(r"[?$](\w+)", text)))
    order = sorted(range(len(names)), key=lambda index: seen.index(names[index]))
    return Solutions(tuple(names[i] for i in order), tuple(tuple(row[i] for i in order) for row in rows))


def _syntax(text: str, message: str) -> str:
    """Make one line of the parser's message, which lists every token that might have come next."""
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not place:
        return f"the query has a syntax error: {' '.join(message.split())[:200]}"
    line, column = int(place[1]), int(place[2])
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "Prefix not found" in place[3]:
        prefix = re.findall(r"([\w.-]*):[^\s:]*$", here[: column - 1]) or re.findall(r"([\w.-]*):", here)
        return f"the query uses the unknown prefix {prefix[-1] if prefix else ''}: at {line}:{column}"
    rest = here[column - 1 :].strip()
    near = f"unexpected {terms.quoted(rest[:30])}" if rest else "unexpected end of the line"
    expected = "" if place[3].startswith("expected one of") else f", {' '.join(place[3].split())}"
    return f"the query has a syntax error at {line}:{column}: {near}{expected if len(expected) < 60 else ''}"


def graph_folder(folder: Path | str | None = None) -> Path:
    """Find the graph folder: the given one, else the one in the package, else the checkout that holds the package."""
    if folder is not None:
        found = Path(folder)
        if not (found / "ontology").is_dir() or not (found / "data").is_dir():
            raise DataError(f"{found}: is not a graph folder, it holds no ontology/ and data/")
        return found.resolve()
    package = Path(__file__).resolve().parent
    packed = package / "graph"
    return packed if packed.is_dir() else package.parent


def open_catalog(folder: Path | str | None = None) -> Catalog:
    """Open the catalog of a graph folder, with the prepared headers unless a saved query is at fault."""
    found = graph_folder(folder)
    try:
        return Catalog(found, prepared_headers(found))
    except DataError:
        # One faulty query must not take the others with it: the catalog without headers names it when it is asked for.
        return Catalog(found)


def open_graph(folder: Path | str | None = None, *, known_by: dt.date | str | None = None) -> Graph:
    """Open a graph folder (the shipped graph without one), prepared first where that is due."""
    catalog = open_catalog(folder)
    day = dt.date.fromisoformat(terms.day(known_by).value) if isinstance(known_by, str) else known_by
    try:
        return Graph(catalog, prepared_store(catalog.folder), day)
    except OSError:
        # Two newer generations came up since, and this one was cleared away before it was opened: the newest is there.
        return Graph(catalog, prepared_store(catalog.folder), day)
