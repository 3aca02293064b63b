"""The command line as whole processes: in a terminal, into a pipe that closes, in any locale, on a full disk."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.parts import needs, system
from tests.terminals import KZKG, PATIENCE, PLAIN, on_terminal, piped, waits


def test_the_first_question_on_the_shipped_graph() -> None:
    answer = json.loads(piped("run", "courts-banned-groups", "-f", "srj").text)
    assert answer["head"]["vars"] == ["court", "group", "date", "designation"]
    assert len(answer["results"]["bindings"]) >= 21
    first = answer["results"]["bindings"][0]
    assert first["court"]["value"].startswith("https://w3id.org/kzkg/id/court-")
    assert first["group"]["value"].startswith("https://w3id.org/kzkg/id/org-")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_terminal_gets_a_table_that_fits(world: Path, width: int) -> None:
    seen = on_terminal("--store", str(world), "run", "bans", "--cite", width=width)
    assert "\x1b[1m" in seen.text
    plain = seen.plain
    assert all(len(line) <= width for line in plain.splitlines())
    assert "Court of the North" in " ".join(plain.split())
    assert "https://w3id.org" not in plain
    assert re.search(r"2 rows(, \d columns? hidden \(.*\))?$", plain.strip())


def test_a_terminal_without_colour_and_in_another_encoding(world: Path) -> None:
    words = ["--store", str(world), "run", "bans", "--lang", "ru"]
    assert "\x1b" not in on_terminal(*words, NO_COLOR="1").text
    seen = on_terminal(*words, PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert "?" in seen.text
    assert "Traceback" not in seen.text + seen.errors


def test_a_pipe_is_utf8_in_any_locale(world: Path) -> None:
    words = ["--store", str(world), "run", "bans", "--lang", "ru"]
    seen = piped(*words, LC_ALL="C", PYTHONIOENCODING="latin-1")
    assert "Альфа" in seen.text


def test_a_closed_pipe_ends_quietly(world: Path) -> None:
    words = [*KZKG, "--store", str(world), "export", "--graph", "all", "-f", "nt"]
    process = subprocess.Popen(words, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(PATIENCE) == 0


@needs(system(Path("/proc/self").exists(), "/proc, which tells when a process waits"))
def test_interrupted(world: Path) -> None:
    words = [*KZKG, "--store", str(world), "sparql", "-"]
    process = subprocess.Popen(words, env=PLAIN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    waits(process.pid)  # for the query
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in err


@needs(system(Path("/dev/full").exists(), "a device that is always full"))
def test_a_full_disk_is_one_line(world: Path) -> None:
    words = [*KZKG, "--store", str(world), "run", "bans"]
    for into in (["-f", "csv", "-o", "/dev/full"], []):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*words, *into], env=PLAIN, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 4
        assert "No space left" in done.stderr
        assert done.stderr.count("\n") == 1
