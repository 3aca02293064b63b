"""A data file as it was read: what it is for, what it says, and where it says it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from kzkg.validation.locate import Lines
from kzkg.validation.shacl import TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyoxigraph import NamedNode

    from kzkg.validation.locate import Term
    from kzkg.validation.shacl import Said


class Places(Protocol):
    """What finds the line of a thing, a property or a value in a file."""

    def line(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> int | None:
        """Give the line, or None when it is not known."""


@dataclass(frozen=True)
class DataFile:
    """One file, or one graph of a file, and what it is for: ontology, entities, source, curation or meta."""

    path: Path
    purpose: str
    triples: Sequence[Said]
    text: str = field(default="", repr=False)
    """The text of a Turtle file; others are read again where a line is wanted."""
    elsewhere: Places | None = field(default=None, compare=False, repr=False)
    """What finds the lines of a file that is not Turtle."""

    @cached_property
    def lines(self) -> Places:
        """Where the file says what."""
        return self.elsewhere or Lines(self.text)

    @cached_property
    def types(self) -> dict[Term, set[Term]]:
        """The classes that the file itself gives to its subjects."""
        found: dict[Term, set[Term]] = defaultdict(set)
        for subject, predicate, value in self.triples:
            if predicate == TYPE:
                found[subject].add(value)
        return found

    @cached_property
    def said(self) -> dict[tuple[Term, NamedNode], list[Term]]:
        """What the file says, by subject and property; `forget` takes it out of memory."""
        found: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        for subject, predicate, value in self.triples:
            found[subject, predicate].append(value)
        return found

    def forget(self) -> None:
        """Let go what can be made again: of a large file it is as large as the file."""
        self.__dict__.pop("said", None)
