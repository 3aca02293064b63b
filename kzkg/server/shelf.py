"""Small answers that were given before, as long as the data is the same: what is asked often needs no worker."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kzkg.server.answering import Headers

MOST_EACH = 1 << 18
MOST = 1 << 25


class Kept(NamedTuple):
    """An answer with its headers."""

    headers: Headers
    body: bytes


class Shelf:
    """Answers by their ETags, which name the state of the data, the question and the form; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0

    def get(self, tag: str) -> Kept | None:
        """Find an answer."""
        found = self._kept.get(tag)
        if found is not None:
            self._kept.move_to_end(tag)
        return found

    def put(self, tag: str, headers: Headers, body: bytes) -> None:
        """Keep an answer, unless it is large."""
        if len(body) > MOST_EACH or tag in self._kept:
            return
        self._kept[tag] = Kept(headers, body)
        self._size += len(body)
        while self._size > MOST:
            self._size -= len(self._kept.popitem(last=False)[1].body)

    def clear(self) -> None:
        """Forget all, when the data is new."""
        self._kept.clear()
        self._size = 0
