"""Small graphs about the server itself: put together as triples, written in any of the graph formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from kzkg import terms
from kzkg.server.media import GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterable

Node = NamedNode | BlankNode
XSD = terms.PREFIXES["xsd"]
PREFIXES = {
    **terms.PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "formats": "http://www.w3.org/ns/formats/",
}


def iri(name: str) -> NamedNode:
    """Give an IRI, or the one that a prefixed name stands for."""
    prefix, colon, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local if colon and prefix in PREFIXES else name)


def number(value: int) -> Literal:
    """Give an xsd:integer."""
    return Literal(str(value), datatype=NamedNode(f"{XSD}integer"))


def typed(value: str, kind: str) -> Literal:
    """Give a literal of a type of XML Schema."""
    return Literal(value, datatype=NamedNode(f"{XSD}{kind}"))


class Description:
    """Triples while they are put together."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._unnamed = 0

    def add(self, subject: Node, *facts: tuple[str, Node | Literal]) -> Node:
        """Say something about a thing, and give the thing."""
        self.triples += [Triple(subject, iri(name), value) for name, value in facts]
        return subject

    def new(self, *facts: tuple[str, Node | Literal]) -> Node:
        """Say something about a thing without a name; two descriptions of the same are the same bytes."""
        self._unnamed += 1
        return self.add(BlankNode(f"d{self._unnamed}"), *facts)

    def extend(self, triples: Iterable[Triple]) -> None:
        """Take triples from elsewhere."""
        self.triples += triples

    def write(self, name: str) -> bytes:
        """Write all of it in one format."""
        names = {term.value for triple in self.triples for term in triple if isinstance(term, NamedNode)}
        names |= {term.object.datatype.value for term in self.triples if isinstance(term.object, Literal)}
        used = {prefix: space for prefix, space in PREFIXES.items() if any(name.startswith(space) for name in names)}
        return serialize(self.triples, format=GRAPHS[name].engine, prefixes=used) or b""
