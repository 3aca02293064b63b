"""The options that mean the same on every command."""

import os
from enum import StrEnum
from typing import Annotated, NamedTuple

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


class Globals(NamedTuple):
    """What stands before the command."""

    colour: str = "auto"
    pager: bool = True
    store: str | None = None


VALUED = ("--color", "--store")
VALUED_WITH_SIGN = tuple(f"{option}=" for option in VALUED)

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


def hoisted(words: list[str]) -> list[str]:
    """Move the global options before the command, for people write them anywhere."""
    front, rest = [], []
    taken = False
    for number, word in enumerate(words):
        if "--" in words[:number]:
            rest.append(word)
        elif taken or word in {"--debug", "--pager", "--no-pager", *VALUED} or word.startswith(VALUED_WITH_SIGN):
            front.append(word)
            taken = word in VALUED and not taken
        else:
            rest.append(word)
    return front + rest


def called_by(words: list[str]) -> str | None:
    """Find the command among the words: the first that is neither an option nor the value of one."""
    before_it = [None, *words]
    for previous, word in zip(before_it, words, strict=False):
        if not word.startswith("-") and previous not in VALUED:
            return word
    return None


def readable(word: str) -> str:
    """Read a word as UTF-8 also where the locale says that it is not, and so has made it unreadable."""
    try:
        return word if word.isascii() else os.fsencode(word).decode()
    except UnicodeError:
        return word
