"""What is kept of an endpoint on this machine's disk, and how two loads keep out of each other's way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from misbehaving import Client, misbehaving

from kzkg.errors import DataError
from kzkg.remote import kept, marks
from kzkg.remote.endpoint import Endpoint
from kzkg.remote.graphstore import GraphStore, graph_store
from kzkg.remote.marks import Mark
from kzkg.store import open_graph
from tests.engines import Engine, load, oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = {"s": "https://w3id.org/kzkg/id/x", "p": "http://www.w3.org/2004/02/skos/core#prefLabel"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kzkg" / "endpoints"


class Naming:
    """An endpoint that holds one name, and says of its answer what a test tells it to."""

    def __init__(self, **headers: str) -> None:
        self.headers, self.word = headers, "first"
        self.sent: list[str] = []

    def __call__(self, client: Client) -> None:
        if "prefLabel" not in client.head:
            found = [{"s": {"type": "uri", "value": "urn:x"}}] if "SELECT" in client.head else None
            client.answer(
                {"head": {}, "boolean": True} if not found else {"head": {"vars": []}, "results": {"bindings": []}}
            )
        elif self.headers and client.header("if-none-match") == self.headers.get("ETag"):
            self.sent.append("unchanged")
            client.say("304 Not Modified")
        else:
            self.sent.append("whole")
            row = {name: {"type": "uri", "value": value} for name, value in NAME.items()}
            row["o"] = {"type": "literal", "value": self.word}
            client.answer({"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": [row]}}, **self.headers)


def found(address: str, word: str) -> bool:
    """Whether a new process would find a name."""
    return bool(Endpoint(address).names.search(word))


def test_names_are_asked_again_only_when_the_endpoint_says_that_they_changed(cache: Path) -> None:
    deed = Naming(ETag='"1"')
    with misbehaving(deed) as there:
        assert found(there.address, "first")
        assert found(there.address, "first")
        deed.word, deed.headers = "second", {"ETag": '"2"'}
        assert found(there.address, "second")
    assert deed.sent == ["whole", "unchanged", "whole"]
    assert [path.stat().st_mode & 0o777 for path in cache.iterdir()] == [0o600]


def test_of_an_endpoint_that_names_no_state_nothing_is_kept(cache: Path) -> None:
    deed = Naming()
    with misbehaving(deed) as there:
        assert found(there.address, "first")
        deed.word = "second"
        assert found(there.address, "second")
    assert deed.sent == ["whole", "whole"]
    assert not cache.exists()


def test_what_is_kept_is_damaged_or_too_much(cache: Path) -> None:
    deed = Naming(ETag='"1"')
    with misbehaving(deed) as there:
        assert found(there.address, "first")
        (file,) = cache.iterdir()
        file.write_text("{", encoding="utf-8")
        assert found(there.address, "first")
    assert deed.sent == ["whole", "whole"]
    for number in range(2 * kept.MOST):
        kept.Shelf(f"http://example.org/{number}", "").keep("sign", {}, {})
    assert len([*cache.iterdir()]) == kept.MOST


@pytest.fixture(scope="module")
def filled(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The tiny world in another server."""
    with oxigraph(tmp_path_factory.mktemp("filled")) as engine:
        done = load(engine, "--no-history", str(world))
        assert done.returncode == 0, done.stderr
        yield engine


def test_after_a_load_its_signs_tell_whether_names_still_hold(filled: Engine, cache: Path, world: Path) -> None:
    before = open_graph(filled.address).names.search("alpha")
    (file,) = cache.iterdir()
    sign, *rest = json.loads(file.read_text(encoding="utf-8"))
    assert sign == open_graph(filled.address).state
    file.write_text(json.dumps(["of another state", *rest]), encoding="utf-8")
    assert open_graph(filled.address).names.search("alpha") == before == open_graph(world).names.search("alpha")
    assert json.loads(file.read_text(encoding="utf-8"))[0] == sign


# Two loads


def mark_of(engine: Engine) -> Mark:
    return Mark(Endpoint(engine.address).asked, GraphStore(engine.address, graph_store(engine.address, "Oxigraph")))


def left(engine: Engine) -> list[object]:
    """The marks that stand in the endpoint."""
    return Endpoint(engine.address).asked(marks.MARKS)


def test_a_load_gives_way_to_one_that_is_under_way(filled: Engine, world: Path) -> None:
    mark = mark_of(filled)
    mark.take()
    done = load(filled, "--no-history", str(world))
    assert done.returncode == 4
    assert "another load from this machine is filling this endpoint; wait until it has ended" in done.stderr
    mark.leave()
    done = load(filled, "--no-history", str(world))
    assert (done.returncode, left(filled)) == (0, [])


def test_a_load_that_was_killed_leaves_nothing_in_the_way(filled: Engine, world: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    mark = mark_of(filled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getpid", lambda: dead.pid)
        mark.take()
    assert left(filled)
    assert load(filled, "--no-history", str(world)).returncode == 0
    assert left(filled) == []


def test_of_another_machine_only_one_that_shows_itself_counts(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "EVERY", 0.2)
    monkeypatch.setattr(marks, "WATCHED", 1.0)
    other, ours = mark_of(filled), mark_of(filled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks.socket, "gethostname", lambda: "elsewhere")
        other.take()
    ours.take()
    assert {str(row[0]) for row in left(filled)} == {str(ours.graph)}
    ours.leave()


def test_another_machine_that_shows_itself_is_named(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "EVERY", 0.0)
    monkeypatch.setattr(marks, "WATCHED", 600.0)
    other, ours = mark_of(filled), mark_of(filled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks.socket, "gethostname", lambda: "elsewhere")
        other.take()

    def shown(_seconds: float) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(marks.socket, "gethostname", lambda: "elsewhere")
            other.keep()

    monkeypatch.setattr(time, "sleep", shown)
    with pytest.raises(DataError, match="another load from elsewhere is filling this endpoint"):
        ours.take()
    monkeypatch.undo()
    other.leave()
    assert left(filled) == []
