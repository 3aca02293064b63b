"""Writes the files of one page after another: the page in each language, its data, and the answer of a question."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.answer import Wish, ask
from kzkg.errors import RequestError
from kzkg.formats import FORMATS, Layout, rowed
from kzkg.labels import rows
from kzkg.pages import Site, Target
from kzkg.pages.addresses import path_of
from kzkg.pages.beside import in_form, statements_of
from kzkg.pages.linking import PLACES
from kzkg.pages.questions import MOST_IN_FILE
from kzkg.static import engine
from kzkg.static.ahead import learn
from kzkg.static.census import NAME, Census
from kzkg.static.links import ANSWERS, Addresses, Folder, answer_file, data_files, page_file, stem, told_apart, whole
from kzkg.static.memory import Remembering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kzkg.pages import Page
    from kzkg.pages.linking import Dump
    from kzkg.static.shelf import Entry, Shelf
    from kzkg.store import Graph

THINGS = (terms.PREFIXES["id"], terms.PREFIXES["v"])
GONE = """SELECT ?thing ?new WHERE { ?thing owl:deprecated true OPTIONAL { ?thing dcterms:isReplacedBy ?new }
  FILTER (isIRI(?thing)) }"""
DAYS = "SELECT ?graph ?day WHERE { ?graph dcterms:modified ?day }"
SAYING = """SELECT DISTINCT ?graph WHERE {{
  GRAPH ?graph {{ {{ {0} ?property ?value }} UNION {{ ?record ?link {0} }} }} }}"""


class Written(NamedTuple):
    """What was written of one page: its files, and its addresses for those who list them, with its day of change."""

    entries: list[Entry]
    places: list[tuple[str, str]]
    """Language and path of the page in each language; none of a page that is not to be found."""
    day: str


class Writer:
    """The pages of one graph on their way into a folder."""

    def __init__(self, graph: Graph, shelf: Shelf, base: str, languages: Sequence[str]) -> None:
        self.graph = Remembering(graph)
        self.shelf, self.base, self.languages = shelf, base, languages
        self.dumps: tuple[Dump, ...] = ()

    @cached_property
    def targets(self) -> Census:
        """All pages, in their order; the page about the data comes last, as it tells of the other files."""
        path = self.shelf.new / NAME
        return Census.open(path) if path.is_file() else self.counted()

    def counted(self, path: Path | None = None) -> Census:
        """List all pages, in memory or in a file."""
        places = [*map(Target, PLACES), *(Target("query", name) for name in self.graph.catalog.query_files)]
        return Census.take(self.graph, places, path)

    @cached_property
    def site(self) -> Site:
        """What writes the pages; it asks the list of all of them whether there is one."""
        return Site(self.graph, self.targets)

    @cached_property
    def alike(self) -> dict[Target, str]:
        """What is put after names that differ in capitals only."""
        return told_apart(self.targets)

    @property
    def folder(self) -> Folder:
        """What the addresses need."""
        return Folder(self.base, self.alike, self.languages, self.dumps, not self.wanting)

    @cached_property
    def wanting(self) -> str:
        """Why the pages cannot answer questions of their own; nothing where they can."""
        return engine.wanting(self.graph)

    @cached_property
    def odd(self) -> list[Target]:
        """The things whose page does not stand where their IRI says."""
        return [each for each in self.targets if each.kind == "thing" and stem(each, self.alike) != path_of(each)]

    @cached_property
    def gone(self) -> dict[str, str]:
        """What is no longer used, and what took its place."""
        return {
            thing.value: new.value if isinstance(new, NamedNode) else ""
            for thing, new in rows(self.graph, GONE, "all")
            if isinstance(thing, NamedNode)
        }

    @cached_property
    def days(self) -> dict[str, str]:
        """When each file of the data set was changed."""
        return {
            graph.value: day.value
            for graph, day in rows(self.graph, DAYS, "all")
            if isinstance(graph, NamedNode) and isinstance(day, Literal)
        }

    def addresses(self, file: str) -> Addresses:
        """Give the addresses as they are from a file."""
        return Addresses(file, self.folder)

    def learn(self, targets: Sequence[Target]) -> None:
        """Ask what the pages of these targets will need, for all things among them at once."""
        things = [each.name for each in targets if each.kind == "thing" and each.name.startswith(THINGS)]
        learn(self.graph, [each for each in things if each not in self.gone])

    def write(self, target: Target) -> Written:
        """Write the page of a target, and what lies beside it."""
        entries: list[Entry] = []
        places: list[tuple[str, str]] = []
        gone = target.kind == "thing" and target.name in self.gone
        for lang in self.languages:
            file = page_file(target, lang, self.alike)
            entries.append(self.shelf.put(file, self.page(target, lang, file).html.encode("utf-8", "replace")))
            places += [] if gone else [(lang, whole(target, lang, self.alike))]
        if target.kind == "thing":
            entries += self.data(target)
        elif target.kind == "query":
            entries += self.answers(target.name)
        return Written(entries, places, self.day(target))

    def page(self, target: Target, lang: str, file: str) -> Page:
        """Give a page; of what is no longer used, the page that says so, as a server does."""
        links = self.addresses(file)
        if target.kind == "thing" and target.name in self.gone:
            message = f"{terms.shrink(target.name)} is no longer used"
            return self.site.fault(410, message, lang, links, self.gone[target.name])
        return self.site.page(target, lang, links)

    def data(self, target: Target) -> Iterator[Entry]:
        """Write the statements about a thing, in each form."""
        statements = statements_of(self.graph, NamedNode(target.name))
        for form, file in data_files(target, self.alike).items():
            yield self.shelf.put(file, b"".join(in_form(statements, form)))

    def answers(self, name: str) -> Iterator[Entry]:
        """Write the whole answer of a question with nothing asked in particular, in each form, with its sources."""
        saved = self.graph.catalog.query(name)
        for lang in self.languages:
            for cite in (True, False):
                try:
                    if ask(self.graph, saved, {}, Wish(lang, saved.graph, limit=1)).total > MOST_IN_FILE:
                        return  # its page says so
                    answer = ask(self.graph, saved, {}, Wish(lang, saved.graph, cite=cite))
                except RequestError:
                    return  # its page says what is wrong
                for form in ANSWERS:
                    if cite == (form != "srx"):
                        row = FORMATS[form]
                        written = row.write(rowed(answer, row), Layout(cite=cite, width=120, lang=lang))
                        parts = [written] if isinstance(written, bytes) else written
                        content = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
                        yield self.shelf.put(answer_file(name, form, lang), content)

    def day(self, target: Target) -> str:
        """Give the day on which a file that speaks of a thing was last changed; of all else that of the data set."""
        if target.kind != "thing" or target.name in self.days:
            return self.days.get(target.name, self.site.changed)
        if len(set(self.days.values())) <= 1:
            return next(iter(self.days.values()), self.site.changed)
        saying = rows_of_files(self.graph, SAYING.format(NamedNode(target.name)))
        return max((self.days[graph] for graph in saying if graph in self.days), default=self.site.changed)


def rows_of_files(graph: Graph, text: str) -> list[str]:
    """Give the graphs that a query of the files yields."""
    from kzkg.store import Solutions

    result = graph.evaluate(text, "files")
    found = result.rows if isinstance(result, Solutions) else ()
    return [row[0].value for row in found if isinstance(row[0], NamedNode)]
