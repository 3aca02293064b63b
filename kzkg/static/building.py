"""Builds the folder: hands the pages to processes, keeps account of the files, and puts the whole in its place."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NamedTuple

from kzkg.static import census, manifest
from kzkg.static.place import Place
from kzkg.static.pool import Pool, Task
from kzkg.static.shelf import Entry, Shelf
from kzkg.static.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kzkg.static.jobs import Part
    from kzkg.static.pool import Job

CHUNK = 24
"""Things whose pages are one job: enough to be worth handing out, few enough that nobody waits for the last one."""
FIRST = 100
"""Jobs of one page each at the beginning, where the pages are the dear ones."""
MOST_PROCESSES = 4
"""Processes without being asked: each has its own memory."""


class Plan(NamedTuple):
    """What is to be built: from the graph in which place, into which folder, for which address, in which languages."""

    graph: Path | str
    folder: Path
    base: str = ""
    languages: tuple[str, ...] = ("en", "ru", "kk")
    workers: int = 0


@dataclass
class Report:
    """What was done."""

    pages: int = 0
    files: int = 0
    size: int = 0
    written: int = 0
    unchanged: bool = False
    """Whether there was nothing to do."""
    note: str = ""
    """Why the pages cannot answer questions, where they cannot."""


def build(plan: Plan, told: Callable[[int, int], None] | None = None) -> Report:
    """Write the folder, or see that it is as it should be; `told` hears how many of how many pages are done.

    The folder is replaced as a whole at the end. Raises RequestError for a folder that holds what is not ours,
    DataError for what cannot be read or written.
    """
    options = {"base": plan.base, "languages": plan.languages}
    with Place(plan.folder) as place:
        made_of = manifest.sign(plan.graph, options)
        if manifest.unchanged(place.folder, made_of):
            found = manifest.read(place.folder) or {}
            return Report(found["pages"], found["files"], found["size"], unchanged=True, note=found["note"])
        account = Account(Shelf(place.begin(), place.before), plan.base)
        made_for = task(plan, place)
        with Pool(1, made_for) as pool:  # a process of its own: what it needs for the list of all pages ends with it
            total = next(pool.run([("count", ())]))
        with Pool(plan.workers or processes(), made_for) as pool:
            for part in parts(pool, total, told or (lambda _done, _all: None)):
                account.take(part)
        (place.new / census.NAME).unlink()
        report = account.close(made_of)
        place.replace()
        return report


def processes() -> int:
    """Say how many processes there are to be."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_PROCESSES)


def task(plan: Plan, place: Place) -> Task:
    """Say what each process has to know."""
    return Task(str(plan.graph), str(place.new), str(place.before or ""), plan.base, plan.languages)


def parts(pool: Pool, total: int, told: Callable[[int, int], None]) -> Iterator[Part]:
    """Let everything be written: the dear parts first, and the page that tells of the dumps when these are there."""
    told(0, total)
    done, dumps = 0, ()
    for part in pool.run(jobs(total - 1)):
        done, dumps = done + part.targets, dumps or part.dumps
        told(done, total)
        yield part
    yield from pool.run([("about", (dumps,))])
    told(total, total)


def jobs(count: int) -> Iterator[Job]:
    """Give the jobs in their order."""
    yield from (("engine", ()), ("data", ()), ("around", ()))
    yield from (("pages", (number, number + 1)) for number in range(min(FIRST, count)))
    yield from (("pages", (start, min(start + CHUNK, count))) for start in range(FIRST, count, CHUNK))


class Account:
    """Keeps account of the files while they are written, one line each, and writes what tells about the whole."""

    def __init__(self, shelf: Shelf, base: str) -> None:
        self.shelf, self.base = shelf, base
        self.report = Report()
        self.sitemap = Sitemap(shelf, base) if base.startswith("http") else None
        self._sum = 0
        self._lines: IO[str] = (shelf.new / manifest.SUMS).open("x", encoding="utf-8")

    def take(self, part: Part) -> None:
        """Take what a job has written."""
        for entry in part.entries:
            self.enter(entry)
        self.report.pages += part.pages
        self.report.note = self.report.note or part.note
        if self.sitemap:
            for places, day in part.places:
                self.sitemap.add(places, day)

    def enter(self, entry: Entry) -> None:
        """Take note of a file."""
        self._lines.write(f"{entry.checksum}  {entry.path}\n")
        self._sum = (self._sum + manifest.mark(entry.path, entry.size)) % (1 << 64)
        self.report.files += 1
        self.report.size += entry.size
        self.report.written += entry.written

    def close(self, made_of: str) -> Report:
        """Write the site map, and last of all what the folder says about itself."""
        for entry in self.sitemap.close() if self.sitemap else ():
            self.enter(entry)
        where = f"Sitemap: {self.base}sitemap.xml\n" if self.sitemap else ""
        self.enter(self.shelf.put("robots.txt", f"User-agent: *\nAllow: /\n{where}".encode()))
        self._lines.close()
        found = self.report
        told = {
            "site": 1, "made-of": made_of, "sum": f"{self._sum:016x}", "files": found.files, "pages": found.pages,
            "size": found.size, "note": found.note,
        }  # fmt: skip
        (self.shelf.new / manifest.NAME).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return found
