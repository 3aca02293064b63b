"""From the answer of a worker to the answer of HTTP: whole when it is small, in pieces when it is not."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from kzkg.server.problems import MEDIA, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import Receive, Scope, Send

    from kzkg.server.reply import Reply

STALLED = 30.0
"""Seconds in which a reader has to take something."""
UNSTABLE = ("now", "rand", "uuid", "bnode")
"""Functions that answer differently each time; a text that may hold one of them has no ETag."""


def etag(generation: str, *parts: object) -> str:
    """Name an answer by what it depends on; weak, as the order of rows may differ."""
    text = "\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
    return f'W/"{generation}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"'


def stable(text: str) -> bool:
    """Whether a query answers the same again while the data stays."""
    lower = text.lower()
    return not any(word in lower for word in UNSTABLE)


def header(scope: Scope, name: bytes) -> str | None:
    """Give a header of a request; several of one name are one list."""
    found = [value for key, value in scope["headers"] if key == name]
    return b", ".join(found).decode("latin-1") if found else None


def matches(scope: Scope, tag: str) -> bool:
    """Whether the client has this answer already."""
    known = header(scope, b"if-none-match")
    if known is None:
        return False
    words = [word.strip().removeprefix("W/") for word in known.split(",")]
    return "*" in words or tag.removeprefix("W/") in words


Headers = list[tuple[bytes, bytes]]


def encoded(headers: Iterable[tuple[str, str]]) -> Headers:
    """Write headers as ASGI has them; what Latin-1 does not hold has no place in one."""
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


async def send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer that is there as a whole."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def send_unchanged(send: Send, headers: Headers) -> None:
    """Say that the client has it already."""
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_refusal(send: Send, refusal: Refusal) -> None:
    """Send problem details."""
    headers = [("content-type", MEDIA), ("cache-control", "no-store"), *refusal.headers.items()]
    await send_whole(send, refusal.status, encoded(headers), refusal.body())


async def send_reply(  # noqa: PLR0913 - what ASGI gives, and what is to be sent
    scope: Scope,
    receive: Receive,
    send: Send,
    reply: Reply,
    headers: Headers,
    *,
    keep: Callable[[str, Headers, bytes], None] | None = None,
) -> None:
    """Send the answer of a worker, as it comes; the worker is let go when the client goes.

    An answer that is there as a whole is also given to `keep`, with the generation of the data that it is true of.
    """
    watching: list[asyncio.Task[None]] = []
    reply.on_long = lambda: watching.append(asyncio.create_task(_gone(receive, reply))) if not watching else None
    try:
        await reply.begun()
        headers = encoded(reply.headers) + headers
        if reply.done:
            body = reply.whole()
            if keep is not None and reply.status == 200:
                keep(reply.generation, headers, body)
            await send_whole(send, reply.status, headers, body)
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        while piece := await reply.piece():
            await asyncio.wait_for(send({"type": "http.response.body", "body": piece, "more_body": True}), STALLED)
        await send({"type": "http.response.body", "body": b""})
    finally:
        reply.on_long = None
        reply.drop()
        for task in watching:
            task.cancel()


async def _gone(receive: Receive, reply: Reply) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    reply.drop()
    reply.fail(Refusal(503, "the client has gone"))
