"""The classes and properties of the graph, their rules, and where they are used; asked once for all pages."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from kzkg import terms
from kzkg.labels import rows
from kzkg.pages.linking import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Triple

    from kzkg.store import Graph

TERMS = """SELECT DISTINCT ?term ?property ?value WHERE {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?term a ?kind ; ?property ?value FILTER (isIRI(?term)) }"""
"""Asked of everything, not of the one file: a large graph gets the graphs of its files only later."""
COUNTED = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?class } GROUP BY ?class"
USED = "SELECT ?property (COUNT(*) AS ?count) WHERE { ?thing ?property ?value } GROUP BY ?property"
KINDS = {"owl:Class": "class", "owl:ObjectProperty": "property", "owl:DatatypeProperty": "property",
         "owl:AnnotationProperty": "property"}  # fmt: skip
OWN = terms.PREFIXES["kzkg"]
RELATED = ("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:closeMatch", "owl:equivalentClass", "owl:equivalentProperty")


@dataclass(slots=True)
class Word:
    """A class or a property: its texts in each language, and what it stands in relation to."""

    iri: str
    kind: str
    texts: dict[str, list[Literal]] = field(default_factory=lambda: defaultdict(list))
    things: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule of the data: what it says, how grave a breach is, what it speaks of, and its text."""

    iri: str
    message: str
    severity: str
    speaks_of: frozenset[str]
    topic: str

    @property
    def name(self) -> str:
        """The name without the namespace."""
        return self.iri.rpartition("#")[2]


class Ontology:
    """Reads the terms from the graph, the shapes and alignments from their files."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def terms(self) -> dict[str, Word]:
        """Our classes and properties by IRI."""
        found: dict[str, Word] = {}
        triples = said_of_terms(self.graph)
        for term, name, value in triples:
            kind = KINDS.get(terms.shrink(value)) if isinstance(value, NamedNode) else None
            if terms.shrink(name) == "rdf:type" and kind and term.startswith(OWN):
                found[term] = Word(term, kind)
        for term, name, value in triples:
            if term in found and isinstance(value, Literal):
                found[term].texts[terms.shrink(name)].append(value)
            elif term in found and isinstance(value, NamedNode):
                found[term].things[terms.shrink(name)].append(value.value)
        for text in (COUNTED, USED):
            for each, count in rows(self.graph, text, "all"):
                if isinstance(each, NamedNode) and isinstance(count, Literal) and each.value in found:
                    found[each.value].count = int(count.value)
        return dict(sorted(found.items()))

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The narrower classes of each class."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri, word in self.terms.items():
            for over in word.things.get("rdfs:subClassOf", ()):
                found[over].append(iri)
        return dict(found)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The rules, by topic."""
        return tuple(each for path in self.graph.catalog.shapes for each in read_shapes(path))

    @cached_property
    def alignments(self) -> dict[str, list[tuple[str, str]]]:
        """For each term what it corresponds to in other vocabularies."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        path = self.graph.catalog.alignments
        for each in parse(path=path, format=RdfFormat.TURTLE) if path.is_file() else ():
            name = terms.shrink(each.predicate)
            if name in RELATED and isinstance(each.subject, NamedNode) and isinstance(each.object, NamedNode):
                found[each.subject.value].append((name, each.object.value))
        return dict(found)

    @cached_property
    def uses(self) -> dict[str, list[str]]:
        """For each term and concept the saved queries whose text or form speaks of it."""
        found: dict[str, list[str]] = defaultdict(list)
        for query in self.graph.catalog.queries.values():
            body = "\n".join(line for line in query.text.split("\n") if not line.startswith("#+"))
            spoken = set(re.findall(r"\b(?:kzkg|v):[A-Za-z][\w-]*", body))
            spoken |= {parameter.of for parameter in query.parameters if parameter.of}
            for name in sorted(spoken):
                found[terms.expand(name).value].append(query.name)
        return dict(found)


def said_of_terms(graph: Graph) -> list[tuple[str, NamedNode, terms.Term]]:
    """Give what is said of classes and properties."""
    return [
        (term.value, name, value)
        for term, name, value in rows(graph, TERMS, "all")
        if isinstance(term, NamedNode) and isinstance(name, NamedNode) and value is not None
    ]


def read_shapes(path: Path) -> Iterator[Shape]:
    """Read the rules of one file; what stands in blank nodes below a rule belongs to it."""
    about: dict[NamedNode | BlankNode, list[Triple]] = defaultdict(list)
    for each in parse(path=path, format=RdfFormat.TURTLE):
        if isinstance(each.subject, NamedNode | BlankNode):
            about[each.subject].append(each.triple)
    for node in sorted((each for each in about if isinstance(each, NamedNode)), key=lambda each: each.value):
        if not node.value.startswith(SHAPES + "#"):
            continue
        said = {terms.shrink(each.predicate): each.object for each in about[node]}
        message, severity = said.get("sh:message"), said.get("sh:severity")
        if not isinstance(message, Literal):
            continue
        grave = severity.value.rpartition("#")[2].lower() if isinstance(severity, NamedNode) else "violation"
        yield Shape(node.value, message.value, grave, frozenset(spoken(node, about)), path.stem)


def spoken(node: NamedNode | BlankNode, about: dict[NamedNode | BlankNode, list[Triple]]) -> Iterator[str]:
    """Give our terms that a node, or a blank node below it, names."""
    waiting, seen = [node], {node}
    while waiting:
        for each in about[waiting.pop()]:
            value = each.object
            if isinstance(value, NamedNode) and value.value.startswith(OWN):
                yield value.value
            elif isinstance(value, BlankNode) and value not in seen:
                seen.add(value)
                waiting.append(value)
