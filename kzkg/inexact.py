"""Inexact dates: a day in an answer that stands for a month, a year or a season is shown as exactly as it is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import rows, values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.store import Graph

# The day of a row may belong to the record in the row, or to what that record is about: a designation's decision.
PRECISIONS = """SELECT DISTINCT ?record ?near ?property ?day ?precision ?text WHERE {{
  VALUES ?property {{ kzkg:date kzkg:validFrom kzkg:value }}
  {{ VALUES ?record {{ {0} }} ?record ?property ?day BIND (?record AS ?near)
     OPTIONAL {{ ?record kzkg:datePrecision ?precision }} OPTIONAL {{ ?record kzkg:dateText ?text }} }}
  UNION {{ VALUES ?record {{ {0} }} ?record ?link ?near . ?near kzkg:datePrecision ?precision ; ?property ?day
     OPTIONAL {{ ?near kzkg:dateText ?text }} }}
}}"""
REPORTED = {"en": "reported", "ru": "по сообщению", "kk": "хабарланған"}
DATE = terms.PREFIXES["xsd"] + "date"


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day that a record gives, and how exact it is; the record itself comes before what it is about."""

    far: bool
    precision: str
    property: str
    text: str


def days(graph: Graph, records: Iterable[str], dataset: str) -> dict[str, dict[str, list[Day]]]:
    """For each record the days that it gives, and how exact they are."""
    found: dict[str, dict[str, list[Day]]] = defaultdict(lambda: defaultdict(list))
    wanted = values(sorted(set(records)))
    if not wanted:
        return found
    for record, near, name, day, precision, text in rows(graph, PRECISIONS.format(wanted), dataset):
        if isinstance(record, NamedNode) and isinstance(day, Literal) and isinstance(name, NamedNode):
            exact = terms.shrink(precision).removeprefix("v:precision-") if isinstance(precision, NamedNode) else "day"
            words = text.value if isinstance(text, Literal) else ""
            found[record.value][day.value].append(Day(near != record, exact, terms.shrink(name), words))
    return found


def shown(day: str, records: Iterable[str], known: dict[str, dict[str, list[Day]]], lang: str) -> str | None:
    """The day as exactly as it is known; None where it is exact or nothing says otherwise."""
    given = [each for record in records for each in known.get(record, {}).get(day, ())]
    if not given:
        return None
    best = min(given)
    if best.precision == "month":
        return day[:7]
    if best.precision == "year":
        return day[:4]
    if best.precision == "reported-on":
        return f"{day} ({REPORTED.get(lang, REPORTED['en'])})"
    # The bound of a stretch of time is a convention, so the words for the whole stretch stand for it only as a date.
    if best.precision == "season" or (best.precision == "part-of-decade" and best.property != "kzkg:validFrom"):
        return best.text or None
    return None
