"""Pictures of answers: a timeline, a map, a network or bars, each as one file that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.errors import KzkgError

if TYPE_CHECKING:
    from types import ModuleType

    from kzkg.pictures.caption import Subject

KINDS = {"timeline": "timeline", "map": "maps", "network": "network", "bars": "bars"}
FORMS = {"svg": "files", "png": "files", "html": "page"}


def module(name: str) -> ModuleType:
    """A room of this package, imported only when a picture is drawn."""
    from importlib import import_module

    return import_module(f"kzkg.pictures.{name}")


def ready() -> None:
    """Refuse to draw where the library that does it, or its font, is not installed."""
    from importlib.util import find_spec

    if find_spec("vl_convert") is None or find_spec("font_roboto") is None:
        raise KzkgError("pictures need a part that is not installed: pip install 'kzkg[plot]'")


def draw(kind: str, subject: Subject, form: str = "svg") -> bytes:
    """A picture of this kind, as a file of this form."""
    ready()
    room = module(KINDS[kind])
    room.fits(subject)
    body = room.draw(subject)
    if form == "html":
        html: bytes = module("page").html(subject, body)
        return html
    from kzkg.pictures.frame import framed

    drawn: bytes = getattr(module("files"), form)(framed(subject, body), subject.lang)
    return drawn
