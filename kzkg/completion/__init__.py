"""Answers a shell that asks how a command line goes on: with commands, queries, parameters, or names from the graph."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script
from typer.completion import shell_complete
from typer.main import get_command

from kzkg.cli import COMMANDS, VARIABLE
from kzkg.completion.suggestions import suggestions
from kzkg.errors import KzkgError
from kzkg.options import called_by

if TYPE_CHECKING:
    from collections.abc import Callable

    import typer

    from kzkg.completion.suggestions import Suggestion

SHELLS = ("bash", "zsh", "fish")
# What bash takes for the end of a word, so that it hands over `id:org-taliban` in three words.
BREAKS = {":", "=", "::"}
PLAIN = re.compile(r"[^\w@%+=,./-]")


def complete(application: Callable[[list[str]], typer.Typer]) -> int:
    """Say on standard output what may stand at the end of the line that the shell has put into the environment."""
    completion_init()
    for shell in SHELLS:
        known = get_completion_class(shell)
        if known is not None:
            add_completion_class(type(shell, (BASES[shell], known), {}), shell)
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    called = called_by(line.split()[1:])
    command = get_command(application([called] if called in COMMANDS else []))
    return shell_complete(command, {}, "kzkg", VARIABLE, os.environ[VARIABLE])


def script(shell: str) -> str:
    """Give the script that binds a shell to `complete`."""
    return get_completion_script(prog_name="kzkg", complete_var=VARIABLE, shell=shell) + "\n"


class Speaking(ShellComplete):
    """Completes with what the graph knows, and leaves the rest to the declarations of the commands."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Give what may stand next; a fault of ours must not write into the line that somebody is typing."""
        try:
            found: list[Suggestion] | None = suggestions(args, incomplete)
        except KzkgError:
            found = None
        own = [CompletionItem(each.value, help=each.help) for each in found or ()]
        if found is not None and not incomplete.startswith("-"):
            return own
        try:
            declared = super().get_completions(args, incomplete)
        except click.ClickException:
            declared = []
        return own + [each for each in declared if each.value not in {item.value for item in own}]


class Bash(Speaking):
    """Speaks to bash, which knows nothing of quotes: names are handed over as they have to be typed."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Put together again what bash has cut at colons and equals signs."""
        raw = os.environ["COMP_WORDS"].split("\n")
        cut = raw[: int(os.environ["COMP_CWORD"]) + 1]
        whole: list[str] = []
        glue = False
        for word in cut:
            if whole and (glue or word in BREAKS) and not (word == "=" or (glue and whole[-1].endswith("="))):
                whole[-1] += word
                glue = word in BREAKS
            elif word == "=":
                glue = False
            else:
                whole.append(word)
                glue = False
        if cut and cut[-1] == "=":
            whole.append("")
        self.raw = cut[-1] if cut else ""
        self.joined = whole[-1] if len(whole) > 1 else ""
        return [unquoted(word) for word in whole[1:-1]], unquoted(self.joined)

    def format_completion(self, item: CompletionItem) -> str:
        """Write a word as it has to be typed; what stands before the last colon bash keeps by itself."""
        value = str(item.value)
        if self.raw[:1] in {'"', "'"}:
            return value
        start = self.joined.rfind(":") + 1
        return PLAIN.sub(r"\\\g<0>", value[start:]) if not value[start:].startswith("--") else value[start:]


class Zsh(Speaking):
    """Speaks to zsh, without the library that draws tables, whose import would be felt at each key."""

    def format_completion(self, item: CompletionItem) -> str:
        """Write a word with what it means, as `_arguments` takes them."""
        value = escaped(str(item.value))
        return f'"{value}":"{escaped(item.help)}"' if item.help else f'"{value}"'


class Fish(Speaking):
    """Speaks to fish."""

    def format_completion(self, item: CompletionItem) -> str:
        """Write a word, a tab, and what it means."""
        return f"{item.value}\t{' '.join(item.help.split())}" if item.help else str(item.value)


BASES: dict[str, type[Speaking]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def escaped(text: str) -> str:
    """Quote what zsh would take for its own."""
    for sign, written in (('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:")):
        text = text.replace(sign, written)
    return text


def unquoted(word: str) -> str:
    """Read a word as the shell will, also when its quotes are still open."""
    from click.shell_completion import split_arg_string

    return " ".join(split_arg_string(word)) if word else ""
