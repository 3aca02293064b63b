"""The line on which something is said is found, whatever the file looks like."""

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from kzkg.terms import expand
from kzkg.validation.locate import Lines
from tests import examples

TEXT = '''PREFIX id: <https://w3id.org/kzkg/id/>
@prefix kzkg: <https://w3id.org/kzkg/ns#> . # a comment; with . marks
@base <urn:x> .
id:a a kzkg:Claim ; kzkg:value "one; two . # three",
    "four" ;
  kzkg:about [ kzkg:value "inside" ;
    kzkg:date "later" ] , id:b ;
  kzkg:value """many
lines . id:c kzkg:value 1 ;
""" .
id:c.d kzkg:minimum 1.5 . <https://w3id.org/kzkg/id/e> kzkg:maximum -2 .
[] kzkg:order 1 .
id:a
  kzkg:rank id:f .
'''


PLACES = {
    ("id:a", "rdf:type"): 4, ("id:a", "kzkg:value"): 4, ("id:a", "kzkg:about"): 6, ("id:a", "kzkg:rank"): 14,
    ("id:c.d", "kzkg:minimum"): 11, ("id:e", "kzkg:maximum"): 11, ("id:a", "kzkg:seat"): 4, ("id:z", "kzkg:seat"): None,
}  # fmt: skip


@pytest.mark.parametrize(("subject", "predicate"), PLACES)
def test_a_property_is_found(subject, predicate):
    assert Lines(TEXT).line(expand(subject), expand(predicate)) == PLACES[subject, predicate]


def test_a_value_is_found_closer_than_its_property():
    values = {q.object.value: q.object for q in parse(TEXT.encode(), format=RdfFormat.TURTLE) if q.object}
    lines = Lines(TEXT)
    assert lines.line(expand("id:a"), expand("kzkg:value"), values["four"]) == 5
    assert lines.line(expand("id:a"), expand("kzkg:about"), expand("id:b")) == 7
    assert lines.line(BlankNode("x")) is None


def test_prefixes_are_known_with_their_lines():
    declared = Lines(TEXT + "PREFIX id: <urn:y>\n").prefixes.declared
    assert [line for line, _ in declared["id"]] == [1, 15]
    assert declared["kzkg"] == [(2, "https://w3id.org/kzkg/ns#")]


@pytest.mark.parametrize("path", [examples.INVALID / "base.ttl", *examples.SHAPE_FILES], ids=lambda path: path.stem)
def test_everything_that_is_said_of_a_named_thing_is_found(path):
    text = path.read_text()
    lines, rows = Lines(text), text.splitlines()
    for triple in examples.read(path):
        if isinstance(triple.subject, NamedNode):
            line = lines.line(triple.subject, triple.predicate, triple.object)
            assert line
            if isinstance(triple.object, NamedNode):
                assert triple.object.value.rpartition("/")[2].rpartition("#")[2] in rows[line - 1]


@pytest.mark.parametrize("text", ["", "<a> <b", '"""', "[[[", "@prefix", ". ; ,", "id:a id:b \\", "\x00" * 10])
def test_a_broken_text_breaks_nothing(text):
    assert Lines(text).line(expand("id:a")) in (None, 1)
