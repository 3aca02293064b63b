"""The Core tests of the W3C's SHACL suite, where they stand beside the project."""

from collections import Counter

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from kzkg.validation.constraints import Checker
from kzkg.validation.shacl import SH, Facts, read_shapes
from tests import examples
from tests.parts import beside, needs

SUITE = examples.ROOT.parent / "shared/w3c/shacl/core"
CASES = [path for path in SUITE.rglob("*.ttl") if path.name != "manifest.ttl"]
FILES = sorted(path for path in CASES if "mf:entries" in path.read_text())
SHT, MF = "http://www.w3.org/ns/shacl-test#", "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"

pytestmark = needs(beside(SUITE))


def read(iri):
    path = iri.removeprefix("file://")
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=iri)]


def told(results):
    """What both sides must say: where, on which path if it has a name, which value, what component, how bad."""
    found = Counter()
    for focus, path, value, component, severity in results:
        where = "a blank node" if isinstance(focus, BlankNode) else focus
        named = path if isinstance(path, NamedNode) else path is None
        found[where, named, isinstance(value, BlankNode) or value, component, severity] += 1
    return found


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path and f"{path.parent.name}/{path.stem}")
def test_a_case_of_the_suite(path):
    facts = Facts(read(path.as_uri()))
    (action,) = {value for by in facts.by_value[NamedNode(MF + "action")] for value in [by]}

    def one(node, name):
        return next(iter(facts.values(node, name)), None)

    shapes = read_shapes(read(one(action, NamedNode(SHT + "shapesGraph")).value))
    data = read(one(action, NamedNode(SHT + "dataGraph")).value)
    report = next(iter(facts.by_value[NamedNode(MF + "result")]))
    names = ("focusNode", "resultPath", "value", "sourceConstraintComponent", "resultSeverity")
    expected = [
        tuple(one(result, NamedNode(SH + name)) for name in names)
        for result in facts.values(report, NamedNode(SH + "result"))
    ]
    found = [
        (r.focus, r.path, r.value, SH + r.component, r.severity if ":" in r.severity else SH + r.severity)
        for r in Checker(data, shapes).results()
    ]
    assert told(found) == told((*terms, component.value, severity.value) for *terms, component, severity in expected)
