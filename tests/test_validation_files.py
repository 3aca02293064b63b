"""Any RDF file is checked, whatever its format and compression, and so is a store; faults are found on their lines."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from kzkg.catalog import Catalog
from kzkg.commands import checkline
from kzkg.errors import DataError
from kzkg.terms import PREFIXES, expand
from kzkg.validation import validate
from kzkg.validation.mentions import Mentions, Statements
from kzkg.validation.reading import FORMATS
from tests import examples
from tests.bench import generator
from tests.parts import needs, system
from tests.test_validation import DOCUMENT
from tests.test_validation import PREFIXES as HEAD
from tests.waiting import until

SHIPPED = Catalog(examples.ROOT)
WRONG = DOCUMENT.replace('"2020-01-01"', '"2023-02-30"')
GRAPH = NamedNode(PREFIXES["g"] + "test")
EXPECTED = {("literal", "id:source-test"), ("kzs:S38-issued", "id:source-test")}


def written(form, text=WRONG):
    """The document in a format."""
    triples = [quad.triple for quad in parse((HEAD + text).encode(), format=RdfFormat.TURTLE)]
    if form in (RdfFormat.N_QUADS, RdfFormat.TRIG):
        return serialize((Quad(*triple, GRAPH) for triple in triples), format=form, prefixes=PREFIXES)
    return serialize(triples, format=form, prefixes=None if form == RdfFormat.N_TRIPLES else PREFIXES)


def found(path):
    return {(fault.shape, fault.focus) for fault in validate(SHIPPED, [path], alone=True).faults}


def line_of(path, fault):
    """The text of the line that a fault points to."""
    return path.read_text().splitlines()[fault.line - 1]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_read_and_its_lines_are_found(tmp_path, suffix):
    path = tmp_path / f"test{suffix}"
    path.write_bytes(written(FORMATS[suffix]))
    faults = validate(SHIPPED, [path], alone=True).faults
    assert {(fault.shape, fault.focus) for fault in faults} == EXPECTED
    for fault in faults:
        assert "2023-02-30" in line_of(path, fault)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_fine_when_it_is_right(tmp_path, suffix):
    path = tmp_path / f"test{suffix}"
    path.write_bytes(written(FORMATS[suffix], DOCUMENT))
    assert found(path) == set()


@pytest.mark.parametrize(("suffix", "packed"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize("form", [".ttl", ".nq", ".rdf"])
def test_every_compression_is_read(tmp_path, suffix, packed, form):
    path = tmp_path / f"test{form}{suffix}"
    path.write_bytes(packed(written(FORMATS[form])))
    assert found(path) == EXPECTED
    path.write_bytes(packed(written(FORMATS[form]))[:-12])
    with pytest.raises(DataError, match=f"test{form}{suffix}: "):
        found(path)


@pytest.mark.parametrize("suffix", [*FORMATS, ".nt.gz"])
@pytest.mark.parametrize("content", [b"\x00\x01\xff<<<", b"{[ not RDF", b"<urn:a> <urn:b> <urn:c d> ."])
def test_what_cannot_be_read_is_one_line(tmp_path, suffix, content):
    path = tmp_path / f"test{suffix}"
    path.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    with pytest.raises(DataError, match=f"test{suffix}") as caught:
        found(path)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_refused_with_those_that_are_known(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("a,b\n")
    with pytest.raises(DataError, match=r"test\.csv: the end of its name is none of \.ttl \.nt \.nq"):
        found(path)


def test_a_graph_is_held_to_the_rules_of_the_file_that_it_was(tmp_path):
    """The same statement is a verdict in g:curation, and forbidden in the graph of a source."""
    rank = f"<{PREFIXES['id']}finding-test> <{PREFIXES['kzkg']}rank> <{PREFIXES['v']}rank-accepted>"
    path = tmp_path / "test.nq"
    for graph, rules in (("curation", set()), ("test", {("G2", "id:finding-test")})):
        path.write_bytes(written(RdfFormat.N_QUADS, DOCUMENT) + f"{rank} <{PREFIXES['g']}{graph}> .\n".encode())
        assert found(path) == rules


# ---- lines


def test_the_line_of_a_statement_is_the_closest_one(tmp_path):
    path = tmp_path / "a.nq"
    path.write_text(
        '\n# nothing\n<urn:a> <urn:p> <urn:x> <urn:g> .\n\n<urn:a> <urn:q> "1" <urn:g> .\n'
        '<urn:a> <urn:q> "2" <urn:g> .\n<urn:a> <urn:q> "3" <urn:h> .\n'
    )
    within = Statements(path).within(NamedNode("urn:g"))
    one, p, q = NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:q")
    values = {quad.object.value: quad.object for quad in parse(path=path, format=RdfFormat.N_QUADS)}
    assert within.line(one) == within.line(one, p) == 3
    assert within.line(one, q) == 5
    assert within.line(one, q, values["2"]) == 6
    assert within.line(one, q, values["3"]) == 5
    assert within.line(NamedNode("urn:b")) is None
    assert Statements(path).within(NamedNode("urn:h")).line(one, q) == 7


def test_a_mention_is_not_the_beginning_of_another_name(tmp_path):
    path = tmp_path / "a.jsonld"
    path.write_text('{"@id": "https://w3id.org/kzkg/id/a-b"},\n{"@id": "https://w3id.org/kzkg/id/a"}\n')
    assert Mentions(path).line(expand("id:a")) == 2
    assert Mentions(path).line(expand("id:c")) is None


# ---- large files


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of 30,000 statements with faults, and what they are."""
    path = tmp_path_factory.mktemp("large") / "made.nq.gz"
    _, expected = generator.into_file(path, generator.scenes(30_000, "7", 0.05))
    return path, expected


