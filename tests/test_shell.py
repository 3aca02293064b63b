"""The interactive prompt, on a pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from kzkg.commands.prompt import finished, understood
from tests.parts import needs, system
from tests.terminals import PATIENCE, PLAIN, piped, works

SIGNS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Talk:
    """A person at the prompt."""

    def __init__(self, folder: Path, *words: str, **variables: str) -> None:
        env = PLAIN | {"XDG_STATE_HOME": str(folder), "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1"} | variables
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "kzkg", "shell", *words],
            env=env,
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=(50, 160),
        )
        self.process.expect("kzkg>")

    def say(self, line: str, expected: str) -> str:
        """Type a line, and wait for an answer and the next prompt; give what stood between."""
        self.process.send(line)
        self.process.expect(expected)
        seen = str(self.process.before) + str(self.process.after)
        self.process.expect("kzkg>")
        return SIGNS.sub("", seen + str(self.process.before))

    def leave(self, keys: str = "\x04") -> int:
        """Leave, pressing again when the prompt was not listening yet, and give the exit code."""
        for _ in range(int(PATIENCE / 5)):
            self.process.send(keys)
            if self.process.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5) == 0:
                break
        self.process.close()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -1)


def test_ask_show_search_and_leave(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    assert "Al-Qaeda" in talk.say("run courts-banned-groups --limit 2\r", "2 of 24 rows")
    talk.say("courts-banned-groups --group талибан\r", "1 row")
    talk.say("show Taliban\r", "Afghan Sunni")
    talk.say("search ДВК\r", "id:org-dvk-movement-2017")
    talk.say("queries death\r", "death-penalty-status")
    talk.say("help\r", "Ctrl-D")
    talk.say("help courts-banned-groups\r", "only decisions of this court")
    talk.say("cite dataset\r", "w3id.org/kzkg")
    assert talk.leave() == 0
    typed = (tmp_path / "kzkg" / "history").read_text(encoding="utf-8")
    assert "+courts-banned-groups --group талибан" in typed


def test_a_query_of_several_lines(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.process.send("SELECT (COUNT(?c) AS ?n) {\r")
    talk.process.send("  ?c a kzkg:Court\r")
    talk.say("}\r", r"1 row")
    talk.say("ASK { ?x a kzkg:Court }\r", "yes")
    talk.say("SELECT ?x { ?x a foo:Bar }\r", "unknown prefix foo")
    assert talk.leave("exit\r") == 0


@needs(system(Path("/proc/self").exists(), "/proc, which tells when a process works"))
def test_whatever_goes_wrong_the_prompt_comes_again(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.say("frobnicate\r", "no command and no saved query 'frobnicate'")
    talk.say("show 'open\r", "no closing quotation")
    talk.say("run\r", "name a saved query")
    talk.say("run courts-banned-groups --court Taliban\r", "no Court is called 'Taliban'")
    talk.say("show Kazakhstan\r", "is the name of 2 things")
    talk.say("\r", "kzkg>")
    talk.process.send("half a line\x03")
    talk.process.expect("kzkg>")
    talk.process.send("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }\r")
    works(talk.process.pid, but=talk.process.pid)
    talk.process.send("\x03")
    talk.say("stats\r", "saved queries")
    assert talk.leave() == 0


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("run courts-b\t", "courts-banned-groups"),
        ("courts-banned-groups --cou\t", "--court"),
        ("courts-banned-groups --group Taleb\t", "Taleban"),
        ("show 'Hizb ut-Tahrir al\t", "'Hizb ut-Tahrir al-Islami'"),
        ("SELECT ?x { ?x a kzkg:CasualtyR\t", "kzkg:CasualtyReport"),
        ("SELECT ?x { ?x kzkg:designa\t", "kzkg:designat"),
        ("SELECT ?x { ?x skos:prefL\t", "skos:prefLabel"),
        ("SELECT ?x { ?x a kzk\t", "kzkg:"),
        ("SELECT ?group { OPTIO\t", "OPTIONAL"),
        ("SELECT ?group { ?gro\t", "?group"),
    ],
)
def test_tab(tmp_path: Path, typed: str, completed: str) -> None:
    talk = Talk(tmp_path)
    talk.process.send(typed)
    seen, start = "", typed[: -len(typed.rsplit(maxsplit=1)[-1])] if " " in typed else ""
    end = time.monotonic() + PATIENCE
    while completed not in SIGNS.sub("", seen) and time.monotonic() < end:
        with contextlib.suppress(pexpect.TIMEOUT):
            seen += talk.process.read_nonblocking(4096, timeout=0.5)
    assert completed in SIGNS.sub("", seen), start
    talk.process.send("\x03")
    assert talk.leave() == 0


def test_a_history_that_cannot_be_written_is_told_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "kzkg").write_text("a file where the folder should be", encoding="utf-8")
    talk = Talk(tmp_path)
    talk.say("stats\r", "saved queries")
    assert talk.leave() == 0
    (tmp_path / "other").mkdir()
    talk = Talk(tmp_path / "other")
    (tmp_path / "other" / "kzkg" / "history").unlink()
    (tmp_path / "other" / "kzkg").rmdir()  # gone while the prompt is open
    talk.say("stats\r", "saved queries")
    assert talk.leave() == 0


def test_no_history_is_kept_when_that_is_asked_for(tmp_path: Path) -> None:
    talk = Talk(tmp_path, "--no-history")
    talk.say("stats\r", "saved queries")
    assert talk.leave() == 0
    assert list(tmp_path.iterdir()) == []


def test_another_graph_folder(world: Path, tmp_path: Path) -> None:
    talk = Talk(tmp_path, "--store", str(world))
    talk.say("bans --court 'Court of the North'\r", "rows")
    assert talk.leave() == 0


def test_without_the_library_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "prompt_toolkit.py").write_text("raise ImportError('not here')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kzkg", "shell"],
        env=PLAIN | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PLAIN['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert done.stderr == "kzkg: kzkg shell needs a part that is not installed: pip install 'kzkg[shell]'\n"


def test_the_prompt_is_for_a_terminal() -> None:
    seen = piped("shell")
    assert seen.code == 2
    assert "kzkg shell is for a terminal" in seen.errors


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("run x", True),
        ("show 'a {", True),
        ("SELECT ?x", False),
        ("select ?x {", False),
        ("SELECT ?x { ?x a ?y }", True),
        ("SELECT ?x { ?x a '}' ", False),
        ("SELECT ?x { ?x a <http://x/}> ", False),
        ("SELECT ?x { # }\n", True),  # an empty line ends it in any case, so that nobody is caught in it
        ("SELECT ?x { { } ", False),
        ("PREFIX a: <http://a/>", False),
        ("PREFIX a: <http://a/> ASK { ?x ?y ?z }", True),
        ("DESCRIBE id:org-taliban", True),
        ("# a comment\nSELECT ?x { ?x ?y ?z }", True),
    ],
)
def test_when_a_query_is_whole(text: str, whole: bool) -> None:
    assert finished(text) is whole


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("run attacks --limit 2", ["run", "attacks", "--limit", "2"]),
        ("kzkg run attacks", ["run", "attacks"]),
        ("attacks --limit 2", ["run", "attacks", "--limit", "2"]),
        ("help attacks", ["run", "attacks", "--help"]),
        ("show 'Supreme Court'", ["show", "Supreme Court"]),
        ("ASK { ?x ?y ?z }", ["sparql", "--", "ASK { ?x ?y ?z }"]),
        ("format", None),
        ("#", None),
    ],
)
def test_what_a_line_means(line: str, words: list[str] | None) -> None:
    assert understood(line, None) == words
