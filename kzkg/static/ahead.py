"""Asks what the pages of several things need all at once: a query costs much the same for one thing as for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg import findings
from kzkg.citations import places
from kzkg.findings import gathered, pointing
from kzkg.labels import about, describe
from kzkg.pages.things import CLASSES
from kzkg.pictures.places import WHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.static.memory import Remembering
    from kzkg.store import Row


def learn(graph: Remembering, things: Sequence[str]) -> None:
    """Ask what the pages of these things will ask, so that the graph knows the answers while they are written."""
    found = (*ask(graph, findings.OUT, things, "accepted"), *ask(graph, findings.MANY, things, "accepted"))
    there = {row[0].value for row in found if isinstance(row[0], NamedNode)}
    around(graph, [each for each in things if each in there], "accepted")
    others = [each for each in things if each not in there]
    ask(graph, findings.AS_TURTLE, others, "accepted")
    around(graph, others, "all")
    ask(graph, CLASSES, things, "all")


def around(graph: Remembering, things: Sequence[str], dataset: str) -> None:
    """Ask what is around some things, who says it, and what it is called; not of those that have very many links."""
    few = [each for each in things if pointing(graph, NamedNode(each), dataset) <= findings.MOST]
    for text in (findings.OUT, findings.IN, findings.IDENTIFIERS, findings.AS_TURTLE, WHERE):
        ask(graph, text, few, dataset)
    ask(graph, findings.RIVALS, few, "all")
    found = [gathered(graph, NamedNode(each), dataset, bounded=True) for each in few]
    support = places(graph, {record for each in found for record in each.records()}, "all")
    sources = {source for each in support.values() for source, _ in each}
    describe(graph, sources.union(*(each.things() for each in found)), "all")


def ask(graph: Remembering, text: str, things: Sequence[str], dataset: str) -> list[Row]:
    """Ask one question of all these things."""
    return list(about(graph, text, things, dataset))
