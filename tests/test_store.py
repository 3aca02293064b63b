"""The store: prepared from the files, equal to them, remade when they change, and asked through one door."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT, Oxigraph, Rdflib, column, normal, triples
from waiting import PATIENCE

import kzkg
from kzkg import terms
from kzkg.errors import DataError, KzkgError, RequestError
from kzkg.store import Boolean, Graph, Solutions, Triples, guard, open_graph, prepare


def run(code: str, *words: str, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own."""
    place = {"XDG_CACHE_HOME": str(cache)} if cache else {}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **place}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=PATIENCE,
    )


OPEN = """
import sys, kzkg.store
print(len(kzkg.store.open_graph(sys.argv[1]).evaluate("SELECT * WHERE { ?s a kzkg:Designation }").rows))
"""


@pytest.mark.parametrize("name", ["world_engines", "repo_engines"])
def test_the_store_equals_the_files(request: pytest.FixtureRequest, name: str) -> None:
    """Graph by graph, as rdflib reads the files; the store rewrites numbers, which `normal` undoes."""
    oxigraph, _ = request.getfixturevalue(name)
    graph: Graph = oxigraph.graph
    stored: dict[str, Counter[object]] = {}
    answer = graph.evaluate("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }", "files")
    assert isinstance(answer, Solutions)
    for file, *row in answer.rows:
        stored.setdefault(file.value, Counter())[tuple(normal(term) for term in row)] += 1  # type: ignore[union-attr]
    files = graph.catalog.graph_files
    assert [file.value for file in files] == sorted(file.value for file in graph.named_graphs)
    for file, path in files.items():
        parsed = rdflib.Graph().parse(path, format="turtle", publicID=file.value)
        assert stored.get(file.value, Counter()) == Counter(tuple(normal(t) for t in row) for row in parsed), path


AGREE = [
    ("SELECT ?c ?g WHERE { ?c kzkg:banned ?g }", "accepted"),
    ("SELECT ?x (COUNT(*) AS ?n) WHERE { ?x a ?class ; kzkg:name ?name } GROUP BY ?x", "accepted"),
    ("SELECT ?q (COUNT(?c) AS ?n) WHERE { ?c kzkg:answers ?q } GROUP BY ?q", "all"),
    ("SELECT * WHERE { ?s ?p ?o }", "files"),
    ("ASK { ?s kzkg:designates ?o }", "accepted"),
]


def agree(engines: tuple[Oxigraph, Rdflib], text: str, dataset: str) -> None:
    text = terms.prologue() + text
    assert engines[0].rows(text, dataset) == engines[1].rows(text, dataset)


@pytest.mark.parametrize(("text", "dataset"), AGREE)
def test_both_engines_agree(repo_engines: tuple[Oxigraph, Rdflib], text: str, dataset: str) -> None:
    agree(repo_engines, text, dataset)


@pytest.mark.parametrize(
    ("text", "dataset"),
    [*AGREE, ("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s kzkg:evidence ?o } } GROUP BY ?g", "files")],
)
def test_both_engines_agree_on_the_world(world_engines: tuple[Oxigraph, Rdflib], text: str, dataset: str) -> None:
    agree(world_engines, text, dataset)


def test_a_star_keeps_the_order_of_the_text(world_graph: Graph) -> None:
    for text in ("SELECT * WHERE { ?s ?p ?o . ?a ?p ?zz }", "select distinct * { ?s ?p ?o . ?a ?p ?zz } LIMIT 1"):
        answer = world_graph.evaluate(text + " LIMIT 1" if "LIMIT" not in text else text)
        assert isinstance(answer, Solutions)
        assert answer.variables == ("s", "p", "o", "a", "zz")
        assert len(answer.rows[0]) == 5


def test_load_gives_the_same_graphs(world: Path, world_graph: Graph) -> None:
    dataset = kzkg.load(world)
    assert Counter(tuple(normal(t) for t in row) for row in dataset.default_graph) == triples(world_graph)
    names = {str(graph.identifier) for graph in dataset.graphs()} - {str(dataset.default_graph.identifier)}
    assert names == {name.value for name in world_graph.named_graphs}


