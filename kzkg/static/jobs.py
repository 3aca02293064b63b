"""What a process can be told to write: some pages, the data as files, what tells about the folder as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kzkg.pages.linking import DATASET, Dump
from kzkg.static import around, engine
from kzkg.static.census import NAME
from kzkg.static.links import stem
from kzkg.static.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzkg.static.shelf import Entry, Shelf
    from kzkg.static.writing import Written
    from kzkg.store import Graph


class Part(NamedTuple):
    """What a job has written: its files, how many pages of how many things, and their addresses for the site map."""

    entries: list[Entry]
    pages: int = 0
    targets: int = 0
    places: Sequence[tuple[Sequence[tuple[str, str]], str]] = ()
    dumps: tuple[Dump, ...] = ()
    note: str = ""


class Jobs:
    """The jobs of one process."""

    def __init__(self, graph: Graph, shelf: Shelf, base: str, languages: Sequence[str]) -> None:
        self.graph, self.shelf = graph, shelf
        self.writer = Writer(graph, shelf, base, languages)

    def count(self) -> int:
        """Count the pages of one language; the first job of all, and one process does it alone."""
        if self.graph.large:
            # The graphs of single files are made beside a large store when they are first asked for: once, by this one.
            self.graph.evaluate(f"ASK {{ GRAPH <{DATASET}> {{ ?s ?p ?o }} }}", "files")
        census = self.writer.counted(self.shelf.new / NAME)
        return len(census)

    def pages(self, start: int, stop: int) -> Part:
        """Write some pages."""
        targets = self.writer.targets[start:stop]
        self.writer.learn(targets)
        return self.part([self.writer.write(target) for target in targets])

    def about(self, dumps: tuple[Dump, ...]) -> Part:
        """Write the page about the data, which lists the dumps."""
        self.writer.dumps = dumps
        return self.part([self.writer.write(self.writer.targets[-1])])

    def part(self, written: Sequence[Written]) -> Part:
        """Bring together what was written."""
        entries = [entry for each in written for entry in each.entries]
        places = [(each.places, each.day) for each in written if each.places]
        return Part(entries, len(written) * len(self.writer.languages), len(written), places)

    def data(self) -> Part:
        """Write the dumps, and what describes them."""
        entries = list(around.data(self.writer))
        return Part(entries, dumps=tuple(Dump(*each[:3]) for each in entries if each.path.startswith("data/")))

    def around(self) -> Part:
        """Write style sheet and scripts, the feed, the page for what is not there."""
        return Part(list(around.files(self.writer)))

    def engine(self) -> Part:
        """Let the engine of the pages be written, where it was built and the graph is not too large for a browser."""
        if self.writer.wanting:
            return Part([], note=self.writer.wanting)
        engine.write(self.graph, self.shelf.new, {each.name: stem(each, self.writer.alike) for each in self.writer.odd})
        home = self.shelf.new / engine.FOLDER
        files = sorted(path.relative_to(self.shelf.new).as_posix() for path in home.rglob("*") if path.is_file())
        return Part([self.shelf.keep(path) for path in files])
