"""The documents behind a picture, numbered once each, and what is written above and below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kzkg.pictures.columns import Columns
from kzkg.pictures.text import Ruler, ranges
from kzkg.pictures.words import heading, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kzkg.answer import Answer
    from kzkg.pictures.places import Spot

MOST_LISTED = 120
"""More documents than this are listed in the HTML form alone."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document, and the places in it that support some row."""

    line: str
    address: str


class Sources:
    """The documents that support the rows of an answer, in the order in which the rows need them."""

    def __init__(self, answer: Answer) -> None:
        found: dict[str, int] = {}
        told: dict[str, tuple[str, str, str]] = {}
        places: dict[str, list[str]] = {}
        self.marks: list[tuple[int, ...]] = []
        for row in answer.citations or ():
            self.marks.append(tuple(sorted({found.setdefault(each.source, len(found) + 1) for each in row})))
            for each in row:
                told[each.source] = (each.label, each.date, each.address)
                places.setdefault(each.source, []).append(each.place)
        self.documents: list[Document] = []
        for source in found:
            label, date, address = told[source]
            where = "; ".join(place for place in dict.fromkeys(places[source]) if place)
            self.documents.append(Document(", ".join(part for part in (label, where, date) if part), address))

    @property
    def listed(self) -> bool:
        """Whether a picture that cannot be scrolled lists them all."""
        return 0 < len(self.documents) <= MOST_LISTED

    def of(self, rows: Iterable[int]) -> str:
        """Give the numbers of the documents behind these rows, in short."""
        return ranges(mark for row in rows if row < len(self.marks) for mark in self.marks[row])


@dataclass(frozen=True)
class Subject:
    """What a picture is made of, and for whom."""

    answer: Answer
    lang: str = "en"
    known_by: str = ""
    everything: bool = False
    spots: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)
    """For each thing in the rows where it is, or where it happened."""

    @cached_property
    def columns(self) -> Columns:
        """The columns of the answer, and what they hold."""
        return Columns(self.answer)

    @cached_property
    def sources(self) -> Sources:
        """The documents behind the rows."""
        return Sources(self.answer)

    @cached_property
    def ruler(self) -> Ruler:
        """What measures the words."""
        return Ruler()

    def tip(self, rows: Iterable[int], title: str = "") -> dict[str, str]:
        """Tell what is shown of these rows when somebody points at their mark."""
        chosen = list(rows)
        told = {"title": title} if title else {}
        if len(chosen) == 1:
            for column, variable in enumerate(self.answer.variables):
                if shown := self.answer.shown(chosen[0], column):
                    told[heading(variable, self.lang)] = shown if len(shown) < 200 else shown[:199] + "…"
        else:
            told.update({str(place): self.row(row) for place, row in enumerate(chosen[:12], 1)})
            if len(chosen) > 12:
                told["…"] = f"+{len(chosen) - 12}"
        if marks := self.sources.of(chosen):
            told[say("sources", self.lang)] = marks
        return told

    def row(self, number: int) -> str:
        """Give a row on one line: its day and its name."""
        columns = self.columns
        parts = [columns.name(number, columns.start), columns.name(number, columns.label)]
        return " · ".join(part for part in parts if part) or " · ".join(
            self.answer.shown(number, column) for column in range(len(self.answer.variables))
        )

    def rank(self, number: int) -> str:
        """Give the verdict on a row that is not simply accepted."""
        rank = self.answer.ranks[number] if self.answer.ranks else ""
        return "" if rank in {"", "accepted"} else rank
