"""Says how to mend what was found: in the words of the shape where it has some, else by what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg.errors import nearest
from kzkg.terms import PREFIXES
from kzkg.validation.shacl import FIRST, PATHS, RDFS, SH, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from kzkg.validation.shacl import Facts, Result, Shape, Shapes, Term

COMMENT = NamedNode(RDFS + "comment")
LITERALS = {
    PREFIXES["rdf"] + "langString": 'give it a language tag: "…"@en',
    PREFIXES["xsd"] + "string": "write it as a plain text, without a language tag or a datatype",
    PREFIXES["xsd"] + "date": 'write a day as "2010-01-31"^^xsd:date',
    PREFIXES["xsd"] + "integer": "write a whole number, without quotes",
    PREFIXES["geo"] + "wktLiteral": 'write "POINT(76.9 43.2)"^^geo:wktLiteral, the longitude first',
}
RULES = {
    "term": "correct the name, or add the term to ontology/kzkg.ttl",
    "reference": "correct the name, or describe the thing with its class in a file of data/entities/",
    "literal": "correct the value, or give it the datatype that it is written in",
    "prefix": "write the prefix as the other files do",
    "G1": "cite the document of this file: kzkg:evidence with a kzkg:Citation whose kzkg:source stands in this file",
    "G2": "move what a source says into the source's file, and verdicts into data/curation.ttl",
    "G3": "name a paragraph from p1 to p97",
    "accepted": "take the line out of ontology/shapes/accepted-warnings.tsv",
}


class Hints:
    """The hints for the faults of some shapes."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    @staticmethod
    def of_rule(rule: str) -> str:
        """Say how to mend what breaks a rule of the house."""
        return _sentence(RULES[rule])

    def of(self, result: Result) -> str:
        """Say how to mend one result."""
        shape = self._shapes.all[result.shape]
        own = [term.value for term in self._shapes.graph.values(result.shape, COMMENT)]
        if own:
            return own[0]
        case = Case(result, shape, self._shapes)
        return _sentence(HINTS.get(result.component.removesuffix("ConstraintComponent"), Case.other)(case))


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith("?") else ".")


