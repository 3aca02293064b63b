"""The golden answers: what each saved query gives for its own example on the shipped graph, with its sources.

`python -m tests.goldens [NAME…]` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import kzkg
from kzkg.answer import Wish, ask
from kzkg.formats import FORMATS, Layout

if TYPE_CHECKING:
    from kzkg.answer import Answer
    from kzkg.query import SavedQuery
    from kzkg.store import Graph

FOLDER = Path(__file__).parent / "answers"


def example(graph: Graph, query: SavedQuery) -> Answer:
    """The answer to a query's own example, with its citations."""
    values = {name: query.parameter(name).term(word) for name, word in query.example}
    return ask(graph, query, values, Wish(cite=True))


def written(answer: Answer) -> str:
    """The answer as the golden file holds it: TSV with IRIs, labels and citations."""
    parts = FORMATS["tsv"].write(answer, Layout(cite=True))
    text = parts if isinstance(parts, bytes) else "".join(parts).encode()
    return text.decode()


def main(names: list[str]) -> None:
    """Write the golden files of the named queries, or of all."""
    graph = kzkg.open()
    FOLDER.mkdir(exist_ok=True)
    wanted = names or sorted(graph.catalog.query_files)
    for name in wanted:
        text = written(example(graph, graph.catalog.query(name)))
        (FOLDER / f"{name}.tsv").write_text(text, encoding="utf-8")
    if not names:
        for stale in set(FOLDER.glob("*.tsv")) - {FOLDER / f"{name}.tsv" for name in wanted}:
            stale.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
