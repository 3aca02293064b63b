"""The application: every room at its address, behind the gate; it starts the workers and the watch, and ends them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from kzkg.errors import KzkgError
from kzkg.server import about, api
from kzkg.server.endpoint import Endpoint
from kzkg.server.gate import Gate, said
from kzkg.server.generation import Watch
from kzkg.server.graphstore import GraphStore
from kzkg.server.pool import Pool
from kzkg.server.problems import MEDIA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kzkg.server.site import Site


def application(site: Site, more: Iterable[BaseRoute] = ()) -> Gate:
    """Put the application together; pages and their assets come as further routes."""

    @contextlib.asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        site.pool = Pool(site.limits, site.generation, open_to=site.generation.address)
        site.watch = Watch(site.place, site.generation, site.take)
        site.pool.on_trouble = site.watch.trouble.set
        watching = None
        try:
            await site.pool.start()
            watching = asyncio.create_task(site.watch.run())
            yield
        finally:
            if watching is not None:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
            site.watch.close()
            await site.pool.close()

    routes: list[BaseRoute] = [
        Route("/graphs", GraphStore(site)),
        *api.routes(site),
        *about.routes(site),
        *more,
    ]
    handlers = {HTTPException: answer_fault, KzkgError: answer_fault}
    others = Starlette(routes=routes, lifespan=running, exception_handlers=handlers)
    # Finding a room and its layers for faults cost as much as everything else that a small query needs.
    return Gate(others, {"/sparql": Endpoint(site)}, site.limits, site.metrics)


async def answer_fault(_request: Request, error: Exception) -> Response:
    """Answer with problem details."""
    if not isinstance(error, KzkgError | HTTPException):
        raise error
    found = said(error)
    headers = {"content-type": MEDIA, "cache-control": "no-store", **found.headers}
    return Response(found.body(), found.status, headers)
