"""The state of the data that is served, and the watch that swaps in a new one when the files have changed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzkg.catalog import Catalog
from kzkg.errors import DataError
from kzkg.server.births import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("kzkg.server")

EVERY = 2.0


@dataclass(frozen=True, eq=False)
class Generation:
    """A prepared store and prepared query headers, which never change, and the dumps made of them."""

    folder: Path
    store: Path
    headers: Path

    @cached_property
    def name(self) -> str:
        """A short name that says the content of both."""
        return "-".join(content_name(path) for path in (self.store, self.headers.parent))

    @property
    def catalog(self) -> Catalog:
        """What the folder holds, with the saved queries of this generation."""
        return Catalog(self.folder, self.headers)


def content_name(prepared: Path) -> str:
    """Give what tells the content of a prepared part: a part of its name, or inside a package of its description."""
    _, dash, sign = prepared.name.rpartition("-")
    return sign[:10] if dash else hashlib.sha256((prepared / "packed.json").read_bytes()).hexdigest()[:10]


def prepare(folder: Path) -> Generation:
    """Prepare the graph folder, where that is due."""
    from kzkg.store.prepare import prepared_headers, prepared_store

    return Generation(folder, prepared_store(folder), prepared_headers(folder))


def sign(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Give what changes when a file of the graph does: names, sizes and times."""
    found = []
    for place in ("ontology", "ontology/view", "data", "data/entities", "data/sources", "queries"):
        try:
            with os.scandir(folder / place) as entries:
                files = [(entry.path, entry.stat()) for entry in entries if entry.name.endswith((".ttl", ".rq"))]
        except FileNotFoundError:
            continue
        found += [(path, stat.st_size, stat.st_mtime_ns) for path, stat in files]
    return tuple(sorted(found))


async def prepare_beside(folder: Path, dumps: Path | None = None) -> tuple[Generation, dict[str, Any]]:
    """Prepare in a process of its own, so that nobody has to wait for it, and write the dumps."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-s", "-P", "-m", "kzkg.server.renewal", str(folder), str(dumps or ""),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": PACKAGE},
    )  # fmt: skip
    out, _ = await process.communicate()
    if process.returncode:
        raise DataError(f"{folder}: cannot be prepared; the messages above say why")
    told = json.loads(out)
    return Generation(folder, Path(told["store"]), Path(told["headers"])), told["dumps"]


class Watch:
    """Looks at the files now and then; when they have changed, prepares a new generation and hands it over."""

    def __init__(self, generation: Generation, taken: Callable[[Generation, Path, dict[str, Any]], None]) -> None:
        self._generation = generation
        self._taken = taken
        self._home = tempfile.TemporaryDirectory(prefix="kzkg-dumps-", ignore_cleanup_errors=True)
        self._number = 0
        self.failed = ""
        """Why the newest state of the files is not served, if it is not."""
        self.trouble = asyncio.Event()
        """Set by whoever cannot use the generation that is served, such as one that was cleared away."""

    async def run(self) -> None:
        """Write the dumps of what is served, and watch until cancelled."""
        seen = await asyncio.to_thread(sign, self._generation.folder)
        await self._renew()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.trouble.wait(), EVERY)
            now = await asyncio.to_thread(sign, self._generation.folder)
            if now != seen or self.trouble.is_set():
                seen = now
                self.trouble.clear()
                await self._renew()

    async def _renew(self) -> None:
        self._number += 1
        dumps = Path(self._home.name) / str(self._number)
        try:
            generation, manifest = await prepare_beside(self._generation.folder, dumps)
        except (DataError, OSError, ValueError) as error:
            self.failed = str(error)
            log.warning("the newest state of the files is not served: %s", error)
            return
        self.failed = ""
        if generation.name == self._generation.name:
            generation = self._generation
        self._generation = generation
        self._taken(generation, dumps, manifest)

    def close(self) -> None:
        """Remove the dumps."""
        self._home.cleanup()
