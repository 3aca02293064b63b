"""What the rules of all web servers say alike: media types, the strict headers of `kzkg serve`, links to the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.server.gate import POLICY, STRICT
from kzkg.server.media import PAGE_FORMS
from kzkg.server.pages import LICENCE, YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain", "md": "text/markdown",
    "ttl": "text/turtle", "csv": "text/csv", "tsv": "text/tab-separated-values", "svg": "image/svg+xml",
    "jsonld": "application/ld+json", "nt": "application/n-triples", "rdf": "application/rdf+xml",
    "nq": "application/n-quads", "trig": "application/trig", "json": "application/json",
    "ndjson": "application/x-ndjson", "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml", "xml": "application/xml", "gz": "application/gzip",
}  # fmt: skip
FEED = "application/atom+xml"
TURTLE = ("void", "dcat", "sparql-examples")
"""The files in `.well-known`, whose names say nothing of their type."""
PACKED = tuple(media for name, media in TYPES.items() if name not in {"gz", "html"})
KEPT = "public, no-cache"
FOREVER = YEAR
VERSIONED = "(^|&)v=[0-9a-f]{10}(&|$)"
"""What stands behind the question mark of a file that never changes under its address."""
WITHIN = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + "; worker-src blob:"
"""The policy of the pages: as on a server, and the engine's WebAssembly in a thread of its own."""
VARY = "Accept, Accept-Language"
DATA = r"(?:page|ns|vocab|graph)/.+|ns|vocab|shapes|dataset"
"""The paths of the pages that have data beside them."""


def strict() -> Iterator[tuple[str, str]]:
    """Give the headers of all answers."""
    for name, value in STRICT:
        told = name.decode().title()
        yield told, WITHIN if told == "Content-Security-Policy" else value.decode()


def typed(name: str) -> str:
    """Give the type of a file by its suffix, with the encoding where it is text."""
    media = TYPES[name]
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def links(stem: str) -> str:
    """Give the header that links the forms of a page; `stem` is its address without suffix, in the server's words."""
    found = [f'<{stem}.{form}>; rel="alternate"; type="{names[0]}"' for form, names in PAGE_FORMS.items()]
    found.append(f'<{stem}.ttl>; rel="describedby"; type="text/turtle"')
    return ", ".join([*found, f'<{LICENCE}>; rel="license"'])
