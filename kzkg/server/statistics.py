"""Job of a worker: counts of what the accepted view holds, by class and by property, with SPARQL as anybody could."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from kzkg.labels import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

TOTALS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }"""
ENTITIES = """SELECT (COUNT(DISTINCT ?s) AS ?entities) WHERE { ?s ?p ?o
  FILTER (STRSTARTS(STR(?s), "https://w3id.org/kzkg/id/")) }"""
CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class"
PROPERTIES = """SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"""
FILES = "SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


def count(graph: Graph, _job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write the counts as JSON."""
    outlet.begin("application/json")
    outlet.write(json.dumps(counted(graph)).encode())


def counted(graph: Graph) -> dict[str, Any]:
    """Count."""
    return {
        "totals": table(graph, TOTALS)[0],
        "entities": table(graph, ENTITIES)[0][0],
        "classes": table(graph, CLASSES),
        "properties": table(graph, PROPERTIES),
        "graphs": table(graph, FILES),
    }


def table(graph: Graph, text: str) -> list[list[str | int]]:
    """Give the rows of a query as IRIs and numbers."""
    return [[cell(term) for term in row] for row in rows(graph, text, "accepted")]


def cell(term: object) -> str | int:
    """Give an IRI or a number."""
    if isinstance(term, Literal):
        return int(term.value)
    return term.value if isinstance(term, NamedNode) else str(term)
