"""The saved queries as an API: a list, and each with its parameters, answered as on the command line."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from kzkg.labels import LANGUAGES
from kzkg.server import negotiation
from kzkg.server.answering import etag, header, matches, send_reply, send_unchanged
from kzkg.server.endpoint import KEPT, VARY, flag, parameters, single
from kzkg.server.paging import links
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from kzkg.query import SavedQuery
    from kzkg.server.site import Site

OPTIONS = ("f", "format", "lang", "all", "known-by", "cite", "limit", "offset", "sort", "columns", "excel")
"""What is meant the same on every query; everything else is a parameter of the query."""
MOST = 100_000


def routes(site: Site) -> list[BaseRoute]:
    """Give the addresses of the API."""
    return [
        Route("/api/queries", partial(list_queries, site)),
        Route("/api/queries/{name}", Saved(site)),
    ]


async def list_queries(site: Site, request: Request) -> Response:
    """List the saved queries, in pages if that is wanted."""
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    for name in given:
        if name not in {"limit", "offset"}:
            raise Refusal(400, f"no option {name[:40]!r}", parameter=name[:40], allowed=["limit", "offset"])
    root = site.root(request.scope)
    limit, offset = whole(given, "limit"), whole(given, "offset") or 0
    queries = list(site.catalog.queries.values())
    shown = queries[offset:] if limit is None else queries[offset : offset + limit]
    headers = {"x-total-count": str(len(queries)), "vary": "Accept", "cache-control": "public, no-cache"}
    if limit:
        headers["link"] = links(f"{root}/api/queries", (), limit, offset, len(queries))
    body = json.dumps([entry(query, root) for query in shown], ensure_ascii=False, indent=1).encode()
    return Response(body, media_type="application/json", headers=headers)


def entry(query: SavedQuery, root: str) -> dict[str, Any]:
    """Describe a query."""
    parameters_ = [
        {"name": each.name, "type": each.type, "help": each.help} | ({"of": each.of} if each.of else {})
        for each in query.parameters
    ]
    address = f"{root}/api/queries/{query.name}"
    example = f"{address}?{urlencode(query.example)}" if query.example else address
    return {
        "name": query.name, "question": query.summary, "description": query.description, "group": query.group,
        "tags": list(query.tags), "parameters": parameters_, "address": address, "example": example,
    }  # fmt: skip


class Saved:
    """The application at the address of one query."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise Refusal(405, "a saved query is asked with GET", {"allow": "GET, HEAD, OPTIONS"})
        name = scope["path_params"]["name"]
        pairs = parameters(scope["query_string"])
        job = asked(name, pairs)
        job |= {
            "accept": header(scope, b"accept"), "packed": negotiation.packs(header(scope, b"accept-encoding")),
            "lang": job["lang"] or negotiation.language(header(scope, b"accept-language"), LANGUAGES),
            "address": f"{self._site.root(scope)}/api/queries/{name}",
        }  # fmt: skip
        tag = etag(self._site.generation.name, *job.values())
        headers = [(b"vary", VARY[1] + b", Accept-Language"), (b"etag", tag.encode()), KEPT]
        if matches(scope, tag):
            await send_unchanged(send, headers)
            return
        reply = self._site.ask(job, scope["kzkg.client"])
        await send_reply(scope, receive, send, reply, headers)


def asked(name: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Read the options and the parameters of a query from the address."""
    given: dict[str, list[str]] = {}
    for each, value in pairs:
        given.setdefault(each, []).append(value)
    lang = single(given, "lang")
    if lang is not None and lang not in LANGUAGES:
        raise Refusal(400, "no such language", parameter="lang", allowed=list(LANGUAGES), example="en")
    return {
        "do": "saved", "name": name.removesuffix(".rq"), "lang": lang,
        "form": single(given, "f") or single(given, "format"),
        "given": {each.replace("-", "_"): values for each, values in given.items() if each not in OPTIONS},
        "all": flag(given, "all"), "cite": flag(given, "cite"), "excel": flag(given, "excel"),
        "day": single(given, "known-by"), "limit": whole(given, "limit"), "offset": whole(given, "offset") or 0,
        "sort": listed(given, "sort"), "columns": listed(given, "columns"),
        "pairs": [pair for pair in pairs if pair[0] not in {"limit", "offset"}],
    }  # fmt: skip


def whole(given: dict[str, list[str]], name: str) -> int | None:
    """Read a number of rows."""
    word = single(given, name)
    if word is None:
        return None
    if not word.isdecimal() or not word.isascii() or len(word) > 9 or (name == "limit" and not 0 < int(word) <= MOST):
        least = 1 if name == "limit" else 0
        raise Refusal(
            400, f"{name} is a number from {least}", parameter=name, allowed=f"{least} to {MOST}", example="100"
        )
    return int(word)


def listed(given: dict[str, list[str]], name: str) -> list[str]:
    """Read names between commas."""
    return [word.strip() for word in (single(given, name) or "").split(",") if word.strip()]
