"""The rules for https://w3id.org/kzkg/, as the repository perma-id/w3id.org wants them: each IRI to its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.server.media import PAGE_FORMS
from kzkg.static.rules import accepting, apache
from kzkg.static.rules.apache import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.static.rules import Facts

FORMS = "|".join(PAGE_FORMS)
ROOMS = "page|ns|vocab|graph|shapes|dataset"


def text(facts: Facts) -> str:
    """Give the whole file."""
    return "\n".join(lines(facts)) + "\n"


def lines(facts: Facts) -> Iterator[str]:
    """Send each IRI to where the folder stands: 303, to the page in the reader's language or to the data."""
    site = facts.base.replace("%", "\\%")
    yield "# https://w3id.org/kzkg/ leads to " + facts.base
    yield "# It is kzkg/.htaccess of github.com/perma-id/w3id.org; README.md beside it names who answers for it."
    yield "Options +FollowSymLinks -MultiViews\n"
    yield "# What the client wants: the last line that fits counts. Weights are told apart by their first decimal."
    yield from apache.wanted("kzkg_form", accepting.of_things())
    yield from apache.spoken(facts)
    yield "\nRewriteEngine On"
    for old, new in facts.moved().items():
        name = apache.escaped(old.replace("page/", "id/", 1) if old.startswith("page/") else old)
        yield rule(f'"^{name}((\\.({FORMS}))?)$"', f'"{new}$1"', "[DPI]")
    yield rule("^id/(.+)$", "page/$1", "[DPI]")
    yield rule("^(ns|vocab)/([0-9][^/]*)?$", "$1", "[DPI]")
    yield rule("^release$", "dataset")
    yield "# With a suffix, or what is no name of a thing: as it is"
    yield rule("^(.*)$", f"{site}$1", "[R=303,L,NE]", "$1 ^$")
    yield rule(f"^(.+)\\.({FORMS})$", f"{site}$1.$2", "[R=303,L]")
    yield rule("^(.*)$", f"{site}$1", "[R=303,L]", f"$1 !^({ROOMS})(/.+)?$")
    yield "# Else by Accept, and a page by Accept-Language"
    yield rule("^", "-", "[R=406,L]", "%{ENV:kzkg_form} ^$")
    yield rule("^(.+)$", f"{site}$1.%{{ENV:kzkg_form}}", "[R=303,L]", '"%{ENV:kzkg_form}" "!=html"')
    if facts.others:
        speaks = f"%{{ENV:kzkg_lang}} ^({'|'.join(facts.others)})$"
        yield rule("^(.+)$", f"{site}%1/$1.html", "[R=303,L]", speaks)
    yield rule("^(.+)$", f"{site}$1.html", "[R=303,L]")
    yield "\n<IfModule mod_headers.c>"
    yield 'Header always merge Vary "Accept, Accept-Language"\nHeader always set Access-Control-Allow-Origin "*"'
    yield "</IfModule>"
