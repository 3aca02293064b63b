"""A graph as a table to look things up in, and how its terms are written in a message."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kzkg.errors import DataError
from kzkg.terms import PREFIXES, shrink

Term = NamedNode | BlankNode | Literal

SH, RDF, RDFS = PREFIXES["sh"], PREFIXES["rdf"], PREFIXES["rdfs"]
TYPE, FIRST, REST, NIL = (NamedNode(RDF + word) for word in ("type", "first", "rest", "nil"))
SUBCLASS = NamedNode(RDFS + "subClassOf")

FEW_VALUES = 12
"""A list of so many values is looked through; a longer one has a set beside it."""


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


def show(term: Term | Triple) -> str:
    """Write a term for a message."""
    if isinstance(term, NamedNode):
        return shrink(term)
    return term.value if isinstance(term, Literal) else "a blank node" if isinstance(term, BlankNode) else str(term)
