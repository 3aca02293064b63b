"""`kzkg site`: the graph as a folder of pages, for any place that can show files."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kzkg.options import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kzkg.static.building import Report

EPILOG = "Run it again when the data have changed: only what differs is written. docs/site.md tells where to put it."

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or one that this command wrote.")]
Base = Annotated[
    str,
    typer.Option(
        "--base",
        metavar="URL",
        help="Where the folder will stand: https://host/path/, or /path/ where no host is known.",
    ),
]
Languages = Annotated[
    list[Language] | None,
    typer.Option("--lang", help="Write pages in this language; may be repeated.", show_default="all three"),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=64, help="Processes that write.", show_default="one a processor, at most 4"),
]


def site(
    context: typer.Context,
    folder: Folder,
    *,
    base: Base = "",
    lang: Languages = None,
    workers: Workers = None,
) -> None:
    """Write the graph as a folder of pages with its data, to be put on any host or opened from a disk."""
    from kzkg.errors import DataError, reason
    from kzkg.extras import library
    from kzkg.labels import LANGUAGES
    from kzkg.output import say
    from kzkg.static.building import Plan, build
    from kzkg.store import existing_place

    library("jinja2", "serve", "a folder of pages")
    wanted = {each.value for each in lang or ()} or set(LANGUAGES)
    chosen = tuple(each for each in LANGUAGES if each in wanted | {"en"})
    plan = Plan(existing_place(context.obj.store), folder, address(base), chosen, workers or 0)
    try:
        with progress() as told:
            report = build(plan, told)
    except OSError as error:
        raise DataError(f"{folder}: cannot be written: {reason(error)}") from error
    for line in summary(report, folder):
        say(line)


def address(base: str) -> str:
    """Check where the folder will stand; the path goes into rules of web servers, where other signs mean something."""
    import re
    from urllib.parse import urlsplit

    from kzkg.errors import RequestError
    from kzkg.pages.linking import outside
    from kzkg.terms import quoted

    if not base:
        return ""
    parts = urlsplit(base)
    fits = bool(outside(base) and parts.hostname) or (base.startswith("/") and not base.startswith("//"))
    if not fits or parts.query or parts.fragment or not re.fullmatch(r"[\w.~/-]*", parts.path, re.ASCII):
        raise RequestError(
            f"--base is https://host/path/ or /path/, with letters, digits and - . _ ~ in its path, not {quoted(base)}"
        )
    return base if base.endswith("/") else f"{base}/"


def summary(report: Report, folder: Path) -> Iterator[str]:
    """Say what was done."""
    held = f"{report.pages} pages, {report.files} files, {report.size / 1e6:.0f} MB"
    if report.unchanged:
        yield f"{folder}: {held}; nothing has changed"
    else:
        yield f"{folder}: {held}; {report.written} files written"
    if report.note:
        yield f"the pages answer no questions of their own: {report.note}"


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show on a terminal how far it has come; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("pages", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
