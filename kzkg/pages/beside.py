"""The data that stand beside the page of a thing: the statements about it, in each form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from kzkg.answer import Answer
from kzkg.findings import as_turtle
from kzkg.formats import FORMATS, Layout
from kzkg.pages.linking import NS, SHAPES, VOCAB
from kzkg.store import Triples
from kzkg.turtle import stable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyoxigraph import NamedNode

    from kzkg.store import Graph

FORMS = {"ttl": "ttl", "jsonld": "jsonld", "nt": "nt", "rdf": "rdfxml"}
"""The suffix of the data of a thing, and the format of ours that it is."""
OF_GRAPH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {0} {{ ?s ?p ?o }} }}"


def in_form(statements: Sequence[Triple], suffix: str) -> Iterator[bytes]:
    """Write statements in the form that a suffix names."""
    written = FORMATS[FORMS[suffix]].write(Answer(statements=tuple(statements)), Layout())
    for part in [written] if isinstance(written, bytes) else written:
        yield part if isinstance(part, bytes) else part.encode()


def shapes_of(graph: Graph) -> Sequence[Triple]:
    """Read the files of the shapes; blank nodes get numbers, so that two readings are the same bytes."""
    found: dict[BlankNode, BlankNode] = {}

    def numbered(term: Any) -> Any:
        return found.setdefault(term, BlankNode(f"b{len(found)}")) if isinstance(term, BlankNode) else term

    return [
        Triple(numbered(quad.subject), quad.predicate, numbered(quad.object))
        for path in graph.catalog.shapes
        for quad in parse(path=path, format=RdfFormat.TURTLE)
    ]


def statements_of(graph: Graph, node: NamedNode) -> Sequence[Triple]:
    """Give the statements about a thing: of the ontology, a vocabulary or a file all, of the shapes all files."""
    whole = {NS: "g:ontology", VOCAB: "g:vocab"}.get(node.value)
    if node.value == SHAPES:
        return shapes_of(graph)
    if whole or node in graph.named_graphs:
        result = graph.evaluate(OF_GRAPH.format(whole or node), "files")
        return stable(result.triples) if isinstance(result, Triples) else ()
    return stable(as_turtle(graph, node, "accepted", bounded=True) or as_turtle(graph, node, "all", bounded=True))
