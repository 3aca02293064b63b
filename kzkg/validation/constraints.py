"""Checks a graph against SHACL shapes: Core constraints over tables, SPARQL constraints once for all nodes.

pySHACL says the same and stays the reference (`reference.py`), but asks each node by itself: at 100,000 triples it
needs minutes where this needs seconds. The tests hold the two side by side on every example and on faulty data.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kzkg.errors import DataError
from kzkg.validation import literals
from kzkg.validation.atonce import as_store, faults
from kzkg.validation.shacl import TYPE, Facts, Result, Said, Shape, Shapes, Term, number, show, word

DEEPEST = 30  # shapes that use each other deeper than this go round in a circle
KINDS: dict[str, tuple[type, ...]] = {"IRI": (NamedNode,), "BlankNode": (BlankNode,), "Literal": (Literal,)}
KINDS |= {"BlankNodeOrIRI": (BlankNode, NamedNode), "BlankNodeOrLiteral": (BlankNode, Literal)}
KINDS |= {"IRIOrLiteral": (NamedNode, Literal)}


@dataclass(frozen=True)
class _At:
    """A shape at one node: the values that its path leads to from there."""

    shape: Shape
    focus: Term
    values: list[Term]


Found = Iterator[Term | None]


class Checker:
    """A graph, the shapes it must fit, and what is worth keeping while it is checked."""

    def __init__(self, triples: Iterable[Triple | Said], shapes: Shapes) -> None:
        self.triples = list(triples)
        self.facts = Facts(self.triples)
        self.shapes = shapes
        self.patterns: dict[Term, re.Pattern[str]] = {}
        self.depth = 0

    def results(self, progress: Callable[[str, int, int], None] | None = None) -> list[Result]:
        """Check everything that a shape has as its target; who waits is told how many shapes are done."""
        found: list[Result] = []
        store: Store | None = None
        for done, shape in enumerate(self.shapes.targeted):
            if progress:
                progress("shapes", done, len(self.shapes.targeted))
            focus = self.targets(shape)
            for node in focus:
                found += self.check(shape, node)
            for constraint in shape.parameters.get("sparql", []):
                store = store or as_store(self.triples)
                found += faults(store, self.shapes, shape, constraint, focus)
        return found

    def targets(self, shape: Shape) -> dict[Term, None]:
        """List the nodes that a shape looks at by itself."""
        found: dict[Term, None] = {}
        for how, term in shape.targets:
            if how == "targetClass":
                found |= self.facts.instances(term)
            elif how == "targetNode":
                found[term] = None
            elif isinstance(term, NamedNode):
                by_value = self.facts.by_value.get(term, {})
                values = by_value if how == "targetObjectsOf" else [s for some in by_value.values() for s in some]
                found |= dict.fromkeys(values)
        return found

    def check(self, shape: Shape, focus: Term) -> Iterator[Result]:
        """Check one shape at one node."""
        at = _At(shape, focus, shape.path(self.facts, focus) if shape.path else [focus])
        for name in shape.parameters:
            if name == "property":
                yield from self._properties(at)
            elif name == "closed":
                for prop, value in self._beyond(at):
                    yield self._result(at, prop, value, "Closed")
            elif name in CHECKS:
                for one in CHECKS[name](self, at):
                    yield self._result(at, shape.path_term, one, name[0].upper() + name[1:])

    @staticmethod
    def _result(at: _At, path: Term | None, value: Term | None, name: str) -> Result:
        shape = at.shape
        return Result(at.focus, path, value, name + "ConstraintComponent", shape.node, shape.severity, shape.message)

    def fits(self, node: Term, shape: Term) -> bool:
        """Say whether a node fits a shape that another shape uses."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise DataError(f"{show(shape)}: shapes use each other in a circle")
        inner = self.shapes.all[shape]
        if "sparql" in inner.parameters:
            raise DataError(f"{show(shape)}: sh:sparql is only understood in a shape that has a target itself")
        fits = next(self.check(inner, node), None) is None
        self.depth -= 1
        return fits

    def _properties(self, at: _At) -> Iterator[Result]:
        for term in at.shape.parameters["property"]:
            for value in at.values:
                yield from self.check(self.shapes.all[term], value)

    # Each check yields the values that break a constraint; None stands for a fault without a value.

    def klass(self, at: _At) -> Found:
        """Yield what is not of a class."""
        for top in at.shape.parameters["class"]:
            classes = self.facts.classes(top)
            for value in at.values:
                if isinstance(value, Literal) or classes.isdisjoint(self.facts.values(value, TYPE)):
                    yield value

    def datatype(self, at: _At) -> Found:
        """Yield what is not a valid literal of a datatype."""
        wanted = at.shape.first("datatype")
        for value in at.values:
            if not isinstance(value, Literal) or value.datatype != wanted or not literals.is_valid(value):
                yield value

    def node_kind(self, at: _At) -> Found:
        """Yield what is an IRI, a blank node or a literal and should not be."""
        wanted = KINDS[word(at.shape.first("nodeKind"))]
        yield from (value for value in at.values if not isinstance(value, wanted))

    def min_count(self, at: _At) -> Found:
        """Yield once when there are too few values."""
        if len(at.values) < number(at.shape.first("minCount")):
            yield None

    def max_count(self, at: _At) -> Found:
        """Yield once when there are too many values."""
        if len(at.values) > number(at.shape.first("maxCount")):
            yield None

    def length(self, at: _At, name: str) -> Found:
        """Yield texts that are too short or too long."""
        bound = number(at.shape.first(name))
        for value in at.values:
            size = -1 if isinstance(value, BlankNode) else len(value.value)
            if size < 0 or (size < bound if name == "minLength" else size > bound):
                yield value

    def bound(self, at: _At, name: str) -> Found:
        """Yield values outside a bound, or without a place in its order."""
        limit = at.shape.first(name)
        for value in at.values:
            if literals.order(value, limit) not in ALLOWED[name]:
                yield value

    def pattern(self, at: _At) -> Found:
        """Yield texts that a regular expression is not found in."""
        term, flags = at.shape.first("pattern"), at.shape.first("flags")
        if term is None:
            return
        if term not in self.patterns:
            self.patterns[term] = re.compile(f"(?{flags.value})" + term.value if flags else term.value)
        search = self.patterns[term].search
        yield from (value for value in at.values if isinstance(value, BlankNode) or not search(value.value))

    def language_in(self, at: _At) -> Found:
        """Yield what is not tagged with one of some languages."""
        ranges = [term.value.lower() for term in at.shape.parameters["languageIn"]]
        for value in at.values:
            tag = (value.language or "").lower() if isinstance(value, Literal) else ""
            if not any(tag == wanted or tag.startswith(wanted + "-") for wanted in ranges):
                yield value

    def unique_lang(self, at: _At) -> Found:
        """Yield once for each language that is used twice."""
        if word(at.shape.first("uniqueLang")) == "true":
            tags = [value.language.lower() for value in at.values if isinstance(value, Literal) and value.language]
            yield from (None for tag in dict.fromkeys(tags) if tags.count(tag) > 1)

    def equals(self, at: _At) -> Found:
        """Yield values of one property that the other lacks, both ways."""
        for others in self._other_values(at, "equals"):
            yield from (value for value in at.values if value not in others)
            yield from (value for value in others if value not in at.values)

    def disjoint(self, at: _At) -> Found:
        """Yield values that the other property has too."""
        for others in self._other_values(at, "disjoint"):
            yield from (value for value in at.values if value in others)

    def less_than(self, at: _At, name: str) -> Found:
        """Yield values that do not come before those of the other property."""
        allowed = (-1,) if name == "lessThan" else (-1, 0)
        for others in self._other_values(at, name):
            yield from (value for value in at.values for other in others if literals.order(value, other) not in allowed)

    def _other_values(self, at: _At, name: str) -> Iterator[list[Term]]:
        for prop in at.shape.parameters[name]:
            if isinstance(prop, NamedNode):
                yield self.facts.values(at.focus, prop)

    def negation(self, at: _At) -> Found:
        """Yield what fits a shape that it must not fit."""
        for term in at.shape.parameters["not"]:
            yield from (value for value in at.values if self.fits(value, term))

    def logic(self, at: _At, name: str) -> Found:
        """Yield what fits too few or too many of some shapes."""
        for head in at.shape.parameters[name]:
            terms = self.shapes.graph.items(head)
            for value in at.values:
                if name == "or":
                    good = any(self.fits(value, term) for term in terms)
                elif name == "and":
                    good = all(self.fits(value, term) for term in terms)
                else:
                    good = sum(self.fits(value, term) for term in terms) == 1
                if not good:
                    yield value

    def node(self, at: _At) -> Found:
        """Yield what does not fit another shape."""
        for term in at.shape.parameters["node"]:
            yield from (value for value in at.values if not self.fits(value, term))

    def qualified(self, at: _At, name: str) -> Found:
        """Yield once when too few or too many values fit a shape."""
        bound = number(at.shape.first(name))
        for term in at.shape.parameters.get("qualifiedValueShape", []):
            siblings = self._siblings(at.shape, term)
            fitting = sum(
                self.fits(value, term) and not any(self.fits(value, other) for other in siblings) for value in at.values
            )
            if fitting < bound if name == "qualifiedMinCount" else fitting > bound:
                yield None

    def _siblings(self, shape: Shape, term: Term) -> list[Term]:
        """List the qualified shapes beside one, where they are declared to exclude each other."""
        if word(shape.first("qualifiedValueShapesDisjoint")) != "true":
            return []
        parents = [other for other in self.shapes.all.values() if shape.node in other.parameters.get("property", [])]
        beside = [self.shapes.all[node] for parent in parents for node in parent.parameters["property"]]
        found = [other for one in beside for other in one.parameters.get("qualifiedValueShape", [])]
        return [other for other in dict.fromkeys(found) if other != term]

    def _beyond(self, at: _At) -> Iterator[tuple[NamedNode, Term]]:
        """Yield the properties that a closed shape does not name, with their values."""
        if word(at.shape.first("closed")) != "true":
            return
        inner = [self.shapes.all[term].path_term for term in at.shape.parameters.get("property", [])]
        allowed = {*inner, *at.shape.parameters.get("ignoredProperties", [])}
        for value in at.values:
            for prop, said in self.facts.by_subject.get(value, {}).items():
                if prop not in allowed:
                    yield from ((prop, one) for one in said)

    def has_value(self, at: _At) -> Found:
        """Yield once for each value that is missing."""
        yield from (None for wanted in at.shape.parameters["hasValue"] if wanted not in at.values)

    def among(self, at: _At) -> Found:
        """Yield what is not on a list."""
        allowed = at.shape.parameters["in"]
        yield from (value for value in at.values if value not in allowed)


