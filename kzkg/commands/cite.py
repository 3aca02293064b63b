"""`kzkg cite`: the documents behind a thing or an answer, or the data set itself, as a bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kzkg.errors import NotFound
from kzkg.options import All, KnownBy, Lang, Output

if TYPE_CHECKING:
    from kzkg.query import SavedQuery
    from kzkg.store import Graph
    from kzkg.works import Cited

EPILOG = "Formats: text bibtex csl-json ris; -o picks by .txt .bib .json .ris."
DATASET = "dataset"

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[THING|NAME [--PARAM VALUE]...]",
        help="A thing or a document, a saved query and its parameters, or 'dataset'; nothing: the data set.",
    ),
]
Form = Annotated[str | None, typer.Option("-f", "--format", metavar="FORMAT", help="How to write it; see below.")]


def cite(
    words: What = None,
    *,
    form: Form = None,
    output: Output = None,
    everything: All = False,
    known_by: KnownBy = None,
    lang: Lang = None,
) -> None:
    """Cite the documents behind a thing or an answer, one document, or the data set itself."""
    from kzkg.bibliography import choose, write
    from kzkg.commands.asking import opened, parsed
    from kzkg.output import deliver, language
    from kzkg.works import works

    form = choose(form, output)
    name, given = parsed(words) if words else (DATASET, {})
    graph = opened(known_by)
    tongue = language(lang and lang.value)
    cited = meant(graph, name, given, tongue, "all" if everything else None)
    deliver([write(works(graph, cited, tongue), form, tongue)], output)


def meant(graph: Graph, name: str, given: dict[str, str | list[str]], lang: str, dataset: str | None) -> Cited:
    """Find the documents that a word of the user asks for; the name of a saved query goes before that of a thing."""
    from kzkg.commands.asking import found
    from kzkg.labels import thing
    from kzkg.terms import expand
    from kzkg.works import DATASET as ITSELF
    from kzkg.works import cited_for

    query = name.removesuffix(".rq").lower().replace("_", "-")
    if given or query in graph.catalog.query_files:
        return behind(graph, found(graph.catalog, name), given, lang, dataset)
    if name == DATASET:
        return cited_for(graph, expand(ITSELF))
    return cited_for(graph, thing(graph, name), lang, dataset or "accepted")


def behind(
    graph: Graph, query: SavedQuery, given: dict[str, str | list[str]], lang: str, dataset: str | None
) -> Cited:
    """Find the documents behind the answer of a saved query."""
    from kzkg.answer import Wish, ask
    from kzkg.emptiness import why_empty
    from kzkg.labels import resolve
    from kzkg.works import behind as documents

    values = resolve(graph, query, given)
    wish = Wish(lang=lang, dataset=dataset, cite=True)
    answer = ask(graph, query, values, wish)
    if not answer.total:
        reason = why_empty(graph, query, values, dataset or query.graph, lang)
        raise NotFound(f"no rows, so nothing to cite: {reason}")
    return documents(graph, answer)
