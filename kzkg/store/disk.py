"""A prepared store on disk, opened read-only."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from kzkg.errors import DataError, RequestError
from kzkg.store import guard
from kzkg.store.engine import GRAPH, VIEWS, Asked, needed
from kzkg.store.loaded import GENERATION
from kzkg.store.results import Begun
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from kzkg.names import Names

_NODES = "SELECT ?n { VALUES ?class { kzkg:Record kzkg:Source kzkg:Citation kzkg:DefinitionElement } ?n a ?class }"

BASE = "https://w3id.org/kzkg/"
"""What relative IRIs of a query without BASE are relative to: the default that RFC 3986 (5.1.4) leaves to us."""


LAYERED = "views.json"
"""Of which graphs each view is made, in a large store; in others a view is one graph."""


class Disk:
    """The prepared form of a graph folder: see `kzkg.store.engine.Engine`."""

    def __init__(
        self, prepared: Path, cure: str = "delete this folder, it is made anew", *, later: bool = False
    ) -> None:
        """Open it, now or when it is first needed."""
        self._prepared = prepared
        self._cure = cure
        self._whole: Store | None = None
        if not later:
            self._store  # noqa: B018 - opens it

    @cached_property
    def _store(self) -> Store:
        try:
            return Store.read_only(str(self._prepared / "store"))
        except RuntimeError as error:
            raise self._damaged() from error

    @property
    def large(self) -> bool:
        """Whether it was loaded in layers."""
        return bool(self._layers)

    @property
    def state(self) -> str:
        """The name of its folder, in which nothing ever changes."""
        return str(self._prepared)

    @cached_property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges: one for each file."""
        return tuple(NamedNode(name) for name in self._read("graphs.json"))

    @cached_property
    def names(self) -> "Names":
        """The index of all names, as of today."""
        if self._layers:
            from kzkg.names.shelf import FILE, Shelf

            return Shelf(self._prepared / FILE)
        from kzkg.names import Names

        return Names(self._read("names.json"))

    def undated(self) -> int:
        """Count the sources that have no date, and so are not known by any day."""
        return int(self._known["undated"])

    def history(self) -> tuple[Sequence[str], int, Sequence[str]]:
        """Give the days on which sources came out, how many bits the tree over them has, and its graphs."""
        layers = [name for name in self._known["layers"] if name not in {view.value for view in VIEWS.values()}]
        return self._known["days"], self._known["size"], layers

    @cached_property
    def _known(self) -> dict[str, Any]:
        return dict(self._read("known.json"))

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self._prepared / name).read_text(encoding="utf-8"))
        except ValueError as error:
            raise self._damaged() from error

    def begin(self, text: str, bare: str, asked: Asked) -> Begun:
        """Begin a query on this store; `bare` is what `guard.checked` left of it."""
        store, dataset = self._place(bare, asked)
        if self._apart and len(dataset.get("default_graph", ())) > 1:
            dataset["default_graph"] = self._met(text, dataset["default_graph"])
        return store.query(text, prefixes=needed(text), base_iri=BASE, **dataset)

    @cached_property
    def _apart(self) -> dict[str, list[str]]:
        """The predicates of the graphs that hold what stands in one view alone, where the load wrote them down."""
        return dict(self._known.get("predicates", {})) if self._layers else {}

    def _met(self, text: str, graphs: Sequence[Any]) -> list[Any]:
        """Leave out the graphs in which a query can find nothing: each of them doubles the time of a pattern."""
        from kzkg.store.reach import reaches

        names = {graph: graph.value for graph in graphs if isinstance(graph, NamedNode)}
        return [
            graph for graph in graphs if names.get(graph) not in self._apart or reaches(text, self._apart[names[graph]])
        ]

    @property
    def of_files(self) -> bool:
        """Whether it was made of a graph folder; the files of a load are gone, or are others by now."""
        return not self._prepared.name.startswith(GENERATION)

    def statements(self) -> Iterator[bytes]:
        """Give all statements of the files as lines of N-Quads, as they lie beside the store."""
        import gzip

        from kzkg.loading.filegraphs import BLANK, STATEMENTS

        names = (STATEMENTS, BLANK) if self._layers else ("files.nq",)
        for path in (self._prepared / name for name in names):
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
                yield from lines

    def write(self, graph: NamedNode, output: Any, form: RdfFormat) -> None:
        """Write one graph of the store, as it lies there, to a file that is open for bytes."""
        layers = self._layers.get(graph.value) if self._layers else None
        if layers is None:
            (self._with_files() if self._layers else self._store).dump(
                output, form, from_graph=graph, prefixes=PREFIXES
            )
            return
        answer = self._store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default_graph=layers)
        if isinstance(answer, QueryTriples):
            serialize(answer, output, form, prefixes=PREFIXES)

    @cached_property
    def _layers(self) -> dict[str, list[NamedNode | BlankNode | DefaultGraph]]:
        """For each view the graphs that it is made of, in a store that was loaded in layers; else nothing."""
        if not (self._prepared / LAYERED).is_file():
            return {}
        return {
            VIEWS[view].value: [DefaultGraph(), *(NamedNode(name) for name in names)]
            for view, names in self._read(LAYERED).items()
        }

    def _with_files(self) -> Store:
        """Give the store with the graphs of single files, which a large one gets when they are first asked for."""
        if self._whole is None:
            from kzkg.loading.filegraphs import added

            self._whole = Store.read_only(str(added(self._prepared)))
        return self._whole

    def _place(self, bare: str, asked: Asked) -> tuple[Store, dict[str, Any]]:
        """Choose the store that a query runs on, and the graphs in it."""
        if asked.chosen is not None:
            if asked.known_by:
                raise RequestError("graphs chosen by their names cannot be asked as known by a day")
            return self._chosen(*asked.chosen)
        if re.search(r"\bFROM\b", bare, re.IGNORECASE):
            if asked.known_by:
                raise RequestError("FROM chooses graphs of its own and cannot be asked as known by a day")
            return (self._with_files() if self._layers else self._store), {}
        default = self._default(asked.dataset, asked.known_by)
        if not guard.mentions(bare, "graph"):
            return self._store, {"default_graph": default}
        if asked.known_by:
            return self._past(default, asked.known_by), {}
        # The list is passed only where it is needed: with some hundred names it costs some milliseconds.
        store = self._with_files() if self._layers else self._store
        return store, {"default_graph": default, "named_graphs": list(self.named_graphs)}

    def _chosen(self, default: tuple[NamedNode, ...], named: tuple[NamedNode, ...]) -> tuple[Store, dict[str, Any]]:
        """Take the graphs that a request chose; a view among them stands for its layers."""
        if not self._layers:
            return self._store, {"default_graph": list(default), "named_graphs": list(named)}
        graphs = [layer for graph in default for layer in self._layers.get(graph.value, [graph])]
        store = (
            self._store if not named and all(graph.value in self._layers for graph in default) else self._with_files()
        )
        return store, {"default_graph": list(dict.fromkeys(graphs)), "named_graphs": list(named)}

    def _default(self, dataset: str, known_by: dt.date | None) -> list[NamedNode | BlankNode | DefaultGraph]:
        if known_by and not self._known["size"]:
            raise RequestError("this store is too large for its earlier days to be kept: --known-by cannot be asked")
        if dataset not in VIEWS:
            return []
        if not known_by:
            return self._layers.get(VIEWS[dataset].value) or [VIEWS[dataset]]
        from kzkg.store import ranges

        bit = ranges.position([dt.date.fromisoformat(day) for day in self._known["days"]], known_by)
        wanted = [
            f"{GRAPH}known-by/{kind}-{low}-{high}"
            for kind in ("both", dataset)
            for low, high in ranges.path(bit, self._known["size"])
        ]
        existing = set(self._known["layers"])
        return [NamedNode(name) for name in wanted if name in existing]

    def _past(self, default: Sequence[NamedNode | BlankNode | DefaultGraph], known_by: dt.date) -> Store:
        """Give a store in memory whose named graphs, too, hold only what was known by the day.

        Its default graph is the given view. This costs some 0.2 s, so only a query with GRAPH pays for it.
        """
        past = Store()
        past.bulk_load(path=self._prepared / "files.nq", format=RdfFormat.N_QUADS, lenient=True)
        for node in self._gone(known_by):
            for quad in (*past.quads_for_pattern(node, None, None), *past.quads_for_pattern(None, None, node)):
                past.remove(quad)
        for graph in default:
            triples = self._store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
            past.bulk_load(triples, RdfFormat.N_TRIPLES, lenient=True)
        return past

    def _gone(self, known_by: dt.date) -> set[Any]:
        """Give the records, citations and sources that today's reader has and the reader of the day had not."""
        graphs = ([VIEWS["all"]], self._default("all", known_by))
        answers = [self._store.query(_NODES, prefixes=needed(_NODES), default_graph=[*chosen]) for chosen in graphs]
        today, then = ({row[0] for row in answer} for answer in answers if isinstance(answer, QuerySolutions))
        return today - then

    def _damaged(self) -> DataError:
        return DataError(f"{self._prepared}: the prepared store is damaged; {self._cure}")
