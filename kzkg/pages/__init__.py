"""Pages for readers: every thing, question, term and document of a graph as HTML, for a server and for a folder alike.

`Site(graph).page(target, lang, links)` gives one page. A `Target` says which, and `Links` how addresses are written:
a server and a folder of files differ in nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.errors import KzkgError

if TYPE_CHECKING:
    from kzkg.pages.linking import Links, Target
    from kzkg.pages.site import Page, Site

__all__ = ["Links", "Page", "Site", "Target"]


def __getattr__(name: str) -> object:
    """Import a part only when it is asked for; the template engine is an optional one."""
    from importlib import import_module
    from importlib.util import find_spec

    rooms = {"Links": "linking", "Target": "linking", "Page": "site", "Site": "site"}
    if name not in rooms:
        raise AttributeError(name)
    if find_spec("jinja2") is None:
        raise KzkgError("pages need a part that is not installed: pip install 'kzkg[serve]'")
    return getattr(import_module(f"kzkg.pages.{rooms[name]}"), name)
