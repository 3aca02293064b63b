"""`kzkg plot`: a picture of what a saved query answers, as one file."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from kzkg.commands.asking import found, opened, parsed
from kzkg.errors import RequestError, nearest
from kzkg.options import (  # noqa: TC001 - typer reads these when it runs
    All,
    Columns,
    Format,
    KnownBy,
    Lang,
    Limit,
    Output,
    Sort,
)
from kzkg.output import deliver, language, say
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.commands.asking import Request
    from kzkg.pictures.caption import Subject
    from kzkg.store import Graph

MOST_NAMED = 8


EPILOG = "Formats: svg png html; a pipe gets SVG."

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="timeline|map|network|bars NAME [--PARAM VALUE]...",
        help="The kind of picture, then a saved query and its parameters.",
    ),
]


def plot(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    words: Words = None,
    *,
    form: Format = None,
    output: Output = None,
    everything: All = False,
    known_by: KnownBy = None,
    lang: Lang = None,
    limit: Limit = None,
    sort: Sort = None,
    columns: Columns = None,
) -> None:
    """Draw the answer to a saved query as one file that opens offline."""
    from kzkg.commands.asking import Request

    if not words:
        raise RequestError(
            "plot needs a kind of picture and a query, as in: kzkg plot timeline attacks -o attacks.html"
        )
    request = Request(form, output, known_by, lang and lang.value, sort, columns, limit, everything=everything)
    plot_query(words[0], words[1:], request, context.obj.store)


def plot_query(kind: str, words: list[str], request: Request, store: str | None = None) -> None:
    """Ask a saved query and draw its answer: `timeline`, `map`, `network` or `bars`."""
    from kzkg.answer import ask
    from kzkg.labels import resolve
    from kzkg.pictures import KINDS, draw, ready

    if kind not in KINDS:
        raise RequestError(f"no picture {quoted(kind)}{nearest(kind, list(KINDS))}; there are {', '.join(KINDS)}")
    ready()
    name, given = parsed(words)
    form = form_of(request, name)
    graph = opened(request.known_by, store)
    query = found(graph.catalog, name)
    dataset = "all" if request.everything and query.graph != "files" else query.graph
    lang = language(request.lang)
    values = resolve(graph, query, given, say)
    answer = ask(graph, query, values, request._replace(cite=True, form=None, output=None).wish(query.graph))
    if answer.boolean is not None or answer.statements is not None:
        raise RequestError(
            f"{query.name} answers {'yes or no' if answer.statements is None else 'statements'}, not rows"
        )
    if not answer.rows:
        from kzkg.emptiness import why_empty

        raise RequestError(f"nothing to draw: {why_empty(graph, query, values, dataset, lang)}")
    from kzkg.pictures.caption import Subject
    from kzkg.pictures.places import spots

    subject = Subject(
        answer,
        lang,
        known_by=request.known_by or "",
        everything=dataset == "all",
        spots=spots(graph, answer, lang, dataset) if kind == "map" else {},
    )
    check(graph, kind, query.name, subject)
    drawn = draw(kind, subject, form)
    deliver(drawn, request.output)
    if request.output not in {None, "-"}:
        documents = len(subject.sources.documents)
        say(f"{request.output}: {kind} of {query.name}, {len(answer.rows)} rows, {documents} documents")


def form_of(request: Request, name: str) -> str:
    """SVG, PNG or HTML: as named, else by the suffix of the file, else SVG into a pipe."""
    from kzkg.pictures import FORMS

    if request.form:
        if request.form.lower() not in FORMS:
            raise RequestError(f"no picture format {quoted(request.form)}; there are {', '.join(FORMS)}")
        return request.form.lower()
    if request.output in {None, "-"}:
        if sys.stdout.isatty():
            raise RequestError(f"a picture goes into a file or a pipe: add -o {name}.svg, .png or .html")
        return "svg"
    suffix = str(request.output).rpartition(".")[2].lower()
    if suffix == "htm":
        return "html"
    if suffix not in FORMS:
        raise RequestError(f"no picture has the suffix of {quoted(str(request.output))}; use .svg, .png or .html")
    return suffix


def check(graph: Graph, kind: str, name: str, subject: Subject) -> None:
    """Refuse an answer that this picture cannot be made of, and say which saved queries it can be made of."""
    from kzkg.pictures import refusal

    reason = refusal(kind, subject)
    if reason is None:
        return
    # A few names are enough, and each costs a question to the graph.
    shown = list(islice(fitting(graph, kind), MOST_NAMED + 1))
    listed = ", ".join(shown[:MOST_NAMED]) + (", …" if len(shown) > MOST_NAMED else "")
    raise RequestError(f"{name}: {reason}; it fits {listed}")


def fitting(graph: Graph, kind: str) -> Iterator[str]:
    """Give the saved queries whose answers, asked without parameters, make such a picture."""
    from kzkg.answer import Answer, begun
    from kzkg.errors import KzkgError
    from kzkg.pictures import refusal
    from kzkg.pictures.caption import Subject
    from kzkg.pictures.places import spots

    for name in sorted(graph.catalog.query_files):
        try:
            query = graph.catalog.query(name)
            answer: Answer = begun(graph.evaluate(query.bind({}), query.graph), query.summary, query.evidence)
        except KzkgError:
            continue  # A query that is at fault is told of when it is asked for.
        if not answer.rows:
            continue
        places = spots(graph, answer, "en", query.graph) if kind == "map" else {}
        if refusal(kind, Subject(answer, spots=places)) is None:
            yield name
