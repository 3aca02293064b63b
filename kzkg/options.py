"""The options that mean the same on every command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages that names come in."""

    EN = "en"
    RU = "ru"
    KK = "kk"


class When(StrEnum):
    """When to use colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Globals:
    """What stands before the command."""

    colour: str = "auto"
    pager: bool = True


Format = Annotated[
    str | None,
    typer.Option("-f", "--format", envvar="KZKG_FORMAT", metavar="FORMAT", help="How to write the answer; see below."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file; its suffix picks the format.")
]
Cite = Annotated[bool, typer.Option("--cite", envvar="KZKG_CITE", help="Say which documents support each row.")]
All = Annotated[
    bool, typer.Option("--all", envvar="KZKG_ALL", help="Ask all claims, also those that failed or wait for a verdict.")
]
KnownBy = Annotated[
    str | None,
    typer.Option("--known-by", envvar="KZKG_KNOWN_BY", metavar="DATE", help="Ask what could be known on this day."),
]
Lang = Annotated[
    Language | None, typer.Option("--lang", envvar="KZKG_LANG", help="Language of names.", show_default="the locale's")
]
Limit = Annotated[int | None, typer.Option("--limit", min=0, metavar="N", help="Show at most so many rows.")]
Sort = Annotated[
    str | None, typer.Option("--sort", metavar="COLUMNS", help="Sort by these columns; -COLUMN turns the order round.")
]
Columns = Annotated[str | None, typer.Option("--columns", metavar="A,B", help="Show these columns, in this order.")]
FailEmpty = Annotated[bool, typer.Option("--fail-empty", help="End with exit code 1 when there is no row.")]
Excel = Annotated[
    bool, typer.Option("--excel", help="CSV that Excel reads rightly: a byte-order mark, no cell taken for a formula.")
]
