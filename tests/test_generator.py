"""Made-up data has the shape of the real data: valid, reproducible, of any size, and faulty only where it says so."""

import subprocess
import sys
from collections import Counter

import pytest
from pyoxigraph import RdfFormat, parse

from kzkg.catalog import Catalog
from kzkg.store import graph_folder
from kzkg.terms import shrink
from kzkg.validation import validate
from kzkg.validation.shacl import TYPE
from tests import examples
from tests.bench import blunders, generator
from tests.bench.scenes import SHIPPED

FAULTY = 40_000


def classes(quads):
    """How many things of each class there are."""
    return Counter(kind for _, kind in {(q.subject, shrink(q.object)) for q in quads if q.predicate == TYPE})


def real():
    catalog = Catalog(graph_folder())
    for path in catalog.graph_files.values():
        if path.parent.name != "ontology" and path.stem != "meta":
            yield from parse(path=path, format=RdfFormat.TURTLE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A valid graph folder of 20,000 statements."""
    place = tmp_path_factory.mktemp("made") / "graph"
    generator.into_folder(place, generator.scenes(20_000, "1"))
    return place


@pytest.mark.parametrize("name", ["made.nq", "made.nq.gz"])
def test_one_seed_makes_the_same_bytes_and_another_does_not(tmp_path, name):
    written = []
    for number, seed in enumerate(("1", "1", "2")):
        path = tmp_path / f"{number}-{name}"
        generator.into_file(path, generator.scenes(6000, seed, 0.02))
        written.append(path.read_bytes())
    assert written[0] == written[1] != written[2]


@pytest.mark.parametrize("statements", [5000, 5001, 7919, 10_000, 23_456])
@pytest.mark.parametrize("faults", [0.0, 0.1])
def test_there_are_exactly_as_many_statements_as_were_asked_for(statements, faults):
    assert len(set(generator.quads(statements, "3", faults))) == statements
    assert len(list(generator.quads(statements, "3", faults))) == statements


def test_no_more_than_a_scene_is_in_memory():
    made = generator.scenes(300_000, "4")
    assert max(len(scene.quads) for scene in made) < generator.LARGEST


def test_it_is_valid_in_every_way(folder):
    report = validate(Catalog(folder))
    assert report.faults == ()
    assert report.triples == 20_000 + len(examples.ontology())


def test_the_folder_holds_what_the_file_holds(folder, tmp_path):
    generator.into_file(tmp_path / "made.nq", generator.scenes(20_000, "1"))
    quads = list(parse(path=tmp_path / "made.nq", format=RdfFormat.N_QUADS))
    files = {name: path for name, path in Catalog(folder).graph_files.items() if path.parent.name != "ontology"}
    assert Counter(quad.graph_name for quad in quads) == {
        name: len(list(parse(path=path, format=RdfFormat.TURTLE))) for name, path in files.items()
    }


def test_its_classes_are_spread_as_in_the_real_data(tmp_path):
    generator.into_file(tmp_path / "made.nq", generator.scenes(100_000, "1"))
    quads, truth = list(parse(path=tmp_path / "made.nq", format=RdfFormat.N_QUADS)), list(real())
    made, shipped = classes(quads), classes(truth)
    assert set(made) == set(shipped)
    for kind, number in shipped.items():
        expected = number * len(quads) / len(truth)
        assert 0.6 * expected - 10 < made[kind] < 1.6 * expected + 10, kind
    told = {name: shipped[f"kzkg:{name}"] for name in SHIPPED}
    told["Decision"] += shipped["kzkg:CourtDecision"]
    told["Incident"] += shipped["kzkg:Attack"]
    assert {name for name in SHIPPED if abs(told[name] - SHIPPED[name]) > 0.1 * SHIPPED[name] + 10} == set()


def test_it_has_what_questions_are_asked_about():
    """Documents that agree, rivals with a verdict, three languages, places with points, other names."""
    quads = list(generator.quads(20_000, "1"))
    told = Counter((s, p.rpartition("#")[2][:-1], o) for _, s, p, o in quads if p.endswith(("#date>", "#validFrom>")))
    assert max(told.values()) > 2
    said = Counter(p.replace("/", "#").rpartition("#")[2][:-1] for _, _, p, _ in quads)
    assert min(said[name] for name in ("answers", "rank", "rationale", "locator", "asOf", "asWKT", "altLabel")) > 10
    languages = Counter(o[-2:] for _, _, p, o in quads if p.endswith("prefLabel>"))
    assert min(languages[tag] for tag in ("en", "ru", "kk")) > 100
    assert len({quad[0] for quad in quads}) > 50


def test_seeded_faults_are_what_is_found_and_nothing_else(tmp_path):
    _, expected = generator.into_folder(tmp_path / "bad", generator.scenes(FAULTY, "5", 0.05))
    found = Counter((fault.shape, fault.focus) for fault in validate(Catalog(tmp_path / "bad")).faults)
    assert found == Counter(expected)
    assert len(expected) > 150
    assert len({shape for shape, _ in expected}) >= len(blunders.BLUNDERS)


def test_the_command_writes_the_file_and_what_will_be_found(tmp_path):
    words = [sys.executable, "-m", "tests.bench.generator", "--statements", "6000", "--faults", "0.05"]
    done = subprocess.run(
        [*words, "-o", tmp_path / "a.nq"], cwd=examples.ROOT, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("6000 statements, ")
    lines = (tmp_path / "a.nq.expected.tsv").read_text().splitlines()
    assert lines
    assert all(len(line.split("\t")) == 2 for line in lines)
    few = subprocess.run(
        [*words[:4], "10", "-o", tmp_path / "b"], cwd=examples.ROOT, check=False, capture_output=True, text=True
    )
    assert few.returncode == 2
    assert "at least 5000" in few.stderr
