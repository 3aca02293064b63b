"""`kzkg plot`: a picture of what a saved query answers, as one file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from kzkg.commands.asking import found, opened, parsed
from kzkg.errors import RequestError, nearest
from kzkg.output import deliver, language, say
from kzkg.terms import quoted

if TYPE_CHECKING:
    from kzkg.commands.asking import Request
    from kzkg.pictures.caption import Subject
    from kzkg.store import Graph

MOST_NAMED = 12


def plot_query(kind: str, words: list[str], request: Request) -> None:
    """Ask a saved query and draw its answer: `timeline`, `map`, `network` or `bars`."""
    from kzkg.answer import ask
    from kzkg.labels import resolve
    from kzkg.pictures import KINDS, draw, ready

    if kind not in KINDS:
        raise RequestError(f"no picture {quoted(kind)}{nearest(kind, list(KINDS))}; there are {', '.join(KINDS)}")
    ready()
    name, given = parsed(words)
    form = form_of(request, name)
    graph = opened(request.known_by)
    query = found(graph.catalog, name)
    dataset = "all" if request.everything and query.graph != "files" else query.graph
    lang = language(request.lang)
    values = resolve(graph, query, given)
    answer = ask(graph, query, values, replace(request.wish(query.graph), cite=True))
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
    others = fitting(graph, kind)
    shown = ", ".join(others[:MOST_NAMED]) + (", …" if len(others) > MOST_NAMED else "")
    raise RequestError(f"{name}: {reason}; it fits {shown}")


def fitting(graph: Graph, kind: str) -> list[str]:
    """Give the saved queries whose answers, asked without parameters, make such a picture."""
    from kzkg.answer import Answer, begun
    from kzkg.errors import KzkgError
    from kzkg.pictures import refusal
    from kzkg.pictures.caption import Subject
    from kzkg.pictures.places import spots

    names = []
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
            names.append(name)
    return names
