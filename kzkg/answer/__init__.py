"""From a saved query and values to an answer: rows, names in the reader's language, and the sources of each row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import inexact, terms
from kzkg.answer.arranged import evaluated
from kzkg.answer.asked import Asked
from kzkg.citations import citations, places, verdicts
from kzkg.errors import RequestError, nearest
from kzkg.labels import describe, label, labels
from kzkg.store import Boolean, Triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyoxigraph import Quad, Triple

    from kzkg.citations import Citation
    from kzkg.query import SavedQuery, Value
    from kzkg.store import Graph, Result
    from kzkg.terms import Term

    Row = tuple[Term | None, ...]

NUMBERS = {
    terms.PREFIXES["xsd"] + name: kind for name, kind in (("integer", int), ("decimal", float), ("double", float))
}
BOOLEAN = terms.PREFIXES["xsd"] + "boolean"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the graph answers: rows or statements or yes or no, and what a reader needs beside them."""

    title: str = ""
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    evidence: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[tuple[int, int], str] = field(default_factory=dict)
    citations: tuple[tuple[Citation, ...], ...] | None = None
    ranks: tuple[str, ...] | None = None
    total: int = 0
    boolean: bool | None = None
    statements: tuple[Triple | Quad, ...] | None = None
    asked: Asked | None = field(default=None, compare=False)

    @property
    def labelled(self) -> tuple[bool, ...]:
        """For each column whether it holds things, which have names, or inexact days."""
        inexact_columns = {column for _, column in self.days}
        return tuple(
            column in inexact_columns or any(isinstance(row[column], NamedNode) for row in self.rows)
            for column in range(len(self.variables))
        )

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        found = [row[column] for row in self.rows if row[column] is not None]
        return bool(found) and all(isinstance(each, Literal) and each.datatype.value in NUMBERS for each in found)

    @staticmethod
    def is_thing(term: Term | None) -> bool:
        """Whether a term is a thing with an address."""
        return isinstance(term, NamedNode)

    @staticmethod
    def plain(term: Term | None) -> str:
        """Give a term for machines: the whole IRI, or the value as written."""
        if term is None:
            return ""
        return term.value if isinstance(term, NamedNode | Literal) else str(term)

    @staticmethod
    def value(term: Term | None) -> str | int | float | bool | None:
        """Give a term as JSON has it: numbers as numbers, everything else as text, so that a code keeps its zeros."""
        if term is None:
            return None
        if isinstance(term, Literal):
            kind = NUMBERS.get(term.datatype.value)
            if kind is not None:
                number = kind(term.value)
                return number if isfinite(number) else term.value
            if term.datatype.value == BOOLEAN:
                return term.value in {"true", "1"}
        return Answer.plain(term)

    def shown(self, number: int, column: int) -> str:
        """Give a cell for a reader: the name of a thing, a day as exactly as it is known, else the value."""
        term = self.rows[number][column]
        if isinstance(term, NamedNode):
            return self.labels.get(term.value) or terms.shrink(term)
        return self.days.get((number, column)) or self.plain(term)

    def sources_of(self, number: int) -> tuple[Citation, ...]:
        """Give the citations of a row."""
        return self.citations[number] if self.citations is not None else ()

    def numbered(self) -> tuple[list[Citation], list[tuple[int, ...]]]:
        """List the distinct citations in the order in which rows need them, and for each row their numbers."""
        numbers: dict[Citation, int] = {}
        marks = [
            tuple(sorted(numbers.setdefault(each, len(numbers) + 1) for each in row)) for row in self.citations or ()
        ]
        return list(numbers), marks


class Wish(NamedTuple):
    """How an answer is wanted: in which language, from which dataset, with what, and how much of it."""

    lang: str = "en"
    dataset: str | None = None
    cite: bool = False
    sort: tuple[str, ...] = ()
    limit: int | None = None
    columns: tuple[str, ...] = ()
    offset: int = 0
    """How many rows are left out before the first, for answers that come in pages."""


def ask(
    graph: Graph, query: SavedQuery, given: Mapping[str, Value | Sequence[Value]], wish: Wish | None = None
) -> Answer:
    """Ask a saved query with these values."""
    wish = wish or Wish()
    dataset = wish.dataset or query.graph
    asked = Asked(graph, dataset, query.bind(given), wish.lang, query.name, given)
    answer = replace(begun(evaluated(graph, asked.text, dataset), query.summary, query.evidence), asked=asked)
    if answer.statements is not None or answer.boolean is not None:
        return answer
    if query.distance:
        from kzkg.answer.distance import measured

        answer = measured(answer, query.distance)
    if not query.evidence_from:
        return finished(graph, answer, wish, dataset, None)
    from kzkg.answer.computed import behind

    return finished(graph, answer, wish, dataset, behind(graph, query, given, dataset, answer))


