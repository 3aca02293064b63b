"""`kzkg load`: files in, a filled store out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kzkg.loading import Loaded

EPILOG = "Formats: ttl trig nt nq rdfxml jsonld n3, each also as .gz .bz2 .xz .zst."

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of RDF, or graph folders.")]
Form = Annotated[
    str | None, typer.Option("-f", "--format", metavar="FORMAT", help="What the files are written in, if not by name.")
]


Into = Annotated[
    str | None,
    typer.Option("--graph-store", metavar="URL", help="Where an endpoint takes graphs, if it is not found by itself."),
]


History = Annotated[
    bool, typer.Option("--history/--no-history", help="Send an endpoint the views of earlier days, for --known-by.")
]


def load(
    context: typer.Context, files: Files, *, form: Form = None, into: Into = None, history: History = True
) -> None:
    """Fill the folder, or the endpoint, named by --store with these files; what it held before is replaced."""
    from kzkg import loading
    from kzkg.errors import RequestError
    from kzkg.output import say
    from kzkg.remote import is_address

    place = context.obj.store
    if is_address(place):
        from kzkg.remote.load import load as send

        sent = send(place, files, form, into, history=history)
        warn(sent.loaded)
        say(told(sent.loaded, sent.place))
        say(f"{sent.place}: {sent}")
        return
    if into is not None or not history:
        raise RequestError("--graph-store and --no-history go with --store URL, the address of an endpoint")
    done = loading.load(place, files, form)
    warn(done)
    say(told(done, place))


def warn(done: Loaded) -> None:
    """Say, on one line, which files hold nothing: that is no fault, but seldom what was meant."""
    from kzkg.output import say

    if done.empty:
        others = f" and {counted(len(done.empty) - 3, 'other file')}" if len(done.empty) > 3 else ""
        say(f"warning: no statement in {', '.join(done.empty[:3])}{others}")


def told(done: Loaded, place: str) -> str:
    """Say what a load did, on one line."""
    ontology = "" if done.own_ontology else ", with the ontology of the package"
    days = "" if done.known_by else "; --known-by is not kept at this size"
    held = f"{counted(done.files, 'file')} in {counted(done.graphs, 'graph')}{ontology}"
    return (
        f"{place}: {done.statements:,} statements of {held}; "
        f"{done.shown:,} in the accepted view; {done.seconds:.1f} s{days}"
    )


def counted(number: int, what: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
