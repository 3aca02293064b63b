"""Where each page stands below the root: the same paths on a server and in a folder."""

from __future__ import annotations

from kzkg.pages.linking import BASE, NS, PLACES, Target

PAGE, QUERY = "page/", "query/"
NAMED = {"front": "", "sparql": "ask"}
"""Places whose path is not their name: the endpoint itself stands at `sparql`."""


def path_of(target: Target) -> str:
    """Give the path of a page, without a leading slash and without a suffix."""
    if target.kind == "query":
        return QUERY + target.name
    if target.kind != "thing":
        return NAMED.get(target.kind, target.kind)
    local = target.name.removeprefix(BASE)
    if local.startswith("id/"):
        return PAGE + local.removeprefix("id/")
    return local.replace("#", "/")


def target_of(path: str) -> Target | None:
    """Give the page that stands at a path; whether there is such a thing is another question."""
    for place in PLACES:
        if path == NAMED.get(place, place):
            return Target(place)
    if path.startswith(QUERY):
        return Target("query", path.removeprefix(QUERY))
    if path.startswith(PAGE):
        return Target("thing", f"{BASE}id/{path.removeprefix(PAGE)}")
    if path.startswith("ns/"):
        return Target("thing", f"{NS}#{path.removeprefix('ns/')}")
    if path.split("/", maxsplit=1)[0] in {"ns", "vocab", "graph", "shapes", "dataset"}:
        return Target("thing", BASE + path)
    return None
