"""pySHACL, the reference that our own checking of shapes is held against; slow, and asked for by name only."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kzkg.errors import DataError
from kzkg.validation.shacl import SH, Result, Said, Term

if TYPE_CHECKING:
    import rdflib


def results(triples: Iterable[Triple | Said], shapes: Iterable[Triple]) -> list[Result]:
    """Check a graph with pySHACL and give its results in our words."""
    import pyshacl
    import pyshacl.errors

    try:
        _, report, _ = pyshacl.validate(_graph(triples), shacl_graph=_graph(shapes), inplace=True, advanced=False)
    except (pyshacl.errors.ReportableRuntimeError, pyshacl.errors.ShapeLoadError) as error:
        raise DataError(f"pySHACL cannot use the shapes: {error}") from error
    return [_result(report, node) for node in set(report.objects(None, _iri("result")))]


def _graph(triples: Iterable[Triple | Said]) -> "rdflib.Graph":
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    return graph


def _to_rdflib(term: Any) -> Any:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value.endswith("#string")
    # rdflib would turn 007 into 7 and never see that a value breaks its datatype.
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib(term: Any) -> Term | None:
    import rdflib

    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype))) if term.datatype else Literal(str(term))


def _iri(word: str) -> "rdflib.URIRef":
    import rdflib

    return rdflib.URIRef(SH + word)


def _result(report: "rdflib.Graph", node: Any) -> Result:
    def said(word: str) -> Any:
        return report.value(node, _iri(word))

    focus, shape = _from_rdflib(said("focusNode")), _from_rdflib(said("sourceShape"))
    if focus is None or shape is None:
        raise DataError("pySHACL gave a result without a node or a shape")
    return Result(
        focus,
        _from_rdflib(said("resultPath")),
        _from_rdflib(said("value")),
        str(said("sourceConstraintComponent")).removeprefix(SH),
        shape,
        str(said("resultSeverity")).removeprefix(SH),
        str(said("resultMessage")),
    )
