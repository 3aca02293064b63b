"""The saved queries as examples that query editors and harvesters read, in the vocabulary of the SIB."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.errors import RequestError
from kzkg.server.graphwriter import Description, iri, typed
from kzkg.store import guard

if TYPE_CHECKING:
    from kzkg.catalog import Catalog
    from kzkg.query import SavedQuery

KINDS = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct", "DESCRIBE": "Describe"}
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*PREFIX\s+[\w.-]*:\s*<[^<>]*>\s*$", re.IGNORECASE)


class Described(Protocol):
    """What has the saved queries: a server, or a folder without an endpoint."""

    endpoint: str

    @property
    def catalog(self) -> Catalog:
        """The saved queries."""


def describe_examples(site: Described, root: str, form: str) -> bytes:
    """Describe each saved query, its slots filled as in its example."""
    about = Description()
    home = f"{root}/.well-known/sparql-examples"
    prefixes = about.add(NamedNode(f"{home}#prefixes"), ("rdf:type", iri("owl:Ontology")))
    for prefix, space in terms.PREFIXES.items():
        declared = about.new(("sh:prefix", Literal(prefix)), ("sh:namespace", typed(space, "anyURI")))
        about.add(prefixes, ("sh:declare", declared))
    for query in site.catalog.queries.values():
        text = example_text(query)
        kind = kind_of(text)
        about.add(
            NamedNode(f"{home}#{query.name}"),
            ("rdf:type", iri("sh:SPARQLExecutable")),
            ("rdf:type", iri(f"sh:SPARQL{KINDS[kind]}Executable")),
            ("rdfs:label", Literal(query.name)),
            ("rdfs:comment", Literal(query.summary, language="en")),
            (f"sh:{kind.lower()}", Literal(text)),
            ("sh:prefixes", prefixes),
            *((("schema:target", NamedNode(root + site.endpoint)),) if site.endpoint else ()),
            *(("schema:keywords", Literal(tag)) for tag in query.tags),
        )
    return about.write(form)


def example_text(query: SavedQuery) -> str:
    """Give the text of a query with its example; a name in the example, which only the graph knows, stays out."""
    values = {}
    for name, word in query.example:
        parameter = query.parameter(name)
        if parameter.type in {"date", "integer", "string"} or terms.is_name(word):
            try:
                values[name] = parameter.term(word)
            except RequestError:
                continue
    lines = query.bind(values).split("\n")
    return "\n".join(line for line in lines if line.strip() and not line.startswith("#+")) + "\n"


def kind_of(text: str) -> str:
    """Tell what form a query has."""
    found = _FORM.search(guard.bare(text))
    return found[1].upper() if found else "SELECT"
