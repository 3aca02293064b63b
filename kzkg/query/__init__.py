"""A saved query: a SPARQL text with a header, typed parameters, and slots that are filled with checked terms."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import DataError, RequestError, nearest

DATASETS = ("accepted", "all", "files")
TYPES = ("iri", "concept", "class", "date", "integer", "string")

MOST_DAYS = 31
"""A longer period than this is compared with every day instead of being looked up day by day."""

Value = NamedNode | Literal

SLOT = re.compile(r"(\s*)VALUES\s+[?$](\w+)\s*\{\s*([^{}]*?)\s*\}\s*([^{}]*?)\s*", re.IGNORECASE)
"""A line that is a slot: its indent, its variable, what stands in it, and the patterns that hold with a value only."""


@dataclass(frozen=True)
class Parameter:
    """One value that a question takes, and what kind of value it is."""

    name: str
    type: str
    help: str
    of: str | None = None
    """The class (of an iri) or the scheme (of a concept), as a prefixed name."""
    round: str | None = None
    """For a date: down or up, when a year or a month is taken for its first or its last day."""

    def term(self, word: str) -> Value:
        """Turn a word into a term of this parameter's type; a label is not a word, look it up first."""
        try:
            if self.type == "date":
                return terms.day(word, self.round)
            if self.type == "integer":
                return terms.whole(word)
            if self.type == "string":
                return terms.text(word)
            return terms.expand(word)
        except RequestError as error:
            raise RequestError(f"{self.name}: {error}") from error

    def check(self, term: Value) -> Value:
        """Refuse a term that is not of this parameter's type, or that could not be written safely."""
        if self.type in ("iri", "concept", "class"):
            if isinstance(term, NamedNode):
                terms.expand(f"<{term.value}>")
                return term
            raise RequestError(f"{self.name}: takes an IRI, not the value {terms.quoted(str(term))}")
        if not isinstance(term, Literal):
            raise RequestError(f"{self.name}: takes a {self.type}, not the thing {terms.quoted(str(term))}")
        if self.type == "string":
            terms.text(term.value)
            return term
        return self.term(term.value)


@dataclass(frozen=True)
class Distance:
    """A column that SPARQL cannot compute: the kilometres between two points of a row, and how many are too many."""

    origin: tuple[str, str]
    """The variables of the latitude and longitude of one point."""
    place: tuple[str, str]
    within: str
    """The parameter that says how many kilometres a row may lie away."""
    column: str
    """The name of the new column."""


@dataclass(frozen=True)
class Days:
    """A slot for the days of a short period: an engine finds each of them at once, and compares no other with it."""

    variable: str
    """The variable of the slot, which is no parameter."""
    first: str
    last: str
    """The parameters that say when the period begins and ends."""

    def between(self, values: Mapping[str, Value | Sequence[Value]]) -> str:
        """Write out the days, as the row of a slot; nothing where they are many, or one end is open."""
        ends = [values.get(name) for name in (self.first, self.last)]
        first, last = (dt.date.fromisoformat(end.value) if isinstance(end, Literal) else None for end in ends)
        if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
            return ""
        days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
        return " ".join(str(terms.day(day.isoformat())) for day in days)


@dataclass(frozen=True)
class SavedQuery:
    """A question that is a file: its text, and what its header says."""

    name: str
    text: str
    summary: str
    description: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    example: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    """The variables whose records carry the citations of a row; empty when the row is computed."""
    evidence_from: str | None = None
    """The query over the same slots that yields the records behind a computed row."""
    graph: str = "accepted"
    distance: Distance | None = None
    days: Days | None = None

    def parameter(self, name: str) -> Parameter:
        """Find a parameter by its name."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = [parameter.name for parameter in self.parameters]
        takes = f"takes {', '.join(known)}" if known else "takes no parameters"
        raise RequestError(f"{self.name} has no parameter {terms.quoted(name)}, it {takes}{nearest(name, known)}")

    def bind(self, values: Mapping[str, Value | Sequence[Value]]) -> str:
        """Give the text with its slots filled; a slot without a value keeps its default, an UNDEF slot is dropped.

        A dropped line stays as an empty one, so that an error of the engine names the line of the file.
        """
        rows = {}
        for name, value in values.items():
            parameter = self.parameter(name)
            several = (value,) if isinstance(value, (NamedNode, Literal)) else tuple(value)
            if not several:
                raise RequestError(f"{self.name}: no value for {name}")
            rows[name] = " ".join(str(parameter.check(term)) for term in several)
        if self.days and (days := self.days.between(values)):
            rows[self.days.variable] = days
        lines = []
        for line in self.text.split("\n"):
            slot = SLOT.fullmatch(line)
            if slot and slot[2] in rows:
                lines.append(f"{slot[1]}VALUES ?{slot[2]} {{ {rows[slot[2]]} }} {slot[4]}".rstrip())
            else:
                lines.append("" if slot and slot[3].upper() == "UNDEF" else line)
        return "\n".join(lines)

    def record(self) -> dict[str, Any]:
        """Give the query as plain lists and words, for a file that needs no YAML reader."""
        return asdict(self)


def from_record(record: dict[str, Any]) -> SavedQuery:
    """Make a query again of what `record` gave."""
    return SavedQuery(
        **{
            **record,
            "tags": tuple(record["tags"]),
            "parameters": tuple(Parameter(**parameter) for parameter in record["parameters"]),
            "example": tuple((name, value) for name, value in record["example"]),
            "evidence": tuple(record["evidence"]),
            "distance": distance_of(**record["distance"]) if record["distance"] else None,
            "days": Days(**record["days"]) if record["days"] else None,
        }
    )


def distance_of(origin: Sequence[str], place: Sequence[str], within: str, column: str) -> Distance:
    """Make a distance of two lists of two variables each, or raise ValueError."""
    (latitude, longitude), (other_latitude, other_longitude) = origin, place
    return Distance((latitude, longitude), (other_latitude, other_longitude), within, column)


def read_query(text: str, path: Path | str) -> SavedQuery:
    """Read the text of a `.rq` file; the file's name is the query's name."""
    from kzkg.query.header import Header

    try:
        return Header(text, Path(path)).query()
    except RequestError as error:
        raise DataError(f"{path}: {error}") from error
