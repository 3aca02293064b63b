"""Reads SHACL shapes into plain records, and refuses shapes that would check nothing or say something unknown."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kzkg.errors import DataError, nearest
from kzkg.terms import PREFIXES, shrink

Term = NamedNode | BlankNode | Literal
Path = Callable[["Facts", Term], list[Term]]

SH, RDF, RDFS = PREFIXES["sh"], PREFIXES["rdf"], PREFIXES["rdfs"]
TYPE, FIRST, REST, NIL = (NamedNode(RDF + word) for word in ("type", "first", "rest", "nil"))
SUBCLASS = NamedNode(RDFS + "subClassOf")
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
PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
QUERIES = ("select", "prefixes", "declare", "prefix", "namespace")
PARAMETERS = (*TERMS, *BOUNDS, *NUMBERS, *LISTS, *SHAPES, *SHAPE_LISTS, *OTHERS)
FEW_VALUES = 12
"""A list of so many values is looked through; a longer one has a set beside it."""
NODE_KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
VALUES = ("NodeShape", "PropertyShape", "SPARQLConstraint", "Violation", "Warning", "Info", *NODE_KINDS)
KNOWN = {SH + word for word in (*PARAMETERS, *TARGETS, *ABOUT, *PATHS, *QUERIES, *VALUES)}

# These mean something else, or nothing, when a query runs once for all nodes and not once for each.
NOT_AT_ONCE = re.compile(r"\$(?:PATH|shapesGraph|currentShape)\b|\b(?:SERVICE|GRAPH|LIMIT|OFFSET)\b", re.IGNORECASE)


class Said(NamedTuple):
    """A triple in plain memory: its terms are read many times, and an engine's triple makes new ones each time."""

    subject: NamedNode | BlankNode
    predicate: NamedNode
    object: Term


class Facts:
    """A graph as a table to look things up in; values stay exactly as the files wrote them."""

    def __init__(self, triples: Iterable[Triple | Said]) -> None:
        self.by_subject: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(dict)
        self.by_value: dict[NamedNode, dict[Term, list[Term]]] = defaultdict(dict)
        many: dict[tuple[Term, NamedNode], set[Term]] = {}
        for triple in triples:
            s, p, o = triple.subject, triple.predicate, triple.object
            if isinstance(s, Triple) or isinstance(o, Triple):
                raise DataError("a triple inside a triple (RDF 1.2) cannot be checked")
            values = self.by_subject[s].setdefault(p, [])
            if len(values) < FEW_VALUES:
                if o in values:
                    continue
            elif o in (seen := many.get((s, p)) or many.setdefault((s, p), set(values))):
                continue
            else:
                seen.add(o)
            values.append(o)
            self.by_value[p].setdefault(o, []).append(s)
        self._below: dict[Term, set[Term]] = {}

    def values(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """List what is said about a subject by one property."""
        facts = self.by_subject.get(subject)
        return facts.get(predicate, []) if facts else []

    def subjects(self, predicate: NamedNode, value: Term) -> list[Term]:
        """List the subjects that have one value of a property."""
        return self.by_value[predicate].get(value, []) if predicate in self.by_value else []

    def classes(self, top: Term) -> set[Term]:
        """Collect a class and everything below it."""
        if top not in self._below:
            found, waiting = {top}, [top]
            while waiting:
                for below in self.subjects(SUBCLASS, waiting.pop()):
                    if below not in found:
                        found.add(below)
                        waiting.append(below)
            self._below[top] = found
        return self._below[top]

    def instances(self, top: Term) -> dict[Term, None]:
        """List the nodes of a class or of one below it, in a stable order."""
        return dict.fromkeys(node for kind in self.classes(top) for node in self.subjects(TYPE, kind))

    def items(self, head: Term) -> list[Term]:
        """Read an RDF list."""
        items: list[Term] = []
        seen = set()
        while head != NIL:
            first, rest = self.values(head, FIRST), self.values(head, REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise DataError(f"{show(head)} is not a well-formed list")
            seen.add(head)
            items.append(first[0])
            head = rest[0]
        return items


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


def show(term: Term | Triple) -> str:
    """Write a term for a message."""
    if isinstance(term, NamedNode):
        return shrink(term)
    return term.value if isinstance(term, Literal) else "a blank node" if isinstance(term, BlankNode) else str(term)


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
        _path(graph, path[0]) if path else None,
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


def _path(graph: Facts, term: Term, *, back: bool = False) -> Path:
    """Turn a property path into a function from a node to the nodes it leads to, or back, each once."""
    if isinstance(term, NamedNode):
        if back:
            return lambda facts, node: facts.subjects(term, node)
        return lambda facts, node: facts.values(node, term)
    if graph.values(term, FIRST):
        steps = [_path(graph, item, back=back) for item in graph.items(term)]
        return _sequence(steps[::-1] if back else steps)
    for word in PATHS:
        for inner in graph.values(term, _sh(word)):
            if word == "inversePath":
                return _path(graph, inner, back=not back)
            if word == "alternativePath":
                return _alternative([_path(graph, item, back=back) for item in graph.items(inner)])
            return _repeated(_path(graph, inner, back=back), word)
    raise DataError(f"{show(term)} stands where a path must stand")


def _alternative(steps: list[Path]) -> Path:
    return lambda facts, node: list(dict.fromkeys(end for step in steps for end in step(facts, node)))


def _sequence(steps: list[Path]) -> Path:
    def follow(facts: Facts, node: Term) -> list[Term]:
        nodes = [node]
        for step in steps:
            nodes = list(dict.fromkeys(end for here in nodes for end in step(facts, here)))
        return nodes

    return follow


def _repeated(step: Path, word: str) -> Path:
    def follow(facts: Facts, node: Term) -> list[Term]:
        found: dict[Term, None] = {} if word == "oneOrMorePath" else {node: None}
        waiting = [node]
        while waiting:
            for end in step(facts, waiting.pop()):
                if end not in found:
                    found[end] = None
                    if word != "zeroOrOnePath":
                        waiting.append(end)
        return list(found)

    return follow