def test_a_generated_file_is_as_faulty_as_it_says(large):
    path, expected = large
    faults = validate(SHIPPED, [path], alone=True).faults
    assert sorted((fault.shape, fault.focus) for fault in faults) == sorted(expected)
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    for fault in faults:
        assert expand(fault.focus).value in lines[fault.line - 1] or fault.shape.startswith("kzs:S26"), fault


# ---- stores


def test_a_store_is_checked_graph_by_graph(monkeypatch):
    """What any engine gives: its named graphs, each as N-Triples; here those of the shipped graph, as prepared."""
    from kzkg.store import open_graph
    from kzkg.validation import stored

    graph = open_graph()
    monkeypatch.setattr("kzkg.store.open_graph", lambda place: graph)
    files = stored.stored("https://example.org/sparql", lambda *_: None)
    assert {file.purpose for file in files} == {"source", "entities", "curation", "meta"}
    ours, theirs = validate(SHIPPED), validate(SHIPPED, stored=files)
    key = lambda fault: (fault.shape, fault.focus, fault.message)  # noqa: E731
    assert sorted(map(key, theirs.faults)) == sorted(map(key, ours.faults))
    assert theirs.triples == ours.triples
    assert stored.stored(None, lambda *_: None) is None
    assert stored.stored(str(examples.ROOT), lambda *_: None) is None


def test_a_loaded_folder_is_checked_and_its_graphs_are_named(tmp_path):
    path = tmp_path / "test.ttl"
    path.write_text(HEAD + DOCUMENT.replace('"A test."@en', '"A test."'))
    words = [sys.executable, "-m", "kzkg", "load", "--store", tmp_path / "store", path]
    subprocess.run(words, cwd=examples.ROOT, check=True, capture_output=True)
    done = run("--store", str(tmp_path / "store"))
    assert done.returncode == 1
    assert done.stdout.startswith("g:test: violation kzs:S37: ")
    assert done.stdout.count("\n") == 1


# ---- limits, of whichever engine


def run(*words, **settings):
    words = [sys.executable, "-m", "kzkg", "validate", *words]
    return subprocess.run(words, cwd=examples.ROOT, capture_output=True, text=True, check=False, **settings)


@pytest.mark.parametrize("engine", ["kzkg", "pyshacl"])
def test_an_engine_that_takes_too_long_is_ended_with_one_line(large, engine):
    done = run("--alone", str(large[0]), "--engine", engine, "--time-limit", "0.1")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "kzkg: the check took longer than 0.1 seconds; --time-limit gives it more\n"


def test_an_engine_that_takes_too_much_memory_is_ended_with_one_line(tmp_path):
    path = tmp_path / "many.nt"
    with path.open("w") as out:
        out.writelines(f'<urn:a:{n}> <urn:p> "{n:0200}" .\n' for n in range(200_000))
    done = run("--alone", str(path), "--memory-limit", "64")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "kzkg: the check took more than 64 megabytes of memory; --memory-limit gives it more\n"


def test_the_reference_engine_can_be_asked_and_says_the_same(tmp_path):
    path = tmp_path / "test.ttl"
    path.write_text(HEAD + WRONG)
    answers = [run("--alone", str(path), "--engine", engine) for engine in ("kzkg", "pyshacl")]
    assert answers[0].stdout == answers[1].stdout != ""
    assert [answer.returncode for answer in answers] == [1, 1]
    other = run("--engine", "shacl")
    assert (other.returncode, other.stderr) == (2, "kzkg: no engine 'shacl'; kzkg or pyshacl\n")


@needs(system(Path("/proc/self/task").exists() and list(Path("/proc/self/task").glob("*/children")), "a Linux"))
def test_no_process_is_left_when_the_command_is_killed(large):
    """The one that checks ends with the one that waits for it."""
    words = [sys.executable, "-m", "kzkg", "validate", "--alone", str(large[0]), "--engine", "pyshacl"]
    with subprocess.Popen(words, cwd=examples.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        child = wait_for(lambda: open(children).read().split())[0]  # noqa: PTH123, SIM115
        process.kill()
        process.wait()
    wait_for(lambda: not os.path.exists(f"/proc/{child}") or state(child) == "Z")  # noqa: PTH110


def state(process):
    with open(f"/proc/{process}/stat") as stat:  # noqa: PTH123
        return stat.read().rpartition(")")[2].split()[0]


def wait_for(condition):
    found = []

    def so():
        try:
            found.append(condition())
        except OSError:
            found.append(True)
        return found[-1]

    assert until(so), "it did not come about"
    return found[-1]


# ---- progress


class Screen(io.StringIO):
    """A standard error that says that it is a terminal."""

    def isatty(self):
        return True


def test_a_terminal_is_told_how_far_it_is_and_left_clean(large, monkeypatch):
    monkeypatch.setattr(checkline, "PATIENCE", 0.0)
    monkeypatch.setattr(checkline, "EVERY", 0.0)
    monkeypatch.setattr("sys.stderr", screen := Screen())
    with checkline.Line() as progress:
        validate(SHIPPED, [large[0]], alone=True, progress=progress)
    assert "\r\x1b[Kchecking: files 1 of 3\r" in screen.getvalue()
    assert "checking: shapes 100 of 1" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_pipe_is_told_nothing_of_it(large):
    assert not {"\r", "\x1b"} & set(run("--alone", str(large[0])).stderr)
