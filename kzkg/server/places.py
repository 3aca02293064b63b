"""Where a server takes its graph from: a graph folder, a folder that was loaded, or an endpoint elsewhere."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kzkg.catalog import Catalog
from kzkg.store import existing_place, open_catalog
from kzkg.store.disk import LAYERED
from kzkg.store.loaded import POINTER, current, is_loaded
from kzkg.store.prepare import prepared_headers, prepared_store

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.remote.endpoint import Endpoint


@dataclass(eq=False)
class Generation:
    """One state of the graph: its store, which never changes, or the address of what holds it; and its saved queries.

    Of an endpoint there is one generation for as long as the server runs, and only its name follows the state.
    """

    folder: Path
    """The graph folder with the saved queries, the shapes and the rules."""
    headers: Path
    name: str
    """Says the content of the graph and of the queries, in short."""
    store: Path | None = None
    address: str = ""

    @property
    def large(self) -> bool:
        """Whether what is counted of all of it is counted beforehand."""
        return self.store is not None and (self.store / LAYERED).is_file()

    @property
    def catalog(self) -> Catalog:
        """What the folder holds, with the saved queries of this generation."""
        return Catalog(self.folder, self.headers)


class Place(Protocol):
    """One of the three places."""

    quick: bool
    """Whether `now` is done in a moment, so that the newest state is served before its dumps are written."""
    every: float
    """Seconds between two looks."""

    def __str__(self) -> str: ...

    def now(self) -> Generation:
        """Give the state that the place has now. Raises DataError where it cannot be had."""

    def sign(self) -> object:
        """Give what changes when the state does."""


class Files:
    """A graph folder: its files are the graph, and are prepared when one has changed."""

    quick = False
    every = 2.0

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def now(self) -> Generation:
        """Prepare the folder, where that is due."""
        store, headers = prepared_store(self.folder), prepared_headers(self.folder)
        return Generation(self.folder, headers, f"{content_name(store)}-{content_name(headers.parent)}", store)

    def sign(self) -> object:
        """Give names, sizes and times of all files."""
        found = []
        for place in ("ontology", "ontology/view", "data", "data/entities", "data/sources", "queries"):
            try:
                with os.scandir(self.folder / place) as entries:
                    files = [(entry.path, entry.stat()) for entry in entries if entry.name.endswith((".ttl", ".rq"))]
            except FileNotFoundError:
                continue
            found += [(path, stat.st_size, stat.st_mtime_ns) for path, stat in files]
        return tuple(sorted(found))


class Loaded:
    """A folder that `kzkg load` filled; the next load of it puts a new generation in the place of this one."""

    quick = True
    every = 1.0

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def now(self) -> Generation:
        """Give the generation that counts."""
        store, catalog = current(self.folder), open_catalog(self.folder)
        headers = catalog.headers or prepared_headers(catalog.folder)
        return Generation(catalog.folder, headers, f"{content_name(store)}-{content_name(headers.parent)}", store)

    def sign(self) -> object:
        """Give what a rename of the small file that names the generation changes."""
        found = (self.folder / POINTER).stat()
        return found.st_ino, found.st_mtime_ns


class Elsewhere:
    """An endpoint: it is asked anew for every answer, and the server holds nothing of it."""

    quick = True
    every = 5.0

    def __init__(self, address: str) -> None:
        from kzkg.remote.endpoint import Endpoint

        self.address = address
        self._endpoint: Endpoint = Endpoint(address)
        catalog = open_catalog()
        self._headers = catalog.headers or prepared_headers(catalog.folder)
        self._now = Generation(catalog.folder, self._headers, "", None, address)

    def __str__(self) -> str:
        from kzkg.remote.address import shown

        return shown(self.address)

    def now(self) -> Generation:
        """Give the one generation, under the name of its newest state."""
        state = hashlib.sha256(f"{self.address}\0{self.sign()}".encode()).hexdigest()[:10]
        self._now.name = f"{state}-{content_name(self._headers.parent)}"
        return self._now

    def sign(self) -> object:
        """Ask whether something was loaded since; an endpoint that keeps no notes may have changed every minute."""
        from kzkg.remote.endpoint import minute

        self._endpoint.fresh()
        return self._endpoint.state or minute()


def place_of(word: str | None) -> Place:
    """Take `--store` as a place to serve. Raises RequestError or DataError for what is none."""
    place = existing_place(word)
    if isinstance(place, str):
        return Elsewhere(place)
    return Loaded(place) if is_loaded(place) else Files(place)


def content_name(prepared: Path) -> str:
    """Give what tells the content of a prepared part: a part of its name, or inside a package of its description."""
    _, dash, sign = prepared.name.rpartition("-")
    return sign[:10] if dash else hashlib.sha256((prepared / "packed.json").read_bytes()).hexdigest()[:10]