def test_three_kinds_of_answer(world_graph: Graph) -> None:
    rows = world_graph.evaluate("SELECT ?a ?b WHERE { VALUES ?a { id:x } OPTIONAL { ?a kzkg:name ?b } }")
    assert rows == Solutions(("a", "b"), ((terms.expand("id:x"), None),))
    assert world_graph.evaluate("ASK { id:org-alpha a kzkg:Organisation }") == Boolean(value=True)
    made = world_graph.evaluate("CONSTRUCT { ?x kzkg:name 'x' } WHERE { ?x a kzkg:Court }")
    assert isinstance(made, Triples)
    assert [triple.subject for triple in made.triples] == [terms.expand("id:court-north")]
    assert isinstance(world_graph.evaluate("DESCRIBE id:org-alpha"), Triples)


def test_graph_ranges_over_the_files_alone(world_graph: Graph) -> None:
    files = sorted(terms.shrink(name) for name in world_graph.named_graphs)
    for dataset in ("accepted", "all", "files"):
        assert column(world_graph, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", dataset) == files
        for built in ("g:accepted", "g:all", "<https://w3id.org/kzkg/graph/known-by/both-0-8>"):
            assert world_graph.evaluate(f"ASK {{ GRAPH {built} {{ ?s ?p ?o }} }}", dataset) == Boolean(value=False)
    assert world_graph.evaluate("SELECT * WHERE { ?s ?p ?o }", "files") == Solutions(("s", "p", "o"), ())
    assert column(world_graph, "SELECT ?s FROM g:paper WHERE { ?s a kzkg:Finding }") == ["id:finding-paper-effect"]


def test_named_graphs_as_known_by_a_day(world: Path) -> None:
    ask = "SELECT DISTINCT ?s WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?s), 'alpha')) }"
    later = {"id:lifting-alpha-2023-12", "id:decision-removal-alpha-2023-12"}
    for dataset in ("accepted", "all", "files"):
        today = set(column(open_graph(world), ask, dataset))
        assert today - set(column(open_graph(world, known_by="2018-12-31"), ask, dataset)) == later
    early = open_graph(world, known_by="2012-01-01")
    cited = (
        "SELECT ?c WHERE { GRAPH ?g { id:designation-alpha-2010-03-01 kzkg:evidence ?c } id:org-alpha kzkg:name ?n }"
    )
    assert column(early, cited) == ["id:cite-agency-2010"]
    with pytest.raises(RequestError, match="FROM chooses"):
        early.evaluate("SELECT * FROM g:paper WHERE { ?s ?p ?o }")


REFUSED = [
    ("INSERT DATA { <a:b> <a:b> <a:b> }", "INSERT is refused: the graph is read-only"),
    ("PREFIX x: <a:b> # c\nDELETE WHERE { ?s ?p ?o }", "DELETE is refused"),
    ("LOAD <http://127.0.0.1:1/>", "LOAD is refused"),
    ("drop all", "DROP is refused"),
    ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * WHERE { { { SELECT * { service silent ?s { ?s ?p ?o } } } } }", "SERVICE is refused"),
    ("PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICESILENT:x{ ?s ?p ?o } }", "SERVICE is refused"),
    ("PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x{ ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * { ?a ?b trueSERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * { BIND(<http://127.0.0.1:1/> AS ?s) FILTER(1<2)SERVICE?s#>\n{ ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * { ?a ?b id:x\\' SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #'\n }", "SERVICE is refused"),
    ("SELECT * { ?a ?b '''x\\''' SERVICE '''. SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
    ("SELECT * { ?a ?b ?c FILTER(?a<?b)#'>'''\nSERVICE<http://127.0.0.1:1/>{?s ?p ?o}#'''\n }", "SERVICE is refused"),
    (
        "SELECT * { VALUES ?x {'''a'} #\\uD800''' '''\nSERVICE<http://127.0.0.1:1/>{?s ?p ?o}#'''\n }",
        "SERVICE is refused",
    ),
    ("SELECT * { ?s <urn:a#b> ?o . SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }", "SERVICE is refused"),
    ("SELECT * WHERE " + "{" * 20_000 + "}" * 20_000, "nested too deeply"),
    ("SELECT * WHERE { FILTER(" + "(" * 500 + "1" + ")" * 500 + ") }", "nested too deeply"),
    ("SELECT * WHERE { FILTER(" + "!" * 20_000 + "1) }", "too large"),
    ("SELECT * WHERE { FILTER(1" + "+1" * 20_000 + ") }", "too large"),
    ("SELECT * WHERE { " + "{?a ?b ?c}UNION" * 5000 + "{} }", "too large"),
    ("SELECT * WHERE { ?a ?b '" + "x" * 200_000 + "' }", "too long"),
    ("SELECT * WHERE {\n  ?a ?b }", "the query has a syntax error at 2:10"),
    ("SELECT * WHERE { ?a foo:bar ?b }", "the query uses the unknown prefix foo: at 1:"),
    ("SELEC * WHERE { ?a ?b ?c }", "the query has a syntax error at 1:1"),
    ("", "the query has a syntax error at 1:1"),
    ("SELECT * WHERE { ?a ?b ?c", "unexpected end of the line"),
    ("SELECT (<http://x/f>(1) AS ?x) WHERE { ?a ?b ?c } \ud800", "cannot be evaluated"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refuses(world_graph: Graph, text: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        world_graph.evaluate(text)
    assert message in str(error.value)
    assert error.value.exit_code == 2
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?service WHERE { ?service kzkg:service \'SERVICE\', """SERVICE " {""" } # SERVICE {',
        "SELECT * WHERE { ?a ?b <http://example.org/#(a)-service> , 'x'@en-service , id:body-service }",
        "SELECT * WHERE { ?a ?b <urn:service:x> }",
        "SELECT * WHERE { ?a ?b <urn:a#b> FILTER(REGEX(?a, '\\\\d')) }",
        "SELECT * WHERE { ?a ?b ?c FILTER(?a < ?c && ?c > ?a || ?a<?b) }",
        "SELECT * WHERE { VALUES ?a { " + "1 " * 5000 + "} }",
        "PREFIX insert: <http://x/> SELECT * WHERE { insert:x ?b 'DELETE' }",
        "SELECT * WHERE { ?a ?b '" + "{" * 500 + "' }",
    ],
)
def test_takes_what_is_harmless(world_graph: Graph, text: str) -> None:
    assert isinstance(world_graph.evaluate(text), Solutions)


def test_what_is_left_of_a_text() -> None:
    bare = guard.checked("SELECT ?graph { ?a <http://graph> 'graph' } # graph")
    assert not guard.mentions(bare, "graph")
    assert guard.mentions(guard.checked("SELECT * { Graph ?g {} }"), "GRAPH")


def test_an_unknown_dataset(world_graph: Graph) -> None:
    with pytest.raises(RequestError, match="unknown dataset 'some', one of accepted, all, files"):
        world_graph.evaluate("ASK {}", "some")


@pytest.mark.parametrize("day", ["2018-02-30", "2018", "soon", "２０１８-01-01"])
def test_a_day_that_is_none(world: Path, day: str) -> None:
    with pytest.raises(RequestError, match=r"is not a day|no day of the calendar"):
        open_graph(world, known_by=day)


def test_remade_when_a_file_changes(own_world: Path) -> None:
    names = "SELECT ?n WHERE { id:org-beta kzkg:name ?n }"
    things = own_world / "data" / "entities" / "things.ttl"
    assert column(open_graph(own_world), names) == ["Beta"]
    stat = things.stat()
    things.write_text(things.read_text(encoding="utf-8").replace('"Beta"', '"Zeta"'), encoding="utf-8")
    os.utime(things, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # the same size, the same time
    assert column(open_graph(own_world), names) == ["Zeta"]
    (own_world / "data" / "sources" / "new.ttl").write_text("<http://x> <http://y> <http://z> .", encoding="utf-8")
    assert terms.expand("g:new") in open_graph(own_world).named_graphs
    (own_world / "data" / "sources" / "new.ttl").unlink()
    assert terms.expand("g:new") not in open_graph(own_world).named_graphs
    kept = [path for path in (own_world / ".kzkg").glob("store-*") if path.is_dir()]
    assert len(kept) == 2


def test_the_quick_way_reads_no_file(own_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_graph(own_world)
    time.sleep(0.2)
    open_graph(own_world)  # the first time, the files were too young to be trusted
    monkeypatch.setattr(prepare, "_content_sign", lambda *_: pytest.fail("read the files again"))
    open_graph(own_world)


@pytest.mark.parametrize("file", ["store/*.sst", "names.json"])
def test_a_damaged_store_says_what_to_delete(own_world: Path, file: str) -> None:
    open_graph(own_world)
    (prepared,) = (own_world / ".kzkg").glob("store-*")
    max(prepared.glob(file), key=lambda path: path.stat().st_size).write_bytes(b"")
    with pytest.raises(DataError, match="delete this folder"):
        _ = open_graph(own_world).names
    shutil.rmtree(prepared)
    assert open_graph(own_world).names


def test_an_open_graph_outlives_its_generation(own_world: Path) -> None:
    graph = open_graph(own_world)
    shutil.rmtree(own_world / ".kzkg")
    assert column(graph, "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]


def test_two_processes_at_once(own_world: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(own_world)], stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in both] == [b"2\n", b"2\n"]
    assert len(list((own_world / ".kzkg").glob("store-*"))) == 1
    assert list((own_world / ".kzkg").glob("building-*")) == []


@pytest.mark.parametrize("signs", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_preparation_leaves_no_half(own_world: Path, signs: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", OPEN, str(own_world)], env=environment, stderr=subprocess.DEVNULL)
    home = own_world / ".kzkg"
    while process.poll() is None and not list(home.glob("building-*/store")):
        time.sleep(0.002)
    process.send_signal(signs)
    process.wait()
    assert column(open_graph(own_world), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]
    for left in home.glob("building-*"):
        os.utime(left, (0, 0))
    things = own_world / "data" / "entities" / "things.ttl"
    things.write_text(things.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    open_graph(own_world)
    assert list(home.glob("building-*")) == []


def test_a_file_that_changes_meanwhile(own_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was built of other content than it is named after is thrown away."""
    things = own_world / "data" / "entities" / "things.ttl"
    before = things.read_text(encoding="utf-8")
    build, calls = prepare._STORE.build, []

    def meddling(folder: Path, target: Path) -> None:
        calls.append(folder)
        if len(calls) == 1:
            things.write_text(before.replace('"Beta"', '"Zeta"'), encoding="utf-8")
        build(folder, target)

    monkeypatch.setattr(prepare, "_STORE", prepare._STORE._replace(build=meddling))
    assert column(open_graph(own_world), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Zeta"]
    things.write_text(before, encoding="utf-8")
    assert column(open_graph(own_world), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]
    assert len(calls) == 3


def test_falls_back_to_the_cache(own_world: Path, tmp_path: Path) -> None:
    (own_world / ".kzkg").write_text("not a folder", encoding="utf-8")
    for _ in range(2):
        assert run(OPEN, str(own_world), cache=tmp_path / "cache").stdout == "2\n"
    assert len(list((tmp_path / "cache").glob("kzkg/*/store-*"))) == 1


def test_says_when_nothing_can_be_written(own_world: Path, tmp_path: Path) -> None:
    (own_world / ".kzkg").write_text("", encoding="utf-8")
    (tmp_path / "cache").write_text("", encoding="utf-8")
    done = run(OPEN, str(own_world), cache=tmp_path / "cache")
    assert "cannot be prepared, neither there nor in the user's cache" in done.stderr


def test_packed(own_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel brings its store; one of another engine, or of other files, is not used."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    prepare.pack(own_world, own_world / prepare.PACKED)
    assert column(open_graph(own_world), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]
    assert prepare.prepared_store(own_world) == own_world / "prepared" / "store"
    assert not (own_world / ".kzkg").exists()
    assert not (tmp_path / "cache").exists()
    for old, new in ((r'"pyoxigraph": "[^"]*"', '"pyoxigraph": "0.1"'), (r"curation.ttl\": \d+", 'curation.ttl": 1')):
        sign = own_world / "prepared" / "store" / "packed.json"
        before = sign.read_text(encoding="utf-8")
        sign.write_text(re.sub(old, new, before), encoding="utf-8")
        assert prepare.prepared_store(own_world).is_relative_to(tmp_path / "cache")
        sign.write_text(before, encoding="utf-8")


def test_a_packed_store_names_no_machine(own_world: Path) -> None:
    prepare.pack(own_world, own_world / prepare.PACKED)
    for path in (own_world / prepare.PACKED).rglob("*"):
        assert path.is_dir() or str(own_world).encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("data/sources/paper.ttl", "<http://x> <http://y> .\n", "paper.ttl:1: is not Turtle"),
        ("data/sources/paper.ttl", "\n\nid:x a id:y .", "paper.ttl:3: is not Turtle"),
        ("data/entities/new.ttl", "<http://x> <http://y> <http://z>", "new.ttl:1: is not Turtle"),
    ],
)
def test_a_broken_file_is_named(own_world: Path, file: str, text: str, message: str) -> None:
    (own_world / file).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(message)) as error:
        open_graph(own_world)
    assert error.value.exit_code == 4
    assert len(str(error.value).splitlines()) == 1
    assert not list((own_world / ".kzkg").glob("building-*"))


def test_a_missing_or_unreadable_file_is_named(own_world: Path) -> None:
    shutil.copy(own_world / "ontology" / "vocab.ttl", own_world / "kept.ttl")
    (own_world / "ontology" / "vocab.ttl").unlink()
    with pytest.raises(DataError, match=r"vocab\.ttl: cannot be read"):
        open_graph(own_world)
    (own_world / "ontology" / "vocab.ttl").mkdir()
    with pytest.raises(DataError, match=r"vocab\.ttl"):
        open_graph(own_world)
    (own_world / "ontology" / "vocab.ttl").rmdir()
    (own_world / "ontology" / "vocab.ttl").write_bytes(b"\xff\xfe<x>")
    with pytest.raises(DataError, match=r"vocab\.ttl"):
        open_graph(own_world)


def test_nothing_heavy_is_imported(world: Path) -> None:
    open_graph(world)
    code = (
        OPEN
        + "print([m for m in ('rdflib', 'pyshacl', 'rich', 'yaml', 'typer', 'kzkg.store.build') if m in sys.modules])"
    )
    assert run(code, str(world)).stdout == "2\n[]\n"


def test_every_error_has_an_exit_code() -> None:
    codes = {
        kind.__name__: kind.exit_code
        for kind in (KzkgError, *KzkgError.__subclasses__(), *RequestError.__subclasses__())
    }
    assert codes == {"KzkgError": 4, "Found": 1, "RequestError": 2, "NotFound": 3, "DataError": 4} | {
        name: code
        for name, code in codes.items()
        if name not in ("KzkgError", "Found", "RequestError", "NotFound", "DataError")
    }


def test_facts_of_the_prepared_store(world: Path) -> None:
    facts = json.loads((prepare.prepared_store(world) / "known.json").read_text(encoding="utf-8"))
    assert facts["days"] == ["2010-03-02", "2011-11-30", "2013-10-03", "2018-12-31", "2023-12-29"]
    assert facts["undated"] == 1
