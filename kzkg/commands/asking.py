"""`kzkg run` and `kzkg sparql`: a question from the command line to the answer on the screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from kzkg.errors import DataError, Found, RequestError
from kzkg.output import deliver, language, say, screen
from kzkg.terms import quoted

if TYPE_CHECKING:
    from kzkg.answer import Answer, Wish
    from kzkg.catalog import Catalog
    from kzkg.options import Globals
    from kzkg.query import SavedQuery
    from kzkg.store import Graph

LONGEST_QUERY = 1_000_000


class Request(NamedTuple):
    """The options of a question, as they were typed."""

    form: str | None = None
    output: str | None = None
    known_by: str | None = None
    lang: str | None = None
    sort: str | None = None
    columns: str | None = None
    limit: int | None = None
    cite: bool = False
    everything: bool = False
    fail_empty: bool = False
    excel: bool = False

    def wish(self, dataset: str) -> Wish:
        """Put the options into the words of the room that answers."""
        from kzkg.answer import Wish
        from kzkg.formats import keeps_sources

        return Wish(
            lang=language(self.lang),
            dataset="all" if self.everything and dataset != "files" else dataset,
            cite=self.cite or keeps_sources(self.form, self.output),
            sort=listed(self.sort),
            limit=self.limit,
            columns=listed(self.columns),
        )


def listed(words: str | None) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(word.strip() for word in words.split(",") if word.strip()) if words else ()


def opened(known_by: str | None = None, store: str | None = None) -> Graph:
    """Open the shipped graph, or another, on the day of knowledge that was asked for, and say what that left out."""
    from kzkg.store import open_graph

    graph = open_graph(store, known_by=known_by)
    if known_by and graph.undated:
        say(f"known by {graph.known_by}: documents without a date are left out, {graph.undated} of them")
    return graph


def run_query(settings: Globals, words: list[str], request: Request, *, explain: bool, about: bool) -> None:
    """Ask a saved query, explain its parameters, or print what would be asked."""
    from kzkg.answer import ask
    from kzkg.labels import resolve

    name, given = parsed(words)
    graph = opened(None if about else request.known_by, settings.store)
    query = found(graph.catalog, name)
    if about:
        from kzkg.commands.explaining import help_on

        deliver(help_on(graph, query, language(request.lang), screen().width), request.output)
        return
    values = resolve(graph, query, given, say)
    if explain:
        deliver([query.bind(values).rstrip("\n") + "\n"], request.output)
        return
    wish = request.wish(query.graph)
    answer = ask(graph, query, values, wish)
    present(settings, answer, request, wish)
    if answer.boolean is None and not (answer.statements or answer.total):
        from kzkg.emptiness import why_empty

        empty(why_empty(graph, query, values, wish.dataset or query.graph, wish.lang), request)


def found(catalog: Catalog, name: str) -> SavedQuery:
    """Find the saved query of that name; capitals and underscores are forgiven."""
    plain = name.removesuffix(".rq").lower().replace("_", "-")
    return catalog.query(plain if plain in catalog.query_files else name)


def parsed(words: list[str]) -> tuple[str, dict[str, str | list[str]]]:
    """Read the name of a query and its parameters with their values: `NAME --court X --day=Y`, in any order."""
    name, given = None, dict[str, list[str]]()
    waiting = iter(words)
    for word in waiting:
        if word.startswith("--") and len(word) > 2:
            option, sign, value = word[2:].partition("=")
            if not sign:
                value = next(waiting, "--")
            if not sign and value.startswith("--"):
                spelt = quoted(f"--{option}")[1:-1]
                raise RequestError(f"{spelt} needs a value, as in {spelt} VALUE")
            given.setdefault(option.replace("-", "_"), []).append(value)
        elif word.startswith("-") and len(word) > 1:
            raise RequestError(f"no option {quoted(word)}; parameters are written --name VALUE, see 'kzkg run --help'")
        elif name is None:
            name = word
        else:
            raise RequestError(f"{quoted(word)} is one word too many; parameters are written --name VALUE")
    if name is None:
        raise RequestError("name a saved query, as in 'kzkg run courts-banned-groups'; 'kzkg queries' lists them")
    return name, {option: values[0] if len(values) == 1 else values for option, values in given.items()}


def run_sparql(settings: Globals, text: str, request: Request, *, files: bool) -> None:
    """Ask a query of the user's own."""
    from kzkg.answer import ask_text

    if files and request.everything:
        raise RequestError("--files and --all name two datasets: choose one")
    query = read(text)
    graph = opened(request.known_by, settings.store)
    wish = request.wish("files" if files else "accepted")
    answer = ask_text(graph, query, wish)
    present(settings, answer, request, wish)
    if answer.boolean is None and not (answer.statements or answer.total):
        empty("the query has no solution" + ("" if wish.dataset != "accepted" else "; --all asks all claims"), request)


def read(text: str) -> str:
    """Read the text of a query: as typed, from a file, or from standard input."""
    if text == "-":
        content = sys.stdin.buffer.read(LONGEST_QUERY + 1)
    elif text.startswith("@"):
        from pathlib import Path

        try:
            content = Path(text[1:]).read_bytes()
        except (OSError, ValueError) as error:
            raise DataError(f"{text[1:]}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    else:
        content = text.encode("utf-8", "surrogateescape")
    if len(content) > LONGEST_QUERY:
        raise RequestError(f"a query of more than {LONGEST_QUERY} bytes is not taken")
    try:
        query = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"the query is not UTF-8 text: byte {error.start} cannot be read") from error
    if not query.strip():
        raise RequestError("the query is empty")
    return query


def present(settings: Globals, answer: Answer, request: Request, wish: Wish) -> None:
    """Write an answer in the format that was asked for, where it was asked to go."""
    from kzkg.formats import Layout, check, choose, rowed

    view = screen(settings.colour, pager=settings.pager)
    to_file = request.output not in {None, "-"}
    holds = "rows" if answer.statements is None else "graph"
    default = "ttl" if holds == "graph" else "table" if view.terminal and not to_file else "tsv"
    suffix = request.output if to_file else None
    row = choose(request.form, suffix, holds=holds, default=default)
    layout = Layout(
        cite=request.cite,
        width=view.width,
        colour=view.colour and not to_file,
        unicode=view.unicode or to_file,
        excel=request.excel,
        lang=wish.lang,
    )
    check(row, layout)
    if row.name == "xlsx" and view.terminal and not to_file:
        raise RequestError("a workbook is no text for a terminal: add -o FILE.xlsx")
    deliver(row.write(rowed(answer, row), layout), request.output, paged=view if row.name == "table" else None)


def empty(reason: str, request: Request) -> None:
    """Say why there is no row; a failure only where that was asked for."""
    if request.fail_empty:
        raise Found(f"no rows: {reason}")
    say(f"no rows: {reason}")
