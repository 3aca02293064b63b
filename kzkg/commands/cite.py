"""`kzkg cite`: the documents behind a thing or an answer, or the data set itself, as a bibliography."""

from __future__ import annotations

from typing import Annotated

import typer

from kzkg.options import All, KnownBy, Lang, Output  # noqa: TC001 - typer reads these when it runs

EPILOG = "Formats: text bibtex csl-json ris; -o picks by .txt .bib .json .ris."

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[THING|NAME [--PARAM VALUE]...]",
        help="A thing or a document, a saved query and its parameters, or 'dataset'; nothing: the data set.",
    ),
]
Form = Annotated[str | None, typer.Option("-f", "--format", metavar="FORMAT", help="How to write it; see below.")]


def cite(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
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
    from kzkg.bibliography.citing import SELF, meant
    from kzkg.bibliography.works import works
    from kzkg.commands.asking import opened, parsed
    from kzkg.output import deliver, language, say

    form = choose(form, output)
    name, given = parsed(words) if words else (SELF, {})
    graph = opened(known_by, context.obj.store)
    tongue = language(lang and lang.value)
    query = name.removesuffix(".rq").lower().replace("_", "-")
    name = query if given or query in graph.catalog.query_files else name
    cited = meant(graph, name, given, tongue, "all" if everything else None, told=say)
    deliver([write(works(graph, cited, tongue), form, tongue)], output)
