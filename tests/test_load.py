"""Loading: any format and compression, whole or not at all, with the same answers as from the files themselves."""

import bz2
import gzip
import io
import lzma
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from conftest import ROOT, column, make_world, triples
from parts import needs, system
from pyoxigraph import RdfFormat, Store

import kzkg
from kzkg import loading
from kzkg.answer import Wish, ask
from kzkg.cli import main
from kzkg.errors import DataError, KzkgError, RequestError
from kzkg.labels import resolve
from kzkg.loading import conclusions
from kzkg.loading.generations import alone
from kzkg.loading.progress import Progress, clock, line, size
from kzkg.store import Graph, open_graph
from kzkg.store.loaded import current

SQUEEZERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}  # fmt: skip
FORMATS = {
    "ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS,
    "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD, "n3": RdfFormat.N3,
}  # fmt: skip
ROADS = ("exact", "layered")
ANY = "SELECT ?s WHERE { ?s kzkg:name ?name }"


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Load small files as such, and as if they were too many to be derived day by day."""
    if request.param == "layered":
        monkeypatch.setattr(loading, "SMALL_TEXT", 0)
    return str(request.param)


@pytest.fixture(scope="module", params=ROADS)
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph, loaded from its files."""
    place = tmp_path_factory.mktemp("loaded") / request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "SMALL_TEXT", 0 if request.param == "layered" else 1 << 30)
        done = loading.load(str(place), [ROOT])
    assert (done.files, done.own_ontology, done.known_by) == (len(done_files()), True, request.param == "exact")
    return place


def done_files() -> list[Path]:
    return list(open_graph().catalog.graph_files.values())


def plain(rows: object) -> set[object]:
    """The triples without those of blank nodes, whose names differ."""
    return {row for row in rows if "_:" not in row}  # type: ignore[attr-defined]


# The same answers


@pytest.mark.parametrize("view", ["accepted", "all"])
def test_the_views_are_those_of_the_files(shipped: Path, repo_graph: Graph, view: str) -> None:
    found, wanted = triples(open_graph(shipped), view), triples(repo_graph, view)
    assert plain(found) == plain(wanted)
    assert max(count for row, count in found.items() if "_:" not in row) == 1
    assert found.total() == wanted.total()


def test_every_saved_query_answers_as_from_the_files(shipped: Path, repo_graph: Graph) -> None:
    loaded, differ = open_graph(shipped), []
    for query in repo_graph.catalog.queries.values():
        answers = [
            ask(graph, query, resolve(graph, query, spoken(query.example)), Wish("en", None, cite=True))
            for graph in (repo_graph, loaded)
        ]
        told = [(each.rows, each.boolean, [citation.line() for citation in each.numbered()[0]]) for each in answers]
        if told[0] != told[1]:
            differ.append(query.name)
    assert differ == []


def spoken(example: object) -> dict[str, str | list[str]]:
    given = dict(example or ())  # type: ignore[call-overload]
    return {name: [*map(str, word)] if isinstance(word, list | tuple) else str(word) for name, word in given.items()}


