"""Inexact dates: a day in an answer that stands for a month, a year or a season is shown as exactly as it is known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import about, values
from kzkg.labels import rows as ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kzkg.store import Graph

INEXACT = """SELECT ?record ?day ?start ?precision ?text WHERE {
  $days ?record kzkg:date|kzkg:validFrom|kzkg:value ?day . ?record kzkg:datePrecision ?precision
  FILTER (?precision != v:precision-day)
  OPTIONAL { ?record kzkg:validFrom ?start }
  OPTIONAL { ?record kzkg:dateText ?text }
}"""
OF_RECORDS = """SELECT ?record ?day ?start ?precision ?text WHERE {
  VALUES ?record { $things } ?record kzkg:datePrecision ?precision FILTER (?precision != v:precision-day)
  ?record kzkg:date|kzkg:validFrom|kzkg:value ?day
  OPTIONAL { ?record kzkg:validFrom ?start }
  OPTIONAL { ?record kzkg:dateText ?text }
}"""
FEW = 100
# The day of a row may belong to the record in the row, or to what that record is about: a designation's decision.
LINKS = """SELECT ?record ?near WHERE {
  VALUES ?record { $things } ?record ?link ?near FILTER (?near IN ($near))
}"""
REPORTED = {"en": "reported", "ru": "по сообщению", "kk": "хабарланған"}
DATE = terms.PREFIXES["xsd"] + "date"


class Day(NamedTuple):
    """A day that a record gives, how exact it is, and whether a stretch of time starts on it."""

    precision: str
    starts: bool
    text: str


def shown_days(
    graph: Graph, rows: Mapping[int, Sequence[str]], days: Mapping[int, AbstractSet[str]], dataset: str, lang: str
) -> dict[tuple[int, str], str]:
    """Find out how the days of each row are shown, from the records of the row and what these are about."""
    known = inexact_days(graph, {day for row in days.values() for day in row}, dataset)
    waiting = {
        (number, day): records
        for number, records in rows.items()
        for day in days[number]
        if any(day in given for given in known.values())
    }
    found = {}
    links = linked(graph, waiting, known, dataset)
    for (number, day), records in waiting.items():
        own = [known[record][day] for record in records if day in known.get(record, {})]
        about_it = {near for record in records for near in links.get(record, ())}
        # A record in the row that gives this very day as an exact one settles the matter.
        near = [] if day in about_it else [known[each][day] for each in about_it if day in known.get(each, {})]
        best = min(own or near, default=None)
        if best is not None and (words := written(day, best, lang)):
            found[number, day] = words
    return found


def inexact_days(graph: Graph, days: AbstractSet[str], dataset: str) -> dict[str, dict[str, Day]]:
    """Ask for the records that give one of these days as an inexact one; of many days, for all such records."""
    if not days:
        return {}
    wanted = " ".join(str(terms.day(day)) for day in sorted(days)) if len(days) <= FEW else ""
    return by_record(ask(graph, INEXACT.replace("$days", f"VALUES ?day {{ {wanted} }}" if wanted else ""), dataset))


def inexact_records(graph: Graph, records: Iterable[str], dataset: str) -> dict[str, dict[str, Day]]:
    """Ask which of these records give a day as an inexact one."""
    return by_record(about(graph, OF_RECORDS, records, dataset))


def by_record(rows: Iterable[tuple[terms.Term | None, ...]]) -> dict[str, dict[str, Day]]:
    """Bring together what was found of each record."""
    found: dict[str, dict[str, Day]] = defaultdict(dict)
    for record, day, start, precision, words in rows:
        if isinstance(record, NamedNode) and isinstance(day, Literal):
            exact = terms.shrink(precision).removeprefix("v:precision-") if isinstance(precision, NamedNode) else ""
            spelt = words.value if isinstance(words, Literal) else ""
            found[record.value][day.value] = Day(exact, day == start, spelt)
    return found


def linked(
    graph: Graph, waiting: Mapping[tuple[int, str], Sequence[str]], known: Mapping[str, object], dataset: str
) -> dict[str, set[str]]:
    """Ask what the records of the waiting rows point to, among the inexact records and the days in question."""
    if not waiting:
        return {}
    days = {str(terms.day(day)) for _, day in waiting}
    near = ", ".join([*sorted(days), values(known).replace(" ", ", ")])
    found: dict[str, set[str]] = defaultdict(set)
    records = {record for records in waiting.values() for record in records}
    for record, each in about(graph, LINKS.replace("$near", near), records, dataset):
        if isinstance(record, NamedNode) and isinstance(each, NamedNode | Literal):
            found[record.value].add(each.value)
    return found


def written(day: str, known: Day, lang: str) -> str | None:
    """Write a day as exactly as it is known; None where it is best left as it stands."""
    if known.precision == "month":
        return day[:7]
    if known.precision == "year":
        return day[:4]
    if known.precision == "reported-on":
        return known.text or f"{day} ({REPORTED.get(lang, REPORTED['en'])})"
    # The bound of a stretch of time is a convention, so the words for the whole stretch stand for it only as a date.
    if known.precision == "season" or (known.precision == "part-of-decade" and not known.starts):
        return known.text or None
    return None
