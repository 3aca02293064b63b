"""A graph that keeps its last answers: what a page asks in one language it asks in the next ones, too."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from kzkg.store import Graph, Kept, Solutions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kzkg.store import Result, Row

MOST, FEW = 60_000, 64
"""Rows that are kept at most, and things that were found out: more would only fill the memory."""


class Remembering(Graph):
    """Another look at an open graph; what is kept is forgotten when it becomes too much, the oldest first."""

    def __init__(self, graph: Graph) -> None:
        self.__dict__.update(graph.__dict__)
        self._kept: OrderedDict[tuple[str, str], tuple[Result, int]] = OrderedDict()
        self._size = 0
        self._told: OrderedDict[tuple[tuple[str, str], str], tuple[Row, ...]] = OrderedDict()
        self._rows = 0
        self._found: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    def kept(self, key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """Find something out once; see `Graph.kept`."""
        if key not in self._found:
            self._found[key] = make()
            while len(self._found) > FEW:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        found: Kept = self._found[key]
        return found

    def told(
        self, key: tuple[str, str], things: Sequence[str], ask: Callable[[Sequence[str]], Iterator[Row]]
    ) -> Iterator[Row]:
        """Ask only of those things of which the answer is not known any more; see `Graph.told`."""
        unknown = [each for each in things if (key, each) not in self._told]
        found: dict[str, list[Row]] = {each: [] for each in unknown}
        for row in ask(unknown):
            found[row[0].value].append(row)  # type: ignore[union-attr]
        for each in unknown:
            self._told[key, each] = tuple(found[each])
            self._rows += len(found[each]) + 1
        for each in things:
            self._told.move_to_end((key, each))
        answer = [row for each in things for row in self._told[key, each]]
        while self._rows > MOST and self._told:
            self._rows -= len(self._told.popitem(last=False)[1]) + 1
        return iter(answer)

    def evaluate(self, text: str, dataset: str = "accepted") -> Result:
        """Run a query, unless its answer is still known; see `Graph.evaluate`."""
        key = (text, dataset)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        answer = super().evaluate(text, dataset)
        size = 20 + (len(answer.rows) if isinstance(answer, Solutions) else len(getattr(answer, "triples", ())))
        if size < MOST:
            self._kept[key] = (answer, size)
            self._size += size
            while self._size > MOST:
                self._size -= self._kept.popitem(last=False)[1][1]
        return answer
