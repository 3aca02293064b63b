"""Rows as a network of things for programs that draw and measure one: GraphML and GEXF."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kzkg.answer.columns import text
from kzkg.answer.links import network
from kzkg.errors import RequestError
from kzkg.extras import library

if TYPE_CHECKING:
    from kzkg.answer import Answer
    from kzkg.answer.columns import Cell
    from kzkg.formats import Layout

# GEXF gives these words a meaning of its own, so a column of that name gets a line below behind it.
RESERVED = {"id", "key", "label", "weight", "type", "start", "end", "pid", "viz", "slices", "spells", "parents", "row"}
# XML has no way to write these characters.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def graphml(answer: Answer, layout: Layout) -> list[str]:
    """Write GraphML: a node for each thing, an edge for each link, the rest of the row on the edge."""
    graph, networkx = drawn(answer, layout)
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return [declaration, *(f"{line}\n" for line in networkx.generate_graphml(graph))]


def gexf(answer: Answer, layout: Layout) -> list[str]:
    """Write GEXF, without the day on which it was written: the same answer makes the same file."""
    graph, networkx = drawn(answer, layout)
    for _, _, key, values in graph.edges(keys=True, data=True):
        values["id"] = key
    written = "\n".join(networkx.generate_gexf(graph, version="1.2draft"))
    return [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        re.sub(r' lastmodifieddate="[^"]*"', "", written, count=1),
        "\n",
    ]


def drawn(answer: Answer, layout: Layout) -> tuple[Any, Any]:
    """Make the graph that the library writes."""
    networkx = library("networkx", "graph", "a network")
    found = network(answer, cite=layout.cite)
    if not found.links and (answer.rows or answer.boolean is not None):
        raise RequestError("the rows of the answer join no two things, so it is no network: use json, csv or table")
    graph = networkx.MultiDiGraph()
    for node in found.nodes:
        graph.add_node(written(node.iri), label=written(node.label), kind=written(node.kind))
    for number, link in enumerate(found.links, 1):
        values = {f"{name}_" if name in RESERVED else name: value for name, value in link.values.items()}
        kept = {name: written(value) for name, value in values.items() if value is not None}
        graph.add_edge(link.source, link.target, key=f"e{number}", label=link.name, row=link.row, **kept)
    return graph, networkx


def written(value: Cell) -> str | int | float | bool:
    """Give a value as XML can hold it: numbers and truth as they are, a day and everything else as text."""
    return value if isinstance(value, int | float) else UNWRITABLE.sub("\ufffd", text(value))
