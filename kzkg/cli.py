"""The command line: every command with its options, and the one place where a fault becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from kzkg.commands import cite as citing
from kzkg.errors import KzkgError
from kzkg.options import (
    All,
    Cite,
    Columns,
    Excel,
    FailEmpty,
    Format,
    Globals,
    KnownBy,
    Lang,
    Limit,
    Output,
    Sort,
    When,
)

ROWS = "Formats: table tsv csv json ndjson md html srj srx; a terminal gets a table, a pipe gets TSV."
GRAPHS = "Formats: ttl nt nq trig jsonld rdfxml."

app = typer.Typer(
    name="kzkg",
    help="Ask a cited knowledge graph of how Kazakhstan's courts, laws and state bodies deal with terrorism.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:  # noqa: FBT001
    """Print the version and leave."""
    if wanted:
        from importlib.metadata import version

        print(f"kzkg {version('kzkg')}")
        raise typer.Exit


@app.callback()
def before(
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="KZKG_DEBUG", help="Show where in the program a fault arose.")
    ] = False,
    color: Annotated[When, typer.Option("--color", envvar="KZKG_COLOR", help="Use colours.")] = When.AUTO,
    pager: Annotated[
        bool, typer.Option("--pager/--no-pager", envvar="KZKG_PAGER", help="Page long tables on a terminal.")
    ] = True,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before the command; `main` has looked at --debug, and --version never comes here."""
    del debug, version
    context.obj = Globals(color.value, pager)


@app.command(
    epilog=ROWS, add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
def run(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME [--PARAM VALUE]...", help="A saved query and its parameters.")
    ] = None,
    *,
    form: Format = None,
    output: Output = None,
    cite: Cite = False,
    everything: All = False,
    known_by: KnownBy = None,
    lang: Lang = None,
    limit: Limit = None,
    sort: Sort = None,
    columns: Columns = None,
    fail_empty: FailEmpty = False,
    excel: Excel = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print the SPARQL that would run, and stop.")] = False,
    about: Annotated[
        bool, typer.Option("-h", "--help", help="Show this; with NAME, what its parameters take.")
    ] = False,
) -> None:
    """Ask a saved query."""
    if about and not words:
        print(context.get_help())
        return
    from kzkg.commands.asking import Request, run_query

    request = Request(
        form, output, known_by, lang and lang.value, sort, columns, limit, cite, everything, fail_empty, excel
    )
    run_query(context.obj, words or [], request, explain=explain, about=about)


@app.command(epilog=f"{ROWS} {GRAPHS}")
def sparql(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY|@FILE|-", help="A query, a file that holds one, or - to read it.")
    ],
    *,
    form: Format = None,
    output: Output = None,
    cite: Cite = False,
    everything: All = False,
    files: Annotated[bool, typer.Option("--files", help="Ask the named graphs, one a file, with GRAPH.")] = False,
    known_by: KnownBy = None,
    lang: Lang = None,
    limit: Limit = None,
    sort: Sort = None,
    columns: Columns = None,
    fail_empty: FailEmpty = False,
    excel: Excel = False,
) -> None:
    """Ask a SPARQL query of your own; the prefixes of the graph need not be declared."""
    from kzkg.commands.asking import Request, run_sparql

    request = Request(
        form, output, known_by, lang and lang.value, sort, columns, limit, cite, everything, fail_empty, excel
    )
    run_sparql(context.obj, query, request, files=files)


@app.command(epilog=ROWS)
def queries(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Only queries that speak of all these words.")] = None,
    *,
    form: Format = None,
    output: Output = None,
) -> None:
    """List the saved queries, in groups."""
    from kzkg.commands.looking import list_queries

    list_queries(context.obj, words or [], form, output)


@app.command(epilog="Formats: text json ttl md.")
def show(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    thing: Annotated[str, typer.Argument(metavar="THING", help="A name in any language, an IRI or a prefixed name.")],
    *,
    form: Format = None,
    output: Output = None,
    everything: All = False,
    known_by: KnownBy = None,
    lang: Lang = None,
) -> None:
    """Show a thing: names, what is known of it and who says so, what points to it, where sources disagree."""
    from kzkg.commands.looking import show_thing

    show_thing(context.obj, thing, form, output, known_by=known_by, lang=lang and lang.value, everything=everything)


