"""Every way to write an answer or a graph: one table, one small file for each family."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from kzkg.errors import RequestError, nearest
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kzkg.answer import Answer

    Writer = Callable[["Answer", "Layout"], "Iterable[str] | bytes"]


class Layout(NamedTuple):
    """What a writer has to know about the place where its text will be read."""

    cite: bool = False
    width: int | None = 80
    colour: bool = False
    unicode: bool = True
    excel: bool = False
    lang: str = "en"


class Format(NamedTuple):
    """One row of the table: a name, the kind of answer it can hold, and where its writer lives."""

    name: str
    holds: str
    where: str
    media: str
    suffixes: tuple[str, ...] = ()

    @property
    def write(self) -> Writer:
        """The writer, whose module is imported only now: no answer pays for formats that it does not use."""
        from importlib import import_module

        module, _, function = self.where.partition(":")
        return cast("Writer", getattr(import_module(f"kzkg.formats.{module}"), function))


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("table", "rows", "table:table", "text/plain", ("txt",)),
        Format("tsv", "rows", "delimited:tsv", "text/tab-separated-values", ("tsv", "tab")),
        Format("csv", "rows", "delimited:csv", "text/csv", ("csv",)),
        Format("json", "rows", "objects:json", "application/json", ("json",)),
        Format("ndjson", "rows", "objects:ndjson", "application/x-ndjson", ("ndjson", "jsonl")),
        Format("md", "rows", "markdown:md", "text/markdown", ("md", "markdown")),
        Format("html", "rows", "html:html", "text/html", ("html", "htm")),
        Format("xlsx", "rows", "xlsx:xlsx", WORKBOOK, ("xlsx",)),
        Format("geojson", "rows", "geojson:geojson", "application/geo+json", ("geojson",)),
        Format("graphml", "rows", "network:graphml", "application/graphml+xml", ("graphml",)),
        Format("gexf", "rows", "network:gexf", "application/gexf+xml", ("gexf",)),
        Format("srj", "rows", "sparql:srj", "application/sparql-results+json", ("srj",)),
        Format("srx", "rows", "sparql:srx", "application/sparql-results+xml", ("srx",)),
        Format("ttl", "graph", "graph:ttl", "text/turtle", ("ttl", "turtle")),
        Format("nt", "graph", "graph:nt", "application/n-triples", ("nt",)),
        Format("nq", "graph", "graph:nq", "application/n-quads", ("nq",)),
        Format("trig", "graph", "graph:trig", "application/trig", ("trig",)),
        Format("jsonld", "graph", "graph:jsonld", "application/ld+json", ("jsonld",)),
        Format("rdfxml", "graph", "graph:rdfxml", "application/rdf+xml", ("rdf", "rdfxml", "owl")),
    )
}


def names(holds: str) -> list[str]:
    """Give the names of the formats for rows, or for a graph."""
    return [row.name for row in FORMATS.values() if row.holds == holds]


def choose(name: str | None, file: str | None, *, holds: str, default: str) -> Format:
    """Give the format that was asked for by name, else by the suffix of the file, else the default one."""
    if name is None and file is not None:
        suffix = file.rpartition("/")[2].rpartition(".")[2].lower() if "." in file else ""
        name = next((row.name for row in FORMATS.values() if suffix in row.suffixes), None)
        if name is None:
            allowed = ", ".join(f".{FORMATS[each].suffixes[0]}" for each in names(holds))
            raise RequestError(f"no format has the suffix of {file!r}: name one with -f, or use {allowed}")
    row = FORMATS.get(name or default)
    if row is None:
        raise RequestError(
            f"no format {quoted(str(name))}{nearest(str(name), list(FORMATS))}; there are {', '.join(names(holds))}"
        )
    if row.holds != holds:
        what = "rows" if holds == "rows" else "a graph"
        raise RequestError(f"format {row.name!r} cannot hold {what}: use {', '.join(names(holds))}")
    return row


def rowed(answer: Answer, row: Format) -> Answer:
    """Turn yes or no into a row for the formats that know nothing but rows."""
    if answer.boolean is None or row.name in {"table", "json", "srj", "srx"}:
        return answer
    from dataclasses import replace

    from pyoxigraph import Literal

    return replace(answer, variables=("answer",), rows=((Literal(answer.boolean),),), boolean=None, total=1)


def keeps_sources(name: str | None, file: str | None) -> bool:
    """Tell whether a format has a sheet for the sources, which is filled also where no row is to name them."""
    return name == "xlsx" or (name is None and file is not None and file.lower().endswith(".xlsx"))


def check(row: Format, layout: Layout) -> None:
    """Refuse what a format has no place for, rather than leave it out without a word."""
    if layout.excel and row.name != "csv":
        raise RequestError(f"--excel is for CSV, not for {row.name!r}: add -f csv")
    if layout.cite and row.holds == "graph":
        raise RequestError("a graph carries its citations as statements: leave out --cite")
    if layout.cite and row.name == "srx":
        raise RequestError("format 'srx' has no place for citations: use srj, json or csv")
