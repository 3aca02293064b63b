"""Where text goes: standard output, a pager, or a file that is either written whole or not at all."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from kzkg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Screen(NamedTuple):
    """What is known of the reader's end: a terminal or not, its size, colours, a pager, a language."""

    terminal: bool = False
    width: int = 120
    height: int = 0
    colour: bool = False
    pager: bool = True
    unicode: bool = True


def screen(colour: str = "auto", *, pager: bool = True) -> Screen:
    """Look at standard output and at the environment; a table into a pipe is as wide as COLUMNS says, else 120."""
    from shutil import get_terminal_size

    terminal = sys.stdout.isatty()
    size = get_terminal_size((80 if terminal else 120, 24))
    wish = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    on = colour == "always" or (colour == "auto" and (bool(os.environ.get("FORCE_COLOR")) or wish))
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    return Screen(terminal, size.columns, size.lines, on, pager and terminal, unicode or not terminal)


def language(option: str | None) -> str:
    """Choose the language of names: as asked for, else of the locale, else English."""
    if option:
        return option
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            found = os.environ[variable][:2].lower()
            return found if found in {"ru", "kk"} else "en"
    return "en"


def say(message: str) -> None:
    """One line for the person at the keyboard; never among the data."""
    try:
        print(message, file=sys.stderr, flush=True)
    except BrokenPipeError:
        quiet(sys.stderr.fileno())


def deliver(chunks: Iterable[str] | bytes, file: str | None, *, paged: Screen | None = None) -> None:
    """Write an answer to a file, through a pager, or to standard output."""
    if file is not None and file != "-":
        into_file(chunks, file)
    elif paged is not None and paged.pager and not isinstance(chunks, bytes):
        through_pager("".join(chunks), paged.height)
    else:
        to_stdout(chunks)


def to_stdout(chunks: Iterable[str] | bytes) -> None:
    """UTF-8 into a pipe or file; on a terminal its own encoding, with a mark for what it cannot show."""
    try:
        if isinstance(chunks, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(chunks)
        elif sys.stdout.isatty():
            encoding = sys.stdout.encoding or "utf-8"
            for chunk in chunks:
                sys.stdout.write(chunk.encode(encoding, "replace").decode(encoding))
        else:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk.encode("utf-8", "replace"))
        sys.stdout.flush()
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        quiet(sys.stdout.fileno())
    except OSError as error:
        quiet(sys.stdout.fileno())  # what is still buffered would fail once more at the end
        raise DataError(f"standard output: cannot be written: {error.strerror or error}") from error


def quiet(stream: int) -> None:
    """Let what is still buffered go nowhere: the reader has gone, which is no fault."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    os.close(nowhere)


def through_pager(text: str, height: int) -> None:
    """Show a long text with the reader's pager; a short one, or one without a pager, goes straight out."""
    import shlex
    import subprocess

    command = shlex.split(os.environ.get("PAGER", "less"))
    if text.count("\n") < height or not command or command[0] == "cat":
        to_stdout([text])
        return
    try:
        settings = {"LESS": "FRX", **os.environ}
        # The pager is the program that the reader names in PAGER, as with any other command.
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=settings) as process:  # noqa: S603
            process.communicate(text.encode("utf-8", "replace"))
    except OSError:
        to_stdout([text])


def into_file(chunks: Iterable[str] | bytes, file: str) -> None:
    """Write beside the file and move it into place, so that nobody ever sees half of it."""
    from glob import escape
    from pathlib import Path

    from kzkg.leftovers import clear

    path = Path(file)
    try:
        if path.exists() and not path.is_file():
            write(chunks, path)  # a device or a named pipe; a folder is refused by the system
            return
        target = path.resolve()
        clear(target.parent.glob(f".{escape(target.name)}.*.part"))
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            write(chunks, beside, safe=True)
            if target.exists():
                beside.chmod(target.stat().st_mode & 0o7777)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{file}: cannot be written: {reason}") from error


def write(chunks: Iterable[str] | bytes, path: object, *, safe: bool = False) -> None:
    """Write text as UTF-8, or bytes as they are; `safe` holds the file meanwhile, and waits until the disk has it."""
    from kzkg.leftovers import locked

    with open(str(path), "wb") as out:  # noqa: PTH123
        if safe:
            locked(out.fileno())
        if isinstance(chunks, bytes):
            out.write(chunks)
        else:
            out.writelines(chunk.encode("utf-8", "replace") for chunk in chunks)
        if safe:
            out.flush()
            os.fsync(out.fileno())
