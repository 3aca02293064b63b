"""The front page, the list of all documents, the SPARQL page, and what there is to know about the data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import describe, label, rows
from kzkg.pages import assets
from kzkg.pages.embedded import described
from kzkg.pages.linking import DATASET, FORMS, NS, VOCAB
from kzkg.pages.site import MOST_LISTED

if TYPE_CHECKING:
    from kzkg.pages.site import Page, View

STATEMENTS = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
DOCUMENTS = "SELECT (COUNT(DISTINCT ?source) AS ?count) WHERE { ?record kzkg:evidence/kzkg:source ?source }"
OPEN = """SELECT (COUNT(DISTINCT ?question) AS ?count) WHERE { ?claim kzkg:answers ?question
  OPTIONAL { ?winner kzkg:answers ?question ; kzkg:rank v:rank-accepted } FILTER (!BOUND(?winner)) }"""
SHOWN = (
    "Designation",
    "Incident",
    "LegalInstrument",
    "Organisation",
    "Court",
    "Trial",
    "Estimate",
    "Place",
    "Statement",
)
FIRST = ("courts-banned-groups", "incidents", "casualty-ranges", "conflicts", "law-history", "death-penalty-timeline")
SOURCES = """SELECT ?source ?kind ?publisher ?language (COUNT(DISTINCT ?record) AS ?records) WHERE {
  ?source a kzkg:Source
  OPTIONAL { ?source kzkg:kind ?kind }
  OPTIONAL { ?source dc:publisher ?publisher }
  OPTIONAL { ?source dcterms:language ?language }
  OPTIONAL { ?record kzkg:evidence/kzkg:source ?source }
} GROUP BY ?source ?kind ?publisher ?language"""


def number(view: View, text: str, dataset: str = "all") -> int:
    """Give the one number that a query yields."""
    found = rows(view.graph, text, dataset)
    return int(found[0][0].value) if found and isinstance(found[0][0], Literal) else 0


def front(view: View) -> Page:
    """Write the first page: what this is, in one screen."""
    words = view.site.ontology.terms
    classes = [terms.expand(f"kzkg:{name}").value for name in SHOWN]
    known = describe(view.graph, classes, "all")
    held = [(label(iri, known[iri], view.lang), view.href(iri), words[iri].count) for iri in classes if iri in words]
    queries = view.graph.catalog.queries
    return view.page(
        "front.html",
        counts=[
            ("front.statements", number(view, STATEMENTS, "accepted"), view.href(view.dataset) or view.to("about")),
            ("front.documents", number(view, DOCUMENTS), view.to("sources")),
            ("front.queries", len(queries), view.to("queries")),
            ("front.open", number(view, OPEN), view.to("conflicts")),
        ],
        spaced=spaced,
        held=[each for each in held if each[2]],
        first=[(*view.question(queries[name]), view.to("query", name)) for name in FIRST if name in queries],
        groups=[(view.said("group", group), group, len(found)) for group, found in view.site.groups.items()],
        dataset=view.dataset,
        files=[(name, view.links.data(DATASET, form)) for form, name in FORMS.items()],
        jsonld=described(view),
    )


def without(name: str, publisher: str) -> str:
    """Leave out of the name of a document its publisher, under whose heading it stands."""
    first, colon, rest = name.partition(": ")
    return rest if colon and (publisher.startswith(first) or first.startswith(publisher)) and publisher else name


def spaced(count: int) -> str:
    """Write a number with narrow spaces between its thousands, which all three languages read."""
    return f"{count:,}".replace(",", "\u202f")


def many(count: terms.Term | None) -> int:
    """Give a number that a query counted."""
    return int(count.value) if isinstance(count, Literal) else 0


def sources(view: View) -> Page:
    """Write the list of all documents, by publisher."""
    named = [row for row in rows(view.graph, SOURCES, "all") if isinstance(row[0], NamedNode)]
    most = sorted(named, key=lambda row: (-many(row[-1]), str(row[0]))) if len(named) > MOST_LISTED else named
    found = {row[0].value: row for row in view.first(most) if isinstance(row[0], NamedNode)}
    kinds = {row[1].value for row in found.values() if isinstance(row[1], NamedNode)}
    details = describe(view.graph, found.keys() | kinds, "all")
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for iri, (_, kind, publisher, language, records) in found.items():
        name = label(iri, details[iri], view.lang)
        by = publisher.value if isinstance(publisher, Literal) else ""
        groups[by or "—"].append({
            "name": without(name, by), "href": view.href(iri),
            "kind": label(kind.value, details[kind.value], view.lang) if isinstance(kind, NamedNode) else "",
            "issued": min((each.value for each in details[iri].get("issued", ())), default=""),
            "language": language.value if isinstance(language, Literal) else "",
            "records": many(records),
        })  # fmt: skip
    for each in groups.values():
        each.sort(key=lambda source: (str(source["issued"]), str(source["name"]), str(source["href"])))
    ordered = sorted(groups.items(), key=lambda group: group[0].casefold())
    return view.page("sources.html", groups=ordered, total=len(named))


def about(view: View) -> Page:
    """Write the page about the data, the licence and accessibility."""
    licences = next((name for name in assets.names() if name == "licences.txt"), "")
    return view.page(
        "about.html", dataset=view.dataset, ontology=view.href(NS), vocab=view.href(VOCAB), licences=licences
    )
