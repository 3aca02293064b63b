"""The links in an answer: which things of a row it joins, and what it says of the joint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.answer.columns import Cell, columns
from kzkg.labels import about, labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kzkg.answer import Answer

KINDS = """SELECT ?thing ?class ?above WHERE { VALUES ?thing { $things } ?thing a ?class
  OPTIONAL { ?class rdfs:subClassOf ?above } }"""
CLAIM = terms.PREFIXES["kzkg"] + "Claim"
# Kinds, properties, classes and graphs say what a link is; they are not joined by it.
WORDS = tuple(terms.PREFIXES[prefix] for prefix in ("v", "kzkg", "g"))


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that a link joins."""

    iri: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Link:
    """A joint between two things: the row that makes it, the columns it joins, and the rest of the row."""

    source: str
    target: str
    name: str
    row: int
    values: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Network:
    """The things and the links of an answer."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def network(answer: Answer, *, cite: bool) -> Network:
    """Join the first thing of each row with every other thing in it.

    A claim (a designation, a membership) is itself the joint, so it becomes an end only where a row has no other.
    """
    kinds, claims = classes(answer)
    ends = ends_of(answer, claims)
    if len(ends) < 2:
        return Network((), ())
    rest = [column for column in columns(answer, cite=cite) if column.name.removesuffix("_label") not in ends]
    joined = [answer.variables.index(name) for name in ends]
    links, seen = [], dict[str, None]()
    for number, row in enumerate(answer.rows):
        found = [(answer.variables[each], term.value) for each in joined if isinstance(term := row[each], NamedNode)]
        seen.update((iri, None) for _, iri in found)
        values = {column.name: column.values[number] for column in rest}
        for name, iri in found[1:]:
            links.append(Link(found[0][1], iri, f"{found[0][0]} → {name}", number + 1, values))
    nodes = tuple(Node(iri, answer.labels.get(iri, terms.shrink(iri)), kinds.get(iri, "")) for iri in seen)
    return Network(nodes if links else (), tuple(links))


def ends_of(answer: Answer, claims: set[str]) -> list[str]:
    """Name the columns whose things are joined: without claims, if two are left, else with them."""
    things: dict[str, set[str]] = {}
    for number, name in enumerate(answer.variables):
        iris = {term.value for row in answer.rows if isinstance(term := row[number], NamedNode)}
        if iris and not any(iri.startswith(WORDS) for iri in iris):
            things[name] = iris
    apart = [name for name, iris in things.items() if not iris <= claims]
    return apart if len(apart) > 1 else list(things)


def classes(answer: Answer) -> tuple[dict[str, str], set[str]]:
    """Give the narrowest class of each thing by name, and the things that are claims."""
    if answer.asked is None:
        return {}, set()
    graph, dataset, lang = answer.asked.graph, answer.asked.dataset, answer.asked.lang
    things = {term.value for row in answer.rows for term in row if isinstance(term, NamedNode)}
    types: dict[str, dict[str, set[str]]] = {}
    for thing, kind, over in about(graph, KINDS, things, dataset):
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            higher = types.setdefault(thing.value, {}).setdefault(kind.value, set())
            higher.update([over.value] if isinstance(over, NamedNode) else [])
    names = labels(graph, {kind for found in types.values() for kind in found}, lang, "all")
    narrow = {iri: narrowest(found) for iri, found in types.items()}
    return {iri: names[kind] for iri, kind in narrow.items()}, {iri for iri, found in types.items() if CLAIM in found}


def narrowest(kinds: Mapping[str, set[str]]) -> str:
    """Choose the class of a thing that is above no other of its classes; of several the first by name."""
    above = {over for higher in kinds.values() for over in higher}
    return min(kinds, key=lambda kind: (kind in above, kind))
