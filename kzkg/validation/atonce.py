"""Runs the SPARQL constraint of a shape once for the whole graph, and not once for each node."""

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, Quad, QuerySolutions, Store, Triple

from kzkg.errors import DataError
from kzkg.validation.shacl import Result, Said, Shape, Shapes, Term, show


def as_store(triples: Iterable[Triple | Said]) -> Store:
    """Make a graph of triples that answers SPARQL."""
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    return store


def faults(store: Store, shapes: Shapes, shape: Shape, constraint: Term, focus: dict[Term, None]) -> Iterator[Result]:
    """Run a SPARQL constraint with $this left open, which yields the faulty nodes of the whole graph."""
    text, message = shapes.query(constraint)
    try:
        solutions = store.query(text)
    except SyntaxError as error:
        raise DataError(f"{show(shape.node)}: sh:select cannot be read: {error.msg}") from error
    if not isinstance(solutions, QuerySolutions):
        raise DataError(f"{show(shape.node)}: sh:select is no SELECT query")
    names = {variable.value for variable in solutions.variables}
    for row in solutions:
        node = row["this"]
        if node in focus:
            value = row["value"] if "value" in names and row["value"] is not None else node
            path = row["path"] if "path" in names else shape.path_term
            name = "SPARQLConstraintComponent"
            yield Result(node, path, value, name, shape.node, shape.severity, message or shape.message)
