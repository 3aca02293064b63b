"""Completion as the shells ask for it: bash, zsh, fish; and once in a real bash."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

from kzkg.completion.suggestions import suggestions
from tests.parts import needs, program
from tests.terminals import KZKG, PATIENCE, PLAIN, piped

if TYPE_CHECKING:
    from pathlib import Path


def asked(**variables: str) -> str:
    done = subprocess.run(KZKG, env=PLAIN | variables, capture_output=True, check=False, timeout=PATIENCE)
    assert done.stderr == b""
    return done.stdout.decode()


def bash(line: str) -> list[str]:
    """What bash gets for a line; the words stand between bars as bash cuts them."""
    words = line.split("|")
    text = asked(COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1), _KZKG_COMPLETE="complete_bash")
    return [line for line in text.splitlines() if line]  # bash, too, makes nothing of an empty line


def zsh(line: str) -> str:
    return asked(_TYPER_COMPLETE_ARGS=line, _KZKG_COMPLETE="complete_zsh")


def fish(line: str) -> list[str]:
    settings = {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_KZKG_COMPLETE": "complete_fish"}
    return asked(_TYPER_COMPLETE_ARGS=line, **settings).splitlines()


@pytest.mark.parametrize(
    ("line", "among"),
    [
        ("kzkg|", ["run", "sparql", "show", "search", "shell", "completion"]),
        ("kzkg|se", ["search"]),
        ("kzkg|--co", ["--color"]),
        ("kzkg|run|courts-b", ["courts-banned-groups"]),
        ("kzkg|run|--limit|3|courts-b", ["courts-banned-groups"]),
        ("kzkg|run|courts-banned-groups|--co", ["--court", "--columns"]),
        ("kzkg|run|courts-banned-groups|--", ["--court", "--group", "--day", "--cite", "--format"]),
        ("kzkg|run|courts-banned-groups|--court|Alm", [r"Almaty\ City\ Court"]),
        ("kzkg|run|courts-banned-groups|--court|=|Alm", [r"Almaty\ City\ Court"]),
        ("kzkg|run|courts-banned-groups|--court|", [r"Almaty\ City\ Court", r"Astana\ City\ Court"]),
        ('kzkg|run|courts-banned-groups|--court|"Almaty C', ["Almaty City Court"]),
        ("kzkg|run|courts-banned-groups|--court|id|:|court-s", ["court-supreme-court-kz"]),
        ("kzkg|run|courts-banned-groups|--court|id|:", ["court-supreme-court-kz"]),
        ("kzkg|run|courts-banned-groups|--group|Хизб", ["Хизб-ут-Тахрир"]),
        ("kzkg|run|casualties|--lang|", ["en", "ru", "kk"]),
        ("kzkg|run|casualties|-f|x", ["xlsx"]),
        ("kzkg|show|Taleb", ["Taleban"]),
        ("kzkg|show|талиб", [r"Талибан\ қозғалысы"]),
        ("kzkg|search|--kind|Cour", ["Court"]),
        ("kzkg|export|--graph|acc", ["accepted"]),
        ("kzkg|export|-f|t", ["ttl", "trig"]),
        ("kzkg|cite|courts-b", ["courts-banned-groups"]),
        ("kzkg|completion|", ["bash", "zsh", "fish"]),
        ("kzkg|validate|--al", ["--alone"]),
    ],
)
def test_bash(line: str, among: list[str]) -> None:
    assert set(among) <= set(bash(line))


@pytest.mark.parametrize(
    "line",
    [
        "kzkg|run|courts-banned-groups|--day|",
        "kzkg|run|no-such-query|--x|y",
        "kzkg|run|courts-banned-groups|--nothing|x",
        "kzkg|show|qqqqqq",
        "kzkg|frobnicate|x",
        "kzkg|--store|/no/such/folder|run|co",
        "kzkg|run|courts-banned-groups|-o|x",
    ],
)
def test_where_nothing_is_known_nothing_is_said(line: str) -> None:
    """Bash then completes file names; above all nothing is written into the line that somebody is typing."""
    assert bash(line) == []


def test_what_is_given_is_not_offered_again() -> None:
    offered = bash("kzkg|run|courts-banned-groups|--court|x|--")
    assert "--group" in offered
    assert "--court" not in offered


def test_values_are_of_the_class_of_the_parameter() -> None:
    found = suggestions(["run", "courts-banned-groups", "--court"], "")
    assert found
    assert all(each.help.startswith("id:court-") for each in found)
    kinds = suggestions(["run", "attacks", "--kind"], "")
    assert kinds
    assert all(each.help.startswith("v:attack-") for each in kinds)


def test_zsh_gets_words_with_their_meaning() -> None:
    answer = zsh("kzkg run courts-b")
    assert answer.startswith("_arguments '*: :((")
    assert '"courts-banned-groups":"Which courts banned which groups, and when?"' in answer
    assert '"Almaty City Court":"id\\\\:court-almaty-city-court"' in zsh(
        "kzkg run courts-banned-groups --court 'Almaty C"
    )
    assert '"search":"Find things by any of their names' in zsh("kzkg sea")


def test_fish_gets_words_with_their_meaning() -> None:
    assert "courts-banned-groups\tWhich courts banned which groups, and when?" in fish("kzkg run courts-b")
    assert "--court\tonly decisions of this court" in fish("kzkg run courts-banned-groups --co")
    assert fish("kzkg show Taleb") == ["Taleban\tid:org-taliban"]
    settings = {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_KZKG_COMPLETE": "complete_fish"}
    for line, code in (("kzkg show Taleb", 0), ("kzkg show qqqqqq", 1)):
        done = subprocess.run(
            KZKG, env=PLAIN | settings | {"_TYPER_COMPLETE_ARGS": line}, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


@pytest.mark.parametrize(
    ("shell", "sign"),
    [("bash", "complete -o default -F"), ("zsh", "#compdef kzkg"), ("fish", "complete --command kzkg")],
)
def test_the_script_of_a_shell(shell: str, sign: str) -> None:
    script = piped("completion", shell)
    assert script.code == 0
    assert sign in script.text
    assert f"_KZKG_COMPLETE=complete_{shell}" in script.text


@pytest.mark.parametrize("shell", [pytest.param(each, marks=needs(program(each))) for each in ("bash", "zsh", "fish")])
def test_a_shell_can_read_its_script(shell: str, tmp_path: Path) -> None:
    (tmp_path / "script").write_text(piped("completion", shell).text, encoding="utf-8")
    subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


def test_no_heavy_library_is_imported() -> None:
    code = (
        "import sys; from kzkg.cli import main; main(); "
        "print(sorted({'rich', 'rdflib', 'rapidfuzz', 'anyascii', 'pyshacl', 'prompt_toolkit'} & set(sys.modules)))"
    )
    settings = {"_TYPER_COMPLETE_ARGS": "kzkg run courts-banned-groups --court A", "_KZKG_COMPLETE": "complete_zsh"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=PLAIN | settings, capture_output=True, check=True, text=True
    )
    assert done.stdout.endswith("[]\n")


@needs(program("bash"))
def test_in_a_real_bash(tmp_path: Path) -> None:
    """Tab after the beginnings of a command, a query, a parameter and a name with spaces; what comes out runs."""
    (tmp_path / "kzkg").write_text(f'#!/bin/sh\nexec {sys.executable} -m kzkg "$@"\n', encoding="utf-8")
    (tmp_path / "kzkg").chmod(0o755)
    env = PLAIN | {"PATH": f"{tmp_path}{os.pathsep}{PLAIN['PATH']}", "PS1": "ready> ", "INPUTRC": "/dev/null"}
    shell = pexpect.spawn(
        "bash", ["--norc", "--noprofile"], env=env, encoding="utf-8", timeout=PATIENCE, dimensions=(40, 200)
    )
    shell.expect("ready> ")
    shell.sendline('eval "$(kzkg completion bash)"; bind "set enable-bracketed-paste off"; echo "loa""ded"')
    shell.expect("loaded")
    shell.send("kzkg ru\tcourts-b\t--gro\t'Hizb ut-Tahrir al\t\t --limit 1 -f tsv\r")
    shell.expect("https://w3id.org/kzkg/id/org-hizb-ut-tahrir")
    shell.expect("ready> ")
    shell.send("kzkg run courts-banned-groups --court Almaty\\ C\t-f csv\r")
    shell.expect("no rows|almaty-city-court")
    shell.expect("ready> ")
    shell.send("exit\r")
    shell.expect(pexpect.EOF)
