"""Reads SHACL shapes into plain records, and refuses shapes that would check nothing or say something unknown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from kzkg.errors import DataError, nearest
from kzkg.terms import PREFIXES, shrink
from kzkg.validation.facts import FIRST, NIL, RDF, RDFS, REST, SH, TYPE, Facts, Said, Term, show
from kzkg.validation.paths import PATHS, Path, path_from

__all__ = [
    "FIRST", "NIL", "PATHS", "RDF", "RDFS", "REST", "SH", "TYPE", "Facts", "Path", "Result", "Said", "Shape", "Shapes",
    "Term", "number", "read_shapes", "refuse_faulty", "show", "word",
]  # fmt: skip

CLASSES = {NamedNode(RDFS + "Class"), NamedNode(PREFIXES["owl"] + "Class")}

# What a constraint takes: terms as they are, one number, a list of terms, or shapes.
TERMS = ("class", "datatype", "nodeKind", "hasValue", "equals", "disjoint", "lessThan", "lessThanOrEquals")
BOUNDS = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
NUMBERS = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
LISTS = ("in", "languageIn", "ignoredProperties")
SHAPES = ("node", "property", "not", "qualifiedValueShape")
SHAPE_LISTS = ("and", "or", "xone")
OTHERS = ("pattern", "flags", "uniqueLang", "closed", "sparql", "qualifiedValueShapesDisjoint")
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
ABOUT = ("path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue")
QUERIES = ("select", "prefixes", "declare", "prefix", "namespace")
PARAMETERS = (*TERMS, *BOUNDS, *NUMBERS, *LISTS, *SHAPES, *SHAPE_LISTS, *OTHERS)
NODE_KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
VALUES = ("NodeShape", "PropertyShape", "SPARQLConstraint", "Violation", "Warning", "Info", *NODE_KINDS)
KNOWN = {SH + word for word in (*PARAMETERS, *TARGETS, *ABOUT, *PATHS, *QUERIES, *VALUES)}

# These mean something else, or nothing, when a query runs once for all nodes and not once for each.
NOT_AT_ONCE = re.compile(r"\$(?:PATH|shapesGraph|currentShape)\b|\b(?:SERVICE|GRAPH|LIMIT|OFFSET)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """One shape: which nodes it looks at, where, and what must hold there."""

    node: Term
    path: Path | None
    path_term: Term | None
    severity: str
    message: str
    targets: tuple[tuple[str, Term], ...]
    parameters: dict[str, list[Term]] = field(hash=False)

    def first(self, name: str) -> Term | None:
        """Give the value of a parameter that has one value."""
        return self.parameters[name][0] if name in self.parameters else None


@dataclass(frozen=True)
class Result:
    """One fault: which node breaks which constraint of which shape, and with which value."""

    focus: Term
    path: Term | None
    value: Term | None
    component: str
    shape: Term
    severity: str
    message: str


@dataclass(frozen=True)
class Shapes:
    """All shapes of a shapes graph, and the graph for what stands in lists."""

    graph: Facts
    all: dict[Term, Shape]

    @property
    def targeted(self) -> list[Shape]:
        """The shapes that look at nodes by themselves."""
        return [shape for shape in self.all.values() if shape.targets]

    def query(self, constraint: Term) -> tuple[str, str]:
        """Give the SELECT text of a SPARQL constraint with its prefixes, and its own message."""
        prefixes = []
        for owner in self.graph.values(constraint, _sh("prefixes")):
            for declared in self.graph.values(owner, _sh("declare")):
                prefix, namespace = (self.graph.values(declared, _sh(word)) for word in ("prefix", "namespace"))
                prefixes.append(f"PREFIX {_text(prefix)}: <{_text(namespace)}>\n")
        select = _text(self.graph.values(constraint, _sh("select")))
        return "".join(sorted(prefixes)) + select, _text(self.graph.values(constraint, _sh("message")))


def read_shapes(triples: Iterable[Triple]) -> Shapes:
    """Read the shapes of a graph; a shape that is not understood is an error."""
    graph = Facts(triples)
    shapes: dict[Term, Shape] = {}
    for node in _shape_nodes(graph):
        shapes[node] = _read(graph, node)
    return Shapes(graph, shapes)


def refuse_faulty(shapes: Shapes) -> None:
    """Refuse shapes with words that SHACL does not have, that would find nothing, or would not say what they found."""
    _refuse_unknown_words(shapes.graph)
    if not shapes.targeted:
        raise DataError("the shapes hold no shape with a target: nothing would be checked")
    for shape in shapes.targeted:
        if not shape.parameters:
            raise DataError(f"{show(shape.node)} has a target but no constraint: nothing would be checked")
        if not shape.message:
            raise DataError(f"{show(shape.node)} has no sh:message")


def number(term: Term | None) -> int:
    """Read the value of a parameter that is a number; 0 where there is none."""
    return int(term.value) if term else 0


def word(term: Term | None) -> str:
    """Read the value of a parameter that is a word of SHACL, or true or false; nothing where there is none."""
    return term.value.removeprefix(SH) if term else ""


def _sh(word: str) -> NamedNode:
    return NamedNode(SH + word)


def _text(values: list[Term]) -> str:
    return values[0].value if values else ""


def _refuse_unknown_words(graph: Facts) -> None:
    known = [shrink(iri) for iri in sorted(KNOWN)]
    for subject, facts in graph.by_subject.items():
        for predicate, values in facts.items():
            for term in (predicate, *values):
                if isinstance(term, NamedNode) and term.value.startswith(SH) and term.value not in KNOWN:
                    word = shrink(term)
                    raise DataError(f"{show(subject)}: {word} is no word of SHACL known here{nearest(word, known)}")


def _shape_nodes(graph: Facts) -> dict[Term, None]:
    """List every node that is a shape, because it says so, has a target, or stands where a shape must stand."""
    nodes: dict[Term, None] = dict.fromkeys(graph.subjects(TYPE, _sh("NodeShape")))
    nodes |= dict.fromkeys(graph.subjects(TYPE, _sh("PropertyShape")))
    for word in TARGETS:
        for subjects in graph.by_value.get(_sh(word), {}).values():
            nodes |= dict.fromkeys(subjects)
    for word in SHAPES:
        nodes |= dict.fromkeys(graph.by_value.get(_sh(word), {}))
    for word in SHAPE_LISTS:
        for head in graph.by_value.get(_sh(word), {}):
            nodes |= dict.fromkeys(graph.items(head))
    return nodes


def _read(graph: Facts, node: Term) -> Shape:
    parameters: dict[str, list[Term]] = {}
    for word in PARAMETERS:
        values = graph.values(node, _sh(word))
        if values and word in (*LISTS, *SHAPE_LISTS):
            parameters[word] = graph.items(values[0]) if word in LISTS else values
        elif values:
            parameters[word] = values
    _refuse_bad_values(graph, node, parameters)
    path = graph.values(node, _sh("path"))
    deactivated = _text(graph.values(node, _sh("deactivated"))) == "true"
    severity = graph.values(node, _sh("severity"))
    targets = [(word, term) for word in TARGETS for term in graph.values(node, _sh(word))]
    if not CLASSES.isdisjoint(graph.values(node, TYPE)):
        targets.append(("targetClass", node))
    return Shape(
        node,
        path_from(graph, path[0]) if path else None,
        path[0] if path else None,
        severity[0].value.removeprefix(SH) if severity else "Violation",
        _text(graph.values(node, _sh("message"))),
        () if deactivated else tuple(targets),
        {} if deactivated else parameters,
    )


def _refuse_bad_values(graph: Facts, node: Term, parameters: dict[str, list[Term]]) -> None:
    for constraint in parameters.get("sparql", []):
        select = _text(graph.values(constraint, _sh("select")))
        found = NOT_AT_ONCE.search(select)
        if not select:
            raise DataError(f"{show(node)}: sh:sparql without sh:select")
        if found:
            raise DataError(f"{show(node)}: {found[0]} cannot be asked for all nodes at once")
    for word in NUMBERS:
        for value in parameters.get(word, []):
            if not re.fullmatch(r"[0-9]+", value.value):
                raise DataError(f"{show(node)}: sh:{word} is a whole number, not {show(value)}")
    for value in parameters.get("pattern", []):
        try:
            re.compile(value.value)
        except re.error as error:
            raise DataError(f"{show(node)}: sh:pattern is no pattern: {error}") from error
