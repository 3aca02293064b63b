"""`kzkg completion`: the script with which a shell completes commands, queries, parameters and their values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """The shells that are spoken to."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


EPILOG = (
    "To install: kzkg completion bash > ~/.local/share/bash-completion/completions/kzkg; "
    "kzkg completion zsh > a file _kzkg in a folder of $fpath; "
    "kzkg completion fish > ~/.config/fish/completions/kzkg.fish."
)


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    """Print the completion script of a shell."""
    from kzkg.completion import script
    from kzkg.output import deliver

    deliver([script(shell.value)], None)
