"""The watch that serves a new state of the graph when there is one, and has its dumps written."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kzkg.errors import KzkgError
from kzkg.server.births import PACKAGE
from kzkg.server.places import Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from kzkg.server.places import Place

log = logging.getLogger("kzkg.server")


class Made(NamedTuple):
    """What was made of a generation beside the serving: its dumps, what there is to know of each, and the counts."""

    dumps: Path
    manifest: dict[str, Any]
    counts: dict[str, Any] | None = None


async def prepare_beside(place: str, dumps: Path | None = None) -> tuple[Generation, Made]:
    """Prepare in a process of its own, so that nobody has to wait for it, and write the dumps."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-s", "-P", "-m", "kzkg.server.renewal", place, str(dumps or ""),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": PACKAGE},
    )  # fmt: skip
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        raise KzkgError(f"{place}: cannot be prepared; the messages above say why")
    told = json.loads(out)
    generation = Generation(Path(told["folder"]), Path(told["headers"]), told["name"], Path(told["store"]))
    return generation, Made(Path(told["home"]), told["dumps"], told["counts"])


class Watch:
    """Looks at the place now and then; when it has changed, hands over what is new.

    Of files the dumps are written before the new state is served, so that both fit; a loaded folder may be large, and
    is served at once.
    """

    def __init__(self, place: Place, generation: Generation, taken: Callable[[Generation, Made | None], None]) -> None:
        self._place = place
        self._generation = generation
        self._taken = taken
        self._home = tempfile.TemporaryDirectory(prefix="kzkg-dumps-", ignore_cleanup_errors=True)
        self._number = 0
        self.failed = ""
        """Why the newest state of the place is not served, if it is not."""
        self.trouble = asyncio.Event()
        """Set by whoever cannot use the generation that is served, such as one that was cleared away."""

    async def run(self) -> None:
        """Write the dumps of what is served, and watch until cancelled."""
        seen = await self._sign()
        making = asyncio.create_task(self._make())
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.trouble.wait(), self._place.every)
                now = await self._sign()
                if now == seen and not self.trouble.is_set():
                    continue
                seen = now
                self.trouble.clear()
                if self._place.quick and not await self._swap():
                    continue
                if self._place.quick:
                    making.cancel()
                await asyncio.wait([making])
                making = asyncio.create_task(self._make())
        finally:
            making.cancel()
            await asyncio.wait([making])

    async def _sign(self) -> object:
        try:
            found = await asyncio.to_thread(self._place.sign)
        except (KzkgError, OSError) as error:
            self._fail(error)
            return None
        if self._place.quick and self.failed:
            log.warning("%s: can be asked again", self._place)
            self.failed = ""
        return found

    def _fail(self, error: Exception) -> None:
        if str(error) != self.failed:
            log.warning("the newest state is not served: %s", error)
        self.failed = str(error)

    async def _swap(self) -> bool:
        """Serve the newest state at once; tell whether there is one."""
        try:
            generation = await asyncio.to_thread(self._place.now)
        except (KzkgError, OSError) as error:
            self._fail(error)
            return False
        self._take(generation, None)
        return True

    async def _make(self) -> None:
        """Have everything made that takes longer."""
        if self._generation.address:
            return
        self._number += 1
        dumps = Path(self._home.name) / str(self._number)
        try:
            generation, made = await prepare_beside(str(self._place), dumps)
        except (KzkgError, OSError, ValueError) as error:
            self._fail(error)
            return
        self.failed = ""
        self._take(generation, made)
        await asyncio.to_thread(self._clear, dumps)

    def _take(self, generation: Generation, made: Made | None) -> None:
        if generation.name == self._generation.name:
            generation = self._generation
        self._generation = generation
        self._taken(generation, made)

    def _clear(self, newest: Path) -> None:
        for old in set(Path(self._home.name).iterdir()) - {newest}:
            shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Remove the dumps."""
        self._home.cleanup()
