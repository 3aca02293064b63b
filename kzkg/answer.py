"""From a saved query and values to an answer: rows, names in the reader's language, and the sources of each row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from kzkg import inexact, terms
from kzkg.citations import Evidence, citations, evidence
from kzkg.errors import RequestError, nearest
from kzkg.labels import describe, label
from kzkg.store import Boolean, Triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Quad, Triple

    from kzkg.citations import Citation
    from kzkg.query import SavedQuery, Value
    from kzkg.store import Graph, Result
    from kzkg.terms import Term

    Row = tuple[Term | None, ...]

NUMBERS = {terms.PREFIXES["xsd"] + name: kind for name, kind in (("integer", int), ("decimal", float), ("double", float))}
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
        """A term for machines: the whole IRI, or the value as written."""
        if term is None:
            return ""
        return term.value if isinstance(term, NamedNode | Literal) else str(term)

    @staticmethod
    def value(term: Term | None) -> str | int | float | bool | None:
        """A term as JSON has it: numbers as numbers, everything else as text, so that a code keeps its zeros."""
        if term is None:
            return None
        if isinstance(term, Literal):
            kind = NUMBERS.get(term.datatype.value)
            if kind is not None:
                number = kind(term.value)
                return number if number == number and abs(number) != float("inf") else term.value
            if term.datatype.value == BOOLEAN:
                return term.value in {"true", "1"}
        return Answer.plain(term)

    def shown(self, number: int, column: int) -> str:
        """A cell for a reader: the name of a thing, a day as exactly as it is known, else the value."""
        term = self.rows[number][column]
        if isinstance(term, NamedNode):
            return self.labels.get(term.value) or terms.shrink(term)
        return self.days.get((number, column)) or self.plain(term)

    def sources_of(self, number: int) -> tuple[Citation, ...]:
        """The citations of a row."""
        return self.citations[number] if self.citations is not None else ()

    def numbered(self) -> tuple[list[Citation], list[tuple[int, ...]]]:
        """The distinct citations in the order in which the rows need them, and for each row their numbers from 1."""
        numbers: dict[Citation, int] = {}
        marks = []
        for row in self.citations or ():
            marks.append(tuple(numbers.setdefault(each, len(numbers) + 1) for each in row))
        return list(numbers), marks


@dataclass(frozen=True, slots=True)
class Wish:
    """How an answer is wanted: in which language, from which dataset, with what, and how much of it."""

    lang: str = "en"
    dataset: str | None = None
    cite: bool = False
    sort: tuple[str, ...] = ()
    limit: int | None = None
    columns: tuple[str, ...] = ()


def ask(graph: Graph, query: SavedQuery, given: Mapping[str, Value | Sequence[Value]], wish: Wish | None = None) -> Answer:
    """Ask a saved query with these values."""
    wish = wish or Wish()
    dataset = wish.dataset or query.graph
    result = graph.evaluate(query.bind(given), dataset)
    answer = begun(result, query.summary, query.evidence)
    if answer.statements is not None or answer.boolean is not None:
        return answer
    behind = _Behind(graph, query, given, dataset).records if query.evidence_from else None
    return finished(graph, answer, wish, dataset, behind)


def ask_text(graph: Graph, text: str, wish: Wish | None = None) -> Answer:
    """Ask a SPARQL query of the user's own; every record in a row may carry citations."""
    wish = wish or Wish()
    dataset = wish.dataset or "accepted"
    answer = begun(graph.evaluate(text, dataset), "", None)
    if answer.statements is not None or answer.boolean is not None:
        return answer
    return finished(graph, answer, wish, dataset, None)


def begun(result: Result, title: str, named: tuple[str, ...] | None) -> Answer:
    """The bare result of the engine as the beginning of an answer; without named variables all may be evidence."""
    if isinstance(result, Boolean):
        return Answer(title=title, boolean=result.value)
    if isinstance(result, Triples):
        return Answer(title=title, statements=tuple(sorted(result.triples, key=str)))
    evident = result.variables if named is None else named
    return Answer(title=title, variables=result.variables, rows=result.rows, evidence=evident, total=len(result.rows))


def finished(
    graph: Graph, answer: Answer, wish: Wish, dataset: str, behind: list[tuple[str, ...]] | None
) -> Answer:
    """The answer in the wanted order and length, with names, exact-as-known days, citations and ranks."""
    chosen = [column_of(answer, name) for name in wish.columns] or list(range(len(answer.variables)))
    order = range(len(answer.rows))
    if wish.sort:
        names = named(graph, things(answer.rows), wish.lang, dataset)
        order = in_order(answer, wish.sort, names)
    if wish.limit is not None:
        order = order[: wish.limit]
    rows = tuple(answer.rows[number] for number in order)
    support = [behind[number] for number in order] if behind is not None else records_of(answer, rows)
    found = Evidence()
    if wish.cite or dataset == "all":
        found = evidence(graph, {record for row in support for record in row}, dataset)
    details = describe(graph, things(rows) | (found.sources if wish.cite else set()), dataset)
    days = shown_days(graph, rows, support, dataset, wish.lang)
    return replace(
        answer,
        variables=tuple(answer.variables[column] for column in chosen),
        rows=tuple(tuple(row[column] for column in chosen) for row in rows),
        labels={iri: label(iri, about, wish.lang) for iri, about in details.items()},
        days={(number, chosen.index(column)): text for (number, column), text in days.items() if column in chosen},
        citations=tuple(citations(row, found, details, wish.lang) for row in support) if wish.cite else None,
        ranks=ranks(answer, support, found) if dataset == "all" else None,
    )


