"""Reads what an endpoint answers, and refuses what is no answer, before anything is made of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, parse_query_results

from kzkg.errors import DataError
from kzkg.terms import quoted

if TYPE_CHECKING:
    from pyoxigraph import QueryTriples

    from kzkg.remote.client import Reply

JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
ACCEPTED = {"rows": JSON, "triples": f"{TRIPLES}, text/turtle;q=0.8, application/rdf+xml;q=0.5"}
PAGES = {"text/html", "application/xhtml+xml"}


def document(name: str, reply: Reply) -> dict[str, Any]:
    """Read the answer to a SELECT or ASK as SPARQL 1.1 Query Results JSON."""
    _of_type(name, reply, {JSON, "application/json"})
    try:
        found = json.load(reply.body)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name}: its answer is broken: {broken(error)}") from error
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("head"), dict)
        or not ({"results", "boolean"} & {*found})
    ):
        raise DataError(f"{name}: its answer is JSON, but not the answer to a query")
    return found


def _of_type(name: str, reply: Reply, taken: set[str]) -> None:
    if reply.media in PAGES:
        raise DataError(f"{name}: answers with a web page; is this the address of a SPARQL endpoint?")
    if reply.media not in taken:
        kind = quoted(reply.media) if reply.media else "nothing that it names"
        raise DataError(f"{name}: answers with {kind} where {' or '.join(sorted(taken))} was asked for")


def broken(error: Exception) -> str:
    """Say where an answer is broken."""
    return " ".join(str(error).split())[:120] or type(error).__name__


def answered(name: str, found: dict[str, Any]) -> QuerySolutions | QueryBoolean:
    """Make the answer of an engine out of a document that was read; each term in it is looked at first."""
    text = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    try:
        _each(text)
    except (SyntaxError, ValueError, OSError) as error:
        raise DataError(f"{name}: its answer is broken: {broken(error)}") from None
    return parse_query_results(text, QueryResultsFormat.JSON)


def _each(text: bytes) -> None:
    """Look at every term; nothing of the engine's may outlive this, for a fault can be dropped in another thread."""
    tried: QuerySolutions | QueryBoolean | None = parse_query_results(text, QueryResultsFormat.JSON)
    try:
        if isinstance(tried, QuerySolutions):
            for _ in tried:
                pass
    finally:
        tried = None


def graph(name: str, reply: Reply) -> QueryTriples:
    """Read the answer to a CONSTRUCT or DESCRIBE."""
    forms = {form.media_type: form for form in (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML)}
    _of_type(name, reply, {*forms})
    store = Store()
    try:
        store.load(reply.body, forms[reply.media], lenient=True)
    except (SyntaxError, ValueError, OSError) as error:
        raise DataError(f"{name}: its answer is broken: {broken(error)}") from error
    return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")  # type: ignore[return-value]
