"""Every command that reads says the same of the shipped graph, of a folder that was loaded, and of an endpoint."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest
from serving import serving

from kzkg import loading
from kzkg.cli import COMMANDS, main
from kzkg.store.loaded import is_loaded
from tests.conftest import ROOT
from tests.engines import shared_virtuoso
from tests.parts import needs, program, system
from tests.test_shell import Talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READING: dict[str, list[str]] = {
    "run": ["courts-banned-groups", "--court", "Supreme Court", "--cite", "-f", "json"],
    "sparql": ["SELECT ?c ?l { ?c a kzkg:Court ; skos:prefLabel ?l } ORDER BY ?c ?l", "-f", "csv", "--limit", "20"],
    "queries": ["court"],
    "show": ["Taliban", "--lang", "ru"],
    "search": ["жоғарғы", "сот"],
    "stats": ["-f", "csv"],
    "export": ["--graph", "adilet", "-f", "nq"],
    "cite": ["org-taliban", "-f", "bibtex"],
    "plot": ["timeline", "attacks", "-f", "svg"],
    "validate": [],
    "shell": [],
}
"""Each command that reads, and the words with which it is asked here; what stands below asks it in another way."""
OVER_SOCKETS = {"serve", "site"}
"""Told apart in `test_stores_served.py`: they answer at addresses, and in folders."""
NOT_READING = {
    "load": "fills a store", "format": "writes the files of a graph folder anew", "completion": "prints a script",
}  # fmt: skip
STORES = [
    "folder",
    "endpoint",
    pytest.param("virtuoso", marks=needs(program("virtuoso-t", package="virtuoso-opensource-7-bin"))),
]


def test_the_table_has_every_command() -> None:
    """A new command is entered where it belongs, and is then asked of all stores."""
    assert {*READING, *OVER_SOCKETS, *NOT_READING} == {*COMMANDS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The shipped graph, loaded from its files: once, by the first process of a test run that needs it."""
    import fcntl

    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    place = base / "loaded-shipped"
    with (base / "loaded-shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_loaded(place):
            loading.load(str(place), [ROOT])
    return str(place)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped graph at an endpoint: that of our own server."""
    with serving(ROOT, tmp_path_factory.mktemp("served") / "log", "--rate", "0", "--workers", "2") as server:
        yield f"{server.url}/sparql"


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One of the stores that hold the shipped graph."""
    if request.param == "virtuoso":
        return shared_virtuoso(tmp_path_factory).address
    return str(request.getfixturevalue({"folder": "folder", "endpoint": "served"}[request.param]))


@pytest.mark.parametrize("store", STORES, indirect=True)
@pytest.mark.parametrize("command", sorted(READING.keys() - {"shell", "validate"}))
def test_a_command_writes_the_same_bytes(
    command: str, store: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KZKG_STORE", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    here = (main(["--store", str(ROOT), command, *READING[command]]), *capfdbinary.readouterr())
    there = (main(["--store", store, command, *READING[command]]), *capfdbinary.readouterr())
    assert there == here
    assert here[0] == 0
    assert here[1]


@needs(system(sys.platform != "win32", "a system with pseudo-terminals"))
@pytest.mark.parametrize("store", STORES, indirect=True)
def test_the_prompt_answers_from_it(store: str, tmp_path: Path) -> None:
    talk = Talk(tmp_path, KZKG_STORE=store)
    assert "Al-Qaeda" in talk.say("run courts-banned-groups --limit 2\r", "2 of 24 rows")
    assert talk.leave() == 0


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_the_checks_find_the_same(
    store: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store has no files with lines, so that a report names graphs there; what is found is the same."""
    monkeypatch.delenv("KZKG_STORE", raising=False)
    addition = tmp_path / "more.ttl"
    addition.write_text(
        "@prefix id: <https://w3id.org/kzkg/id/> .\n@prefix kzkg: <https://w3id.org/kzkg/ns#> .\n"
        "id:designation-of-nobody a kzkg:Designation .\n"
    )
    found = []
    for place in (str(ROOT), store):
        code = main(["--store", place, "validate", str(addition), "-f", "json"])
        found.append((code, json.loads(capfd.readouterr().out)["faults"]))
    assert found[0] == found[1]
    assert found[0][0] == 1
    assert {fault["focus"] for fault in found[0][1]} == {"id:designation-of-nobody"}
