"""The media types of the protocol, each with the format of ours that it is and the engine's name for it."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyoxigraph import QueryResultsFormat, RdfFormat


class Media(NamedTuple):
    """A format that the endpoint writes: its type, other words that clients use for it, and the engine's format."""

    type: str
    also: tuple[str, ...]
    engine: Any
    """A QueryResultsFormat, or for a graph an RdfFormat."""
    iri: str

    @property
    def content_type(self) -> str:
        """The header; the text formats say their encoding."""
        return f"{self.type}; charset=utf-8" if self.type.startswith("text/") else self.type


RESULTS = "application/sparql-results"
ROWS = {
    "srj": Media(f"{RESULTS}+json", ("application/json", "text/json"), QueryResultsFormat.JSON, "SPARQL_Results_JSON"),
    "srx": Media(f"{RESULTS}+xml", ("application/xml", "text/xml"), QueryResultsFormat.XML, "SPARQL_Results_XML"),
    "csv": Media("text/csv", (), QueryResultsFormat.CSV, "SPARQL_Results_CSV"),
    "tsv": Media("text/tab-separated-values", ("text/plain",), QueryResultsFormat.TSV, "SPARQL_Results_TSV"),
}  # fmt: skip
GRAPHS = {
    "ttl": Media("text/turtle", ("application/x-turtle", "text/n3"), RdfFormat.TURTLE, "Turtle"),
    "nt": Media("application/n-triples", ("text/plain",), RdfFormat.N_TRIPLES, "N-Triples"),
    "jsonld": Media("application/ld+json", ("application/json",), RdfFormat.JSON_LD, "JSON-LD"),
    "rdfxml": Media("application/rdf+xml", ("application/xml", "text/xml"), RdfFormat.RDF_XML, "RDF_XML"),
    "trig": Media("application/trig", ("application/x-trig",), RdfFormat.TRIG, "TriG"),
    "nq": Media("application/n-quads", ("text/x-nquads",), RdfFormat.N_QUADS, "N-Quads"),
}
PAGE_FORMS: dict[str, tuple[str, ...]] = {
    "html": ("text/html", "application/xhtml+xml"), "ttl": ("text/turtle", "application/x-turtle"),
    "jsonld": ("application/ld+json", "application/json"), "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
}  # fmt: skip
"""The forms in which the page of a thing is offered, the best first: suffix, type and other words for it."""
ANSWER_FORMS = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json",
                "srj": f"{RESULTS}+json", "srx": f"{RESULTS}+xml"}  # fmt: skip
"""The forms in which the answer of a saved query is offered beside its page."""


def listed(offers: dict[str, Media]) -> list[str]:
    """Give the types of some formats, as an error message lists them."""
    return [media.type for media in offers.values()]
