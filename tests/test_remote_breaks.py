"""A load into an endpoint that breaks wherever it may: a reader sees the old state or the new one, and it goes on."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, RdfFormat

from kzkg.errors import DataError
from kzkg.remote import pieces
from kzkg.remote.endpoint import Endpoint
from kzkg.remote.graphstore import GraphStore, graph_store
from kzkg.remote.pushing import Push
from kzkg.store import Solutions, open_graph
from tests.engines import Engine, oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A server that holds nothing."""
    with oxigraph(tmp_path) as engine:
        yield engine


class Pulled(Exception):  # noqa: N818
    """Somebody pulled the plug."""


class Plug(GraphStore):
    """A graph store of which the plug is pulled after so many requests: before it hears of the next, or after."""

    def __init__(self, engine: Engine, left: int, *, heard: bool) -> None:
        super().__init__(engine.address, graph_store(engine.address, "Oxigraph"))
        self.left, self.heard = left, heard

    def _send(self, method: str, graph: NamedNode, body: bytes | None) -> None:
        self.left -= 1
        if self.left >= 0 or self.heard:
            super()._send(method, graph, body)
        if self.left < 0:
            raise Pulled


class Tiny:
    """A store of a few statements, as far as a load asks of it."""

    G = "https://w3id.org/kzkg/graph/"

    def __init__(self, word: str, files: str) -> None:
        def lines(name: str) -> list[str]:
            return [f'<urn:{name}:{number}> <urn:says> "{word}" .\n' for number in range(12)]

        self.graphs = {self.G + name: lines(name) for name in (*files.split(), "accepted", "all")}
        self.graphs[f"{self.G}accepted"].append(f'_:a <urn:says> "{word}" .\n')
        self.named_graphs = tuple(NamedNode(self.G + name) for name in files.split())

    def history(self) -> tuple[list[str], int, list[str]]:
        return [], 0, []

    def undated(self) -> int:
        return 0

    def write(self, graph: NamedNode, output: IO[bytes], form: RdfFormat) -> None:
        assert form == RdfFormat.N_TRIPLES
        output.writelines(line.encode() for line in self.graphs[graph.value])

    def views(self) -> list[set[str]]:
        return [{line.split('"')[1] for line in self.graphs[self.G + view]} for view in ("accepted", "all")]

    def sizes(self) -> list[int]:
        return [len(self.graphs[self.G + view]) for view in ("accepted", "all")]


def push(engine: Engine, tiny: Tiny, left: int = 1_000_000, *, heard: bool = False) -> bool:
    """Load; whether that came to its end."""
    try:
        Push(tiny, Endpoint(engine.address), Plug(engine, left, heard=heard)).run()  # type: ignore[arg-type]
    except Pulled:
        return False
    return True


def seen(engine: Engine) -> tuple[list[set[str]], list[int]]:
    """What a reader sees: the words of each view, and how many statements it has."""
    words, sizes = [], []
    for dataset in ("accepted", "all"):
        result = open_graph(engine.address).evaluate("SELECT ?s ?o WHERE { ?s <urn:says> ?o }", dataset)
        assert isinstance(result, Solutions)
        words.append({row[1].value for row in result.rows})  # type: ignore[union-attr]
        sizes.append(len(result.rows))
    return words, sizes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a view is three of them."""
    monkeypatch.setattr(pieces, "PIECE", 200)


@pytest.mark.usefixtures("small")
def test_a_first_load_that_breaks_is_no_graph_and_goes_on(empty: Engine) -> None:
    tiny = Tiny("first", "a b c")
    for left in range(1, 10, 2):
        assert not push(empty, tiny, left, heard=left % 3 == 0)
        with pytest.raises(DataError, match=r"the first load is under way, or broke off; 'kzkg load' goes on"):
            open_graph(empty.address).evaluate("ASK { ?s ?p ?o }")
    assert push(empty, tiny)
    assert seen(empty) == (tiny.views(), tiny.sizes())


@pytest.mark.usefixtures("small")
def test_wherever_a_load_breaks_there_is_the_old_view_or_the_new_one(empty: Engine) -> None:
    """Two states are loaded in turn, and each load breaks once, after ever more requests, the last one heard or not."""
    states = [Tiny("old", "a b c"), Tiny("new", "a b d")]
    assert push(empty, states[0])
    for turn, left in enumerate(range(0, 100, 3)):
        before, after = states[turn % 2], states[(turn + 1) % 2]
        whole = push(empty, after, left, heard=turn % 3 == 0)
        assert seen(empty) in [(tiny.views(), tiny.sizes()) for tiny in ([after] if whole else [before, after])]
        assert push(empty, after)
        assert seen(empty) == (after.views(), after.sizes())
        assert open_graph(empty.address).named_graphs == after.named_graphs
        if whole:
            break
    assert left > 20


@pytest.mark.usefixtures("small")
def test_a_broken_load_does_not_send_again_what_arrived(empty: Engine) -> None:
    tiny = Tiny("word", "a b c")
    assert not push(empty, tiny, 8)
    with_break = Plug(empty, 1_000_000, heard=True)
    Push(tiny, Endpoint(empty.address), with_break).run()  # type: ignore[arg-type]
    again = 1_000_000 - with_break.left
    whole = Plug(empty, 1_000_000, heard=True)
    other = Tiny("other", "e f g")
    other.graphs = {name: other.graphs[name] for name in other.graphs}
    Push(other, Endpoint(empty.address), whole).run()  # type: ignore[arg-type]
    assert again < 1_000_000 - whole.left
