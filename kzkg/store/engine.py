"""What every place that answers SPARQL has to give, be it a store on disk or an endpoint elsewhere."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pyoxigraph import NamedNode, RdfFormat

from kzkg.store.results import Begun
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from kzkg.names import Names

GRAPH = PREFIXES["g"]
VIEWS = {name: NamedNode(GRAPH + name) for name in ("accepted", "all")}

Chosen = tuple[tuple[NamedNode, ...], tuple[NamedNode, ...]]
"""The default and the named graphs that a request chose by their names."""


class Asked(NamedTuple):
    """What a query is asked of: one of the datasets, or graphs that the request chose, as known by a day."""

    dataset: str = "accepted"
    chosen: Chosen | None = None
    known_by: dt.date | None = None


class Engine(Protocol):
    """A place that holds the statements and answers SPARQL."""

    @property
    def large(self) -> bool:
        """Whether there are so many statements that what is asked of all of them takes seconds."""

    @property
    def state(self) -> str:
        """What changes when the statements do, and nothing where nobody can tell.

        Whoever keeps something that was found out of them keeps it as long as this.
        """

    def history(self) -> tuple[Sequence[str], int, Sequence[str]]:
        """Give the days on which sources came out, how many bits the tree over them has (0: none), and its graphs."""

    @property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs over which GRAPH ?g ranges: one for each file."""

    @property
    def names(self) -> "Names":
        """The index of all names, as of today."""

    def undated(self) -> int:
        """Count the sources that have no date, and so are not known by any day."""

    def begin(self, text: str, bare: str, asked: Asked) -> Begun:
        """Begin a query that `guard.checked` took and left `bare` of, with the table's prefixes declared.

        In the datasets GRAPH ranges over the files alone; the default graph of `files` is empty. What was begun is
        read to its end within `asking` and in one thread. Raises RequestError for what this place cannot keep.
        """

    @property
    def of_files(self) -> bool:
        """Whether the graphs are made of the files of a graph folder, which lie there as they were written."""

    def statements(self) -> Iterator[bytes]:
        """Give all statements of the files as lines of N-Quads, in no order."""

    def write(self, graph: NamedNode, output: Any, form: RdfFormat) -> None:
        """Write one graph, as it lies there, to a file that is open for bytes."""


def needed(text: str) -> dict[str, str]:
    """Give the prefixes that may occur in a text: to read all of them costs more than a small query."""
    return {prefix: space for prefix, space in PREFIXES.items() if f"{prefix}:" in text}
