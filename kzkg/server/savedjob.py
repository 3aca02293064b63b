"""Job of a worker: a saved query with the words of a user, answered as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kzkg.answer import Wish, ask
from kzkg.errors import NotFound, RequestError
from kzkg.formats import FORMATS, Layout, check, names, rowed
from kzkg.formats import choose as chosen_format
from kzkg.labels import resolve
from kzkg.server.negotiation import choose
from kzkg.server.paging import links
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.answer import Answer
    from kzkg.formats import Format
    from kzkg.query import SavedQuery, Value
    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

WIDTH = 120


def answer(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Ask the query and write its answer."""
    query = found(graph, job["name"])
    values = resolved(graph, query, job["given"], job["lang"])
    dataset = "all" if job["all"] and query.graph != "files" else query.graph
    wish = Wish(
        job["lang"], dataset, job["cite"], tuple(job["sort"]), job["limit"], tuple(job["columns"]), job["offset"]
    )
    try:
        answered = ask(graph, query, values, wish)
        outlet.count(answered.total)
        row = form_of(job, "rows" if answered.statements is None else "graph")
        layout = Layout(cite=job["cite"], width=WIDTH, excel=job["excel"], lang=job["lang"])
        check(row, layout)
        parts = row.write(rowed(answered, row), layout)
    except RequestError as error:
        raise Refusal(400, plain(error)) from error
    text = row.media.startswith("text/")
    media = f"{row.media}; charset=utf-8" if text else row.media
    outlet.begin(media, *pages(job, answered), ("content-language", job["lang"]))
    for part in [parts] if isinstance(parts, bytes) else parts:
        outlet.write(part if isinstance(part, bytes) else part.encode("utf-8", "replace"))


def plain(error: Exception) -> str:
    """Give a message without the hint at a command, which helps nobody on the web."""
    return " ".join(str(error).split()).partition("; 'kzkg ")[0]


def found(graph: Graph, name: str) -> SavedQuery:
    """Find the saved query."""
    try:
        return graph.catalog.query(name)
    except NotFound as error:
        raise Refusal(404, plain(error)) from error


def resolved(
    graph: Graph, query: SavedQuery, given: Mapping[str, Sequence[str]], lang: str
) -> dict[str, Value | Sequence[Value]]:
    """Turn words into values, one parameter after another, so that a fault names its parameter and what it takes."""
    values: dict[str, Value | Sequence[Value]] = {}
    for name, words in given.items():
        try:
            query.parameter(name)
        except RequestError as error:
            known, example = [parameter.name for parameter in query.parameters], dict(query.example)
            raise Refusal(400, plain(error), parameter=name[:60], allowed=known, example=example) from error
        try:
            values |= resolve(graph, query, {name: list(words) if len(words) > 1 else words[0]})
        except RequestError as error:
            allowed = taken(graph, query, name, lang)
            fitting = dict(query.example).get(name)
            raise Refusal(400, plain(error), parameter=name, allowed=allowed, example=fitting) from error
    return values


def taken(graph: Graph, query: SavedQuery, name: str, lang: str) -> str:
    """Say what a parameter takes, as the help of the command line does."""
    from kzkg.commands.explaining import takes
    from kzkg.emptiness import answered

    return takes(graph, query, query.parameter(name), lang, answered(graph, query, {}, query.graph))


def form_of(job: Mapping[str, Any], holds: str) -> Format:
    """Choose the format: as named, else as accepted, else JSON or Turtle."""
    default = "json" if holds == "rows" else "ttl"
    if job["form"]:
        try:
            return chosen_format(job["form"], None, holds=holds, default=default)
        except RequestError as error:
            raise Refusal(400, str(error), parameter="f", allowed=names(holds), example=default) from error
    order = [default, *(name for name in names(holds) if name != default)]
    chosen = choose(job["accept"], [(name, (FORMATS[name].media,)) for name in order])
    if chosen is None:
        types = [FORMATS[name].media for name in order]
        raise Refusal(406, f"none of the accepted types can be written; there are {', '.join(types)}", available=types)
    return FORMATS[chosen]


def pages(job: Mapping[str, Any], answered: Answer) -> list[tuple[str, str]]:
    """Say how many rows there are, and where the other pages are."""
    limit, total = job["limit"], answered.total
    headers = [("x-total-count", str(total))]
    return [*headers, ("link", links(job["address"], job["pairs"], limit, job["offset"], total))] if limit else headers
