"""The interactive prompt: one line, or one SPARQL query of several, after the other, each as on the command line."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings

from kzkg.completion.hints import Hints
from kzkg.errors import nearest
from kzkg.interrupt import watch
from kzkg.output import say
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prompt_toolkit.key_binding import KeyPressEvent

    from kzkg.options import Globals

HERE = ("run", "sparql", "show", "search", "queries", "cite", "plot", "stats", "export", "help", "exit", "quit")
"""What the prompt takes; what checks and writes files stays on the command line."""
LEAVING = {"exit", "quit", "\\q"}
QUERY = re.compile(r"\s*(?:#.*\n\s*)*(?:PREFIX|BASE|SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
BRACED = re.compile(r"\b(?:SELECT|ASK|CONSTRUCT)\b", re.IGNORECASE)
NEITHER = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*')
HELP = """\
run NAME --PARAM VALUE …   ask a saved query; its name alone does, too
queries [WORDS]            list the saved queries; help NAME explains one
search WORDS               find things by any name
show THING                 show all that is known of a thing
SELECT … { … }             ask in SPARQL; the prefixes are known, an open brace goes on in the next line
cite, plot, stats, export  as on the command line; --help tells their options
exit                       leave, as does Ctrl-D; Ctrl-C cancels a line, Tab completes, the arrows bring back lines
"""


def converse(settings: Globals, *, keep: bool) -> None:
    """Take lines until the reader leaves."""
    session: PromptSession[str] = PromptSession(
        history=kept() if keep else InMemoryHistory(),
        completer=Hints(settings.store, HERE),
        complete_while_typing=False,
        multiline=True,
        prompt_continuation="  … ",
        key_bindings=keys(),
        enable_open_in_editor=False,
    )
    say("kzkg: help lists what you may type, Ctrl-D leaves")
    while True:
        try:
            line = session.prompt("kzkg> ").strip()
            if line in LEAVING:
                return
            if line:
                answer(settings, line)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def answer(settings: Globals, line: str) -> None:
    """Do what a line asks for; whatever goes wrong is told, and the prompt comes again."""
    from kzkg.cli import main
    from kzkg.output import deliver

    words = understood(line, settings.store)
    if words is None:
        return
    if words == ["help"]:
        deliver([HELP], None)
        return
    before = ["--color", settings.colour, "--pager" if settings.pager else "--no-pager"]
    apart(lambda: main([*before, *(["--store", settings.store] if settings.store else []), *words]))


def apart(ask: Callable[[], int]) -> None:
    """Answer in a process of its own, so that Ctrl-C ends a query that runs away, and not the prompt."""
    if not hasattr(os, "fork"):
        ask()
        return
    child = os.fork()
    if not child:
        watch()
        code = ask()
        sys.stdout.flush()
        os._exit(code)
    while True:
        try:
            os.waitpid(child, 0)
        except KeyboardInterrupt:
            continue  # the child hears it, too
        else:
            return


def understood(line: str, store: str | None) -> list[str] | None:
    """Turn a line into the words of a command; None when it is none, which is told."""
    from kzkg.store import open_catalog

    if QUERY.match(line):
        return ["sparql", "--", line]
    try:
        words = shlex.split(line)
    except ValueError as error:
        say(f"kzkg: {str(error).lower()}")
        return None
    words = words[1:] if words[:1] == ["kzkg"] else words
    if not words:
        return None
    if words[0] in HERE:
        return ["run", words[1], "--help"] if words[0] == "help" and len(words) > 1 else words
    queries = open_catalog(store).query_files
    if words[0] in queries:
        return ["run", *words]
    hint = nearest(words[0], [*HERE, *queries])
    say(f"kzkg: no command and no saved query {quoted(words[0])}{hint}; 'help' lists what you may type")
    return None


def finished(text: str) -> bool:
    """Tell whether what was typed is whole, so that Enter ends it: SPARQL goes on until its braces are closed."""
    if not QUERY.match(text) or text.endswith("\n"):
        return True
    bare = NEITHER.sub(" ", text)
    if BRACED.search(bare) and "{" not in bare:
        return False
    if re.fullmatch(r"(?:\s*(?:PREFIX|BASE)\b[^{]*)", bare, re.IGNORECASE) and not BRACED.search(bare):
        return bool(re.search(r"\bDESCRIBE\b", bare, re.IGNORECASE))
    return bare.count("{") <= bare.count("}")


def keys() -> KeyBindings:
    """Bind Enter to ending what is whole and else to a new line, and Alt-Enter to a new line in any case."""
    bindings = KeyBindings()

    @bindings.add("enter")
    def end(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if finished(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @bindings.add("escape", "enter")
    def go_on(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


class Kept(FileHistory):
    """A history in a file that may become unwritable at any time, which spoils nothing but the history."""

    def load_history_strings(self) -> Iterable[str]:
        """Read what was typed before."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Add a line."""
        try:
            super().store_string(string)
        except OSError:
            return


def kept() -> History:
    """Open the history in the user's folder for such things; where that cannot be, keep it in memory."""
    base = os.environ.get("XDG_STATE_HOME") or ""
    try:
        # A relative path is no answer, says the standard of these folders.
        folder = (Path(base) if Path(base).is_absolute() else Path("~/.local/state").expanduser()) / "kzkg"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "history"
        with file.open("a", encoding="utf-8"):
            return Kept(str(file))
    except (OSError, RuntimeError) as error:
        say(f"kzkg: the history is not kept: {error}")
        return InMemoryHistory()
