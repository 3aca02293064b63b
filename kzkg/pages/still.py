"""What the scripts of a still page have to know: words and headings in the reader's language, and where pages stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kzkg.labels import LANGUAGES
from kzkg.pages.embedded import harmless
from kzkg.pages.linking import DOWNLOADS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.pages.site import View

SECONDS = 60
"""How long a query may run in a page before it is stopped."""
FORMS = ("csv", "tsv", "json", "ndjson", "srj")
WORDS = {
    "query": ("error", "yes", "no", "rows", "empty", "all", "shown", "showall", "source", "sources", "rank"),
    "search": ("none", "found", "as", "near", "more"),
    "sparql": ("running", "stop", "table", "failed"),
    "still": ("loading", "stopped", "slow", "noday"),
    "thing": ("document",),
}
RANKS = ("accepted", "alternative", "rejected", "open")


def settings(view: View, texts: Iterable[str] = (), **more: Any) -> str:
    """Give the settings of a page as JSON that cannot end its element, or nothing where no engine stands by.

    `texts` are SPARQL queries; the headings of all their variables are given.
    """
    if not view.links.engine:
        return ""
    variables = sorted({name for text in texts for name in re.findall(r"[?$](\w+)", text)})
    told = {
        "lang": view.lang,
        "languages": LANGUAGES,
        "seconds": SECONDS,
        "page": view.to("front").removesuffix("index.html") + "~.html",
        "words": {word: view.say(f"{room}.{word}") for room, words in WORDS.items() for word in words},
        "ranks": {rank: view.say(f"rank.{rank}") for rank in RANKS},
        "columns": {name: view.column(name) for name in variables},
        "forms": {form: DOWNLOADS[form] for form in FORMS},
        **more,
    }
    return harmless(told)
