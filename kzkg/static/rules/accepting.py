"""Which form and which language a client wants, as regular expressions in order: web servers have nothing better.

A server's rule language cannot compare numbers, so each weight has expressions of its own, by its first decimal:
`q=0.85` counts like `q=0.8`, and among equals our own order decides. A wildcard stands for the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kzkg.server.media import ANSWER_FORMS, PAGE_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BEGIN = r"(?:^|,)\s*+"
OTHER = r"\s*+(?:;\s*+(?!q\s*=)[^,;]*+)*+"
"""Parameters of a type that say nothing about its weight. No repetition gives back what it took: a header made to be
read in a million ways is read in one."""
END = r"\s*+(?:;[^,]*+)?(?:,|$)"
WEIGHTS = (
    r"(?:;\s*+q\s*+=\s*+1(?:\.0*+)?\s*+(?:;[^,]*+)?)?(?:,|$)",
    *(rf";\s*+q\s*+=\s*+0\.{tenth}\d*+{END}" for tenth in range(9, 0, -1)),
    rf";\s*+q\s*+=\s*+0\.0\d*[1-9]\d*+{END}",
)
"""What may stand behind a word of a header, for each weight, the greatest first; a weight of nothing has none."""


class Wish(NamedTuple):
    """An expression, and what is wanted where it is met."""

    pattern: str
    value: str


def word(names: Sequence[str], weight: str) -> str:
    """Give the expression for any of some words with a weight."""
    return f"{BEGIN}(?:{'|'.join(map(re.escape, names))}){OTHER}{weight}".replace(r"\-", "-")


def forms(offers: Mapping[str, Sequence[str]]) -> Iterator[Wish]:
    """Give the expressions for the forms of a page, those of the greatest weight first."""
    page, *others = offers
    general = next(form for form in others if offers[form][0].startswith("application/"))
    for weight in WEIGHTS:
        yield from (Wish(word(names, weight), form) for form, names in offers.items())
        yield Wish(word(("*/*", "text/*"), weight), page)
        yield Wish(word(("application/*",), weight), general)


def of_things() -> list[Wish]:
    """Give the expressions for the page of a thing and its data."""
    return list(forms(PAGE_FORMS))


def of_answers() -> list[Wish]:
    """Give the expressions for the page of a question and its answer as a file."""
    return list(forms({"html": PAGE_FORMS["html"], **{form: (media,) for form, media in ANSWER_FORMS.items()}}))


def of_places() -> list[Wish]:
    """Give the expressions for what can be had as a page only."""
    return [Wish(word((*PAGE_FORMS["html"], "*/*", "text/*"), weight), "html") for weight in WEIGHTS]


def of_languages(languages: Sequence[str]) -> list[str]:
    """Give the expressions for languages; the first group of the one that is met is the language."""
    return [rf"{BEGIN}({'|'.join(languages)})(?:-[^,;]*+)?\s*+{weight}" for weight in WEIGHTS]
