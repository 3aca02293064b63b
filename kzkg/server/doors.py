"""Connections: how many there may be, how long one may stand still, and how large its heads may be."""

from __future__ import annotations

import contextlib
from collections import Counter, OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kzkg.server.gate import LONGEST_ADDRESS, STRICT, client_of
from kzkg.server.problems import MEDIA, Refusal

if TYPE_CHECKING:
    import asyncio

    from kzkg.server.metrics import Metrics

MOST, MOST_EACH = 1000, 250
"""Connections in all, and of one client; one more closes the one that has been idle longest."""
HEADS = 10.0
"""Seconds in which a request has to be there, from its first byte or from the opening of its connection."""
BODY = 30.0
STALLED = 30.0
"""Seconds in which a reader has to take something."""
RESTED = 1.0
LONGEST_HEADS = LONGEST_ADDRESS + (1 << 15)
EVERY = 1.0


class Doors:
    """All connections of a server."""

    def __init__(self, metrics: Metrics, each: int = MOST_EACH) -> None:
        self._metrics = metrics
        self._most_each = each
        self._open: OrderedDict[Door, None] = OrderedDict()
        self._each: Counter[str] = Counter()
        self._sweeping = False

    def make(self, *given: Any, **named: Any) -> Door:
        """Make the protocol of a new connection, as the server calls it."""
        return Door(self, *given, **named)

    def opened(self, door: Door) -> bool:
        """Take a new connection, and close an idle one where there are too many; none idle: not taken."""
        self._open[door] = None
        self._each[door.who] += 1
        self._metrics.connections = len(self._open)
        if not self._sweeping:
            self._sweeping = True
            door.loop.call_later(EVERY, self._sweep, door.loop)
        crowded = self._each[door.who] > self._most_each
        if not crowded and len(self._open) <= MOST:
            return True
        self._metrics.refused_connections += 1
        idle = [other for other in self._open if other is not door and other.idle]
        if crowded:
            idle = [other for other in idle if other.who == door.who]
        # Whoever has asked something before is let go last, and only when that was a while ago.
        rested = door.loop.time() - RESTED
        for other in (*(each for each in idle if each.new), *(each for each in idle if each.last < rested)):
            self.closed(other)
            other.abort()
            return True
        return False

    def used(self, door: Door) -> None:
        """Put a connection that is in use behind the others."""
        if door in self._open:
            self._open.move_to_end(door)

    def closed(self, door: Door) -> None:
        """Forget a connection."""
        if door in self._open:
            del self._open[door]
            self._each[door.who] -= 1
            if not self._each[door.who]:
                del self._each[door.who]
            self._metrics.connections = len(self._open)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what stands still."""
        now = loop.time()
        for door in list(self._open):
            if door.stands_still(now):
                self._metrics.refused_connections += 1
                door.abort()
        self._sweeping = bool(self._open)
        if self._sweeping:
            loop.call_later(EVERY, self._sweep, loop)


class Gathered:
    """A transport that sends the head of an answer together with the first part of its body, not before it.

    Two packets would wake the client twice, which costs both sides more than all else about a small answer.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send data, or hold it back when it is a head."""
        if self._head:
            self._head, data = b"", self._head + data
        elif data.startswith(b"HTTP/1.1 ") and data[9:10] != b"1":
            self._head = data
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what was held back, and close."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the transport does."""
        return getattr(self._transport, name)


class Door(HttpToolsProtocol):
    """One connection."""

    def __init__(self, doors: Doors, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._doors = doors
        self.who = ""
        self._heads = 0
        self.new = True
        """Whether nothing was asked yet."""
        self.last = 0.0
        """When something was asked last."""
        self._since: float | None = None
        """When the request began that is not there as a whole yet, or the connection without one."""
        self._body_since: float | None = None
        self._left = 0
        self._moved = 0.0
        self._fault: Refusal | None = None

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def abort(self) -> None:
        """Close at once, whatever is still to be sent."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or turn it away."""
        super().connection_made(transport)
        self.who = client_of(self.client[0]) if self.client else ""
        self._since = self.loop.time()
        if not self._doors.opened(self):
            self._turn_away(Refusal(503, "too many connections", {"retry-after": "5"}))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._doors.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request, unless its heads are too large."""
        if self.parser is None or self.transport.is_closing():
            return
        if self._since is None and self.idle and self._body_since is None:
            self._since = self.loop.time()
        if self._since is not None:
            self._heads += len(data)
        self._unset_keepalive_if_required()
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
            return
        if self._since is not None and self._heads > LONGEST_HEADS and not self.transport.is_closing():
            self._turn_away(Refusal(431, f"the heads of a request have at most {LONGEST_HEADS} bytes"))

    def _feed(self, data: bytes) -> None:
        """Parse, and do not take an offer to go on in HTTP/2: Java's clients make one with each request.

        The parser stops where the other protocol would begin and would never give the body, so that the same request
        is given to a new one as if the offer had not been made (RFC 9110, 7.8).
        """
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                if not self._offered:
                    return
                data = self._plain() + data[offer.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            else:
                return

    @property
    def _offered(self) -> bool:
        """Whether the request that is read offers another protocol; CONNECT asks for one, which is something else."""
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"

    def _plain(self) -> bytes:
        """Write the head of the request again, without the offer."""
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        for name, value in self.headers:
            kept = value
            if name == b"connection":
                words = (word.strip() for word in value.split(b","))
                kept = b", ".join(word for word in words if word.lower() not in {b"upgrade", b"http2-settings"})
            if name not in {b"upgrade", b"http2-settings"} and (kept or not value):
                lines.append(name + b": " + kept)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def on_url(self, url: bytes) -> None:
        """Take a part of the address, unless it is too long; the parser could not read one much longer anyway."""
        super().on_url(url)
        if len(self.url) > LONGEST_ADDRESS:
            self._fault = Refusal(414, f"an address has at most {LONGEST_ADDRESS} bytes; send the query with POST")
            raise ValueError("too long")

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._turn_away(self._fault or Refusal(400, msg))

    def _turn_away(self, refusal: Refusal) -> None:
        """Answer with problem details before there is a request, and close."""
        body = refusal.body()
        headers = [*STRICT, (b"content-type", MEDIA.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
        lines = [b"HTTP/1.1 %d %s" % (refusal.status, HTTPStatus(refusal.status).phrase.encode())]
        lines += [b"%s: %s" % header for header in (*headers, (b"connection", b"close"))]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        self.transport.close()

    def on_headers_complete(self) -> None:
        """Note that the heads are there."""
        if self._offered:
            return
        self._since, self._heads = None, 0
        self._body_since = self.last = self.loop.time()
        self.new = False
        self._doors.used(self)
        super().on_headers_complete()
        if self.scope["method"] != "HEAD":
            self.cycle.transport = cast("asyncio.Transport", Gathered(self.transport))

    def on_message_complete(self) -> None:
        """Note that the body is there."""
        if self._offered:
            return
        self._body_since = None
        super().on_message_complete()

    def stands_still(self, now: float) -> bool:
        """Whether a request does not come, or an answer is not taken."""
        if self._since is not None and now - self._since > HEADS:
            return True
        if self._body_since is not None and now - self._body_since > BODY:
            return True
        left = 0
        with contextlib.suppress(AttributeError):
            left = self.transport.get_write_buffer_size()
        if left != self._left or not left:
            self._left, self._moved = left, now
        return now - self._moved > STALLED
