"""The whole graph under the OWL 2 RL rules: free of contradictions, and of one mind with the rules of the view."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from owlrl.Closure import ERRNS
from rdflib import RDF, Graph, Literal, URIRef

from kzkg.catalog import Catalog
from tests.test_ontology import FILES, KZKG, ROOT, read

if TYPE_CHECKING:
    from kzkg.store import Graph as Store


@cache
def closed() -> Graph:
    """The closure of ontology, alignments, the disjointness of reused vocabularies, and every link of the data.

    Literals are left out: no axiom of ours looks into one, and without them the closure takes seconds.
    """
    graph = read(FILES["kzkg"], FILES["alignments"], ROOT / "tests" / "external-disjointness.ttl")
    for name, path in Catalog(ROOT).graph_files.items():
        if name.value.endswith(("/meta", "/ontology", "/vocab")):
            continue
        for triple in Graph().parse(path, format="turtle"):
            if not isinstance(triple[2], Literal):
                graph.add(triple)
    DeductiveClosure(OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return graph


def pairs(graph: Store, pattern: str, dataset: str) -> set[tuple[str, str]]:
    answer = graph.evaluate(f"SELECT ?a ?b WHERE {{ {pattern} }}", dataset)
    return {(a.value, b.value) for a, b in answer.rows}  # type: ignore[union-attr]


def test_the_data_contradict_no_axiom() -> None:
    assert [str(message) for message in closed().objects(None, ERRNS.error)] == []


@pytest.mark.parametrize("term", ["banned", "bannedBy", "designatedIn"])
def test_the_shortcuts_of_the_view_are_those_of_the_closure(term: str, repo_graph: Store) -> None:
    # No designation is withheld, so the closure over all statements and the accepted view must agree.
    closure = {(str(s), str(o)) for s, o in closed().subject_objects(KZKG[term])}
    assert closure
    assert pairs(repo_graph, f"?a kzkg:{term} ?b", "accepted") == closure


@pytest.mark.parametrize("term", ["partOf", "contradicts"])
def test_transitive_and_symmetric_properties_agree(term: str, repo_graph: Store) -> None:
    closure = {(str(s), str(o)) for s, o in closed().subject_objects(KZKG[term])}
    assert closure
    assert pairs(repo_graph, f"?a kzkg:{term} ?b", "all") == closure


def test_the_classes_of_things_agree(repo_graph: Store) -> None:
    ours = str(KZKG)
    closure = {
        (str(s), str(o))
        for s, o in closed().subject_objects(RDF.type)
        if str(o).startswith(ours) and isinstance(s, URIRef) and "/kzkg/id/" in str(s)
    }
    asked = pairs(repo_graph, f'?a a ?b FILTER(STRSTARTS(STR(?b), "{ours}"))', "all")
    assert {pair for pair in asked if "/kzkg/id/" in pair[0]} == closure
