"""Which columns of an answer a picture can be made of: days, things, kinds, counts."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms

if TYPE_CHECKING:
    from kzkg.answer import Answer

XSD = terms.PREFIXES["xsd"]
DAYS = {XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth")}
ENDS = ("until", "years_to", "to")
NOT_COUNTED = {"year", "order", "nr", "km", "day", "month", "minimum_age", "rank"}
"""Columns of numbers that name or place a row rather than count something."""
MOST_KINDS = 12
"""A column with more values than this is no legend; theme.py has signs for so many."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days: one day, the month or year that stands for an unknown day, or from a day to a day."""

    first: str
    last: str
    inexact: bool = False


class Columns:
    """An answer, and what each of its columns holds."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        count = range(len(answer.variables))
        self.days = [column for column in count if self._only(column, DAYS)]
        self.counts = [column for column in count if self._counts(column)]
        self.years = [column for column in count if self._years(column)]
        things = [column for column in count if self._holds_things(column)]
        subject = things[:1]
        self.things = [c for c in things if c in subject or answer.variables[c] not in answer.evidence] or things
        """Columns of things, without the record that only carries the evidence of the row."""
        self.kinds = [column for column in self.things if self._holds(column, terms.PREFIXES["v"])]
        self.names = [column for column in self.things if column not in self.kinds]

    def _cells(self, column: int) -> list[object]:
        return [row[column] for row in self.answer.rows if row[column] is not None]

    def _only(self, column: int, types: set[str]) -> bool:
        cells = self._cells(column)
        return bool(cells) and all(isinstance(each, Literal) and each.datatype.value in types for each in cells)

    def _years(self, column: int) -> bool:
        cells = self._cells(column)
        shaped = all(isinstance(each, Literal) and re.fullmatch(r"\d{4}", each.value) for each in cells)
        return bool(cells) and shaped and self.answer.variables[column].endswith("year")

    def _counts(self, column: int) -> bool:
        name = self.answer.variables[column]
        place = name.endswith(("latitude", "longitude", "year"))
        return self.answer.numeric(column) and name not in NOT_COUNTED and not place

    def _holds_things(self, column: int) -> bool:
        return any(isinstance(each, NamedNode) for each in self._cells(column))

    def _holds(self, column: int, space: str) -> bool:
        return all(isinstance(each, NamedNode) and each.value.startswith(space) for each in self._cells(column))

    def distinct(self, column: int) -> int:
        """How many values a column has."""
        return len({str(each) for each in self._cells(column)})

    @property
    def start(self) -> int | None:
        """The column of the first day of a row: the first column of days, or of years."""
        found = [column for column in self.days if self.answer.variables[column] not in ENDS] + self.years
        return found[0] if found else None

    @property
    def end(self) -> int | None:
        """The column of the day on which what the row tells ended."""
        return next((self.answer.variables.index(name) for name in ENDS if name in self.answer.variables), None)

    @property
    def label(self) -> int | None:
        """The column that names a row: the subject if it carries the evidence, else the one with most values."""
        if not self.things:
            return None
        first = self.things[0]
        if self.answer.variables[first] in self.answer.evidence:
            return first
        return max(self.names or self.things, key=lambda column: (self.distinct(column), -column))

    def kind(self, label: int | None) -> int | None:
        """Give the column by which marks are coloured and shaped: few values, a kind before all others."""
        named = [c for c in self.kinds if self.answer.variables[c] in {"kind", "designated"}]
        others = [c for c in (*named, *self.names, *self.kinds) if c != label and self.distinct(c) > 1]
        few = [column for column in others if self.distinct(column) <= MOST_KINDS]
        return few[0] if few else others[0] if others else None

    def span(self, number: int, column: int) -> Span | None:
        """Give the day of a cell as a stretch, as exactly as it is known."""
        term = self.answer.rows[number][column]
        if term is None:
            return None
        value = self.answer.plain(term)[:10]
        shown = self.answer.days.get((number, column), value)
        if re.fullmatch(r"\d{4}", shown):
            return Span(f"{shown}-01-01", f"{shown}-12-31", inexact=True)
        if re.fullmatch(r"\d{4}-\d{2}", shown):
            last = monthrange(int(shown[:4]), int(shown[5:]))[1]
            return Span(f"{shown}-01", f"{shown}-{last:02}", inexact=True)
        return Span(value, value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None

    def name(self, number: int, column: int | None) -> str:
        """Give a cell as a reader is shown it."""
        return "" if column is None else self.answer.shown(number, column)
