"""Any SPARQL 1.1 endpoint as a place to ask: the same datasets, the same answers, over HTTP."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QuerySolutions, QueryTriples, RdfFormat, serialize

from kzkg.errors import DataError, RequestError
from kzkg.remote import answers, construct, virtuoso
from kzkg.remote.client import Client, Failed
from kzkg.remote.kept import Shelf
from kzkg.remote.loaded import ALL_NOTES, FEW_NOTES, FILE, FIRST, LAYER, WHOLE, read_notes
from kzkg.remote.text import declared, kind_of, parameters, parted, together
from kzkg.store import guard
from kzkg.store.engine import GRAPH, VIEWS, Asked
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kzkg.names import Names
    from kzkg.remote.client import Limits, Reply
    from kzkg.remote.loaded import Notes
    from kzkg.remote.text import Kind
    from kzkg.store.results import Begun
    from kzkg.terms import Term

LONGEST_GET = 2000
OWN = re.compile("/(?:known-by|loading)/")
"""Graphs of a load that are no files."""
NOT_MODIFIED = 304
GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
IS_THERE = "ASK { ?s ?p ?o }"
NAMED = """SELECT ?s ?p ?o WHERE { VALUES ?p { skos:prefLabel rdfs:label skos:altLabel dcterms:title dcterms:identifier
  rdf:type skos:inScheme kzkg:about kzkg:lists } ?s ?p ?o } ORDER BY ?s ?p ?o"""
UNDATED = """SELECT (COUNT(DISTINCT ?source) AS ?n) WHERE { ?source a kzkg:Source
  OPTIONAL { ?source dcterms:issued ?day } FILTER (!BOUND(?day)) }"""

Dataset = tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]]


class Endpoint:
    """An endpoint elsewhere: see `kzkg.store.engine.Engine`."""

    def __init__(self, address: str, limits: Limits | None = None) -> None:
        self._client = Client(address, limits)
        self._server: str | None = None
        self._seen = ""

    @cached_property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges: those that a load noted as files, else all of ours but the views."""
        noted = self._notes.of_kind(FILE)
        if noted:
            return tuple(NamedNode(name) for name in noted)
        views = {view.value for view in VIEWS.values()}
        found = (row[0] for row in self._rows(GRAPHS, None))
        names = sorted(each.value for each in found if isinstance(each, NamedNode) and each.value.startswith(GRAPH))
        return tuple(NamedNode(name) for name in names if name not in views and not OWN.search(name))

    @cached_property
    def names(self) -> Names:
        """The index of all names, as of today."""
        from kzkg.names import Names
        from kzkg.names.naming import index

        shelf = Shelf(self._client.address, self._client.user)
        found = shelf.find()
        if found.content and self.state and found.sign == self.state:
            return Names(found.content)
        dataset = ((self._view("all"),), ())
        reply = None
        with contextlib.suppress(Failed):  # what is too long for one answer is asked in pages below
            reply = self._send(declared(NAMED), "rows", dataset, **({} if self.state else found.conditions()))
        if reply and reply.status == NOT_MODIFIED:
            return Names(found.content)
        rows = self._rows(NAMED, dataset, reply)
        made = index((s, p, o) for s, p, o in rows if isinstance(p, NamedNode) and s and o)
        whole = reply is not None and not virtuoso.cut_at(reply.headers)
        shelf.keep(self.state, reply.headers if reply and whole else {}, made)
        return Names(made)

    @property
    def large(self) -> bool:
        """Not for us to say: it is the endpoint that has to answer."""
        return False

    @property
    def of_files(self) -> bool:
        """Whatever it was filled with lies elsewhere."""
        return False

    @property
    def state(self) -> str:
        """What follows from the signs of the views, where a load noted them."""
        signs = [self._few.signs.get(view.value, "") for view in VIEWS.values()]
        return "-".join(signs) if self._few.state == WHOLE and all(signs) else ""

    def fresh(self) -> None:
        """Look again at what stands there, for a process that lives long; what was found out of the same state stays.

        Raises DataError where there is nothing to ask.
        """
        self.__dict__.pop("_few", None)
        state = self.state or minute()
        if state != self._seen:
            for name in ("_notes", "named_graphs", "names"):
                self.__dict__.pop(name, None)
        self._seen = state

    def history(self) -> tuple[Sequence[str], int, Sequence[str]]:
        """Give the days that a load noted, the size of the tree over them, and its graphs."""
        notes = self._notes
        layers = notes.of_kind(LAYER)
        return (notes.days, notes.size, layers) if notes.state == WHOLE and layers else ((), 0, ())

    def statements(self) -> Iterator[bytes]:
        """Give all statements of the files as lines of N-Quads, one graph after another."""
        for graph in self.named_graphs:
            lines = io.BytesIO()
            self.write(graph, lines, RdfFormat.N_TRIPLES)
            yield from (b"%s %s .\n" % (line[:-2], str(graph).encode()) for line in lines.getvalue().splitlines())

    def undated(self) -> int:
        """Count the sources that have no date, and so are not known by any day."""
        return self._notes.undated

    @cached_property
    def _notes(self) -> Notes:
        return self.notes()

    def notes(self) -> Notes:
        """Read all that a load noted here."""
        return read_notes(self._rows(ALL_NOTES, None))

    def server(self) -> str:
        """Give the name by which the engine calls itself, as it stands in the head of its answers."""
        if self._server is None:
            self._send(declared(IS_THERE), "rows", None)
        return self._server or ""

    @cached_property
    def _few(self) -> Notes:
        """What has to be known before the first question; small, for every command waits for it."""
        notes = read_notes(self._rows(FEW_NOTES, None))
        if notes.state == FIRST:
            raise DataError(
                f"{self._client.shown}: the first load is under way, or broke off; 'kzkg load' goes on with it"
            )
        if not notes.state and not self._there(VIEWS["accepted"]):
            raise DataError(
                f"{self._client.shown}: holds no graph {VIEWS['accepted'].value}; "
                f"put a graph there first: kzkg load --store {self._client.shown} FILE…"
            )
        return notes

    def _there(self, graph: NamedNode) -> bool:
        return bool(self._ask(IS_THERE, kind_of(IS_THERE), ((graph,), ()))["boolean"])

    def _view(self, name: str) -> NamedNode:
        return self._few.place(name)

    def begin(self, text: str, bare: str, asked: Asked) -> Begun:
        """Send a query, and read its whole answer before it is given."""
        dataset = self._dataset(bare, asked)
        kind = kind_of(text)
        if kind.rows or kind.boolean:
            return answers.answered(self._client.shown, self._ask(text, kind, dataset))
        query = construct.parted(text) if virtuoso.speaks({"server": self.server()}) else None
        if query is None:
            reply = self._send(declared(text), "triples", dataset)
            if virtuoso.speaks(reply.headers):
                virtuoso.check_whole(self._client.shown, reply.headers, reply.body)
            return answers.graph(self._client.shown, reply)
        kind = kind_of(query.select)
        rows = answers.answered(self._client.shown, self._ask(query.select, kind, dataset))
        return construct.filled(query, [tuple(row) for row in rows])  # type: ignore[union-attr]

    def write(self, graph: NamedNode, output: Any, form: RdfFormat) -> None:
        """Write one graph, as it lies there, to a file that is open for bytes."""
        text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        begun = self.begin(text, guard.checked(text), Asked(chosen=((graph,), ())))
        if isinstance(begun, QueryTriples):
            serialize(begun, output, form, prefixes=PREFIXES)

    def _dataset(self, bare: str, asked: Asked) -> Dataset | None:
        """Choose the graphs that a query is asked of; None where it chooses them itself."""
        chooses = re.search(r"\bFROM\b", bare, re.IGNORECASE)
        if asked.known_by and (asked.chosen is not None or chooses or guard.mentions(bare, "graph")):
            raise RequestError("an endpoint cannot be asked for chosen graphs, FROM or GRAPH as known by a day")
        if asked.chosen is not None:
            return asked.chosen
        if chooses:
            return None
        default = self._default(asked.dataset, asked.known_by)
        return default, self.named_graphs if guard.mentions(bare, "graph") or not default else ()

    def _default(self, dataset: str, known_by: dt.date | None) -> tuple[NamedNode, ...]:
        if dataset not in VIEWS:
            return ()
        if not known_by:
            return (self._view(dataset),)
        from kzkg.store import ranges

        notes = self._notes
        if notes.state != WHOLE or not notes.of_kind(LAYER):
            why = "a load is under way, or broke off" if notes.state not in {"", WHOLE} else "it holds no earlier days"
            raise RequestError(f"{self._client.shown}: cannot be asked as known by a day: {why}")
        bit = ranges.position([dt.date.fromisoformat(day) for day in notes.days], known_by)
        wanted = (
            f"{GRAPH}known-by/{kind}-{low}-{high}"
            for kind in ("both", dataset)
            for low, high in ranges.path(bit, notes.size)
        )
        existing = set(notes.of_kind(LAYER))
        return tuple(NamedNode(name) for name in wanted if name in existing)

    def asked(self, text: str) -> list[tuple[Term | None, ...]]:
        """Give the rows of a SELECT that names its graphs itself."""
        return list(self._rows(text, None))

    def _rows(
        self, text: str, dataset: Dataset | None, reply: Reply | None = None
    ) -> Iterator[tuple[Term | None, ...]]:
        """Read the rows of a SELECT of ours, of which there may be an answer already."""
        found = answers.answered(self._client.shown, self._ask(text, kind_of(text), dataset, reply))
        if isinstance(found, QuerySolutions):
            yield from (tuple(row) for row in found)

    def _ask(self, text: str, kind: Kind, dataset: Dataset | None, reply: Reply | None = None) -> dict[str, Any]:
        """Ask a SELECT or ASK, and give its whole answer as a document."""
        name = self._client.shown
        try:
            reply = reply or self._send(declared(text), "rows", dataset)
        except Failed as error:
            most = virtuoso.most_sorted(name, error.said)
            if not kind.rows or not most:
                raise
            return {
                "head": {"vars": [*kind.variables]},
                "results": {"bindings": [*self._turned(text, kind, dataset, most)]},
            }
        found = answers.document(name, reply)
        if kind.boolean == ("results" in found):
            raise DataError(f"{name}: its answer is that of another kind of query")
        if virtuoso.speaks(reply.headers) and kind.rows:
            virtuoso.check_time(name, reply.headers)
            most = virtuoso.cut_at(reply.headers) or virtuoso.cut_unsaid(text)
            if most:
                found["results"]["bindings"] = list(self._turned(text, kind, dataset, most))
            virtuoso.mend(found)
            virtuoso.distinct(text, found)
        return found

    def _turned(self, text: str, kind: Kind, dataset: Dataset | None, most: int) -> Iterator[Any]:
        """Ask page by page for rows of which an endpoint gives only so many at once."""
        query = parted(text)
        if query is None:
            raise RequestError(
                f"{self._client.shown}: gives at most {most} rows at once, and this query cannot be asked in pages; "
                "narrow it, or raise ResultSetMaxRows there"
            )
        left, offset = query.limit, query.offset
        while left is None or left > 0:
            size = most if left is None else min(left, most)
            reply = self._send(declared(query.page(kind.variables, size, offset)), "rows", dataset)
            rows = answers.document(self._client.shown, reply)["results"]["bindings"]
            yield from rows
            most = virtuoso.cut_at(reply.headers) or most
            if len(rows) < min(size, most):
                return
            offset += len(rows)
            left = None if left is None else left - len(rows)

    def _send(self, text: str, wanted: str, dataset: Dataset | None, **conditions: str) -> Reply:
        """Send a query: as an address where it is short, so that it can be cached, else as a form."""
        form = [("query", text), *parameters(dataset)]
        headers = {"Accept": answers.ACCEPTED[wanted], **conditions}
        size = len(self._client.address) + sum(len(name) + len(value.encode()) * 1.5 for name, value in form)
        if size > LONGEST_GET:
            reply = self._client.send("POST", data=together(form), headers=headers)
        else:
            reply = self._client.send("GET", params=form, headers=headers)
        self._server = reply.headers.get("server", "")
        return reply


def minute() -> str:
    """Give the time for which something is kept that nobody can tell the state of."""
    return f"at-{int(time.time()) // 60}"
