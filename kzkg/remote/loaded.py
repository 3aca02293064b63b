"""What `kzkg load` notes in an endpoint about what it put there, in a graph of its own, and how that is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from kzkg.store.engine import GRAPH, VIEWS
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kzkg.terms import Term

LOADED = NamedNode(GRAPH + "loaded")
"""The graph of these notes, and the thing that they are about."""
_NOTE = f"{LOADED.value}#"
STATE, SIGN, PIECES, PLACE = (_NOTE + word for word in ("state", "sign", "pieces", "place"))
KIND, DAY, UNDATED, SIZE = (_NOTE + word for word in ("kind", "day", "undated", "size"))
WHOLE, UNDER_WAY, FIRST = "whole", "under way", "first load under way"
FILE, LAYER, VIEW, STAGE = "file", "layer", "view", "stage"
ALL_NOTES = f"SELECT ?s ?p ?o WHERE {{ GRAPH {LOADED} {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o"
FEW_NOTES = (
    f"SELECT ?s ?p ?o WHERE {{ GRAPH {LOADED} {{ VALUES ?p {{ <{STATE}> <{PLACE}> <{SIGN}> }} ?s ?p ?o "
    f"FILTER (?p != <{SIGN}> || ?s = {VIEWS['accepted']} || ?s = {VIEWS['all']}) }} }}"
)


@dataclass
class Notes:
    """The notes: how far a load has come, what each graph holds, where the views stand, and the days of knowledge."""

    state: str = ""
    signs: dict[str, str] = field(default_factory=dict)
    """For each graph that is whole the sign of its content."""
    kinds: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, tuple[str, int]] = field(default_factory=dict)
    """For a graph that is being sent: the sign of its content, and how many pieces have arrived."""
    places: dict[str, str] = field(default_factory=dict)
    """For each view the graph in which it stands, where that is not the graph of its own name."""
    days: list[str] = field(default_factory=list)
    undated: int = 0
    size: int = 0

    def of_kind(self, kind: str) -> list[str]:
        """Name the graphs of a kind, in order."""
        return sorted(graph for graph, each in self.kinds.items() if each == kind)

    def place(self, view: str) -> NamedNode:
        """Give the graph in which a view stands."""
        name = VIEWS[view].value
        return NamedNode(self.places.get(name, name))

    def triples(self) -> Iterator[Triple]:
        """Write the notes down."""
        yield Triple(LOADED, NamedNode(STATE), Literal(self.state))
        for day in self.days:
            yield Triple(LOADED, NamedNode(DAY), Literal(day, datatype=NamedNode(PREFIXES["xsd"] + "date")))
        for name, number in ((UNDATED, self.undated), (SIZE, self.size)):
            yield Triple(LOADED, NamedNode(name), Literal(str(number)))
        yield from self.of_graphs(self.kinds)

    def of_graphs(self, graphs: Iterable[str]) -> Iterator[Triple]:
        """Write down what is noted of these graphs."""
        for graph in graphs:
            node = NamedNode(graph)
            yield Triple(node, NamedNode(KIND), Literal(self.kinds[graph]))
            if graph in self.signs:
                yield Triple(node, NamedNode(SIGN), Literal(self.signs[graph]))
            if graph in self.places:
                yield Triple(node, NamedNode(PLACE), NamedNode(self.places[graph]))
            if graph in self.pieces:
                sign, number = self.pieces[graph]
                yield Triple(node, NamedNode(PIECES), Literal(f"{sign} {number}"))


def read_notes(rows: Iterable[tuple[Term | None, ...]]) -> Notes:
    """Read the notes from the rows of `ALL_NOTES` or `FEW_NOTES`; of several numbers of pieces the largest counts."""
    notes = Notes()
    for subject, name, value in rows:
        if not isinstance(subject, NamedNode) or not isinstance(name, NamedNode):
            continue
        if not isinstance(value, NamedNode | Literal):
            continue
        if subject == LOADED:
            _of_all(notes, name.value, value.value)
        else:
            _of_graph(notes, subject.value, name.value, value.value)
    notes.days.sort()
    return notes


def _of_all(notes: Notes, name: str, value: str) -> None:
    if name == STATE:
        notes.state = value
    elif name == DAY:
        notes.days.append(value)
    elif name == UNDATED:
        notes.undated = int(value)
    elif name == SIZE:
        notes.size = int(value)


def _of_graph(notes: Notes, graph: str, name: str, value: str) -> None:
    if name == SIGN:
        notes.signs[graph] = value
    elif name == KIND:
        notes.kinds[graph] = value
    elif name == PLACE:
        notes.places[graph] = value
    elif name == PIECES:
        sign, _, number = value.rpartition(" ")
        notes.pieces[graph] = max(notes.pieces.get(graph, (sign, 0)), (sign, int(number)))