Check = Callable[[Checker, _At], Found]


def _named(check: Callable[[Checker, _At, str], Found], name: str) -> Check:
    return lambda checker, at: check(checker, at, name)


ALLOWED = {"minInclusive": (0, 1), "maxInclusive": (-1, 0), "minExclusive": (1,), "maxExclusive": (-1,)}
CHECKS: dict[str, Check] = {
    "class": Checker.klass,
    "datatype": Checker.datatype,
    "nodeKind": Checker.node_kind,
    "minCount": Checker.min_count,
    "maxCount": Checker.max_count,
    "pattern": Checker.pattern,
    "languageIn": Checker.language_in,
    "uniqueLang": Checker.unique_lang,
    "equals": Checker.equals,
    "disjoint": Checker.disjoint,
    "not": Checker.negation,
    "node": Checker.node,
    "hasValue": Checker.has_value,
    "in": Checker.among,
    **{name: _named(Checker.length, name) for name in ("minLength", "maxLength")},
    **{name: _named(Checker.bound, name) for name in ALLOWED},
    **{name: _named(Checker.less_than, name) for name in ("lessThan", "lessThanOrEquals")},
    **{name: _named(Checker.logic, name) for name in ("and", "or", "xone")},
    **{name: _named(Checker.qualified, name) for name in ("qualifiedMinCount", "qualifiedMaxCount")},
}
