"""Job of a worker: counts of what the accepted view holds, by class and by property, with SPARQL as anybody could."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from kzkg.labels import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

DATASET = NamedNode("https://w3id.org/kzkg/dataset")
TOTALS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }"""
ENTITIES = """SELECT (COUNT(DISTINCT ?s) AS ?entities) WHERE { ?s ?p ?o
  FILTER (STRSTARTS(STR(?s), "https://w3id.org/kzkg/id/")) }"""
CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class"
PROPERTIES = """SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"""
ABOUT = f"SELECT ?property ?value WHERE {{ {DATASET} ?property ?value }}"
MOST_GRAPHS = 1000
FILES = "SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


def count(graph: Graph, _job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write the counts as JSON."""
    outlet.begin("application/json")
    outlet.write(json.dumps(counted(graph)).encode())


def counted(graph: Graph) -> dict[str, Any]:
    """Count; of very many files their sizes are left out, which nobody would read."""
    return {
        "totals": table(graph, TOTALS)[0],
        "entities": table(graph, ENTITIES)[0][0],
        "classes": table(graph, CLASSES),
        "properties": table(graph, PROPERTIES),
        "graphs": table(graph, FILES) if len(graph.named_graphs) <= MOST_GRAPHS else [],
        "words": words(graph),
    }


def words(graph: Graph) -> list[str]:
    """Give what the data say about themselves: title, licence, version; not the files, which are counted here."""
    found = [Triple(DATASET, name, value) for name, value in rows(graph, ABOUT, "all") if told(name, value)]  # type: ignore[arg-type]
    return sorted(f"{triple} ." for triple in found)


def told(name: object, value: object) -> bool:
    """Whether a statement about the data set is one of those."""
    here = isinstance(name, NamedNode) and not name.value.endswith(("#distribution", "/hasPart", "#subset"))
    return here and isinstance(value, NamedNode | Literal)


def table(graph: Graph, text: str) -> list[list[str | int]]:
    """Give the rows of a query as IRIs and numbers."""
    return [[cell(term) for term in row] for row in rows(graph, text, "accepted")]


def cell(term: object) -> str | int:
    """Give an IRI or a number."""
    if isinstance(term, Literal):
        return int(term.value)
    return term.value if isinstance(term, NamedNode) else str(term)
