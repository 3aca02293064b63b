"""Turns what went wrong into one line on standard error and the exit code that the interface promises for it."""

from click.exceptions import Abort, ClickException
from click.exceptions import Exit as ClickExit

from kzkg.errors import KzkgError
from kzkg.output import say

LONGEST = 1000
"""Typer repeats a user's word in full, however long it is."""


def told(error: BaseException) -> int:
    """Say on one line what went wrong, and give the exit code that the interface promises for it."""
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
        say(f"kzkg: {one_line(error.format_message()).rstrip('.')}{where}")
        return error.exit_code
    if isinstance(error, OSError):
        say(f"kzkg: {error.filename or 'input or output'}: {error.strerror or error}")
        return 4
    say(f"kzkg: unexpected fault, {type(error).__name__}: {one_line(str(error))} (--debug shows where)")
    return 4


def one_line(message: str) -> str:
    """Put a message on one line, without anything that could move the cursor."""
    line = "".join(letter if letter.isprintable() else " " for letter in " ".join(message.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
