"""Every shape finds its fault, finds nothing else, and no other shape would have found it."""

import pytest
from pyoxigraph import NamedNode

from kzkg.terms import shrink
from kzkg.validation.shacl import Shapes, show
from tests import examples

SHAPES = [show(shape.node) for shape in examples.shapes().targeted]
DESIGN = [f"S{number:02}" for number in range(1, 53) if number not in (9, 49)]


def test_the_base_of_the_examples_breaks_no_shape():
    assert examples.check([*examples.base(), *examples.ontology()]) == []


@pytest.mark.parametrize("path", examples.FILES, ids=lambda path: path.stem)
def test_an_example_breaks_exactly_the_shape_it_names(path):
    example = examples.example(path)
    found = [(show(r.shape), r.severity, show(r.focus)) for r in examples.check(example.graph())]
    assert found == [(show(example.shape), example.severity, show(example.focus))]
    assert path.stem.startswith(show(example.shape).removeprefix("kzs:") + "-")


@pytest.mark.parametrize("path", examples.FILES, ids=lambda path: path.stem)
def test_without_its_shape_an_example_passes(path):
    example = examples.example(path)
    rest = {node: shape for node, shape in examples.shapes().all.items() if node != example.shape}
    assert examples.check(example.graph(), Shapes(examples.shapes().graph, rest)) == []


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_an_example_a_name_and_a_message(name):
    assert name.startswith("kzs:S")
    assert any(show(examples.example(path).shape) == name for path in examples.FILES)
    (shape,) = (shape for shape in examples.shapes().targeted if show(shape.node) == name)
    assert len(shape.message) > 20
    assert shape.message.endswith(".") or shape.message.endswith("?")


def test_every_constraint_of_the_design_has_its_shape():
    numbers = {name.removeprefix("kzs:").split("-")[0] for name in SHAPES}
    assert numbers == set(DESIGN)


def test_no_shape_asks_for_a_graph():
    for path in examples.SHAPE_FILES:
        assert "GRAPH" not in path.read_text()


@pytest.mark.parametrize("path", examples.SHAPE_FILES, ids=lambda path: path.stem)
def test_shapes_use_only_terms_that_exist(path):
    known = {triple.subject for triple in examples.ontology()}
    used = {term for triple in examples.read(path) for term in (triple.predicate, triple.object)}
    ours = {term for term in used if isinstance(term, NamedNode) and shrink(term).startswith(("kzkg:", "v:"))}
    assert ours - known == set()
