"""Which of several forms a client wants: the Accept headers of HTTP, with their q-values."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kzkg.server.media import GRAPHS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 2000


def parsed(header: str) -> list[tuple[str, float]]:
    """Read the words of an Accept header with their weights; what is no weight counts as nothing."""
    found = []
    for part in header[:LONGEST].split(","):
        word, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                weight = _weight(value.strip())
                break
        if word:
            found.append((word.lower(), weight))
    return found


def _weight(text: str) -> float:
    whole, _, rest = text.partition(".")
    if whole not in {"0", "1"} or (rest and not rest.isdecimal()):
        return 0.0
    return min(float(text), 1.0)


def weight(wanted: Iterable[tuple[str, float]], media: str) -> float:
    """Give the weight of a media type: that of the most exact range which holds it."""
    kind = media.partition("/")[0]
    best, found = -1, 0.0
    for word, each in wanted:
        exact = 2 if word == media else 1 if word == f"{kind}/*" else 0 if word in {"*/*", "*"} else -1
        if exact > best or (exact == best and exact >= 0 and each > found):
            best, found = exact, each
    return found


def choose(header: str | None, offers: Iterable[tuple[str, Iterable[str]]]) -> str | None:
    """Give the name of the offer that the client wants most, the earlier of equals; None when it wants none."""
    wanted = parsed(header) if header and header.strip() else [("*/*", 1.0)]
    named = {word for word, _ in wanted}
    best, found = (0.0, 0), None
    for name, types in offers:
        each, *others = types
        # Another word for a type counts only where it is said: a client that takes anything gets the type itself.
        weights = [weight(wanted, each), *(weight(wanted, other) for other in others if other in named)]
        rank = (max(weights), int(each in named))
        if rank[0] > 0 and rank > best:
            best, found = rank, name
    return found


@lru_cache(maxsize=512)
def for_rows(header: str | None) -> str | None:
    """Choose a format for rows."""
    return choose(header, [(name, (media.type, *media.also)) for name, media in ROWS.items()])


@lru_cache(maxsize=512)
def for_graph(header: str | None) -> str | None:
    """Choose a format for a graph."""
    return choose(header, [(name, (media.type, *media.also)) for name, media in GRAPHS.items()])


def wants_page(header: str | None) -> bool:
    """Whether a client asks for a page first of all, as browsers do."""
    return choose(header, [("rdf", ("text/turtle",)), ("html", ("text/html", "application/xhtml+xml"))]) == "html"


@lru_cache(maxsize=512)
def packs(header: str | None) -> bool:
    """Whether a client takes gzip."""
    coded = dict(parsed(header or ""))
    return coded.get("gzip", coded.get("x-gzip", coded.get("*", 0.0))) > 0


@lru_cache(maxsize=512)
def language(header: str | None, known: tuple[str, ...] = ("en", "ru", "kk")) -> str:
    """Choose the language of a reader among ours; English where it wants none of them."""
    wanted = sorted(parsed(header or ""), key=lambda each: -each[1])
    for word, each in wanted:
        tag = word.partition("-")[0]
        if each > 0 and tag in known:
            return tag
    return known[0]
