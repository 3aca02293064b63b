"""`kzkg search`: words in, the things that they may mean out."""

from __future__ import annotations

from typing import Annotated

import typer

from kzkg.options import Columns, FailEmpty, Format, Lang, Output  # noqa: TC001 - typer reads these when it runs

EPILOG = "Formats: those of rows, as for run."

Words = Annotated[
    list[str], typer.Argument(metavar="WORDS", help="A name, or words of it, in any language and script.")
]
Kind = Annotated[
    str | None, typer.Option("--kind", metavar="CLASS", help="Only things of this class, or terms of this scheme.")
]
Limit = Annotated[int, typer.Option("--limit", min=0, metavar="N", help="Show at most so many things.")]


def search(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    words: Words,
    *,
    kind: Kind = None,
    form: Format = None,
    output: Output = None,
    lang: Lang = None,
    limit: Limit = 20,
    columns: Columns = None,
    fail_empty: FailEmpty = False,
) -> None:
    """Find things by any of their names, also misspelt, and say which name fits and how well."""
    from kzkg.commands.asking import Request
    from kzkg.names.searching import search_names

    request = Request(form, output, None, lang and lang.value, None, columns, limit, fail_empty=fail_empty)
    search_names(context.obj, " ".join(words), kind, request)
