"""No class and no axiom of the ontology contradicts another, nor what the reused vocabularies say of theirs."""

from functools import cache

import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from owlrl.Closure import ERRNS
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace
from rdflib.term import Node

from tests.test_ontology import CLASSES, FILES, KZKG, PROPERTIES, ROOT, XSD, local, read

PROV = Namespace("http://www.w3.org/ns/prov#")
ORG = Namespace("http://www.w3.org/ns/org#")


@cache
def world() -> Graph:
    """Make one thing of each class and one use of each property, so that an impossible class shows."""
    graph = read(FILES["kzkg"], FILES["alignments"], ROOT / "tests" / "external-disjointness.ttl")
    for term in CLASSES:
        graph.add((BNode(local(term)), RDF.type, term))
    for term in PROPERTIES:
        domain, kind = graph.value(term, RDFS.domain), graph.value(term, RDFS.range)
        if domain is None or kind is None:
            continue
        subject, value = BNode(f"{local(term)}-subject"), BNode(f"{local(term)}-value")
        literal = kind == RDFS.Literal or str(kind).startswith(str(XSD))
        graph.add((subject, RDF.type, domain))
        graph.add((subject, term, Literal(1) if literal else value))
    return graph


def contradictions(*more: tuple[Node, Node, Node]) -> list[str]:
    graph = Graph()
    for triple in (*world(), *more):
        graph.add(triple)
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, ERRNS.error)]


def test_closure_is_free_of_contradictions() -> None:
    assert contradictions() == []


THING = BNode("thing")


@pytest.mark.parametrize(
    "triples",
    [
        [(THING, RDF.type, KZKG.Person), (THING, RDF.type, KZKG.Court)],
        [(THING, RDF.type, KZKG.Designation), (THING, RDF.type, KZKG.Listing)],
        [(THING, KZKG.issuedBy, BNode("court")), (BNode("court"), RDF.type, KZKG.Place)],
        [
            (KZKG.evidence, RDFS.subPropertyOf, PROV.qualifiedDerivation),
            (BNode("OrganisationChange"), KZKG.evidence, THING),
        ],
        [(KZKG.Event, RDFS.subClassOf, PROV.Activity), (KZKG.Event, RDFS.subClassOf, PROV.Entity)],
        [(KZKG.role, RDFS.range, ORG.Role), (THING, KZKG.role, BNode("Organisation"))],
    ],
    ids=["person-court", "designation-listing", "range", "evidence-as-derivation", "event-entity", "role-organisation"],
)
def test_closure_finds_a_contradiction(triples: list[tuple[Node, Node, Node]]) -> None:
    assert contradictions(*triples)
