"""Statements inside a page, for machines that read pages: JSON-LD in which no text can end the script element."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pyoxigraph import Triple

from kzkg.answer import Answer
from kzkg.findings import statements
from kzkg.formats import FORMATS, Layout
from kzkg.labels import rows
from kzkg.pages.linking import DATASET
from kzkg.turtle import stable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import NamedNode

    from kzkg.pages.site import View
    from kzkg.store import Graph

OF_DATASET = f"SELECT ?property ?value WHERE {{ <{DATASET}> ?property ?value }}"
DATA = (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples"))
MOST = 400
"""Statements of a thing that a page carries; its data files have all."""


def triples_of(graph: Graph, node: NamedNode, dataset: str) -> Sequence[Triple]:
    """Give the statements about a thing."""
    return stable(Triple(node, name, value) for name, value in statements(graph, node, dataset))[:MOST]


def within_page(triples: Sequence[Triple]) -> Markup:
    """Write statements as the content of a script element."""
    written = FORMATS["jsonld"].write(Answer(statements=tuple(triples)), Layout())
    return harmless(json.loads(bytes(written)))  # type: ignore[arg-type]


def embedded(graph: Graph, node: NamedNode, dataset: str) -> Markup:
    """Write the statements about a thing as the content of a script element, the same in every language."""
    return graph.kept(("embedded", node.value, dataset), lambda: within_page(triples_of(graph, node, dataset)))


def harmless(content: Any) -> Markup:
    """Write JSON so that nothing in it is markup wherever it stands."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - no letter that could be markup is left in it


def described(view: View) -> Markup:
    """Describe the data set in the words of schema.org, for those who look for data."""
    from kzkg import terms
    from kzkg.pages.linking import Target

    found: dict[str, list[Any]] = {}
    for name, value in rows(view.graph, OF_DATASET, "all"):
        found.setdefault(terms.shrink(name), []).append(value)  # type: ignore[arg-type]

    def texts(name: str, lang: str) -> list[str]:
        return sorted(each.value for each in found.get(name, []) if getattr(each, "language", None) in {lang, None})

    def one(name: str) -> str:
        return next(iter(texts(name, view.lang) or texts(name, "en")), "")

    content = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "name": one("dcterms:title") or "kzkg",
        "description": one("dcterms:description") or view.say("site.line"),
        "url": view.links.absolute(Target("front"), view.lang),
        "identifier": DATASET,
        "version": one("dcat:version"),
        "license": one("dcterms:license"),
        "dateModified": one("dcterms:modified"),
        "datePublished": one("dcterms:issued"),
        "inLanguage": texts("dcterms:language", "en"),
        "keywords": texts("dcat:keyword", "en"),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The kzkg project"},
        "spatialCoverage": {"@type": "Place", "name": "Kazakhstan"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": view.links.data(DATASET, form)}
            for form, media in DATA
            if view.dataset
        ],
    }
    return harmless({name: value for name, value in content.items() if value})
