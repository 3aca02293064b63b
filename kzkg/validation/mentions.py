"""Finds lines in files that are not Turtle: the statement itself in N-Triples and N-Quads, a mention in others."""

from __future__ import annotations

import re
from functools import cached_property
from typing import IO, TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from kzkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kzkg.validation.locate import Term

FEW = 10_000
"""So many subjects are looked for in one walk through a file; where more are wrong, the rest has no line."""


class Statements:
    """Where a file with a statement on each line says something; all that is wanted is found in one walk through it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wanted: dict[bytes, list[tuple[int, bytes]]] = {}
        self._walked = False

    def within(self, graph: NamedNode | None) -> Within:
        """Give the same for one graph of the file."""
        return Within(self, graph)

    def want(self, subject: Term) -> None:
        """Say beforehand that the lines of a subject will be asked for."""
        key = str(subject).encode()
        if isinstance(subject, NamedNode) and len(self._wanted) < FEW and key not in self._wanted:
            self._wanted[key] = []
            self._walked = False

    def lines(self, subject: Term) -> list[tuple[int, bytes]]:
        """Give the numbers and the text of the lines about a subject."""
        self.want(subject)
        if not self._walked:
            self._walk()
        return self._wanted.get(str(subject).encode(), [])

    def _walk(self) -> None:
        from kzkg.validation.reading import unpacked

        for found in self._wanted.values():
            found.clear()
        with unpacked(self._path) as stream:
            for number, line in enumerate(_lines(stream), start=1):
                found_here = self._wanted.get(line.split(None, 1)[0]) if line.strip() else None
                if found_here is not None:
                    found_here.append((number, line))
        self._walked = True


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Give line after line of what can only be read in pieces."""
    rest = b""
    while data := stream.read(1 << 20):
        *whole, rest = (rest + data).split(b"\n")
        yield from whole
    yield rest


class Within:
    """The lines of one graph in a file of statements."""

    def __init__(self, statements: Statements, graph: NamedNode | None) -> None:
        self.statements, self._graph = statements, graph

    def line(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> int | None:
        """Give the line of a value, else of the property, else of the subject; None when nothing is said of it."""
        found: dict[int, int] = {}
        for number, line in self.statements.lines(subject):
            for quad in parse(line, format=RdfFormat.N_QUADS):
                if self._graph is None or quad.graph_name == self._graph:
                    fits = quad.predicate == predicate
                    found.setdefault(2 if fits and quad.object == value else int(fits), number)
        return found[max(found)] if found else None


class Mentions:
    """Where a text mentions a thing, by its IRI, by a prefixed name, or by the end of its IRI within quotes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _text(self) -> str:
        from kzkg.validation.reading import unpacked

        with unpacked(self._path) as stream:
            return stream.read().decode("utf-8", "replace")

    def line(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> int | None:
        """Give the line that mentions the value behind the property behind the subject, or what there is of it."""
        place = _mention(self._text, subject, 0)
        if place is None:
            return None
        for term in (predicate, value):
            further = _mention(self._text, term, place) if term is not None else None
            place = place if further is None else further
        return self._text.count("\n", 0, place) + 1


def _mention(text: str, term: Term, start: int) -> int | None:
    if isinstance(term, BlankNode):
        return None
    if isinstance(term, NamedNode):
        local = re.split(r"[/#]", term.value)[-1]
        words = "|".join(re.escape(word) for word in (term.value, shrink(term), f":{local}", f'"{local}"') if local)
        pattern = rf"(?<![\w/#-])(?:{words})(?![\w/#-])|{re.escape(term.value)}(?![\w/#-])"
    else:
        pattern = re.escape(str(getattr(term, "value", term)))
    found = re.compile(pattern).search(text, start)
    return found.start() if found else None
