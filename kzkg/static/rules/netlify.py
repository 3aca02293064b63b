"""The rules for Netlify: what leads elsewhere, and the headers. It cannot choose by Accept, and tells of no 303."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.static.rules import heads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.static.rules import Facts

ABOUT = """\
# Netlify. It cannot choose by Accept: an IRI leads to the English page, and the data stand under the address of
# the page with .ttl, .jsonld, .nt or .rdf. Its redirects know 302 and no 303. A file that is there goes before a rule.
"""
HEADERS = "# Netlify. Types follow from suffixes there; what has none is said here.\n"


def redirects(facts: Facts) -> str:
    """Give the file `_redirects`."""
    return ABOUT + "\n".join(" ".join(each) for each in ways(facts)) + "\n"


def ways(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Lead from the IRI of a thing to its page, with or without a suffix, and from a version to the terms."""
    at = facts.at
    for old, new in facts.moved().items():
        for name in dict.fromkeys((old.replace("page/", "id/", 1), old)):
            yield f"{at}{name}", f"{at}{new}.html", "302"
    yield f"{at}id/*", f"{at}page/:splat", "302"
    yield from ((f"{at}{room}/*", f"{at}{room}.html", "302") for room in ("ns", "vocab"))
    yield f"{at}release", f"{at}dataset.html", "302"
    yield f"{at}sparql", f"{at}ask.html", "302"


def headers(facts: Facts) -> str:
    """Give the file `_headers`."""
    lines = [f"{facts.at}*", *(f"  {name}: {value}" for name, value in heads.strict())]
    for name in heads.TURTLE:
        lines += [f"{facts.at}.well-known/{name}", f"  Content-Type: {heads.typed('ttl')}"]
    return HEADERS + "\n".join(lines) + "\n"
