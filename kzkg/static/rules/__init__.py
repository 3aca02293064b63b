"""Rules with which common web servers give the folder the manners of a server: an address for every IRI, by Accept.

`files` gives the rules for Apache, nginx, Netlify and w3id.org, each with what it can and cannot do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = "rules"
PLAIN = re.compile(r"(page|ns|vocab|graph)/(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9._~@!+,;=:/-]+")
"""Names that mean the same in every rule language. No rule is made for another name of the data, nor for one that a
client would shorten, or that stands where files of ours may stand."""


class Facts(NamedTuple):
    """What the rules have to know of a folder."""

    base: str
    """Where it will stand: a whole address, a path, or nothing."""
    languages: Sequence[str]
    odd: Mapping[str, str]
    """The paths that IRIs ask for and that are not those of the pages, with the paths of the pages."""
    gone: Sequence[str]
    """The paths of the pages of what is no longer used."""

    @property
    def at(self) -> str:
        """The path of the folder on its host, with a slash at both ends."""
        return urlsplit(self.base).path or "/"

    @property
    def others(self) -> Sequence[str]:
        """The languages whose pages stand in a folder of their own."""
        return self.languages[1:]

    def moved(self) -> dict[str, str]:
        """Give the pages that stand elsewhere, as far as a rule can name them."""
        return {old: new for old, new in sorted(self.odd.items()) if PLAIN.fullmatch(old)}

    def ended(self) -> list[str]:
        """Give the pages of what is no longer used, as far as a rule can name them."""
        return sorted(path for path in self.gone if PLAIN.fullmatch(path))


def files(facts: Facts) -> Iterator[tuple[str, str]]:
    """Give the files of the rules with their paths."""
    from kzkg.static.rules import apache, netlify, nginx, telling, w3id

    yield ".htaccess", apache.text(facts)
    yield "_redirects", netlify.redirects(facts)
    yield "_headers", netlify.headers(facts)
    yield f"{FOLDER}/nginx-maps.conf", nginx.maps(facts)
    yield f"{FOLDER}/nginx.conf", nginx.locations(facts)
    if facts.base.startswith("http"):
        yield f"{FOLDER}/w3id.htaccess", w3id.text(facts)
    yield f"{FOLDER}/README.md", telling.text(facts)
