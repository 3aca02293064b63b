"""What was asked: the question that an answer keeps, so that whoever writes it can say so, or ask once more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.query import Value
    from kzkg.store import Graph


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the graph and dataset it went to, the text that ran, and for a saved query its name and values."""

    graph: Graph = field(repr=False)
    dataset: str
    text: str = field(repr=False)
    lang: str = "en"
    name: str = ""
    given: Mapping[str, Value | Sequence[Value]] = field(default_factory=dict)

    def words(self) -> list[tuple[str, str]]:
        """Give each parameter with its value as a person would type it; several values make several pairs."""
        pairs = []
        for name, value in self.given.items():
            several = (value,) if isinstance(value, NamedNode | Literal) else tuple(value)
            pairs += [(name, terms.shrink(each) if isinstance(each, NamedNode) else each.value) for each in several]
        return pairs
