"""Stands before every room: strict headers, CORS, rates, the size of addresses, faults as problem details, counting."""

from __future__ import annotations

import ipaddress
import logging
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from kzkg.errors import KzkgError
from kzkg.server.answering import send_refusal
from kzkg.server.problems import Refusal, refusal
from kzkg.server.rate import Rate
from kzkg.server.reply import Broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kzkg.server.limits import Limits
    from kzkg.server.metrics import Metrics

log = logging.getLogger("kzkg.server")

LONGEST_ADDRESS = 60_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Language, ETag, Link, Retry-After, X-Total-Count"),
]
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match, Range"),
    (b"access-control-max-age", b"86400"),
]
FREE = ("healthz", "metrics", "static")
"""Parts that cost next to nothing, and are not counted against anybody's rate."""
POSTING = ("sparql",)


def part_of(path: str) -> str:
    """Give the part of the server that a path belongs to."""
    part = path.split("/", 2)[1] if path.startswith("/") else ""
    return part if part in PARTS else "other"


PARTS = {
    "sparql", "graphs", "healthz", "metrics", "dumps", ".well-known", "api", "openapi.json", "static", "id", "queries"
}  # fmt: skip


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """Give what counts as one client: an address, or with IPv6 the network that one subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


class Gate:
    """The outermost layer of the application."""

    def __init__(self, others: ASGIApp, rooms: Mapping[str, ASGIApp], limits: Limits, metrics: Metrics) -> None:
        self._others = others
        self._rooms = rooms
        self._rate = Rate(limits.rate, limits.rate * limits.burst)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it here."""
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0

        async def strict(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *STRICT]
            await send(message)

        part = part_of(scope["path"])
        try:
            await self._pass(scope, receive, strict, part)
        except (KzkgError, HTTPException) as error:
            if status:
                raise
            await send_refusal(strict, said(error))
        except (Broken, TimeoutError):
            # The status has gone out already: closing the connection is the only way left to say that this is not all.
            log.info("an answer was broken off")
            raise
        finally:
            self._metrics.seen(part, method_of(scope), status, time.perf_counter() - begun)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, part: str) -> None:
        if scope["method"] == "OPTIONS":
            allowed = b"GET, HEAD, POST, OPTIONS" if part in POSTING else b"GET, HEAD, OPTIONS"
            headers = [(b"allow", allowed), *PREFLIGHT]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        client = client_of(scope["client"][0] if scope.get("client") else "")
        scope["kzkg.client"] = client
        if part not in FREE and (wait := self._rate.wait(client)):
            seconds = str(int(wait) + 1)
            raise Refusal(429, "too many requests from this address", {"retry-after": seconds}, limit="rate")
        await self._rooms.get(scope["path"], self._others)(scope, receive, send)


def method_of(scope: Scope) -> str:
    """Give the method, or a word for all that nobody knows, so that the metrics stay small."""
    return (
        scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"} else "other"
    )


def said(error: KzkgError | HTTPException) -> Refusal:
    """Turn any fault that we know into problem details."""
    if isinstance(error, KzkgError):
        return refusal(error)
    return Refusal(error.status_code, DETAILS.get(error.status_code, error.detail), dict(error.headers or {}))


DETAILS = {
    404: "there is nothing at this address",
    405: "this method is not possible here",
}
