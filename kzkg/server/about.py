"""Addresses that tell about the server and the data: health, metrics, descriptions, examples, dumps."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response
from starlette.routing import Route

from kzkg.server import metrics, negotiation, openapi
from kzkg.server.description import describe_catalog, describe_data
from kzkg.server.endpoint import parameters, wanted_forms
from kzkg.server.examples import describe_examples
from kzkg.server.media import GRAPHS, listed
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from kzkg.server.site import Site

    Writer = Callable[[Site, str, str], Awaitable[bytes]]

KEPT = {"cache-control": "public, no-cache"}


def routes(site: Site) -> list[BaseRoute]:
    """Give the addresses."""
    return [
        Route("/healthz", partial(health, site)),
        Route("/metrics", partial(measures, site)),
        Route("/openapi.json", partial(api_document, site)),
        Route("/.well-known/void", partial(described, site, describe_data)),
        Route("/.well-known/dcat", partial(described, site, describe_catalog)),
        Route("/.well-known/sparql-examples", partial(described, site, examples)),
        Route("/dumps", partial(described, site, describe_catalog)),
        Route("/dumps/", partial(described, site, describe_catalog)),
        Route("/dumps/{name:path}", partial(dump, site)),
    ]


async def examples(site: Site, root: str, form: str) -> bytes:
    """Describe the saved queries as examples."""
    return describe_examples(site, root, form)


async def health(site: Site, _request: Request) -> Response:
    """Say whether questions can be answered."""
    working = sum(1 for hand in site.pool.hands if hand.state in {"idle", "busy"})
    state = {
        "status": "ok" if working else "no worker",
        "generation": site.generation.name,
        "workers": working,
        "confined": site.pool.confined,
        "dumps": bool(site.manifest),
    }
    fine = bool(working)
    if site.watch.failed and site.generation.address:
        state["status"], fine = f"{site.place}: cannot be asked now", False
    elif site.watch.failed:
        state["note"] = "the newest state of the files is not served: it cannot be prepared"
    headers = {"cache-control": "no-store"}
    return Response(json.dumps(state), 200 if fine else 503, headers, "application/json")


async def measures(site: Site, _request: Request) -> Response:
    """Give the counters."""
    text = site.metrics.text(site.pool, site.generation.name)
    return Response(text, headers={"content-type": metrics.MEDIA, "cache-control": "no-store"})


async def api_document(site: Site, request: Request) -> Response:
    """Give the description of the API."""
    body = json.dumps(openapi.document(site, site.root(request.scope)), ensure_ascii=False)
    return Response(body, media_type="application/vnd.oai.openapi+json;version=3.1", headers=KEPT)


async def described(site: Site, writer: Writer, request: Request) -> Response:
    """Give a description in the format that is wanted."""
    accept = request.headers.get("accept")
    form = wanted_forms(accept, parameters(request.scope["query_string"]))["graphs"]
    if form is None and negotiation.choose(accept, [("json", ("application/json", "text/html"))]):
        form = "ttl"
    if form is None:
        raise Refusal(406, f"it can be had as {', '.join(listed(GRAPHS))}", available=listed(GRAPHS))
    body = await writer(site, site.root(request.scope), form)
    return Response(body, headers={"content-type": GRAPHS[form].content_type, "vary": "Accept", **KEPT})


async def dump(site: Site, request: Request) -> Response:
    """Give a dump, whole or a part of it, with its checksum as ETag."""
    name = request.path_params["name"]
    if site.generation.address:
        raise Refusal(404, f"there are no dumps: the graph lies at {site.place}, and can be had from there")
    if site.made is None:
        raise Refusal(503, "the dumps are being written", {"retry-after": "5"})
    entry = site.manifest.get(name)
    if entry is None:
        raise Refusal(404, "there is no such dump; /dumps/ describes them all")
    tag = f'"{entry["sha256"]}"'
    headers = {"etag": tag, **KEPT}
    known = [word.strip() for word in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    media = "application/gzip" if name.endswith(".gz") else entry["media"]
    return FileResponse(site.made.dumps / name, headers=headers, media_type=media)
