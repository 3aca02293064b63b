"""The other pages of an answer that comes in pages, as RFC 8288 links them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def links(address: str, pairs: Iterable[Sequence[str]], limit: int, offset: int, total: int) -> str:
    """Write the header that names the first, the last and the neighbouring pages."""
    last = max((total - 1) // limit * limit, 0)
    places = {"first": 0, "last": last}
    if offset > 0:
        places["prev"] = max(min(offset - limit, last), 0)
    if offset + limit < total:
        places["next"] = offset + limit
    given = [(name, value) for name, value in pairs]
    return ", ".join(
        f'<{address}?{urlencode([*given, ("limit", str(limit)), ("offset", str(place))])}>; rel="{name}"'
        for name, place in places.items()
    )
