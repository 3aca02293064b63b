"""Canonical Turtle keeps every fact, never changes its mind, and changes one block for one fact."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kzkg import turtle
from kzkg.errors import DataError
from kzkg.terms import PREFIXES

NODES = st.sampled_from(
    [NamedNode(PREFIXES[p] + w) for p in ("id", "kzkg", "v") for w in ("a", "b-2", "b-10", "x.", "y/z", "")]
    + [NamedNode("urn:x"), NamedNode("http://example.org/a(b)#c"), NamedNode(PREFIXES["rdf"] + "nil")]
)
PROPERTIES = st.sampled_from(
    [NamedNode(PREFIXES["kzkg"] + w) for w in ("about", "evidence", "zeta")]
    + [NamedNode(PREFIXES["rdf"] + w) for w in ("type", "first", "rest")]
)
BLANKS = st.sampled_from([BlankNode(c) for c in "abcdefg"])
XSD = PREFIXES["xsd"]
VALUES = st.one_of(
    st.builds(Literal, st.text()),
    st.builds(lambda t: Literal(t, language="kk-Latn"), st.text()),
    st.builds(lambda t: Literal(t + '"\n"""' + t), st.text(alphabet='"\\\n\r a')),
    st.builds(
        lambda t, d: Literal(t, datatype=NamedNode(XSD + d)),
        st.sampled_from(["1", "007", "-1.50", "1.", ".5", "1e6", "true", "1", " 1", "x"]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string"]),
    ),
)
TRIPLES = st.lists(
    st.builds(Triple, st.one_of(NODES, BLANKS), PROPERTIES, st.one_of(NODES, BLANKS, VALUES)), max_size=25
)


def graph(triples):
    """The facts with blank nodes named by content, to compare two graphs."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@settings(max_examples=300, deadline=None)
@given(TRIPLES)
def test_every_graph_survives_and_its_text_is_final(triples):
    text = turtle.write(triples, "# head\n")
    assert graph(parse(text.encode(), format=RdfFormat.TURTLE)) == graph(triples)
    assert turtle.canonical(text) == text


@settings(max_examples=50, deadline=None)
@given(TRIPLES, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(triples, random):
    text = turtle.write(triples)
    random.shuffle(triples)
    assert turtle.write(triples) == text


EXAMPLE = """# What one report says.
#
# Read on paper.

@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix id: <https://w3id.org/kzkg/id/> .
@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

id:source-report a kzkg:Source ;
    skos:prefLabel "Report"@en ,
        "Отчёт"@ru .

id:cite-report-p9 a kzkg:Citation ;
    kzkg:source id:source-report ;
    kzkg:locator "p9" .

id:cite-report-p10 a kzkg:Citation ;
    kzkg:source id:source-report ;
    kzkg:locator "p10" .

id:attack-x-2011-01-01 a kzkg:Attack ;
    kzkg:date "2011-01-01"^^xsd:date ;
    kzkg:evidence
        id:cite-report-p9 ,
        id:cite-report-p10 .

id:place-x
    skos:altLabel "X"@kk-Latn ;
    geo:hasDefaultGeometry [ geo:asWKT "POINT(57.17 50.28)"^^geo:wktLiteral ] ;
    kzkg:evidence id:cite-report-p9 .
""".replace(
    'skos:prefLabel "Report"@en ,\n        "Отчёт"@ru', 'skos:prefLabel\n        "Report"@en ,\n        "Отчёт"@ru'
)


def test_a_file_as_people_read_it():
    assert turtle.canonical(EXAMPLE) == EXAMPLE


def test_one_more_fact_changes_one_block():
    more = turtle.canonical(EXAMPLE + "id:attack-x-2011-01-01 kzkg:dateText 'New Year'@en .\n")
    changed = [line for line in difflib.ndiff(EXAMPLE.splitlines(), more.splitlines()) if line[0] in "+-"]
    assert changed == ['+     kzkg:dateText "New Year"@en ;']


def test_shapes_are_nested_and_lists_stay_lists():
    text = """@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix kzs: <https://w3id.org/kzkg/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

kzs:S a sh:NodeShape ;
    sh:targetClass kzkg:Claim ;
    sh:property [
        sh:path ( kzkg:kind [ sh:inversePath kzkg:about ] ) ;
        sh:in ( kzkg:a kzkg:b ) ;
        sh:message "One of the two kinds, and a message that is long enough to need a line of its own." ;
    ] ;
    sh:sparql [
        sh:select \"\"\"
SELECT $this WHERE { $this kzkg:locator "p\\\\d" }
\"\"\" ;
    ] .
""".replace(" ;\n    ]", "\n    ]")
    assert turtle.canonical(text) == text


def test_a_comment_inside_a_file_is_not_lost_silently():
    with pytest.raises(DataError, match="line 3"):
        turtle.canonical("@prefix id: <https://w3id.org/kzkg/id/> .\nid:a id:b '#' .\n# why\n")
    assert "<urn:a#b>" in turtle.canonical("@prefix id: <https://w3id.org/kzkg/id/> .\nid:a id:b <urn:a#b>, id:c\\#d .")


def test_a_triple_inside_a_triple_is_refused():
    with pytest.raises(DataError, match=r"RDF 1\.2"):
        turtle.canonical("<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .")


def test_deep_and_circular_blank_nodes_do_not_exhaust_the_stack():
    deep = "<urn:a> <urn:b> " + "[ <urn:b> " * 60 + "1" + " ]" * 60 + " ."
    text = turtle.canonical(deep)
    assert text == turtle.canonical(text)
    long = "<urn:a> <urn:b> (" + " 1" * 20_000 + ") ."
    assert turtle.canonical(long).count("\n        1") == 20_000
