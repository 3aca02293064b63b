"""Jobs of a worker: a SPARQL query of a stranger, and one graph as a whole."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, serialize

from kzkg import terms
from kzkg.errors import RequestError, nearest
from kzkg.formats.graph import used
from kzkg.server.media import GRAPHS, ROWS, listed
from kzkg.server.problems import Refusal, refusal
from kzkg.server.tally import tally
from kzkg.store import GRAPH, VIEWS, asking, guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import QueryTriples, Triple

    from kzkg.server.outlet import Outlet
    from kzkg.store import Begun, Chosen, Graph

FEW = 1000
_STAR = re.compile(r"((?:(?!\bSELECT\b).)*\bSELECT\s*+(?:(?:DISTINCT|REDUCED)\s*+)?)[*]", re.IGNORECASE | re.DOTALL)
_FROM = re.compile(r"(?<![\w:.?$@-])FROM\s+(?:NAMED\s+)?(?:<([^<>\s]*)>|([\w.-]*:[\w.-]*))", re.IGNORECASE)
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_UPDATE = re.compile(r"(\w+) is refused: the graph is read-only")
_PLACE = re.compile(r" at (\d+):(\d+)\b")


def answer(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Run a query and write its answer while the engine computes it."""
    text, dataset = job["query"], job.get("dataset", "accepted")
    try:
        guard.measured(text)
        chosen = graphs_of(graph, job)
        check_from(graph, text)
        with asking(text):
            begun = graph.begin(text, dataset, chosen)
            if isinstance(begun, QuerySolutions):
                begun = in_order(graph, text, dataset, chosen, begun)
            write(begun, job, outlet)
    except Refusal:
        raise
    except RequestError as error:
        raise told(error) from error


def told(error: RequestError) -> Refusal:
    """Say what is wrong with a query: an update is forbidden here, a syntax error has a place."""
    found = refusal(error)
    if _UPDATE.match(found.detail):
        return Refusal(403, found.detail)
    place = _PLACE.search(found.detail)
    if place and "syntax error" in found.detail + " unknown prefix":
        found.members |= {"line": int(place[1]), "column": int(place[2])}
    return found


def write(begun: Begun, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write an answer in the format that was negotiated for its kind."""
    if isinstance(begun, QuerySolutions | QueryBoolean):
        name = job["rows"]
        media = ROWS[name] if name else unacceptable(ROWS)
        counted = tally(name) if isinstance(begun, QuerySolutions) else None
        begun.serialize(outlet.begin(media.content_type, tally=counted).file, media.engine)
        return
    media = GRAPHS[job["graphs"]] if job["graphs"] else unacceptable(GRAPHS)
    outlet.begin(media.content_type)
    triples = counted_triples(begun, outlet)
    first = list(islice(triples, FEW))
    # Of a small graph the prefixes that it uses can be known before it is written.
    prefixes = terms.PREFIXES if len(first) == FEW else used(first)
    serialize(chain(first, triples), outlet.file, media.engine, prefixes=prefixes)


def unacceptable(offers: dict[str, Any]) -> Any:
    """Refuse a request that accepts none of the formats."""
    raise Refusal(
        406,
        f"none of the accepted types can be written; there are {', '.join(listed(offers))}",
        available=listed(offers),
    )


def counted_triples(begun: QueryTriples, outlet: Outlet) -> Iterator[Triple]:
    """Count triples on their way."""
    for number, triple in enumerate(begun, 1):
        outlet.count(number)
        yield triple


def in_order(graph: Graph, text: str, dataset: str, chosen: Chosen | None, begun: QuerySolutions) -> QuerySolutions:
    """Begin `SELECT *` again with the columns in the order of the text; the engine gives them by the alphabet."""
    if "*" not in text:
        return begun
    blank = guard.blanked(text, "name")
    star = _STAR.match(blank)
    names = {variable.value for variable in begun.variables}
    if not star or not names:
        return begun
    order = [name for name in dict.fromkeys(re.findall(r"[?$](\w+)", blank)) if name in names]
    if len(order) != len(names):
        return begun
    columns = " ".join(f"?{name}" for name in order)
    again = graph.begin(f"{text[: star.end() - 1]} {columns} {text[star.end() :]}", dataset, chosen)
    return again if isinstance(again, QuerySolutions) else begun


def graphs_of(graph: Graph, job: Mapping[str, Any]) -> Chosen | None:
    """Read the graphs that the request chose; those that there are not are refused rather than taken for empty."""
    default, named = job.get("default") or (), job.get("named") or ()
    if not default and not named:
        return None
    known = {*graph.named_graphs, *VIEWS.values()}
    found = [tuple(existing(name, known) for name in names) for names in (default, named)]
    return found[0], found[1]


def check_from(graph: Graph, text: str) -> None:
    """Refuse FROM with a graph that there is not: a stranger's FROM expects that it is fetched."""
    if "from" not in text.lower():
        return
    blank = guard.blanked(text, "iri", "name")
    prefixes = {**terms.PREFIXES, **dict(_PREFIX.findall(blank))}
    known = {*graph.named_graphs, *VIEWS.values()}
    for iri, name in _FROM.findall(blank):
        prefix, _, local = name.partition(":")
        spelt = iri or (prefixes[prefix] + local if prefix in prefixes else "")
        if ":" in spelt:
            existing(spelt, known)


def existing(name: str, known: Iterable[NamedNode]) -> NamedNode:
    """Find a graph of the dataset by its IRI."""
    graph = terms.expand(name)
    if graph in known:
        return graph
    names = [each.value for each in known]
    raise Refusal(400, f"there is no graph <{graph.value[:200]}>{nearest(graph.value, names)}", graph=graph.value[:200])


def whole(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write one graph, or a view, as it lies in the store."""
    media = GRAPHS[job["graphs"]] if job["graphs"] else unacceptable(GRAPHS)
    wanted = NamedNode(f"{GRAPH}accepted") if job["graph"] is None else terms.expand(job["graph"])
    if wanted not in {*graph.named_graphs, *VIEWS.values()}:
        known = [each.value for each in graph.named_graphs]
        raise Refusal(404, f"there is no graph <{wanted.value[:200]}>{nearest(wanted.value, known)}")
    graph.write(wanted, outlet.begin(media.content_type), media.engine)
