"""Hard days: killed at any moment, on a full or a read-only disk, there is the state before or the one after, whole.

`make hard-days` kills 200 times where the suite kills a few times, and prints each moment.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from conftest import make_world, triples
from killing import KILLS, TELLING, Victim, deaths
from serving import serving, until

from kzkg import loading
from kzkg.cli import main
from kzkg.errors import DataError
from kzkg.remote.load import load as send
from kzkg.store import Graph, open_graph
from kzkg.store.loaded import is_loaded
from tests.engines import Engine, oxigraph


def some(few: int) -> int:
    """How many kills: so few in the suite, where time is short, and all of them under `make hard-days`."""
    return KILLS if TELLING else few


NEW = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:org-new a kzkg:Organisation ; skos:prefLabel "New"@en .
"""
LAYERED = "from kzkg import loading; loading.SMALL_TEXT = 0; from kzkg.__main__ import main; main()"
"""Loads a small graph as if it were a large one."""
PROGRAMS = {"exact": Victim._field_defaults["program"], "layered": (sys.executable, "-c", LAYERED)}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The tiny world, and the same with one thing more."""
    home = tmp_path_factory.mktemp("hard")
    old, new = make_world(home / "old"), make_world(home / "new")
    (new / "data" / "sources" / "new.ttl").write_text(NEW, encoding="utf-8")
    return old, new


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for temporary files, in which nothing may be left."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


Held = tuple[Counter[object], Counter[object], frozenset[str]]


def held(graph: Graph) -> Held:
    """All that a graph holds: both views, and the names of its files."""
    names = frozenset(name.value for name in graph.named_graphs)
    return triples(graph, "accepted"), triples(graph, "all"), names


def told_apart(find: Callable[[], Held], states: dict[str, Held]) -> str:
    """Name the state that there is; what is none of them is half of one."""
    now = find()
    found = [name for name, state in states.items() if state == now]
    assert found, [sum((state[0] - now[0]).values()) for state in states.values()]
    return found[0]


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, without what differs from one time to the next."""
    return sorted(each.name.partition("-")[0] for each in folder.iterdir())


# Killed


@pytest.mark.parametrize("road", PROGRAMS)
def test_a_load_that_is_killed(road: str, worlds: tuple[Path, Path], tmp_path: Path) -> None:
    place = tmp_path / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "SMALL_TEXT", 0 if road == "layered" else 1 << 30)
        load = partial(loading.load, str(place))
        states = {}
        for name, world in (("after", worlds[1]), ("before", worlds[0])):
            load([world])
            states[name] = held(open_graph(place))
        assert states["before"] != states["after"]

        def mend() -> None:
            load([worlds[0]])
            assert told_apart(lambda: held(open_graph(place)), states) == "before"
            assert names_in(place) == ["generation", "generation", "kzkg.json", "load.lock"]

        check = partial(told_apart, lambda: held(open_graph(place)), states)
        words = ["--store", str(place), "load", str(worlds[1])]
        assert deaths(Victim(words, check, mend=mend, program=PROGRAMS[road]), some(4), seed=1)["before"]


