"""What all rooms of the server share: the pool, the generation that is served, its dumps, and answers about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kzkg.server.problems import Refusal
from kzkg.server.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Scope

    from kzkg.catalog import Catalog
    from kzkg.server.answering import Headers
    from kzkg.server.generation import Made, Watch
    from kzkg.server.limits import Limits
    from kzkg.server.metrics import Metrics
    from kzkg.server.places import Generation, Place
    from kzkg.server.pool import Pool
    from kzkg.server.reply import Reply


@dataclass
class Site:
    """One server; `pool` and what follows are there once it has started."""

    limits: Limits
    metrics: Metrics
    place: Place
    generation: Generation
    base: str = ""
    """The address under which the outside knows the server, where that is not the one of the request."""
    editor: ASGIApp | None = None
    """The page that a browser gets at the endpoint; a description of the service without one."""
    pool: Pool = field(init=False)
    watch: Watch = field(init=False)
    made: Made | None = None
    shelf: Shelf = field(default_factory=Shelf)
    endpoint: str = "/sparql"
    dumps_path: str = "/dumps"
    _catalog: tuple[str, Catalog] | None = None
    _counts: tuple[str, dict[str, Any]] | None = None

    def take(self, generation: Generation, made: Made | None) -> None:
        """Serve a new generation, and what was made of it, which may also come later."""
        if generation is not self.generation:
            self.generation, self.made = generation, None
            self.shelf.clear()
            self.pool.swap(generation)
        self.made = made or self.made

    @property
    def manifest(self) -> dict[str, Any]:
        """What there is to know of each dump."""
        return self.made.manifest if self.made else {}

    @property
    def making(self) -> bool:
        """Whether the dumps are still being written; of an endpoint there are none."""
        return not self.made and not self.generation.address

    @property
    def catalog(self) -> Catalog:
        """The saved queries of the generation that is served."""
        if self._catalog is None or self._catalog[0] != self.generation.name:
            self._catalog = (self.generation.name, self.generation.catalog)
        return self._catalog[1]

    def keeper(self, tag: str) -> Callable[[str, Headers, bytes], None]:
        """Give what keeps an answer, unless the data has changed since it was asked for."""
        asked = self.generation.name

        def keep(generation: str, headers: Headers, body: bytes) -> None:
            if generation == asked == self.generation.name:
                self.shelf.put(tag, headers, body)

        return keep

    def ask(self, job: dict[str, Any], client: str = "", key: object = None) -> Reply:
        """Let a worker do a job."""
        return self.pool.ask(job, client, key)

    async def counts(self) -> dict[str, Any]:
        """Give the counts of the generation that is served, counted once."""
        name = self.generation.name
        if self.made and self.made.counts:
            return self.made.counts
        if self.generation.large:
            raise Refusal(503, "the counts are being made", {"retry-after": "30"})
        if self._counts is None or self._counts[0] != name:
            reply = self.ask({"do": "statistics", "trusted": True}, "kzkg")
            await reply.begun()
            self._counts = (name, json.loads(reply.whole()))
        return self._counts[1]

    def root(self, scope: Scope) -> str:
        """Give the address of the server as its client wrote it, without a slash at the end."""
        if self.base:
            return self.base.rstrip("/")
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        if not host or not set(host) <= HOST:
            host = ":".join(str(part) for part in scope.get("server") or ("localhost",))
        return f"{scope.get('scheme', 'http')}://{host}{scope.get('root_path', '')}"


HOST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_")
