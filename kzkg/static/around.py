"""What a folder holds beside its pages: the data as files and what describes them, style sheet, feed, and so on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from kzkg.labels import describe, label, rows
from kzkg.pages import Target, assets
from kzkg.pages.addresses import path_of
from kzkg.pages.linking import DATASET
from kzkg.pages.templating import filled
from kzkg.server import statistics
from kzkg.server.description import describe_catalog, describe_data
from kzkg.server.dumps import write_dumps
from kzkg.server.examples import describe_examples
from kzkg.static import rules
from kzkg.static.links import HOME, Addresses, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.catalog import Catalog
    from kzkg.static.shelf import Entry
    from kzkg.static.writing import Writer
    from kzkg.store import Graph

UNKNOWN = "https://folder.invalid"
"""Stands for the address of the folder where nobody said it, and is taken out again: Turtle may say it relatively."""
FEED = """SELECT ?graph ?day ?source WHERE { ?graph dcterms:modified ?day
  OPTIONAL { ?graph prov:wasDerivedFrom ?source } }"""
NEWEST = 200
"""Changes in the feed; the site map has the days of all pages."""
DUMPS = "data"


@dataclass
class Described:
    """The folder as `kzkg.server.description` describes a server: without an endpoint, with the dumps in a place."""

    graph: Graph
    manifest: dict[str, Any] = field(default_factory=dict)
    endpoint = ""
    dumps_path = f"/{DUMPS}"

    @property
    def catalog(self) -> Catalog:
        """The saved queries."""
        return self.graph.catalog

    @property
    def making(self) -> bool:
        """No dump is still being written."""
        return False

    async def counts(self) -> dict[str, Any]:
        """Count what the accepted view holds."""
        return statistics.counted(self.graph)


def data(writer: Writer) -> Iterator[Entry]:
    """Write the dumps with their checksums, and VoID, DCAT and the examples that tell of them."""
    home = writer.shelf.new / DUMPS
    described = Described(writer.graph, write_dumps(writer.graph, home))
    for name in described.manifest:
        yield writer.shelf.keep(f"{DUMPS}/{name}")
    root = writer.base.rstrip("/") if writer.base.startswith("http") else UNKNOWN
    told = {
        "void": asyncio.run(describe_data(described, root, "ttl")),
        "dcat": asyncio.run(describe_catalog(described, root, "ttl")),
        "sparql-examples": describe_examples(described, root, "ttl"),
    }
    for name, text in told.items():
        content = text.replace(f"<{UNKNOWN}/".encode(), b"<../")
        yield writer.shelf.put(f".well-known/{name}", content)
        yield writer.shelf.put(f"{DUMPS}/{name}.ttl", content)


def files(writer: Writer) -> Iterator[Entry]:
    """Write style sheet, scripts and pictures, the feeds, and the page for what is not there."""
    for name in assets.names():
        yield writer.shelf.put(f"static/{name}", assets.content(name))
    for lang in writer.languages:
        file = "feed.xml" if lang == HOME else f"{lang}/feed.xml"
        yield writer.shelf.put(file, feed(writer, lang, writer.addresses(file)).encode("utf-8", "replace"))
    links = Addresses("404.html", writer.folder, up=at_root(writer.base))
    lost = writer.site.fault(404, "there is nothing at this address", HOME, links)
    yield writer.shelf.put("404.html", lost.html.encode())
    yield writer.shelf.put(".nojekyll", b"")
    yield from (writer.shelf.put(path, text.encode()) for path, text in rules.files(facts(writer)))


def facts(writer: Writer) -> rules.Facts:
    """Tell the rules what there is."""
    odd = {path_of(each): stem(each, writer.alike) for each in writer.odd}
    gone = [stem(each, writer.alike) for each in writer.targets if each.kind == "thing" and each.name in writer.gone]
    return rules.Facts(writer.base, writer.languages, odd, gone)


def at_root(base: str) -> str:
    """Give the path of the folder on its host: the page for what is not there is shown at any depth."""
    from urllib.parse import urlsplit

    return urlsplit(base).path or "/"


def feed(writer: Writer, lang: str, links: Addresses) -> str:
    """Write the changes as Atom: each file of the data set with the day that the data give for its last change."""
    sources: dict[str, set[str]] = {}
    for graph, _, source in rows(writer.graph, FEED, "all"):
        if isinstance(graph, NamedNode) and graph.value in writer.site.known:
            sources.setdefault(graph.value, set()).update([source.value] if isinstance(source, NamedNode) else [])
    newest = sorted(sources, key=lambda iri: (writer.days[iri], iri), reverse=True)[:NEWEST]
    known = describe(writer.graph, {*newest, *(each for iri in newest for each in sources[iri])}, "all")
    entries = [
        {
            "id": iri,
            "day": writer.days[iri],
            "href": links.absolute(Target("thing", iri), lang) or links.to(Target("thing", iri), lang),
            "title": "; ".join(sorted(label(each, known[each], lang) for each in sources[iri])[:3])
            or label(iri, known[iri], lang),
        }
        for iri in newest
    ]
    return filled(
        "feed.xml",
        entries=entries,
        lang=lang,
        id=DATASET if lang == HOME else f"{DATASET}?lang={lang}",
        updated=max((each["day"] for each in entries), default=writer.site.changed or "1970-01-01"),
        version=writer.site.version,
        home=links.absolute(Target("front"), lang) or links.to(Target("front"), lang),
        own=f"{writer.base}{'' if lang == HOME else lang + '/'}feed.xml" if writer.base.startswith("http") else "",
        line=said(lang),
    )


def said(lang: str) -> str:
    """Give the line that says what the data are."""
    from kzkg.pages.words import say

    return say("site.line", lang)