def things(rows: Iterable[Row]) -> set[str]:
    """All IRIs in these rows."""
    return {term.value for row in rows for term in row if isinstance(term, NamedNode)}


def named(graph: Graph, iris: Iterable[str], lang: str, dataset: str) -> dict[str, str]:
    """The names of these things."""
    return {iri: label(iri, about, lang) for iri, about in describe(graph, iris, dataset).items()}


def records_of(answer: Answer, rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """For each row the records in its evidence variables."""
    columns = [answer.variables.index(name) for name in answer.evidence if name in answer.variables]
    return [tuple(term.value for column in columns if isinstance(term := row[column], NamedNode)) for row in rows]


def shown_days(
    graph: Graph, rows: Sequence[Row], support: Sequence[tuple[str, ...]], dataset: str, lang: str
) -> dict[tuple[int, int], str]:
    """The cells with a day that is not exact, as a reader is shown them."""
    cells = [
        (number, column, term.value)
        for number, row in enumerate(rows)
        for column, term in enumerate(row)
        if isinstance(term, Literal) and term.datatype.value == inexact.DATE
    ]
    if not cells:
        return {}
    near = {number: [*support[number], *sorted(things([rows[number]]))] for number, _, _ in cells}
    known = inexact.days(graph, {record for records in near.values() for record in records}, dataset)
    found = ((cell, inexact.shown(cell[2], near[cell[0]], known, lang)) for cell in cells)
    return {(number, column): text for (number, column, _), text in found if text}


def ranks(answer: Answer, support: Sequence[tuple[str, ...]], found: Evidence) -> tuple[str, ...] | None:
    """The verdicts on the claims of each row; None where no claim has one, or the query has a column for it."""
    if "rank" in answer.variables:
        return None
    rows = tuple(", ".join(dict.fromkeys(rank for each in row if (rank := found.rank(each)))) for row in support)
    return rows if any(rows) else None


def column_of(answer: Answer, name: str) -> int:
    """The column of that name; `a-b`, `a_b` and `?a_b` are one name."""
    plain = name.lstrip("?").replace("-", "_")
    if plain in answer.variables:
        return answer.variables.index(plain)
    known = list(answer.variables)
    raise RequestError(f"no column {terms.quoted(name)}{nearest(plain, known)}; there are {', '.join(known)}")


def in_order(answer: Answer, sort: Iterable[str], names: Mapping[str, str]) -> list[int]:
    """The numbers of the rows, sorted by these columns as a reader sees them; a minus in front turns one round."""
    order = list(range(len(answer.rows)))
    for name in reversed(tuple(sort)):
        column = column_of(answer, name.removeprefix("-"))
        order.sort(key=lambda number, at=column: key(answer.rows[number][at], names), reverse=name.startswith("-"))  # type: ignore[misc]
    return order


def key(term: Term | None, names: Mapping[str, str]) -> tuple[int, float, str]:
    """Where a term stands in an ordered column: nothing, numbers, then everything else by its text."""
    if term is None:
        return (0, 0.0, "")
    if isinstance(term, Literal) and term.datatype.value in NUMBERS:
        return (1, float(term.value), "")
    if isinstance(term, NamedNode):
        return (2, 0.0, names.get(term.value, term.value).casefold())
    return (2, 0.0, term.value.casefold() if isinstance(term, Literal | BlankNode) else str(term))


class _Behind:
    """The records behind computed rows: what another query over the same slots yields, matched on shared variables."""

    def __init__(self, graph: Graph, query: SavedQuery, given: Mapping[str, Value | Sequence[Value]], dataset: str) -> None:
        self.answer = begun(graph.evaluate(query.bind(given), dataset), "", ())
        self.other = graph.catalog.query(query.evidence_from or "")
        slots = {parameter.name for parameter in self.other.parameters}
        shared = {name: value for name, value in given.items() if name in slots}
        self.yielded = begun(graph.evaluate(self.other.bind(shared), dataset), "", self.other.evidence)

    @property
    def records(self) -> list[tuple[str, ...]]:
        """For each row of the computed answer the records behind it."""
        common = [name for name in self.answer.variables if name in self.yielded.variables]
        here = [self.answer.variables.index(name) for name in common]
        there = [self.yielded.variables.index(name) for name in common]
        groups: dict[Row, set[str]] = {}
        for row, records in zip(self.yielded.rows, records_of(self.yielded, self.yielded.rows), strict=True):
            groups.setdefault(tuple(row[column] for column in there), set()).update(records)
        return [tuple(sorted(self._of(tuple(row[at] for at in here), groups))) for row in self.answer.rows]

    @staticmethod
    def _of(wanted: Row, groups: Mapping[Row, set[str]]) -> Iterator[str]:
        """The records of the group that equals the row; a column that is empty in the row fits every group."""
        if None not in wanted and wanted in groups:
            yield from groups[wanted]
            return
        for found, records in groups.items():
            if all(mine is None or mine == its for mine, its in zip(wanted, found, strict=True)):
                yield from records
