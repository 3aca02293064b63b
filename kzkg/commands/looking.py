"""`kzkg queries`, `show`, `stats` and `export`: what there is to ask, and what the graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kzkg import terms
from kzkg.answer import Answer, Wish
from kzkg.commands.asking import Request, empty, opened, present
from kzkg.errors import RequestError, nearest
from kzkg.output import deliver, language, say, screen
from kzkg.store import Solutions, Triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from kzkg.options import Globals
    from kzkg.query import SavedQuery
    from kzkg.store import Graph

CARDS = ("text", "json", "ttl", "md")
SUFFIXES = {"json": "json", "ttl": "ttl", "md": "md"}
COUNTED = """SELECT ?what (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?what
  FILTER (STRSTARTS(STR(?thing), "https://w3id.org/kzkg/id/")) } GROUP BY ?what ORDER BY DESC(?count) ?what"""
TRIPLES = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
CITED = """SELECT (COUNT(DISTINCT ?source) AS ?count) WHERE { ?record kzkg:evidence/kzkg:source ?source }"""
OPEN = """SELECT (COUNT(DISTINCT ?question) AS ?count) WHERE { ?claim kzkg:answers ?question
  OPTIONAL { ?winner kzkg:answers ?question ; kzkg:rank v:rank-accepted } FILTER (!BOUND(?winner)) }"""


def list_queries(settings: Globals, words: list[str], form: str | None, output: str | None) -> None:
    """List the saved queries that speak of all these words, in their groups."""
    from kzkg.store import open_catalog

    wanted = [word.casefold() for word in words]
    known = open_catalog(settings.store).queries.values()
    found = [query for query in known if all(word in spoken(query) for word in wanted)]
    found.sort(key=lambda query: (query.group, query.name))
    view = screen(settings.colour, pager=settings.pager)
    if form is None and output is None and view.terminal:
        deliver(grouped(found, view.width), None, paged=view)
    else:
        rows = tuple(tuple(map(Literal, entry(query))) for query in found)
        names = ("name", "group", "question", "parameters")
        answer = Answer("Saved queries", names, rows, total=len(rows))
        present(settings, answer, Request(form, output), Wish())
    if not found:
        spoken_of = sorted({word for query in known for word in spoken(query).split()})
        hint = nearest(wanted[-1], spoken_of) if wanted else ""
        empty(f"no saved query speaks of {terms.quoted(' '.join(words))}{hint}", Request())


def spoken(query: SavedQuery) -> str:
    """Join all words of a query that a search may hit."""
    parameters = (f"{parameter.name} {parameter.help}" for parameter in query.parameters)
    return " ".join((query.name, query.summary, query.description, query.group, *query.tags, *parameters)).casefold()


def entry(query: SavedQuery) -> tuple[str, str, str, str]:
    """Give one line of the list."""
    return query.name, query.group, query.summary, " ".join(parameter.name for parameter in query.parameters)


def grouped(found: list[SavedQuery], width: int) -> Iterator[str]:
    """Write the list for a terminal: a heading for each group, a name and its question on each line."""
    from kzkg.formats.table import folded

    size = max((len(query.name) for query in found), default=0) + 2
    group = None
    for query in found:
        if query.group != group:
            yield f"{chr(10) if group is not None else ''}{query.group or 'other'}\n"
            group = query.group
        # Beside the names there must be room for some words, else they stand below.
        beside = width - size - 2 >= 30
        if not beside:
            yield f"  {query.name}\n"
        for number, part in enumerate(folded(query.summary, width - size - 2 if beside else width - 6)):
            yield f"  {(query.name if not number else '').ljust(size)}{part}\n" if beside else f"      {part}\n"
    yield f"\n{len(found)} {'query' if len(found) == 1 else 'queries'}; 'kzkg run NAME --help' explains one\n"


def show_thing(  # noqa: PLR0913 - the options of the command
    settings: Globals,
    word: str,
    form: str | None,
    output: str | None,
    *,
    known_by: str | None,
    lang: str | None,
    everything: bool,
) -> None:
    """Show the card of a thing."""
    from kzkg.card import make_card
    from kzkg.findings import as_turtle
    from kzkg.formats import Layout, cards
    from kzkg.labels import thing

    form = form or SUFFIXES.get((output or "").rpartition(".")[2])
    form = "text" if form in {None, "table"} else str(form)
    if form not in CARDS:
        raise RequestError(
            f"a card has no format {terms.quoted(form)}{nearest(form, list(CARDS))}; use {', '.join(CARDS)}"
        )
    graph = opened(known_by, settings.store)
    dataset, tongue = "all" if everything else "accepted", language(lang)
    meant = thing(graph, word, told=say)
    card = make_card(graph, meant, tongue, dataset)
    view = screen(settings.colour, pager=settings.pager)
    if form == "ttl":
        answer = Answer(statements=as_turtle(graph, meant, dataset))
        present(settings, answer, Request("ttl", output), Wish(tongue))
        return
    layout = Layout(width=view.width, colour=view.colour and output in {None, "-"}, unicode=view.unicode, lang=tongue)
    deliver(getattr(cards, form)(card, layout), output, paged=view if form == "text" else None)


def count_things(
    settings: Globals, form: str | None, output: str | None, *, known_by: str | None, lang: str | None
) -> None:
    """Count statements, documents, questions, and the things of each class."""
    from kzkg.answer import finished

    graph, wish = opened(known_by, settings.store), Wish(language(lang), "all")
    rows: list[tuple[terms.Term | None, terms.Term | None]] = [
        (Literal("statements of the accepted view"), number(graph, TRIPLES, "accepted")),
        (Literal("statements of all files"), number(graph, TRIPLES, "all")),
        (Literal("files"), Literal(len(graph.named_graphs))),
        (Literal("saved queries"), Literal(len(graph.catalog.queries))),
        (Literal("documents that support something"), number(graph, CITED, "all")),
        (Literal("questions that are open"), number(graph, OPEN, "all")),
    ]
    result = graph.evaluate(COUNTED, "all")
    rows += [(row[0], row[1]) for row in result.rows] if isinstance(result, Solutions) else []
    answer = Answer("What the graph holds", ("what", "count"), tuple(rows), total=len(rows))
    present(settings, finished(graph, answer, wish, "all", None), Request(form, output), wish)


def number(graph: Graph, text: str, dataset: str) -> terms.Term | None:
    """Give the one number that a query yields."""
    result = graph.evaluate(text, dataset)
    return result.rows[0][0] if isinstance(result, Solutions) else None


def export_graph(settings: Globals, name: str, form: str | None, output: str | None, known_by: str | None) -> None:
    """Write a dataset, or the graph of one file."""
    graph = opened(known_by, settings.store)
    if name in {"accepted", "all"}:
        statements = triples(graph, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", name)
    elif name == "files":
        statements = quads(graph)
        form = form or (None if output else "trig")
    else:
        statements = triples(
            graph, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {chosen(graph, name)} {{ ?s ?p ?o }} }}", "files"
        )
    answer = Answer(statements=tuple(sorted(statements, key=place)))
    present(settings, answer, Request(form, output), Wish())


def place(statement: Triple | Quad) -> tuple[str, str]:
    """Order statements by graph, then by subject, predicate and object."""
    graph = statement.graph_name if isinstance(statement, Quad) else None
    return str(graph or ""), str(statement)


def triples(graph: Graph, text: str, dataset: str) -> tuple[Triple | Quad, ...]:
    """Give the statements that a CONSTRUCT yields."""
    result = graph.evaluate(text, dataset)
    return result.triples if isinstance(result, Triples) else ()


def quads(graph: Graph) -> tuple[Triple | Quad, ...]:
    """Give the statements of all files, each in the graph of its file."""
    result = graph.evaluate("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }", "files")
    rows = result.rows if isinstance(result, Solutions) else ()
    return tuple(
        Quad(subject, predicate, value, graph_name)
        for subject, predicate, value, graph_name in rows
        if isinstance(subject, NamedNode | BlankNode)
        and isinstance(predicate, NamedNode)
        and isinstance(graph_name, NamedNode)
        and value is not None
    )


def chosen(graph: Graph, name: str) -> NamedNode:
    """Find the graph of one file by its name, with or without the prefix."""
    wanted = terms.expand(name if terms.is_name(name) else f"g:{name}")
    if wanted in graph.named_graphs:
        return wanted
    known = [terms.shrink(each).removeprefix("g:") for each in graph.named_graphs]
    hint = nearest(name.removeprefix("g:"), known)
    raise RequestError(f"no graph {terms.quoted(name)}{hint}; there are accepted, all, files and {len(known)} files")
