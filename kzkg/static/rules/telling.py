"""The words that lie beside the rules: which file is for which server, and what it can do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.static.rules import Facts


def text(facts: Facts) -> str:
    """Give the README."""
    return "\n".join(lines(facts)) + "\n"


def lines(facts: Facts) -> Iterator[str]:
    """Tell of each file, and of what no rule could be written for."""
    yield "# Rules for web servers\n"
    yield f"Written for a folder that stands at `{facts.base or facts.at}`.\n"
    yield "- `../.htaccess`: Apache 2.4; works in place, at any path, where the folder may have its own rules."
    yield "- `nginx-maps.conf` into the `http` block, `nginx.conf` into a `server` block whose `root` has the folder at"
    yield f"  `{facts.at}`."
    yield "- `../_redirects` and `../_headers`: Netlify reads them at the root of a site; it cannot choose by Accept."
    if facts.base.startswith("http"):
        yield "- `w3id.htaccess`: `kzkg/.htaccess` of the repository perma-id/w3id.org, for https://w3id.org/kzkg/."
    else:
        yield "- Rules for w3id.org need a whole address: `kzkg site --base https://host/path/`."
    yield "- GitHub Pages, a bucket, a disk: no rules; all stands under its whole name, with `.html` or `.ttl`.\n"
    yield "Weights in `Accept` and `Accept-Language` count by their first decimal; a wildcard stands for the page."
    unsaid = len(facts.odd) + len(facts.gone) - len(facts.moved()) - len(facts.ended())
    if unsaid:
        yield f"\nThe IRIs of {unsaid} things hold signs that are not put into rules: links alone lead to their pages."
