"""Asks one endpoint over HTTP, with limits on time, size, redirects and attempts; what goes wrong becomes one line."""

from __future__ import annotations

import os
import re
import time
import zlib
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin
from urllib.request import getproxies

import httpx

from kzkg.errors import DataError, KzkgError, RequestError, TimeLimit
from kzkg.remote.address import PLAIN, Origin, checked, origin, secret, shown
from kzkg.remote.patience import Patience, waiting
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kzkg.remote.address import Secret

HEADERS = {"User-Agent": "kzkg", "Accept-Encoding": "gzip"}
SECONDS = "KZKG_TIME_LIMIT"
IN_MEMORY = 8 << 20
MOST_REDIRECTS = 5
LONGEST_WORDS = 200
AGAIN = {429, 502, 503}
MOVED = {301, 302, 303, 307, 308}
REFUSED = {400, 405, 406, 413, 414, 415, 422}


class Limits(NamedTuple):
    """How long an endpoint is waited for, and how much of it is read."""

    connect: float = 10.0
    whole: float = 300.0
    """Seconds for one answer, from the first byte sent to the last byte read."""
    size: int = 256 << 20
    patience: Patience = Patience()
    stubborn: bool = False
    """Whether to ask again also after the connection broke; for what may be sent twice."""


def wished() -> Limits:
    """Give the limits, with the seconds that the environment gives an answer."""
    said = os.environ.get(SECONDS, "")
    if not re.fullmatch(r"[0-9]{0,6}(\.[0-9]{1,3})?", said) or (said and not float(said)):
        raise RequestError(f"{SECONDS}: {quoted(said)} is no number of seconds, such as 60")
    return Limits(whole=float(said)) if said else Limits()