class Case:
    """One result with its shape, and the ways to say what would be right."""

    def __init__(self, result: Result, shape: Shape, shapes: Shapes) -> None:
        self.shape, self.shapes = shape, shapes
        self.focus = show(result.focus)
        self.value = show(result.value) if result.value is not None else ""
        self.path = written(shapes.graph, result.path) if result.path is not None else "it"

    def first(self, name: str) -> str:
        """Write the value of a parameter."""
        term = self.shape.first(name)
        return show(term) if term is not None else ""

    def listed(self, name: str) -> str:
        """Write the values of a parameter."""
        return " or ".join(show(term) for term in self.shape.parameters.get(name, []))

    def missing(self) -> str:
        """Say what to add."""
        if self.path.startswith("^"):
            return f"let something point to {self.focus} with {self.path[1:]}"
        return f"add {self.path.replace('|', ' or ')} to {self.focus}"

    def many(self) -> str:
        """Say what to keep of too many values."""
        if self.first("maxCount") == "0":
            return f"take {self.path.replace('|', ', ')} out"
        return f"keep one {self.path} of {self.focus}; other files may give the other"

    def klass(self) -> str:
        """Say how to get a value of the right class."""
        return f"name a {self.listed('class')} in {self.path}, or give {self.value} that class where it is described"

    def datatype(self) -> str:
        """Say how a literal of the right datatype is written."""
        term = self.shape.first("datatype")
        return LITERALS.get(term.value if term else "", f'write it as "…"^^{self.first("datatype")}')

    def kind(self) -> str:
        """Say which kind of term stands there."""
        wanted = self.first("nodeKind").removeprefix("sh:")
        return f"write {'an IRI' if wanted == 'IRI' else wanted} in the place of {self.value}"

    def pattern(self) -> str:
        """Say the form of a text."""
        return f"write it in the form {self.first('pattern')}"

    def length(self) -> str:
        """Say how long a text may be."""
        least, most = self.first("minLength"), self.first("maxLength")
        return f"make it {f'at least {least}' if least else f'at most {most}'} characters long"

    def tagged(self) -> str:
        """Say the languages that are taken."""
        tags = " or ".join(f"@{term.value}" for term in self.shape.parameters["languageIn"])
        return f"tag the text of {self.path} {tags}, or say it by a property that takes any language"

    def once(self) -> str:
        """Say what becomes of the second text in one language."""
        return f"keep one {self.path} for each language and make the other an skos:altLabel"

    def apart(self) -> str:
        """Say that one of two properties has to go without the value."""
        return f"take {self.value} out of {self.path} or of {self.listed('disjoint')}"

    def before(self) -> str:
        """Say which values are in the wrong order."""
        return f"compare {self.path} with {self.listed('lessThan') or self.listed('lessThanOrEquals')}: one is wrong"

    def among(self) -> str:
        """Say what the list holds."""
        return f"use {self.listed('in')}"

    def bounded(self) -> str:
        """Say the bound of a number."""
        least = self.first("minInclusive") or self.first("minExclusive")
        return f"write a number from {least} on" if least else f"write at most {self.first('maxInclusive')}"

    def closed(self) -> str:
        """Say which property was perhaps meant."""
        inner = [self.shapes.all[term].path_term for term in self.shape.parameters.get("property", [])]
        known = [show(term) for term in (*inner, *self.shape.parameters.get("ignoredProperties", [])) if term]
        return f"take {self.path} out of {self.focus}, or correct its name{nearest(self.path, known)}"

    def fitting(self) -> str:
        """Say what another shape asks of a value, where it asks for a value itself."""
        wanted = []
        for node in self.shape.parameters.get("node", []):
            for inner in (self.shapes.all[term] for term in self.shapes.all[node].parameters.get("property", [])):
                values = [*inner.parameters.get("hasValue", []), *inner.parameters.get("in", [])]
                if values and inner.path_term is not None:
                    path = written(self.shapes.graph, inner.path_term)
                    wanted.append(f"{path} is {' or '.join(show(value) for value in values)}")
        told = f" whose {' and '.join(wanted)}" if wanted else " that fits"
        return f"use in {self.path} something{told}, in the place of {self.value}"

    def not_fitting(self) -> str:
        """Say that a value must go."""
        return f"take {self.value} out of {self.path}, or correct what is said about it"

    def other(self) -> str:
        """Say where to look; the message says for what."""
        return f"look at what the files say about {self.focus}"


HINTS: dict[str, Callable[[Case], str]] = {
    "MinCount": Case.missing, "QualifiedMinCount": Case.missing, "HasValue": Case.missing, "MaxCount": Case.many,
    "QualifiedMaxCount": Case.many, "Class": Case.klass, "Datatype": Case.datatype, "NodeKind": Case.kind,
    "Pattern": Case.pattern, "MinLength": Case.length, "MaxLength": Case.length, "LanguageIn": Case.tagged,
    "UniqueLang": Case.once, "Disjoint": Case.apart, "LessThan": Case.before, "LessThanOrEquals": Case.before,
    "In": Case.among, "Closed": Case.closed, "Node": Case.fitting, "Not": Case.not_fitting,
    **dict.fromkeys(("MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive"), Case.bounded),
}  # fmt: skip


def written(graph: Facts, path: Term) -> str:
    """Write a property path as SPARQL does."""
    if isinstance(path, NamedNode):
        return show(path)
    if graph.values(path, FIRST):
        return "/".join(written(graph, step) for step in graph.items(path))
    for word in PATHS:
        for inner in graph.values(path, NamedNode(SH + word)):
            if word == "inversePath":
                return f"^{written(graph, inner)}"
            if word == "alternativePath":
                return "|".join(written(graph, step) for step in graph.items(inner))
            return written(graph, inner) + {"zeroOrMorePath": "*", "oneOrMorePath": "+"}.get(word, "?")
    return show(path)
