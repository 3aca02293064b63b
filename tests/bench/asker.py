"""A process that asks one engine every saved query, warm, and tells how long each took and a digest of its rows.

`python -m tests.bench.asker ENGINE PLACE [SECONDS]`: `kzkg` asks a store as `kzkg run` does, `oxigraph` and `rdflib`
are given the same text and a file of the accepted view; one line of JSON for each query.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from kzkg.catalog import Catalog
from kzkg.store import open_graph
from tests.bench.measure import ROOT
from tests.conftest import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kzkg.query import SavedQuery

    Ask = Callable[[str], list[tuple[Any, ...]]]

AGAIN, ENOUGH = 5, 1.0
"""A query is asked so many times more, if it took no longer than so many seconds in all; the best time counts."""
WANTED = {
    "a court": ("court", "SELECT ?x { ?d kzkg:issuedBy ?x ; kzkg:kind v:decision-ban } ORDER BY ?x LIMIT 1"),
    "a group": ("group", "SELECT ?x { ?d kzkg:designates ?x ; kzkg:byDecision ?e } ORDER BY ?x LIMIT 1"),
    "a document": ("source", "SELECT ?x { ?d kzkg:designates ?g ; kzkg:evidence/kzkg:source ?x } ORDER BY ?x LIMIT 1"),
    "a day": ("day", ""),
}
"""A parameter of `courts-banned-groups`, and how to find a value of it."""
THING = "SELECT ?p ?o ?c ?s { <%s> ?p ?o OPTIONAL { <%s> kzkg:evidence ?c . ?c kzkg:source ?s } }"


def same_everywhere(query: SavedQuery) -> bool:
    """Say whether every engine can be asked: of the accepted view, and not of single files."""
    return query.graph == "accepted" and "GRAPH" not in query.text


def kzkg(place: str) -> Ask:
    """Ask a store of kzkg."""
    graph = open_graph(place)

    def ask(text: str) -> list[tuple[Any, ...]]:
        return list(graph.evaluate(text).rows)  # type: ignore[union-attr]

    return ask


def oxigraph(file: str) -> Ask:
    """Ask the engine itself, with the accepted view as its default graph and nothing else in it."""
    import tempfile

    from pyoxigraph import RdfFormat, Store

    from kzkg.terms import PREFIXES

    folder = tempfile.mkdtemp(prefix="asker-", dir=file.rpartition("/")[0])
    Store(folder).bulk_load(path=file, format=RdfFormat.N_TRIPLES, lenient=True)
    store = Store.read_only(folder)
    return lambda text: [tuple(row) for row in store.query(text, prefixes=PREFIXES)]  # type: ignore[union-attr]


def rdflib(file: str) -> Ask:
    """Ask rdflib, with the accepted view as its graph."""
    import logging

    import rdflib

    logging.disable(logging.CRITICAL)
    graph = rdflib.Graph()
    graph.parse(file, format="nt")
    from kzkg.terms import PREFIXES

    return lambda text: [tuple(row) for row in graph.query(text, initNs=PREFIXES)]


ENGINES: dict[str, Callable[[str], Ask]] = {"kzkg": kzkg, "oxigraph": oxigraph, "rdflib": rdflib}


def timed(ask: Callable[[], list[tuple[Any, ...]]]) -> tuple[float, list[tuple[Any, ...]]]:
    """Ask once to be warm, then again for the time."""
    start = time.perf_counter()
    rows = ask()
    least = spent = time.perf_counter() - start
    for _ in range(AGAIN):
        if spent > ENOUGH:
            break
        start = time.perf_counter()
        ask()
        took = time.perf_counter() - start
        least, spent = min(least, took), spent + took
    return least, rows


def digest(rows: list[tuple[Any, ...]]) -> str:
    """Give one word for the rows, whatever their order; a blank node is like any other."""
    lines = sorted(repr(tuple(normal(term) for term in row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def questions(ask: Ask) -> Iterator[tuple[str, str]]:
    """Give look-ups of one thing, the first of its kind, and every saved query without a value."""
    catalog = Catalog(ROOT)
    query = catalog.query("courts-banned-groups")
    for what, (parameter, first) in WANTED.items():
        word = str(ask(first)[0][0]).strip("<>") if first else "2010-01-01"
        yield f"look-up: {what}", query.bind({parameter: query.parameter(parameter).term(word)})
        if what == "a group":
            yield "look-up: a thing", THING.replace("%s", word)
    for name, query in catalog.queries.items():
        if same_everywhere(query):
            yield name, query.bind({})


def main() -> None:
    """Ask, and write a line for each question as soon as it is answered."""
    engine, place = sys.argv[1:3]
    end = time.monotonic() + float(sys.argv[3] if len(sys.argv) > 3 else 1e9)
    ask = ENGINES[engine](place)
    for name, text in questions(ask):
        if time.monotonic() > end:
            break
        try:
            seconds, rows = timed(lambda text=text: ask(text))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - an engine may fail at one question and answer the others
            print(json.dumps([name, None, 0, f"{type(error).__name__}: {error}"[:200]]), flush=True)
            continue
        print(json.dumps([name, seconds, len(rows), digest(rows)]), flush=True)


if __name__ == "__main__":
    main()
