"""The records behind rows that are counted or computed: another query over the same slots yields them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.answer import begun, records_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.answer import Answer, Row
    from kzkg.query import SavedQuery, Value
    from kzkg.store import Graph


def behind(
    graph: Graph, query: SavedQuery, given: Mapping[str, Value | Sequence[Value]], dataset: str, answer: Answer
) -> list[tuple[str, ...]]:
    """Find the records behind computed rows: what another query yields, matched on shared variables."""
    other = graph.catalog.query(query.evidence_from or "")
    slots = {parameter.name for parameter in other.parameters}
    shared = {name: value for name, value in given.items() if name in slots}
    yielded = begun(graph.evaluate(other.bind(shared), dataset), "", other.evidence)
    common = [name for name in answer.variables if name in yielded.variables]
    here = [answer.variables.index(name) for name in common]
    there = [yielded.variables.index(name) for name in common]
    groups: dict[Row, set[str]] = {}
    for row, records in zip(yielded.rows, records_of(yielded, yielded.rows), strict=True):
        groups.setdefault(tuple(row[column] for column in there), set()).update(records)
    return [tuple(sorted(fitting(tuple(row[column] for column in here), groups))) for row in answer.rows]


def fitting(wanted: Row, groups: Mapping[Row, set[str]]) -> set[str]:
    """Give the records of the group that equals a row; a column that is empty in the row fits every group."""
    if None not in wanted:
        return groups.get(wanted, set())
    alike = (
        records
        for found, records in groups.items()
        if all(mine is None or mine == its for mine, its in zip(wanted, found, strict=True))
    )
    return {record for records in alike for record in records}
