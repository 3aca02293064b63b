"""What goes wrong over HTTP: RFC 9457 problem details, for machines and on one line for people."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from kzkg.errors import DataError, KzkgError, NotFound, NotYet, TimeLimit

MEDIA = "application/problem+json"


class Refusal(KzkgError):  # noqa: N818
    """A request that gets no answer, with its status, what it should have been, and headers that belong to it."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members

    def record(self) -> dict[str, Any]:
        """Give the refusal as plain words and numbers, for the way from a worker to the serving process."""
        return {"status": self.status, "detail": self.detail, "headers": self.headers, "members": self.members}

    def body(self) -> bytes:
        """Write the problem details."""
        title = HTTPStatus(self.status).phrase
        document = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.members}
        return json.dumps(
            {key: value for key, value in document.items() if value is not None}, ensure_ascii=False
        ).encode()


def refusal(error: KzkgError) -> Refusal:
    """Turn a fault of the engine's rooms into one of HTTP."""
    if isinstance(error, Refusal):
        return error
    detail = " ".join(str(error).split())
    if isinstance(error, DataError):
        return Refusal(500, detail)
    if isinstance(error, NotYet):
        return Refusal(503, detail, {"retry-after": "30"})
    if isinstance(error, TimeLimit):
        return over("time", detail, 504)
    return Refusal(404 if isinstance(error, NotFound) else 400, detail)


def over(limit: str, detail: str, status: int = 503, **members: Any) -> Refusal:
    """Refuse what met a limit, and name the limit."""
    return Refusal(status, detail, {"retry-after": "10"} if status != 413 else {}, limit=limit, **members)