@pytest.mark.parametrize(
    "words",
    [
        ["show", "Taliban", "--lang", "en"],
        ["show", "id:attack-taraz-2011-11-12", "-f", "json", "--all"],
        ["search", "Hizb ut Tahrir", "--lang", "ru", "--kind", "Organisation"],
        ["stats"],
        ["cite", "Taliban", "-f", "bibtex"],
        ["run", "attacks", "--place", "Актобе", "--cite", "-f", "json"],
        ["sparql", "ASK { GRAPH g:reuters { ?s a kzkg:Source } }"],
        ["export", "--graph", "g:reuters", "-f", "nt"],
    ],
    ids=" ".join,
)
def test_commands_write_the_same_bytes(
    shipped: Path, words: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    outputs = []
    for store in ([], ["--store", str(shipped)]):
        code = main([*store, *words])
        outputs.append((code, sorted(capfdbinary.readouterr().out.splitlines())))
    assert outputs[0][1]
    assert outputs[0] == outputs[1]


def test_rules_run_for_some_things_after_others(
    repo_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little of what a rule reads is in memory at a time, it concludes the same."""
    monkeypatch.setattr(loading, "SMALL_TEXT", 0)
    monkeypatch.setattr(conclusions, "FEW", 0)
    monkeypatch.setattr(conclusions, "MOST", 5000)
    loading.load(str(tmp_path / "store"), [ROOT])
    for view in ("accepted", "all"):
        assert plain(triples(open_graph(tmp_path / "store"), view)) == plain(triples(repo_graph, view))


HEAD = """#+ into: accepted, all
PREFIX kzkg: <https://w3id.org/kzkg/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?s <x:found> ?o } WHERE { """
OWN_RULES = {
    "a path back": "?s kzkg:evidence ?c . { ?s ^kzkg:about/kzkg:kind ?o } }",
    "a choice of predicates": "?s kzkg:evidence ?c . { ?s kzkg:kind|kzkg:place ?o } }",
    "any predicate": "?s kzkg:evidence ?c . ?s ?p ?o . FILTER (?p IN (kzkg:kind, kzkg:date)) }",
    "predicates in a list": "?s kzkg:evidence ?c . ?s ?p ?o . VALUES ?p { kzkg:kind kzkg:date } }",
    "one of two": "?s kzkg:evidence ?c . { { ?s kzkg:kind ?o } UNION { ?s kzkg:place/skos:prefLabel ?o } } }",
    "an optional within another": """?s kzkg:about ?a . OPTIONAL { ?a kzkg:place ?p
        OPTIONAL { ?p kzkg:name ?n } } BIND (COALESCE(?n, ?p, ?a) AS ?o) }""",
    "two that share a variable": """?s kzkg:evidence ?c . OPTIONAL { ?s kzkg:place ?o } OPTIONAL { ?s kzkg:kind ?o }
        FILTER (BOUND(?o)) }""",
    "none that exists": "?s kzkg:kind ?o . FILTER NOT EXISTS { ?s kzkg:about ?x } }",
    "without some": "?s kzkg:kind ?o . MINUS { ?s kzkg:about ?x } }",
    "without a name": "?s kzkg:evidence ?c . OPTIONAL { ?s kzkg:about ?x } BIND (?c AS ?o) FILTER (!BOUND(?x)) }",
    "a literal": "?s kzkg:minimum ?m . ?s kzkg:maximum 4 . BIND (?m AS ?o) }",
    "equal numbers": "?s kzkg:minimum ?o . ?t kzkg:maximum ?o }",
    "the least of each": """?s kzkg:evidence ?c .
        { SELECT ?s (MIN(?k) AS ?o) { ?s kzkg:kind/kzkg:name ?k } GROUP BY ?s } }""",
    "one number for all": "?s kzkg:evidence ?c . { SELECT (COUNT(?k) AS ?o) { ?k kzkg:kind ?kind } } }",
    "the same predicate twice": "?s kzkg:about ?o . OPTIONAL { ?o kzkg:about ?other } FILTER (!BOUND(?other)) }",
    "all classes above": "?s a ?c . { ?c rdfs:subClassOf+ ?o } }",
    "a whole IRI": "?s <https://w3id.org/kzkg/ns#about> ?o }",
}


def test_rules_of_any_shape(own_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule needs is found for any rule, or else it is given everything."""
    monkeypatch.setattr(conclusions, "FEW", 0)
    monkeypatch.setattr(conclusions, "MOST", 20)
    for number, rule in enumerate(OWN_RULES.values()):
        text = f"{HEAD}{rule}".replace("<x:found>", f"<x:found-{number}>")
        (own_world / "ontology" / "view" / f"95-{number}.rq").write_text(text, encoding="utf-8")
    found = {}
    for text in (1 << 30, 0):
        monkeypatch.setattr(loading, "SMALL_TEXT", text)
        loading.load(str(tmp_path / f"store-{text}"), [own_world])
        graph = open_graph(tmp_path / f"store-{text}")
        for number, name in enumerate(OWN_RULES):
            for view in ("accepted", "all"):
                answer = graph.evaluate(f"SELECT ?s ?o WHERE {{ ?s <x:found-{number}> ?o }}", view)
                rows = sorted(tuple(map(str, row)) for row in answer.rows)  # type: ignore[union-attr]
                assert found.setdefault((name, view), rows) == rows, (name, view)
    assert {name for name in OWN_RULES if not found[name, "all"]} == set()


def test_a_file_without_statements(tmp_path: Path, road: str, capfd: pytest.CaptureFixture[str]) -> None:
    """That is no fault, but is said."""
    for name, text in (("empty.nt", b""), ("place.nt", written("nt"))):
        (tmp_path / name).write_bytes(text)
    empty, place = str(tmp_path / "empty.nt"), str(tmp_path / "place.nt")
    for files, warned in (([empty], True), ([place, empty], True), ([place], False)):
        assert main(["--store", str(tmp_path / "store"), "load", *files]) == 0
        lines = capfd.readouterr().err.splitlines()
        assert len(lines) == 1 + warned
        assert (lines[0] == f"warning: no statement in {empty}") == warned


def test_what_a_large_store_cannot_be_asked(tmp_path: Path, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SMALL_TEXT", 0)
    loading.load(str(tmp_path / "store"), [world])
    with pytest.raises(RequestError, match="--known-by cannot be asked") as error:
        column(open_graph(tmp_path / "store", known_by="2018-12-31"), ANY)
    assert error.value.exit_code == 2


def test_a_world_of_its_own(world: Path, world_graph: Graph, road: str, tmp_path: Path) -> None:
    """Rules and queries of a graph folder come with it; its names are found."""
    done = loading.load(str(tmp_path / "store"), [world])
    graph = open_graph(tmp_path / "store")
    assert set(graph.catalog.query_files) == {"bans", "files-of-thing"}
    assert done.known_by == (road == "exact")
    for view in ("accepted", "all"):
        assert plain(triples(graph, view)) == plain(triples(world_graph, view))
    asked = "SELECT ?g ?s WHERE { GRAPH ?g { ?s a kzkg:Court } ?s kzkg:name ?name }"
    assert graph.evaluate(asked) == world_graph.evaluate(asked)
    for words in ("Court of the North", "Северный суд", "court north", "Cuort of the North", "no such thing at all"):
        hits = [(hit.iri, hit.how, hit.text) for hit in world_graph.names.search(words, wide=False) if hit.rank < 3]
        found = graph.names.search(words, wide=False)
        assert [(hit.iri, hit.how, hit.text) for hit in found if hit.rank < 3] == hits
    assert graph.names.narrowest("https://w3id.org/kzkg/id/court-north") == "https://w3id.org/kzkg/ns#Court"


def test_programs_read_it_too(world: Path, world_graph: Graph, road: str, tmp_path: Path) -> None:
    loading.load(str(tmp_path / "store"), [world])
    dataset, wanted = kzkg.load(tmp_path / "store"), kzkg.load(world)
    sizes = [{str(g.identifier): len(g) for g in each.graphs()} for each in (dataset, wanted)]
    assert sizes[0] == sizes[1]
    assert len(kzkg.open(tmp_path / "store").ask("bans")) == len(kzkg.open(world).ask("bans"))


# Any format and compression

TEXT = """@prefix kzkg: <https://w3id.org/kzkg/ns#> . @prefix id: <https://w3id.org/kzkg/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix geo: <http://www.opengis.net/ont/geosparql#> .
id:place-x a kzkg:Place ; skos:prefLabel "Place \\"X\\"\\n_:b <y> ."@en , "Место"@ru ;
  kzkg:kind <relative> ; geo:hasDefaultGeometry [ geo:asWKT "POINT(57.5 50.25)"^^geo:wktLiteral ] .
"""


def written(form: str) -> bytes:
    store = Store()
    store.load(TEXT, RdfFormat.TURTLE, base_iri="https://w3id.org/kzkg/graph/place")
    return bytes(store.dump(format=FORMATS[form], from_graph=next(iter(store)).graph_name) or b"")


@pytest.mark.parametrize("squeezed", SQUEEZERS)
@pytest.mark.parametrize("form", FORMATS)
def test_any_format_and_compression(form: str, squeezed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SMALL_TEXT", 0 if squeezed else 1 << 30)
    file = tmp_path / f"place.{form}{squeezed}"
    file.write_bytes(SQUEEZERS[squeezed](written(form)))
    done = loading.load(str(tmp_path / "store"), [file])
    assert (done.statements, done.own_ontology) == (6, False)
    graph = open_graph(tmp_path / "store")
    assert column(graph, "SELECT ?n WHERE { id:place-x kzkg:name ?n }") == ['Place "X"\n_:b <y> .']
    assert column(graph, "SELECT ?x WHERE { id:place-x kzkg:latitude ?x }") == ["50.25"]
    joined = "SELECT ?g WHERE { GRAPH ?g { id:place-x geo:hasDefaultGeometry ?b } ?b geo:asWKT ?wkt }"
    assert column(graph, joined) == ["g:place"]


def test_a_format_that_no_name_says(tmp_path: Path) -> None:
    file = tmp_path / "place"
    file.write_bytes(written("nt"))
    with pytest.raises(RequestError, match="the name says no format of RDF; add --format") as error:
        loading.load(str(tmp_path / "store"), [file])
    assert error.value.exit_code == 2
    assert loading.load(str(tmp_path / "store"), [file], "nt").statements == 6
    with pytest.raises(RequestError, match="no format 'turtel'"):
        loading.load(str(tmp_path / "store"), [file], "turtel")


# Faulty files

DENSE = random.Random(1).randbytes(30_000).hex()

BROKEN = {
    "a.nt": (b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> .\n", "a.nt:2: is not N-Triples"),
    "b.nq": (b"<a:a> <a:b> <a:c> <g:g> .\n\n# a remark\n<a:a> <a:b> \"x\xff\" <g:g> .\n", "b.nq:4: is not N-Quads"),
    "c.ttl": (b"\n\n<a:a> a id:y .\n", "c.ttl:3: is not Turtle"),
    "d.nq": (b"<a:a> <a:b> <a:c> <g:g> .\n<a:a> <a:b> <a:c> <g g> .\n", "d.nq:2: is not N-Quads"),
    "e.nt": (b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> <c> .\n", "e.nt:2: is not N-Triples"),
    "f.nt.gz": (gzip.compress(DENSE.encode())[:20000], "f.nt.gz:1: the compressed file breaks off"),
    "g.nt.xz": (lzma.compress(b"<a:a> <a:b> <a:c> .\n" * 9)[:-9], "g.nt.xz:1: the compressed file breaks off"),
    "h.nt.bz2": (b"no such file", "h.nt.bz2:1: the compressed file is damaged"),
    "i.nt.zst": (zstandard.compress(DENSE[:6000].encode())[:2000], "i.nt.zst:1: the compressed file breaks"),
    "j.trig": (b"<g:accepted> {", "j.trig:1: is not TriG"),
    "k.nq": (b"<a:a> <a:b> <a:c> <https://w3id.org/kzkg/graph/accepted> .\n", "is derived from the other graphs"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_faulty_file_is_named_and_nothing_is_changed(name: str, road: str, tmp_path: Path, world: Path) -> None:
    content, message = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    place = tmp_path / "store"
    loading.load(str(place), [world])
    before = current(place)
    with pytest.raises(DataError, match=re.escape(message)) as error:
        loading.load(str(place), [world, tmp_path / name])
    assert error.value.exit_code == 4
    assert len(str(error.value).splitlines()) == 1
    assert current(place) == before
    assert [path.name for path in place.glob("building-*")] == []


@pytest.mark.parametrize(("name", "at"), [("place.nt.gz", 40), ("place.nt.xz", 60), ("place.nt.bz2", 40)])
def test_a_flipped_bit(name: str, at: int, road: str, tmp_path: Path) -> None:
    # The names of blank nodes, which differ each time, would make other bytes of it.
    content = bytearray(SQUEEZERS[Path(name).suffix](re.sub(rb"_:\w+", b"_:b", written("nt")) * 20))
    content[at] ^= 4
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        DataError,
        match=rf"{name}:\d+: (the compressed file (is damaged|breaks off)|is not N-Triples)",
    ):
        loading.load(str(tmp_path / "store"), [tmp_path / name])


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file, text = tmp_path / "place.nt", written("nt")
    file.write_bytes(text)
    before = Progress.add

    def meddling(self: Progress, done: int) -> None:
        before(self, done)
        if done:
            file.write_bytes(text + b"<a:a> <a:b> <a:c> .\n")

    monkeypatch.setattr(Progress, "add", meddling)
    with pytest.raises(DataError, match=r"place\.nt: was changed while it was read"):
        loading.load(str(tmp_path / "store"), [file])


@pytest.mark.parametrize(
    ("files", "message", "code"),
    [
        (["nowhere.ttl"], "nowhere.ttl: cannot be read: No such file", 4),
        (["."], "is a folder, but no graph folder", 4),
        (["a/x.ttl", "b/x.ttl"], "would both be the graph", 4),
    ],
)
def test_what_cannot_be_loaded(
    files: list[str], message: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "x.ttl").write_bytes(b"")
    with pytest.raises(KzkgError, match=re.escape(message)) as error:
        loading.load("store", files)
    assert error.value.exit_code == code


def test_where_nothing_is_loaded(tmp_path: Path, own_world: Path) -> None:
    for place, message in (
        (None, "say where to load"),
        (own_world, "is a graph folder"),
        (tmp_path, "holds other things"),
    ):
        with pytest.raises(RequestError, match=message) as error:
            loading.load(str(place) if place else None, [own_world])
        assert error.value.exit_code == 2
    with pytest.raises(DataError, match="cannot be filled") as unwritable:
        loading.load(str(own_world / "data" / "curation.ttl" / "store"), [own_world])
    assert unwritable.value.exit_code == 4


# Hard days


def test_a_load_replaces_what_was_there_and_a_reader_goes_on(tmp_path: Path, world: Path, road: str) -> None:
    place, file = tmp_path / "store", tmp_path / "place.nt"
    file.write_bytes(written("nt"))
    loading.load(str(place), [world])
    reader = open_graph(place)
    loading.load(str(place), [file])
    assert column(open_graph(place), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == []
    assert column(reader, "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]
    assert reader.names.search("Beta")
    loading.load(str(place), [file])
    assert len(list(place.glob("generation-*"))) == 2


def test_two_loads_at_once(tmp_path: Path, world: Path) -> None:
    place = tmp_path / "store"
    place.mkdir()
    with alone(place), pytest.raises(DataError, match="another load is filling this folder"):
        loading.load(str(place), [world])
    assert loading.load(str(place), [world]).graphs


LOAD = """
import sys
import kzkg
from kzkg import loading
loading.SMALL_TEXT = int(sys.argv[3])
loading.load(sys.argv[1], [sys.argv[2]])
"""


@pytest.mark.parametrize("text", [0, 1 << 30], ids=["layered", "exact"])
@pytest.mark.parametrize("moment", ["building-*", "building-*/store", "building-*/views.json"])
def test_a_killed_load_leaves_the_old_state_whole(tmp_path: Path, world: Path, moment: str, text: int) -> None:
    place = tmp_path / "store"
    loading.load(str(place), [world])
    before = current(place)
    process = subprocess.Popen([sys.executable, "-c", LOAD, str(place), str(world), str(text)], cwd=ROOT)
    while process.poll() is None and not list(place.glob(moment)):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert column(open_graph(place), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]
    assert process.returncode == 0 or current(place) == before
    loading.load(str(place), [world])
    assert list(place.glob("building-*")) == []


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
from kzkg.cli import main
sys.exit(main(["--store", sys.argv[1], "load", sys.argv[2]]))
"""


@needs(system(sys.platform != "win32", "Unix, whose limit stands for a full disk"))
def test_a_full_disk(tmp_path: Path, world: Path) -> None:
    place = tmp_path / "store"
    loading.load(str(place), [world])
    before = current(place)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(place), str(world)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert re.fullmatch(r"kzkg: [^\n]*cannot be filled[^\n]*\n", done.stderr), done.stderr
    assert current(place) == before
    assert column(open_graph(place), "SELECT ?n WHERE { id:org-beta kzkg:name ?n }") == ["Beta"]


def test_a_folder_without_its_generation(tmp_path: Path, world: Path) -> None:
    place = tmp_path / "store"
    loading.load(str(place), [world])
    (place / "kzkg.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="names no generation; load the files again"):
        open_graph(place)
    loading.load(str(place), [world])
    assert column(open_graph(place), ANY)


# What is said


def test_the_command_says_what_it_did(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    world = make_world(tmp_path / "world")
    assert main(["--store", str(tmp_path / "store"), "load", str(world / "data" / "sources" / "paper.ttl")]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"\S+/store: \d+ statements of 1 file in 3 graphs, with the ontology of the package; "
        r"[\d,]+ in the accepted view; [\d.]+ s\n",
        err,
    ), err


def test_progress_is_told_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert line("loading", 250_000_000, 10**9, 25.0) == "loading  25%, 250.0 MB of 1.0 GB, 10.0 MB/s, 1:15 left"
    assert (size(999), size(1500), clock(3725)) == ("999 B", "1.5 kB", "1:02:05")
    for shown in (True, False):
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        progress = Progress("loading", 100, shown=shown)
        progress.add(50)
        progress.stage("deriving the views")
        progress.close()
        assert ("loading  50%" in stream.getvalue()) == shown
        assert ("deriving the views … 0:00" in stream.getvalue()) == shown
