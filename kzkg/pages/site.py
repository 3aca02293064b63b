"""All pages of a graph: which there are, and each as HTML."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from markupsafe import Markup
from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.errors import NotFound
from kzkg.labels import rows
from kzkg.pages.linking import BASE, DATASET, FORMS, NS, PLACES, SHAPES, VOCAB, Target, home, outside
from kzkg.pages.ontology import Ontology
from kzkg.pages.templating import filled
from kzkg.pages.words import NAMES, column, question, said, say

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from kzkg.pages.linking import Links, Values
    from kzkg.query import SavedQuery
    from kzkg.store import Graph, Kept

SUBJECTS = "SELECT DISTINCT ?thing WHERE { ?thing ?property ?value FILTER (isIRI(?thing)) }"
VERSION = f"SELECT ?version WHERE {{ <{DATASET}> dcat:version ?version }}"
CHANGED = f"SELECT ?day WHERE {{ <{DATASET}> dcterms:modified ?day }}"
MOST_LISTED = 3000
"""Things on one page; more of them take minutes to be written, and nobody reads them."""
ROOMS = {
    "front": "overview:front", "queries": "questions:listing", "sources": "overview:sources",
    "conflicts": "disputes:conflicts", "timeline": "scenes:timeline", "map": "scenes:chart",
    "search": "finding:search", "sparql": "editor:sparql", "about": "overview:about",
}  # fmt: skip


class Page(NamedTuple):
    """A page as text, and whether what was asked could be done: 200, 400 or 404."""

    html: str
    status: int = 200


class Site:
    """The pages of one graph; what several pages need is asked once."""

    def __init__(self, graph: Graph, known: Container[str] | None = None) -> None:
        self.graph = graph
        self._known = known
        self.tops: dict[tuple[str, str], Markup] = {}
        """What stands above the pages of things, by language and by the way to the root of the folder."""

    @property
    def known(self) -> Container[str]:
        """The IRIs of ours that have a page of their own."""
        return self.all if self._known is None else self._known

    @cached_property
    def all(self) -> frozenset[str]:
        """All of these IRIs; of a large graph whoever needs only some of them gives a `known` of his own."""
        found = {row[0].value for row in rows(self.graph, SUBJECTS, "all") if isinstance(row[0], NamedNode)}
        ours = {home(iri) for iri in found if iri.startswith(BASE)}
        return frozenset(ours | {NS, VOCAB, SHAPES} | {graph.value for graph in self.graph.named_graphs})

    @cached_property
    def ontology(self) -> Ontology:
        """The classes, properties and shapes."""
        return Ontology(self.graph)

    @cached_property
    def version(self) -> str:
        """The version of the data set."""
        return self._fact(VERSION)

    @cached_property
    def changed(self) -> str:
        """The day of the last change."""
        return self._fact(CHANGED)

    def _fact(self, text: str) -> str:
        found = rows(self.graph, text, "all")
        return str(getattr(found[0][0], "value", "")) if found else ""

    @cached_property
    def groups(self) -> dict[str, list[SavedQuery]]:
        """The saved queries in their groups."""
        found: dict[str, list[SavedQuery]] = {}
        for query in sorted(self.graph.catalog.queries.values(), key=lambda each: (each.group, each.name)):
            found.setdefault(query.group, []).append(query)
        return found

    def targets(self) -> Iterator[Target]:
        """Give all pages that there are; questions without values."""
        yield from (Target(place) for place in PLACES)
        yield from (Target("query", name) for name in self.graph.catalog.query_files)
        yield from (Target("thing", iri) for iri in sorted(self.all))

    def page(self, target: Target, lang: str, links: Links, **wishes: Any) -> Page:
        """Write a page; NotFound where there is none."""
        view = View(self, target, lang, links)
        if target.kind == "query":
            return _room("questions:query")(view, self.graph.catalog.query(target.name), **wishes)
        if target.kind == "thing":
            return self._thing(view, target.name)
        if target.kind not in ROOMS:
            raise NotFound(f"there is no page {terms.quoted(target.kind)}")
        return _room(ROOMS[target.kind])(view, **wishes)

    def _thing(self, view: View, iri: str) -> Page:
        if iri not in self.known:
            raise NotFound(f"{terms.shrink(iri)} is not in the data")
        if iri in {NS, VOCAB, SHAPES}:
            return _room({NS: "reference:listing", VOCAB: "reference:vocabularies", SHAPES: "reference:shapes"}[iri])(
                view
            )
        if iri in self.ontology.terms:
            return _room("reference:term")(view, iri)
        if NamedNode(iri) in self.graph.named_graphs:
            return _room("files:file")(view, iri)
        return _room("things:thing")(view, iri)

    def fault(self, status: int, message: str, lang: str, links: Links, instead: str = "") -> Page:
        """Write a page that says what is wrong."""
        view = View(self, Target("front"), lang, links)
        key = f"error.{status}" if status in {400, 404, 410} else "error.other"
        return view.page(
            "fault.html", status=status, number=status, title=view.say(key), message=message, instead=instead
        )


def _room(where: str) -> Callable[..., Page]:
    """Import the function that writes a kind of page."""
    from importlib import import_module

    module, _, function = where.partition(":")
    return cast("Callable[..., Page]", getattr(import_module(f"kzkg.pages.{module}"), function))


class View:
    """One page while it is written: its language, and the addresses as they are from it."""

    def __init__(self, site: Site, target: Target, lang: str, links: Links) -> None:
        self.site, self.target, self.lang, self.links = site, target, lang, links
        self.graph = site.graph
        self.left: tuple[int, int] | None = None
        """How many things of how many the page lists, where it does not list all."""

    def say(self, word: str) -> str:
        """Give a word of the pages."""
        return say(word, self.lang)

    def said(self, kind: str, word: str) -> str:
        """Give a word that may be in the table."""
        return said(kind, word, self.lang)

    def column(self, variable: str) -> str:
        """Give the heading of a column."""
        return column(variable, self.lang)

    def question(self, query: SavedQuery) -> tuple[str, str]:
        """Give a question and its language."""
        return question(query.name, query.summary, self.lang)

    def href(self, iri: str) -> str:
        """Give the address of a thing: its page here, else its own if a browser may follow it, else nothing."""
        if iri.startswith(BASE):
            at = home(iri)
            if at in self.site.known:
                return self.links.to(Target("thing", at), self.lang)
        return outside(iri)

    def to(self, kind: str, name: str = "", values: Values = ()) -> str:
        """Give the address of a page."""
        return self.links.to(Target(kind, name, values), self.lang)

    def first(self, found: Sequence[Kept]) -> Sequence[Kept]:
        """Give as many things as a page may list, and have the page say so where there are more."""
        if len(found) > MOST_LISTED:
            self.left = (MOST_LISTED, len(found))
        return found[:MOST_LISTED]

    @property
    def dataset(self) -> str:
        """The IRI of the data set, where it is described."""
        return DATASET if DATASET in self.site.known else ""

    @property
    def search(self) -> Target:
        """Where the search box of every page leads."""
        return Target("search")

    @property
    def top(self) -> Markup:
        """What stands above every page; above the pages of things in a folder it is the same."""
        if not self.links.still or self.target.kind != "thing" or self.target.name.startswith(NS):
            return self._top()
        key = (self.lang, self.links.up)
        if key not in self.site.tops:
            self.site.tops[key] = self._top()
        return self.site.tops[key]

    def _top(self) -> Markup:
        return Markup(filled("top.html", view=self, say=self.say))  # noqa: S704 - the template escapes what it takes

    @cached_property
    def languages(self) -> Sequence[tuple[str, str, str]]:
        """Give the same page in each language."""
        return [(tag, NAMES[tag], self.links.to(self.target, tag)) for tag in self.links.languages]

    @cached_property
    def data(self) -> Sequence[tuple[str, str, str]]:
        """Give the data that stands beside this page."""
        if self.target.kind != "thing":
            return ()
        return [(form, name, self.links.data(self.target.name, form)) for form, name in FORMS.items()]

    def page(self, template: str, *, status: int = 200, **content: Any) -> Page:
        """Fill a template of a whole page."""
        return Page(filled(template, view=self, say=self.say, **content), status)