def ask_text(graph: Graph, text: str, wish: Wish | None = None) -> Answer:
    """Ask a SPARQL query of the user's own; every record in a row may carry citations."""
    wish = wish or Wish()
    dataset = wish.dataset or "accepted"
    answer = replace(begun(graph.evaluate(text, dataset), "", None), asked=Asked(graph, dataset, text, wish.lang))
    if answer.statements is not None or answer.boolean is not None:
        return answer
    return finished(graph, answer, wish, dataset, None)


def begun(result: Result, title: str, named: tuple[str, ...] | None) -> Answer:
    """Begin an answer with the bare result of the engine; without named variables all may be evidence."""
    if isinstance(result, Boolean):
        return Answer(title=title, boolean=result.value)
    if isinstance(result, Triples):
        return Answer(title=title, statements=tuple(sorted(result.triples, key=str)))
    evident = result.variables if named is None else named
    return Answer(title=title, variables=result.variables, rows=result.rows, evidence=evident, total=len(result.rows))


def finished(
    graph: Graph, answer: Answer, wish: Wish, dataset: str, found_behind: list[tuple[str, ...]] | None
) -> Answer:
    """Bring the answer into the wanted order and length, and add names, days as known, citations and ranks."""
    chosen = [column_of(answer, name) for name in wish.columns] or list(range(len(answer.variables)))
    order = list(range(len(answer.rows)))
    if wish.sort:
        from kzkg.answer.ordering import in_order

        order = in_order(answer, wish.sort, labels(graph, things(answer.rows), wish.lang, dataset))
    if wish.offset or wish.limit is not None:
        order = order[wish.offset :][: wish.limit]
    rows = tuple(answer.rows[number] for number in order)
    support = [found_behind[number] for number in order] if found_behind is not None else records_of(answer, rows)
    found = places(graph, {record for row in support for record in row}, dataset) if wish.cite else {}
    sources = {source for each in found.values() for source, _ in each}
    details = describe(graph, things(rows) | sources, dataset)
    days = shown_days(graph, rows, support, dataset, wish.lang)
    return replace(
        answer,
        variables=tuple(answer.variables[column] for column in chosen),
        rows=tuple(tuple(row[column] for column in chosen) for row in rows),
        labels={iri: label(iri, known, wish.lang) for iri, known in details.items()},
        days={(number, chosen.index(column)): text for (number, column), text in days.items() if column in chosen},
        citations=tuple(citations(row, found, details, wish.lang, graph.known_by) for row in support)
        if wish.cite
        else None,
        ranks=ranks(graph, answer, support) if dataset == "all" else None,
    )


def things(rows: Iterable[Row]) -> set[str]:
    """All IRIs in these rows."""
    return {term.value for row in rows for term in row if isinstance(term, NamedNode)}


def records_of(answer: Answer, rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """For each row the records in its evidence variables."""
    columns = [answer.variables.index(name) for name in answer.evidence if name in answer.variables]
    return [tuple(term.value for column in columns if isinstance(term := row[column], NamedNode)) for row in rows]


def shown_days(
    graph: Graph, rows: Sequence[Row], support: Sequence[tuple[str, ...]], dataset: str, lang: str
) -> dict[tuple[int, int], str]:
    """Find the cells with a day that is not exact, and how a reader is shown them."""
    cells = {
        (number, column): term.value
        for number, row in enumerate(rows)
        for column, term in enumerate(row)
        if isinstance(term, Literal) and term.datatype.value == inexact.DATE
    }
    if not cells:
        return {}
    near = {number: [*support[number], *sorted(things([rows[number]]))] for number, _ in cells}
    days = {number: {day for (row, _), day in cells.items() if row == number} for number in near}
    found = inexact.shown_days(graph, near, days, dataset, lang)
    return {cell: found[cell[0], day] for cell, day in cells.items() if (cell[0], day) in found}


def ranks(graph: Graph, answer: Answer, support: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Give the verdicts on the claims of each row; None where no claim has one, or the query has a column for it."""
    if "rank" in answer.variables:
        return None
    found = verdicts(graph, {record for row in support for record in row})
    rows = tuple(", ".join(dict.fromkeys(found[each] for each in row if each in found)) for row in support)
    return rows if any(rows) else None


def column_of(answer: Answer, name: str) -> int:
    """Give the column of that name; `a-b`, `a_b` and `?a_b` are one name."""
    plain = name.lstrip("?").replace("-", "_")
    if plain in answer.variables:
        return answer.variables.index(plain)
    known = list(answer.variables)
    raise RequestError(f"no column {terms.quoted(name)}{nearest(plain, known)}; there are {', '.join(known)}")
