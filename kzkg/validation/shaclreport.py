"""Writes the validation report of SHACL: results as its text asks for them, each with its place and a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kzkg.terms import PREFIXES
from kzkg.validation.shacl import SH, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.validation.report import Fault, Report
    from kzkg.validation.shacl import Facts, Result, Term

USED = ("dcterms", "geo", "id", "kzkg", "kzs", "rdf", "rdfs", "schema", "sh", "skos", "v", "xsd")
WHERE, HOW = NamedNode(PREFIXES["dcterms"] + "source"), NamedNode(PREFIXES["rdfs"] + "comment")
BOOLEAN = NamedNode(PREFIXES["xsd"] + "boolean")


def as_turtle(report: Report) -> str:
    """Write the report, with the warnings that a list accepts, for to SHACL they are results, too.

    Beside what SHACL says of a result stands where it is (dcterms:source) and how to mend it (rdfs:comment). A broken
    rule of the house is a result whose component and shape are the rule.
    """
    prefixes = {name: PREFIXES[name] for name in USED}
    written = serialize(_triples(report), format=RdfFormat.TURTLE, prefixes=prefixes)
    return (written or b"").decode()


def _sh(word: str) -> NamedNode:
    return NamedNode(SH + word)


def _triples(report: Report) -> Iterator[Triple]:
    top = BlankNode("report")
    found = [fault for fault in (*report.faults, *report.accepted) if fault.result is not None]
    yield Triple(top, TYPE, _sh("ValidationReport"))
    yield Triple(top, _sh("conforms"), Literal("false" if found else "true", datatype=BOOLEAN))
    copied: set[Term] = set()
    for number, fault in enumerate(found):
        node = BlankNode(f"r{number}")
        yield Triple(top, _sh("result"), node)
        yield from _result(node, fault)
        if fault.result and fault.result.path is not None and report.paths is not None:
            yield from _path(report.paths, fault.result.path, copied)


def _result(node: BlankNode, fault: Fault) -> Iterator[Triple]:
    result = fault.result
    if result is None:
        return
    yield Triple(node, TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("focusNode"), result.focus)
    if result.path is not None:
        yield Triple(node, _sh("resultPath"), result.path)
    if result.value is not None:
        yield Triple(node, _sh("value"), result.value)
    yield Triple(node, _sh("sourceShape"), result.shape)
    yield Triple(node, _sh("sourceConstraintComponent"), _component(result))
    yield Triple(node, _sh("resultSeverity"), _sh(fault.severity))
    yield Triple(node, _sh("resultMessage"), _message(result))
    if fault.place:
        yield Triple(node, WHERE, Literal(fault.place))
    if fault.hint:
        yield Triple(node, HOW, Literal(fault.hint, language="en"))


def _component(result: Result) -> NamedNode:
    return _sh(result.component) if result.component else NamedNode(str(result.shape)[1:-1])


def _message(result: Result) -> Literal:
    return Literal(result.message, language="en")


def _path(graph: Facts, path: Term, copied: set[Term]) -> Iterator[Triple]:
    """Copy what a path consists of from the shapes, once."""
    if not isinstance(path, BlankNode) or path in copied:
        return
    copied.add(path)
    for predicate, values in graph.by_subject.get(path, {}).items():
        for value in values:
            yield Triple(path, predicate, value)
            yield from _path(graph, value, copied)
