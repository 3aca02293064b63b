"""Asks what the pages of several things need all at once: a query costs much the same for one thing as for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kzkg import findings
from kzkg.citations import places
from kzkg.findings import gathered
from kzkg.labels import about, describe
from kzkg.pages.things import CLASSES
from kzkg.pictures.places import WHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.static.memory import Remembering
    from kzkg.store import Row


def learn(graph: Remembering, things: Sequence[str]) -> None:
    """Ask what the pages of these things will ask, so that the graph knows the answers while they are written."""
    found = (*ask(graph, findings.OUT, things, "accepted"), *ask(graph, findings.IN, things, "accepted"))
    there = {row[0].value for row in found if isinstance(row[0], NamedNode)}
    for dataset, wanted in (("accepted", [each for each in things if each in there]),
                            ("all", [each for each in things if each not in there])):  # fmt: skip
        if wanted:
            around(graph, wanted, dataset)
    ask(graph, CLASSES, things, "all")


def around(graph: Remembering, things: Sequence[str], dataset: str) -> None:
    """Ask what is around some things, who says it, and what it is called."""
    for text in (findings.OUT, findings.IN, findings.IDENTIFIERS, findings.AS_TURTLE, WHERE):
        ask(graph, text, things, dataset)
    ask(graph, findings.RIVALS, things, "all")
    found = [gathered(graph, NamedNode(each), dataset) for each in things]
    support = places(graph, {record for each in found for record in each.records()}, "all")
    sources = {source for each in support.values() for source, _ in each}
    describe(graph, sources.union(*(each.things() for each in found)), "all")


def ask(graph: Remembering, text: str, things: Sequence[str], dataset: str) -> list[Row]:
    """Ask one question of all these things."""
    return list(about(graph, text, things, dataset))