@app.command(epilog=ROWS)
def stats(
    context: typer.Context,
    *,
    form: Format = None,
    output: Output = None,
    known_by: KnownBy = None,
    lang: Lang = None,
) -> None:
    """Count what the graph holds."""
    from kzkg.commands.looking import count_things

    count_things(context.obj, form, output, known_by=known_by, lang=lang and lang.value)


@app.command(epilog=GRAPHS)
def export(
    context: typer.Context,
    *,
    form: Format = None,
    output: Output = None,
    graph: Annotated[
        str, typer.Option("--graph", metavar="GRAPH", help="accepted, all, files, or the name of one file's graph.")
    ] = "accepted",
    known_by: KnownBy = None,
) -> None:
    """Write the graph, or a part of it."""
    from kzkg.commands.looking import export_graph

    export_graph(context.obj, graph, form, output, known_by)


@app.command()
def validate(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Turtle files, as an addition.")
    ] = None,
    *,
    alone: Annotated[bool, typer.Option("--alone", help="Check the files without the shipped graph.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 on warnings, too.")] = False,
    form: Annotated[str, typer.Option("-f", "--format", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """Check the graph, and files that would be added to it, against the shapes and the rules of the house."""
    from kzkg.commands.checking import check_data

    check_data(files or [], form, alone=alone, strict=strict)


@app.command("format")
def form_files(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Turtle files; none: all of ours.")
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Change nothing, say which files are not canonical.")] = False,
) -> None:
    """Write Turtle files in their one canonical form."""
    from kzkg.commands.checking import canonical

    canonical(files or [], check=check)


app.command(
    "cite", epilog=citing.EPILOG, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)(citing.cite)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; a fault is one line on standard error."""
    words = hoisted(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words or os.environ.get("KZKG_DEBUG", "").lower() in {"1", "true", "yes", "on"}
    try:
        return int(app(args=words, standalone_mode=False, prog_name="kzkg") or 0)
    except BaseException as error:  # noqa: BLE001 - the last place that can turn a fault into a line
        if debug and not isinstance(error, SystemExit):
            import traceback

            traceback.print_exc()
        return told(error)


def hoisted(words: list[str]) -> list[str]:
    """Move the global options before the command, for people write them anywhere."""
    front, rest = [], []
    taken = False
    for number, word in enumerate(words):
        if "--" in words[:number]:
            rest.append(word)
        elif taken or word in {"--debug", "--pager", "--no-pager", "--color"} or word.startswith("--color="):
            front.append(word)
            taken = word == "--color" and not taken
        else:
            rest.append(word)
    return front + rest


def told(error: BaseException) -> int:
    """Say on one line what went wrong, and give the exit code that the interface promises for it."""
    from click.exceptions import Abort, ClickException
    from click.exceptions import Exit as ClickExit

    from kzkg.output import say

    if isinstance(error, SystemExit | ClickExit):
        code = error.code if isinstance(error, SystemExit) else error.exit_code
        return code if isinstance(code, int) else 0 if code is None else 1
    if isinstance(error, KeyboardInterrupt | Abort):
        return 130
    if isinstance(error, KzkgError):
        if str(error):
            say(f"kzkg: {one_line(str(error))}")
        return error.exit_code
    if isinstance(error, ClickException):
        context = getattr(error, "ctx", None)
        where = f"; see '{context.command_path} --help'" if context is not None else ""
        say(f"kzkg: {one_line(error.format_message())}{where}")
        return error.exit_code
    if isinstance(error, OSError):
        say(f"kzkg: {error.filename or 'input or output'}: {error.strerror or error}")
        return 4
    say(f"kzkg: unexpected fault, {type(error).__name__}: {one_line(str(error))} (--debug shows where)")
    return 4


def one_line(message: str) -> str:
    """Put a message on one line, without anything that could move the cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(message.split()))
