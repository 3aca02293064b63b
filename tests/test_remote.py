"""Endpoints as stores: the same output as on a folder, and loads that leave no half state and go on after a break."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, RdfFormat
from serving import serving

from kzkg.catalog import Catalog
from kzkg.cli import main
from kzkg.errors import RequestError
from kzkg.remote import pieces
from kzkg.remote.endpoint import Endpoint
from kzkg.remote.graphstore import GraphStore, graph_store
from kzkg.remote.text import declared, kind_of, parted
from kzkg.store import Graph, open_catalog, open_graph
from kzkg.store.disk import Disk
from kzkg.store.prepare import prepared_store
from tests import goldens
from tests.conftest import ROOT, Oxigraph, triples
from tests.engines import Engine, load, oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERIES = Catalog(ROOT).queries
DAYS = ["2009-01-01", "2010-03-02", "2018-12-31", "2024-01-01"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped graph, served by ourselves."""
    with serving(ROOT, tmp_path_factory.mktemp("served") / "log", "--rate", "0", "--workers", "2") as server:
        yield f"{server.url}/sparql"


@pytest.fixture(scope="module")
def loaded(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The tiny world in another server, loaded by the command."""
    with oxigraph(tmp_path_factory.mktemp("loaded")) as engine:
        done = load(engine, str(world))
        assert done.returncode == 0, done.stderr
        yield engine


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A server that holds nothing."""
    with oxigraph(tmp_path) as engine:
        yield engine


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_our_own_endpoint_gives_the_golden_answers(name: str, served: str) -> None:
    golden = (goldens.FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    assert goldens.written(goldens.example(open_graph(served), QUERIES[name])) == golden


COMMANDS = [
    ["run", "courts-banned-groups", "--court", "Supreme Court", "--cite"],
    ["run", "courts-banned-groups", "--day", "1900-01-01"],
    ["run", "attacks", "--all", "--lang", "kk", "-f", "json", "--cite"],
    ["run", "attacks", "--help"],
    ["run", "nothing-of-this-name"],
    ["run", "courts-banned-groups", "--court", "Nowhere Court"],
    ["show", "Taliban"],
    ["show", "org-taliban", "-f", "ttl", "--all"],
    ["search", "жоғарғы", "сот"],
    ["search", "talibna"],
    ["stats", "-f", "csv"],
    ["cite", "org-taliban"],
    ["export", "--graph", "adilet"],
    ["queries", "court"],
    ["sparql", "SELECT * WHERE { ?s a kzkg:Court ; skos:prefLabel ?l } ORDER BY ?s ?l", "--limit", "3", "-f", "md"],
    ["sparql", "ASK { id:org-taliban a kzkg:Organisation }"],
    ["sparql", "--files", "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"],
    ["sparql", "SELECT ?x WHERE {\n ?x }"],
    ["sparql", "SELECT ?x WHERE { SERVICE <http://127.0.0.1:1/> { ?x ?y ?z } }"],
    ["sparql", "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a kzkg:Court ; skos:prefLabel ?l }", "-f", "nt"],
    ["sparql", "SELECT ?s FROM g:adilet WHERE { ?s a kzkg:Provision } ORDER BY ?s"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words)[:60])
def test_every_command_says_the_same(
    words: list[str], served: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KZKG_STORE", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    here = (main(["--store", str(ROOT), *words]), *capfdbinary.readouterr())
    there = (main(["--store", served, *words]), *capfdbinary.readouterr())
    assert there == here


def same(graph: Graph, other: Graph) -> None:
    """Two graphs hold the same views, files and names."""
    for dataset in ("accepted", "all"):
        assert triples(graph, dataset) == triples(other, dataset)
    if not graph.known_by:
        assert set(graph.named_graphs) == set(other.named_graphs)
        in_files = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
        assert Oxigraph(graph).rows(in_files, "files") == Oxigraph(other).rows(in_files, "files")
        assert graph.names.search("alpha") == other.names.search("alpha")


def test_a_loaded_endpoint_holds_what_the_folder_holds(loaded: Engine, world_graph: Graph) -> None:
    same(open_graph(loaded.address), world_graph)


@pytest.mark.parametrize("day", DAYS)
def test_as_known_by_a_day(day: str, loaded: Engine, world: Path) -> None:
    here, there = (open_graph(place, known_by=day) for place in (world, loaded.address))
    same(there, here)
    assert there.undated == here.undated
    for text in ("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "SELECT ?s FROM g:paper { ?s ?p ?o }"):
        with pytest.raises(RequestError, match="as known by a day") as error:
            there.evaluate(text)
        assert error.value.exit_code == 2


def test_one_graph_as_it_lies_there(loaded: Engine, world_graph: Graph) -> None:
    import io

    written = [io.BytesIO(), io.BytesIO()]
    for graph, out in zip((open_graph(loaded.address), world_graph), written, strict=True):
        graph.write(NamedNode("https://w3id.org/kzkg/graph/paper"), out, RdfFormat.N_TRIPLES)
    lines = [sorted(out.getvalue().splitlines()) for out in written]
    assert lines[0] == lines[1]
    assert lines[0]


def test_a_second_load_sends_nothing(loaded: Engine, world: Path) -> None:
    done = load(loaded, str(world))
    assert done.returncode == 0
    assert "graphs were there already" in done.stderr


def test_a_load_sends_what_has_changed(empty: Engine, own_world: Path) -> None:
    assert load(empty, "--no-history", str(own_world)).returncode == 0
    (own_world / "data/sources/new.ttl").write_text(
        "@prefix id: <https://w3id.org/kzkg/id/> .\n@prefix kzkg: <https://w3id.org/kzkg/ns#> .\n"
        "id:org-new a kzkg:Organisation ; kzkg:name 'New', \"Жаңа\"@kk .\n"
    )
    gone = next((own_world / "data/sources").glob("paper*"))
    gone.unlink()
    done = load(empty, "--no-history", str(own_world))
    assert done.returncode == 0, done.stderr
    assert "removed 1" in done.stderr
    same(open_graph(empty.address), open_graph(own_world))
    stages = Oxigraph(open_graph(empty.address)).rows(
        "SELECT DISTINCT ?g FROM NAMED <https://w3id.org/kzkg/graph/loaded> { GRAPH ?g { ?s ?p 'stage' } }"
    )
    assert not stages


def test_a_killed_load_goes_on(empty: Engine, world: Path, world_graph: Graph) -> None:
    """Killed with SIGKILL as soon as the endpoint has heard of it."""
    words = [sys.executable, "-m", "kzkg", "--store", empty.address, "load", "--no-history", str(world)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint, end = Endpoint(empty.address), time.monotonic() + 240
    while not endpoint.notes().state and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert endpoint.notes().state
    done = load(empty, "--no-history", str(world))
    assert done.returncode == 0, done.stderr
    same(open_graph(empty.address), world_graph)


def test_an_endpoint_without_a_graph_says_what_to_do(empty: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--store", empty.address, "run", "attacks"]) == 4
    assert f"put a graph there first: kzkg load --store {empty.address} FILE…" in capfd.readouterr().err


def test_graphs_that_another_program_loaded(empty: Engine, world: Path, world_graph: Graph) -> None:
    """Only the two views are needed, under their names; then all other graphs of ours are the files."""
    store = GraphStore(empty.address, graph_store(empty.address, "Oxigraph"))
    disk = Disk(prepared_store(world))
    names = [f"https://w3id.org/kzkg/graph/{view}" for view in ("accepted", "all")]
    for graph in (*disk.named_graphs, *map(NamedNode, names)):
        lines = pieces.written(disk, graph)
        for number, piece in enumerate(lines.pieces()):
            (store.post if number else store.put)(graph, piece)
    same(open_graph(empty.address), world_graph)
    with pytest.raises(RequestError, match="it holds no earlier days"):
        open_graph(empty.address, known_by="2010-01-01").evaluate("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("address", "server", "store"),
    [
        ("http://x.org:8890/sparql", "Virtuoso/07.20.3229", "http://x.org:8890/sparql-graph-crud-auth"),
        ("http://x.org:7878/query", "Oxigraph/0.5.13", "http://x.org:7878/store"),
        ("http://x.org:3030/ds/sparql", "Apache Jena Fuseki (5.2.0)", "http://x.org:3030/ds/data"),
        ("http://x.org:3030/ds/query", "Apache Jena Fuseki (5.2.0)", "http://x.org:3030/ds/data"),
        ("http://x.org:3030/ds", "Apache Jena Fuseki (5.2.0)", "http://x.org:3030/ds/data"),
        ("http://x.org:7200/repositories/kz", "", "http://x.org:7200/repositories/kz/rdf-graphs/service"),
        ("http://x.org:5820/kz/query", "", "http://x.org:5820/kz"),
        ("https://x.org:8182/sparql", "", "https://x.org:8182/sparql/gsp/"),
    ],
)
def test_where_engines_take_graphs(address: str, server: str, store: str) -> None:
    assert graph_store(address, server) == store


def test_where_an_engine_takes_graphs_must_be_known_and_on_its_host(loaded: Engine, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="say it with --graph-store URL"):
        graph_store("https://example.org/some/where", "")
    with pytest.raises(RequestError, match="is on another host than"):
        GraphStore("https://example.org/sparql", "https://example.com/store")
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .")
    done = load(loaded, "--graph-store", "http://127.0.0.2:1/store", str(file))
    assert (done.returncode, "is on another host" in done.stderr) == (2, True)


@pytest.mark.parametrize("option", [["--no-history"], ["--graph-store", "http://example.org/"]])
def test_options_of_endpoints_go_with_endpoints(
    option: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--store", str(tmp_path / "store"), "load", *option, str(ROOT / "data/meta.ttl")]) == 2
    assert "go with --store URL" in capfd.readouterr().err


def test_blank_nodes_travel_together(world: Path, tmp_path: Path) -> None:
    """And they sign the same under other labels; a changed statement signs otherwise."""
    signs = []
    for change in ("", "", "extra"):
        folder = tmp_path / f"world-{len(signs)}"
        shutil.copytree(world, folder, ignore=shutil.ignore_patterns(".kzkg"))
        text = f"@prefix k: <urn:k:> . k:a k:b [ k:c ( 1 2 3 ) ] . k:d k:e 'f{change}' .\n"
        (folder / "data/sources/blank.ttl").write_text(text)
        disk = Disk(prepared_store(folder))
        lines = pieces.written(disk, NamedNode("https://w3id.org/kzkg/graph/blank"))
        first, *rest = lines.pieces()
        assert sum(b"_:" in line for line in first) == len(lines.blank) == 8
        assert not rest
        signs.append(lines.sign)
    assert signs[0] == signs[1] != signs[2]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (
            "SELECT ?a WHERE { ?a ?b ?c }",
            "SELECT ?a WHERE { { SELECT ?a WHERE { ?a ?b ?c } ORDER BY ?a } } LIMIT 7 OFFSET 3",
        ),
        (
            "PREFIX x: <http://x.org/#> SELECT DISTINCT ?a { ?a x:b '} LIMIT 1' } ORDER BY DESC(?c) LIMIT 9 # LIMIT 8",
            (
                "PREFIX x: <http://x.org/#> SELECT ?a WHERE { { SELECT DISTINCT ?a { ?a x:b '} LIMIT 1' } "
                "ORDER BY DESC(?c)  ?a } } LIMIT 7 OFFSET 3"
            ),
        ),
        ("SELECT ?a WHERE { ?a ?b ?c } VALUES ?a { <urn:x> }", None),
        ("SELECT ?a FROM <urn:g> WHERE { ?a ?b ?c }", None),
    ],
)
def test_pages(text: str, page: str | None) -> None:
    query = parted(text)
    assert (query.page(("a",), 7, 3) if query else None) == page
    if page:
        assert kind_of(page).variables == ("a",)


def test_what_is_declared_keeps_the_lines() -> None:
    sent = declared("SELECT ?x\n{ ?x a kzkg:Court }")
    assert sent.startswith("PREFIX kzkg: <https://w3id.org/kzkg/ns#> ")
    assert sent.endswith(" SELECT ?x\n{ ?x a kzkg:Court }")
    assert sent.count("\n") == 1
    assert declared("ASK { <id/x> ?p ?o }").startswith("BASE <https://w3id.org/kzkg/> ")


def test_a_catalog_of_an_endpoint_is_that_of_the_package() -> None:
    assert set(open_catalog("https://example.org/sparql").query_files) == set(QUERIES)