def test_a_first_load_that_is_killed_is_no_store_yet(worlds: tuple[Path, Path], tmp_path: Path) -> None:
    """Before the rename there is nothing to be asked, and that is said in one line."""
    place, whole = tmp_path / "store", held(open_graph(worlds[1]))

    def check() -> str:
        if is_loaded(place):
            return told_apart(lambda: held(open_graph(place)), {"after": whole})
        with pytest.raises(DataError, match="is not a graph folder"):
            open_graph(place)
        return "nothing"

    def clear() -> None:
        loading.load(str(place), [worlds[1]])
        assert check() == "after"
        for each in sorted(place.rglob("*"), reverse=True):
            each.rmdir() if each.is_dir() else each.unlink()

    words = ["--store", str(place), "load", str(worlds[1])]
    assert deaths(Victim(words, check, mend=clear), some(2), seed=2)["nothing"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A server that holds nothing."""
    with oxigraph(tmp_path) as running:
        yield running


def test_a_load_into_an_endpoint_that_is_killed(worlds: tuple[Path, Path], engine: Engine, scratch: Path) -> None:
    """Readers see the old views or the new ones; the next load goes on, and takes away what the killed one left."""
    states = {}
    for name, world in (("after", worlds[1]), ("before", worlds[0])):
        send(engine.address, [world])
        states[name] = held(open_graph(engine.address))
    views = {name: state[:2] for name, state in states.items()}

    def check() -> str:
        graph = open_graph(engine.address)
        return told_apart(lambda: (triples(graph, "accepted"), triples(graph, "all")), views)  # type: ignore[arg-type,return-value]

    def mend() -> None:
        send(engine.address, [worlds[0]])
        assert told_apart(lambda: held(open_graph(engine.address)), states) == "before"
        assert list(scratch.iterdir()) == []

    words = ["--store", engine.address, "load", str(worlds[1])]
    found = deaths(Victim(words, check, mend=mend), some(3), seed=3)
    assert found["before"]


def switched(world: Path, *, new: bool) -> None:
    """Change a graph folder from one state to the other, in one step."""
    file = world / "data" / "sources" / "new.ttl"
    if new:
        beside = file.with_suffix(".part")
        beside.write_text(NEW, encoding="utf-8")
        beside.replace(file)
    else:
        file.unlink(missing_ok=True)


def test_a_preparation_that_is_killed(worlds: tuple[Path, Path], own_world: Path) -> None:
    """What is prepared beside a graph folder always belongs to the files as they are."""
    states = {"old": held(open_graph(worlds[0])), "new": held(open_graph(worlds[1]))}
    turn = iter(range(1 << 20))

    def before() -> None:
        switched(own_world, new=next(turn) % 2 == 0)
        for each in (own_world / ".kzkg").glob("store-*"):
            for file in sorted(each.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            each.rmdir()

    def check() -> str:
        wanted = "new" if (own_world / "data/sources/new.ttl").exists() else "old"
        assert told_apart(lambda: held(open_graph(own_world)), states) == wanted
        assert set(names_in(own_world / ".kzkg")) <= {"store", "store.json", "queries", "queries.json"}
        return wanted

    found = deaths(Victim(["--store", str(own_world), "stats"], check, before=before), some(4), seed=4)
    assert set(found) == {"old", "new"}


OUTPUTS = {
    "export": ["export", "-f", "nt", "--graph", "all"],
    "run": ["run", "bans", "--cite", "-f", "json"],
    "workbook": ["run", "bans", "--cite", "-f", "xlsx"],
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_that_is_killed(name: str, world: Path, tmp_path: Path) -> None:
    """The file is the one before, to the byte, or the new one; nothing lies beside it after the next run."""
    file = tmp_path / "room" / "answer"
    file.parent.mkdir()
    whole: set[bytes] = set()

    def before() -> None:
        file.write_bytes(b"what was there before\n")

    def check() -> str:
        content = file.read_bytes()
        if content == b"what was there before\n":
            return "before"
        whole.add(content if name in {"export", "run"} else content[:2] + content[-22:-18])
        assert len(whole) == 1, whole
        return "after"

    def mend() -> None:
        assert main(["--store", str(world), *OUTPUTS[name], "-o", str(file)]) == 0
        assert check() == "after"
        assert [each.name for each in file.parent.iterdir()] == ["answer"]

    words = ["--store", str(world), *OUTPUTS[name], "-o", str(file)]
    victim = Victim(words, check, before, mend)
    assert deaths(victim, some(2), seed=5)


ASKED = "SELECT ?name WHERE { id:org-new kzkg:name ?name }"


def test_a_swap_under_a_server_that_is_killed(own_world: Path, tmp_path: Path, scratch: Path) -> None:
    """What prepares the new state beside the server is killed: the old one is served on, and soon the new one."""
    with serving(own_world, tmp_path / "log", "--rate", "0", "--workers", "1") as server:

        def seen() -> int:
            answer = server.sparql(ASKED, "text/csv")
            assert answer.status == 200, answer.text
            lines = answer.text.split()
            assert lines in (["name"], ["name", *sorted(lines[1:])]), lines
            assert len(lines) in {1, 2}
            return len(lines)

        assert server.settled()
        new = False
        for number in range(some(2)):
            new = not new
            switched(own_world, new=new)
            assert until(lambda: renewing(server.process.pid))
            time.sleep(number % 10 / 10)
            for process in renewing(server.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            found = seen()
            if TELLING:
                print(f"{number + 1:4}  {number % 10 / 10:.1f} s  {'new' if found == 2 else 'old'}", flush=True)
            touched = own_world / "queries"
            os.utime(next(touched.glob("*.rq")))
            assert until(lambda wanted=2 if new else 1: seen() == wanted), server.log.read_text()
    assert "Traceback" not in server.log.read_text()
    assert list(scratch.iterdir()) == []


def renewing(server: int) -> list[int]:
    """The processes that prepare a new state for a server."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            parent = (path / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"kzkg.server.renewal" in words and int(parent) == server:
            found.append(int(path.name))
    return found