class Reply(NamedTuple):
    """A whole answer of an endpoint, with what its head said."""

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]

    @property
    def media(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def words(self, known: Secret | None = None) -> str:
        """Give the beginning of the body as one line for a message."""
        self.body.seek(0)
        text = self.body.read(4 * LONGEST_WORDS).decode("utf-8", "replace")
        if known and known.password:
            text = text.replace(known.password, "…")
        plain = "".join(letter if letter.isprintable() else " " for letter in text)
        return " ".join(plain.split())[:LONGEST_WORDS]


class Failed(DataError):  # noqa: N818
    """The endpoint failed, and said something about it."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class Broken(DataError):  # noqa: N818
    """There is no connection, or it broke."""


class Client:
    """One endpoint, as it is asked within one process; its connection is kept open between questions."""

    def __init__(self, address: str, limits: Limits | None = None) -> None:
        self.address = checked(address)
        self.limits = limits or wished()
        self._secret = secret(self._home.host)
        self._auth: httpx.Auth | None = None
        wait = httpx.Timeout(self.limits.whole, connect=self.limits.connect)
        try:
            self._http = httpx.Client(timeout=wait, follow_redirects=False, headers=HEADERS, verify=self._sealed)
        except (ValueError, OSError) as error:
            raise DataError(f"HTTP cannot be used here: {error}") from error

    @property
    def _home(self) -> Origin:
        return origin(self.address)

    @property
    def _sealed(self) -> bool:
        """Whether certificates will be looked at: to read those of the system takes longer than many an answer."""
        return self._home.scheme == "https" or bool(getproxies())

    @property
    def shown(self) -> str:
        """The address as a message names it."""
        return shown(self.address)

    @property
    def user(self) -> str:
        """Who asks, where the endpoint wants to know."""
        return self._secret.user if self._secret else ""

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(self, method: str, address: str | None = None, *, fine: int | None = None, **request: object) -> Reply:
        """Send a request until it is answered, and give the whole answer with a status below 400, or the one in `fine`.

        Raises DataError for an endpoint that cannot be used, TimeLimit for one that takes too long, RequestError for
        what it refuses to do.
        """
        end = time.monotonic() + self.limits.whole
        url = httpx.URL(address or self.address)
        # What stands in the address stays there; a redirect says itself what it wants to be asked.
        url = url.copy_with(params=[*url.params.multi_items(), *request.pop("params", ())])  # type: ignore[misc]
        reply = self._patiently(method, str(url), request, end)
        if reply.status >= 400 and reply.status != fine:
            raise self._refusal(reply)
        return reply

    def _patiently(self, method: str, address: str, request: dict[str, object], end: float) -> Reply:
        """Try again, after a pause, while the endpoint says that it is busy."""
        for pause in waiting(self.limits.patience):
            reply, fault, said = None, None, None
            try:
                reply = self._followed(method, address, request, end)
                if reply.status not in AGAIN:
                    return reply
                said = reply.headers.get("retry-after")
            except Broken as error:
                if not self.limits.stubborn:
                    raise
                fault = error
            wished = pause(said)
            if wished is None or time.monotonic() + wished > end:
                break
            time.sleep(wished)
        if fault:
            raise fault
        return reply  # type: ignore[return-value]  # of a reply and a fault there is always one

    def _followed(self, method: str, address: str, request: dict[str, object], end: float) -> Reply:
        """Follow redirects within the same host, and answer a question for the password once."""
        asked = False
        for _ in range(MOST_REDIRECTS + 2):
            reply = self._once(method, address, request, end)
            if reply.status == 401 and self._secret and not asked:
                self._auth, asked = way_in(self.shown, reply, self._secret, origin(address)), True
                continue
            if reply.status not in MOVED:
                return reply
            address = self._next(address, reply.headers.get("location", ""))
            if reply.status == 303 and method != "GET":
                method, request = "GET", {key: value for key, value in request.items() if key == "headers"}
        raise DataError(f"{self.shown}: redirects in a circle, more than {MOST_REDIRECTS} times")

    def _next(self, address: str, location: str) -> str:
        here = origin(address)
        there = urljoin(address, location) if location else ""
        try:
            where = origin(checked(there))
        except (KzkgError, KeyError, ValueError) as error:
            raise DataError(f"{self.shown}: redirects to {quoted(shown(there))}, which is no address") from error
        if where != here:
            raise DataError(f"{self.shown}: redirects to another host, {shown(there)[:100]}; if you trust it, name it")
        return there

    def _once(self, method: str, address: str, request: dict[str, object], end: float) -> Reply:
        """Send one request and read its whole answer."""
        left = end - time.monotonic()
        wait = httpx.Timeout(max(left, 0.001), connect=min(self.limits.connect, max(left, 0.001)))
        try:
            auth = self._auth if origin(address).host == self._home.host else None
            with self._http.stream(method, address, auth=auth, timeout=wait, **request) as answer:  # type: ignore[arg-type]
                body = self._read(answer, end)
                return Reply(answer.status_code, answer.headers, body)
        except httpx.ConnectTimeout as error:
            raise DataError(f"{self.shown}: cannot be reached within {self.limits.connect:g} seconds") from error
        except httpx.TimeoutException as error:
            raise self._late() from error
        except httpx.ConnectError as error:
            raise Broken(f"{self.shown}: cannot be reached: {plain(error)}") from error
        except httpx.DecodingError as error:
            raise DataError(f"{self.shown}: its answer is compressed wrongly: {plain(error)}") from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise Broken(f"{self.shown}: the connection broke: {plain(error)}") from error

    def _read(self, answer: httpx.Response, end: float) -> IO[bytes]:
        body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller reads and drops it
        size = 0
        # Pieces as they come, and undone here: what is undone elsewhere can trickle in without being seen.
        for chunk in plain_text(answer.iter_raw(), answer.headers.get("content-encoding", ""), self.limits.size):
            size += len(chunk)
            if size > self.limits.size:
                raise DataError(
                    f"{self.shown}: its answer has more than {self.limits.size >> 20} megabytes; ask for less"
                )
            if time.monotonic() > end:
                raise self._late()
            body.write(chunk)
        body.seek(0)
        return body

    def _late(self) -> TimeLimit:
        return TimeLimit(f"{self.shown}: did not answer within {self.limits.whole:g} seconds")

    def _refusal(self, reply: Reply) -> KzkgError:
        """Say in one line what a status above 400 means."""
        said = reply.words(self._secret)
        page = reply.media in {"text/html", "application/xhtml+xml"}
        words = f": {said}" if said and not page else ""
        if reply.status in {401, 403}:
            return DataError(
                f"{self.shown}: lets nobody in without the right name and password (status {reply.status}); "
                "set KZKG_USER and KZKG_PASSWORD, or add the host to ~/.netrc"
            )
        if reply.status in {408, 504}:
            return TimeLimit(f"{self.shown}: gave up, the question took too long (status {reply.status})")
        if reply.status in REFUSED and not page:
            return RequestError(f"{self.shown}: refuses the request (status {reply.status}){words}")
        if reply.status in {404, 410}:
            return DataError(f"{self.shown}: there is no endpoint at this address (status {reply.status})")
        return Failed(f"{self.shown}: failed (status {reply.status}){words}", said)


def plain(error: Exception) -> str:
    """Give the words of a fault of the connection on one line."""
    return " ".join(str(error).split())[:LONGEST_WORDS] or type(error).__name__


def way_in(name: str, reply: Reply, known: Secret, where: Origin) -> httpx.Auth:
    """Choose how to prove who asks: a digest where the endpoint takes one, for it does not give the password away."""
    if "digest" in reply.headers.get("www-authenticate", "").lower():
        return httpx.DigestAuth(*known)
    if not where.private and os.environ.get(PLAIN, "") in {"", "0"}:
        raise DataError(
            f"{name}: wants the password over a connection that others can read; use https, or set {PLAIN}=1"
        )
    return httpx.BasicAuth(*known)


def plain_text(pieces: Iterable[bytes], coding: str, most: int) -> Iterator[bytes]:
    """Undo the compression of an answer, never much more of it at once than is taken; an empty piece for each wait."""
    if coding.strip().lower() in {"", "identity"}:
        yield from pieces
        return
    if coding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        raise httpx.DecodingError(f"as {quoted(coding)}, which was not asked for")
    undo = zlib.decompressobj(wbits=47)
    try:
        for piece in pieces:
            yield undo.decompress(piece, most + 1)
        yield undo.flush()
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    if not undo.eof:
        raise httpx.DecodingError("it breaks off")
