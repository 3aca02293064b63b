"""`kzkg shell`: a prompt that keeps its history and completes queries, parameters, names and SPARQL."""

from __future__ import annotations

from typing import Annotated

import typer


def shell(
    context: typer.Context,
    *,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Keep what was typed for the next time.")
    ] = True,
) -> None:
    """Ask one thing after another at a prompt; help lists what it takes."""
    import sys

    from kzkg.errors import RequestError
    from kzkg.extras import library

    library("prompt_toolkit", "shell", "kzkg shell")
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise RequestError("kzkg shell is for a terminal; in a script use kzkg run, kzkg sparql or kzkg show")
    from kzkg.commands.prompt import converse

    converse(context.obj, keep=history)
