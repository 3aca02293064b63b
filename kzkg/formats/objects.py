"""Rows as JSON objects: one document, or one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout


def objects(answer: Answer, layout: Layout) -> Iterator[dict[str, Any]]:
    """One object for each row: every column as value, names beside things, citations as a list."""
    labelled = answer.labelled
    for number, row in enumerate(answer.rows):
        entry: dict[str, Any] = {}
        for column, (variable, term) in enumerate(zip(answer.variables, row, strict=True)):
            entry[variable] = answer.value(term)
            if labelled[column]:
                entry[f"{variable}_label"] = None if term is None else answer.shown(number, column)
        if answer.ranks is not None:
            entry["rank"] = answer.ranks[number] or None
        if layout.cite:
            entry["citations"] = [citation.fields() for citation in answer.sources_of(number)]
        yield entry


def json(answer: Answer, layout: Layout) -> Iterator[str]:
    """Give a list of objects; the answer to a yes-or-no question is `true` or `false`."""
    from json import dumps

    if answer.boolean is not None:
        yield dumps(answer.boolean) + "\n"
        return
    before = "[\n  "
    for entry in objects(answer, layout):
        yield before + dumps(entry, ensure_ascii=False)
        before = ",\n  "
    yield "\n]\n" if answer.rows else "[]\n"


def ndjson(answer: Answer, layout: Layout) -> Iterator[str]:
    """One object a line, to be read while it comes."""
    from json import dumps

    for entry in objects(answer, layout):
        yield dumps(entry, ensure_ascii=False) + "\n"
