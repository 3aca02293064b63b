"""The command line: every command with its options, and the one place where a fault becomes a line and an exit code."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from kzkg.errors import RequestError, nearest
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
    called_by,
    hoisted,
    readable,
)
from kzkg.terms import quoted

ROWS = (
    "Formats: table tsv csv json ndjson md html xlsx srj srx geojson graphml gexf; a terminal gets a table, a pipe TSV."
)
GRAPHS = "Formats: ttl nt nq trig jsonld rdfxml."

PASSING = {"ignore_unknown_options": True, "allow_extra_args": True}

VARIABLE = "_KZKG_COMPLETE"
"""What a shell sets when it asks how a command line goes on."""

COMMANDS: dict[str, tuple[Callable[..., None] | str, dict[str, Any]]] = {}
"""Each command: its function, or where that is, and what Typer is told of it."""


def command(name: str, **settings: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enter a function into the table of commands."""

    def entered(function: Callable[..., None]) -> Callable[..., None]:
        COMMANDS[name] = (function, settings)
        return function

    return entered


def application(words: list[str]) -> typer.Typer:
    """Make the command line for these words: all commands, or the one that is called, as each costs a millisecond."""
    app = typer.Typer(
        name="kzkg",
        help="Ask a cited knowledge graph of how Kazakhstan's courts, laws and state bodies deal with terrorism.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(before)
    called = called_by(words)
    if called is not None and called not in COMMANDS:
        raise RequestError(f"no command {quoted(called)}{nearest(called, list(COMMANDS))}; 'kzkg --help' lists them")
    for name in [called] if called else COMMANDS:
        function, settings = COMMANDS[name]
        if isinstance(function, str):
            module = import_module(function.partition(":")[0])
            function = getattr(module, function.partition(":")[2])
            settings = {"epilog": getattr(module, "EPILOG", None), **settings}
        app.command(name, **settings)(function)
    return app


def show_version(wanted: bool) -> None:  # noqa: FBT001
    """Print the version and leave."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"kzkg {version('kzkg')}")
        except PackageNotFoundError:  # in a checkout that nobody has installed
            print("kzkg, not installed")
        raise typer.Exit


def before(  # noqa: PLR0913 - the global options
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="KZKG_DEBUG", help="Show where in the program a fault arose.")
    ] = False,
    color: Annotated[When, typer.Option("--color", envvar="KZKG_COLOR", help="Use colours.")] = When.AUTO,
    pager: Annotated[
        bool, typer.Option("--pager/--no-pager", envvar="KZKG_PAGER", help="Page long tables on a terminal.")
    ] = True,
    store: Annotated[
        str | None, typer.Option("--store", envvar="KZKG_STORE", metavar="PLACE", help="Ask this folder or endpoint.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before the command; `main` has looked at --debug, and --version never comes here."""
    del debug, version
    context.obj = Globals(color.value, pager, store)


@command("run", epilog=ROWS, add_help_option=False, context_settings=PASSING)
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


@command("sparql", epilog=f"{ROWS} {GRAPHS}")
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


@command("queries", epilog=ROWS)
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


@command("show", epilog="Formats: text json ttl md.")
def show(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    thing: Annotated[list[str], typer.Argument(metavar="THING", help="A name in any language, or an IRI.")],
    *,
    form: Format = None,
    output: Output = None,
    everything: All = False,
    known_by: KnownBy = None,
    lang: Lang = None,
) -> None:
    """Show a thing: names, what is known of it and who says so, what points to it, where sources disagree."""
    from kzkg.commands.looking import show_thing

    show_thing(
        context.obj, " ".join(thing), form, output, known_by=known_by, lang=lang and lang.value, everything=everything
    )


@command("stats", epilog=ROWS)
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


@command("export", epilog=GRAPHS)
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


@command("validate")
def validate(  # noqa: PLR0913 - each is an option of the command line
    context: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="RDF files of any format, as an addition.")
    ] = None,
    *,
    alone: Annotated[bool, typer.Option("--alone", help="Check the files without the shipped graph.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 on warnings, too.")] = False,
    form: Annotated[
        str | None, typer.Option("-f", "--format", metavar="FORMAT", help="text, json, junit, sarif or ttl.")
    ] = None,
    output: Output = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="NAME", help="kzkg, or pyshacl: the reference, much slower.")
    ] = "kzkg",
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", min=0.1, help="Seconds it may take.", show_default="an hour")
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option("--memory-limit", min=64, help="Megabytes it may take.", show_default="three quarters of all"),
    ] = None,
) -> None:
    """Check the graph, and files that would be added to it, against the shapes and the rules of the house."""
    from kzkg.commands.checking import Check, check_data

    store = context.obj.store
    check_data(Check(store, files or [], form, output, alone, strict, engine, time_limit, memory_limit))


@command("format")
def form_files(
    context: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Turtle files; none: all of ours.")
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Change nothing, say which files are not canonical.")] = False,
) -> None:
    """Write Turtle files in their one canonical form."""
    from kzkg.commands.checking import canonical

    canonical(context.obj.store, files or [], check=check)


COMMANDS["cite"] = ("kzkg.commands.cite:cite", {"context_settings": PASSING})
COMMANDS["plot"] = ("kzkg.commands.plot:plot", {"context_settings": PASSING})
COMMANDS["serve"] = ("kzkg.commands.serve:serve", {})
COMMANDS["site"] = ("kzkg.commands.site:site", {})
COMMANDS["search"] = ("kzkg.commands.search:search", {})
COMMANDS["load"] = ("kzkg.commands.load:load", {})
COMMANDS["shell"] = ("kzkg.commands.shell:shell", {})
COMMANDS["completion"] = ("kzkg.commands.completion:completion", {})


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; a fault is one line on standard error."""
    if VARIABLE in os.environ and arguments is None:
        from kzkg.completion import complete

        return complete(application)
    words = hoisted([readable(word) for word in sys.argv[1:]] if arguments is None else arguments)
    if called_by(words) is None:
        words.append("--help")
    debug = "--debug" in words or os.environ.get("KZKG_DEBUG", "").lower() in {"1", "true", "yes", "on"}
    try:
        return int(application(words)(args=words, standalone_mode=False, prog_name="kzkg") or 0)
    except BaseException as error:  # noqa: BLE001 - the last place that can turn a fault into a line
        if debug and not isinstance(error, SystemExit):
            import traceback

            traceback.print_exc()
        from kzkg.faults import told

        return told(error)
