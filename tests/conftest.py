"""The graph of the repository, a tiny fixed one, and both engines, for all tests."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import HealthCheck, settings
from parts import settle

import kzkg
from kzkg.dataset import fill, rdflib_term
from kzkg.store import Boolean, Graph, Solutions, Triples, open_graph

ROOT = Path(__file__).resolve().parent.parent
WORLD = Path(__file__).resolve().parent / "world"

# Examples are the same each time, and none fails since a machine was slow.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

Row = tuple[Any, ...]
_NUMBERS = {"integer", "decimal", "double", "float", "positiveInteger", "nonNegativeInteger"}


def make_world(folder: Path) -> Path:
    """Copy the tiny world and the ontology of the repository into a folder, where a test may change it."""
    shutil.copytree(WORLD, folder, ignore=shutil.ignore_patterns(".kzkg"))
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """rdflib warns of its own use of its own old names when a Dataset is asked."""
    config.addinivalue_line("markers", "needs(*missing): what is missing here, see tests/parts.py")
    config.addinivalue_line("filterwarnings", "ignore:Dataset.*is deprecated:DeprecationWarning:rdflib")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stop a test whose parts are missing, before it starts a server or a browser."""
    for mark in item.iter_markers("needs"):
        settle(*mark.args)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for tests that say by `needs` that they want it."""
    from browsing import chromium

    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny world; read it, do not change it."""
    return make_world(tmp_path_factory.mktemp("graph") / "world")


@pytest.fixture
def own_world(tmp_path: Path) -> Path:
    """A copy of the tiny world for one test alone."""
    return make_world(tmp_path / "world")


@pytest.fixture(scope="session")
def world_graph(world: Path) -> Graph:
    """The tiny world, open."""
    return open_graph(world)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `kzkg site` writes of a tiny world with harm in it, whose graph lies beside it: only to be read.

    All processes of a test run share it: the first one writes it, the others wait.
    """
    import fcntl

    from harm import harmed

    from kzkg.static.building import Plan, build

    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    graph, home = base / "built-world", base / "built-site"
    with (base / "built-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            shutil.rmtree(graph, ignore_errors=True)
            harmed(make_world(graph))
            build(Plan(graph, home, "https://kzkg.example/sub/", workers=2))
    return home


@pytest.fixture(scope="session")
def built_graph(built_site: Path) -> Graph:
    """The graph of `built_site`, open."""
    return open_graph(built_site.parent / "built-world")


@pytest.fixture(scope="session")
def still_folder(tmp_path_factory: pytest.TempPathFactory, repo_graph: Graph) -> Path:
    """A folder of a few pages of the repository that answer on their own: only to be read."""
    from still import write

    return write(repo_graph, tmp_path_factory.mktemp("still"))


@pytest.fixture(scope="session")
def still_server(still_folder: Path) -> Iterator[str]:
    """A server of files and nothing more, at whose root another folder lies: that one is below a path."""
    from browsing import files

    with files(still_folder) as address:
        yield address


@pytest.fixture(scope="session")
def ruled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny world as a folder with rules for web servers: only to be read."""
    from ruled import write

    return write(tmp_path_factory.mktemp("ruled"))


@pytest.fixture(scope="session")
def repo_graph() -> Graph:
    """The graph of the repository, open."""
    return open_graph(ROOT)


def normal(term: Any) -> Any:
    """Write a term of either engine so that equal ones are equal: numbers by value, no xsd:string, one blank node."""
    if term is None:
        return None
    if not isinstance(term, rdflib.term.Identifier):
        term = rdflib_term(term)
    if isinstance(term, rdflib.BNode):
        return "_:"
    if not isinstance(term, rdflib.Literal):
        return f"<{term}>"
    kind = str(term.datatype or "").rpartition("#")[2]
    if kind in _NUMBERS:
        return Decimal(str(term)).normalize()
    return (str(term), (term.language or "").lower(), "" if kind == "string" else kind)


class Oxigraph:
    """The engine that answers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def rows(self, text: str, dataset: str = "accepted") -> Counter[Row]:
        """The rows of a query, as a multiset."""
        answer = self.graph.evaluate(text, dataset)
        if isinstance(answer, Boolean):
            return Counter([(answer.value,)])
        if isinstance(answer, Triples):
            return Counter(
                (normal(triple.subject), normal(triple.predicate), normal(triple.object)) for triple in answer.triples
            )
        return Counter(tuple(normal(term) for term in row) for row in answer.rows)


class Rdflib:
    """The engine that checks the first: the same graphs, read from the same folder."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def accepted(self) -> rdflib.Graph:
        """The accepted view as a flat graph."""
        return self._flat("accepted")

    @cached_property
    def all(self) -> rdflib.Graph:
        """Everything as a flat graph."""
        return self._flat("all")

    @cached_property
    def files(self) -> rdflib.Dataset:
        """The named graphs, with an empty default graph."""
        dataset = kzkg.load(self.graph.catalog.folder)
        dataset.default_graph.remove((None, None, None))
        return dataset

    def _flat(self, name: str) -> rdflib.Graph:
        flat = rdflib.Graph()
        fill(flat, self.graph.evaluate("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", name))
        return flat

    def rows(self, text: str, dataset: str = "accepted") -> Counter[Row]:
        """The rows of a query, as a multiset."""
        answer = getattr(self, dataset).query(text)
        if answer.type == "ASK":
            return Counter([(bool(answer.askAnswer),)])
        return Counter(tuple(normal(term) for term in row) for row in answer)


@pytest.fixture(scope="session")
def repo_engines(repo_graph: Graph) -> tuple[Oxigraph, Rdflib]:
    """Both engines over the graph of the repository."""
    return Oxigraph(repo_graph), Rdflib(repo_graph)


@pytest.fixture(scope="session")
def world_engines(world_graph: Graph) -> tuple[Oxigraph, Rdflib]:
    """Both engines over the tiny world."""
    return Oxigraph(world_graph), Rdflib(world_graph)


def triples(graph: Graph, dataset: str = "accepted") -> Counter[Row]:
    """All triples of a dataset's default graph."""
    return Oxigraph(graph).rows("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", dataset)


def column(graph: Graph, text: str, dataset: str = "accepted") -> list[str]:
    """The first column of a query's rows, as prefixed names or words, sorted."""
    from kzkg.terms import shrink

    answer = graph.evaluate(text, dataset)
    assert isinstance(answer, Solutions)
    return sorted(shrink(row[0].value) for row in answer.rows if row[0] is not None)  # type: ignore[union-attr]
