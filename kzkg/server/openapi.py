"""The API of the saved queries in the words of OpenAPI 3.1, made from their headers."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from kzkg.formats import FORMATS, names
from kzkg.labels import LANGUAGES

if TYPE_CHECKING:
    from kzkg.query import Parameter, SavedQuery
    from kzkg.server.site import Site

FORMS = {
    "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    "integer": {"type": "integer"},
    "string": {"type": "string", "maxLength": 1000},
}
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def document(site: Site, root: str) -> dict[str, Any]:
    """Describe the API as it is served under an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kzkg: saved queries",
            "version": own_version(),
            "summary": "Questions to a cited knowledge graph, each with its parameters and the sources of its answer.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": root}],
        "paths": {
            "/api/queries": listing(),
            **{f"/api/queries/{query.name}": path(query) for query in site.catalog.queries.values()},
        },
        "components": {"schemas": {"Problem": problem()}, "parameters": options(), "responses": responses()},
    }


def own_version() -> str:
    """Give the version of the package that serves."""
    try:
        return version("kzkg")
    except PackageNotFoundError:
        return "0"


def listing() -> dict[str, Any]:
    """Describe the list."""
    item = {"type": "object", "required": ["name", "question", "address"], "properties": {
        "name": {"type": "string"}, "question": {"type": "string"}, "address": {"type": "string", "format": "uri"},
    }}  # fmt: skip
    content = {"application/json": {"schema": {"type": "array", "items": item}}}
    return {
        "get": {
            "operationId": "list-queries",
            "summary": "List the saved queries",
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset")],
            "responses": {"200": {"description": "The saved queries", "content": content}, **faults("400", "429")},
        }
    }


def path(query: SavedQuery) -> dict[str, Any]:
    """Describe a query."""
    content: dict[str, Any] = {FORMATS[name].media: {} for name in names("rows") if name != "table"}
    content["application/json"] = {"schema": {"type": ["array", "boolean"], "items": {"type": "object"}}}
    return {
        "get": {
            "operationId": query.name,
            "summary": query.summary,
            **({"description": query.description} if query.description else {}),
            "tags": list(query.tags),
            "parameters": [
                *(parameter(each, query) for each in query.parameters),
                *({"$ref": f"#/components/parameters/{name}"} for name in options()),
            ],
            "responses": {
                "200": {"description": "The answer", "content": content},
                **faults("400", "404", "406", "429", "503", "504"),
            },
        }
    }


def parameter(each: Parameter, query: SavedQuery) -> dict[str, Any]:
    """Describe a parameter of a query; what takes a thing takes its IRI, its short IRI or its name."""
    schema = FORMS.get(each.type, {"type": "string"})
    of = f" ({each.of}: an IRI, a prefixed name or a name)" if each.of else ""
    example = dict(query.example).get(each.name)
    value: Any = int(example) if example and each.type == "integer" else example
    return {
        "name": each.name, "in": "query", "required": False, "description": f"{each.help}{of}",
        "schema": {"oneOf": [schema, {"type": "array", "items": schema}]}, "explode": True,
        **({"example": value} if example else {}),
    }  # fmt: skip


def options() -> dict[str, Any]:
    """Describe what every query takes."""
    on = {"type": "string", "enum": ["0", "1"]}
    rows = {
        "f": ({"type": "string", "enum": names("rows")}, "The format of the answer; else the Accept header says"),
        "lang": ({"type": "string", "enum": list(LANGUAGES)}, "The language of names"),
        "cite": (on, "Say which documents support each row"),
        "all": (on, "Ask all claims, also those that failed or wait for a verdict"),
        "known-by": ({"type": "string", "format": "date"}, "Ask what could be known on this day"),
        "limit": ({"type": "integer", "minimum": 1}, "Rows of a page"),
        "offset": ({"type": "integer", "minimum": 0}, "Rows before the page"),
        "sort": ({"type": "string"}, "Columns to sort by, between commas; a minus turns the order round"),
        "columns": ({"type": "string"}, "Columns to show, between commas"),
        "excel": (on, "CSV that Excel reads rightly"),
    }
    return {
        name: {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
        for name, (schema, text) in rows.items()
    }


def problem() -> dict[str, Any]:
    """Describe problem details."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "parameter": {"type": "string", "description": "The parameter that is at fault"},
            "allowed": {"description": "What it takes"},
            "example": {"description": "A value, or values, that would have been right"},
            "limit": {"type": "string", "description": "The limit that was met"},
        },
    }


WORDS = {
    "400": "A value or an option is wrong",
    "404": "There is no such query",
    "406": "None of the accepted types can be written",
    "429": "Too many requests; Retry-After says when to come again",
    "503": "A limit was met",
    "504": "The time limit was met",
}


def responses() -> dict[str, Any]:
    """Describe what goes wrong."""
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {f"E{status}": {"description": words, "content": content} for status, words in WORDS.items()}


def faults(*statuses: str) -> dict[str, Any]:
    """Refer to what can go wrong."""
    return {status: {"$ref": f"#/components/responses/E{status}"} for status in statuses}
