"""Pictures of answers: a timeline, a map, a network or bars, each as one file that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kzkg.errors import KzkgError, RequestError

if TYPE_CHECKING:
    from kzkg.pictures.caption import Subject

KINDS = {"timeline": "timeline", "map": "maps", "network": "network", "bars": "bars"}
FORMS = ("svg", "png", "html")


def room(name: str) -> Any:
    """Import a module of this package, which happens only when a picture is drawn."""
    from importlib import import_module

    return import_module(f"kzkg.pictures.{name}")


def ready() -> None:
    """Refuse to draw where the library that does it, or its font, is not installed."""
    from importlib.util import find_spec

    if find_spec("vl_convert") is None or find_spec("font_roboto") is None:
        raise KzkgError("pictures need a part that is not installed: pip install 'kzkg[plot]'")


def refusal(kind: str, subject: Subject) -> str | None:
    """Why an answer does not fit this kind of picture; None where it does."""
    try:
        room(KINDS[kind]).fits(subject)
    except RequestError as error:
        return str(error)
    return None


def draw(kind: str, subject: Subject, form: str = "svg") -> bytes:
    """Draw a picture of this kind, as a file of this form."""
    ready()
    drawing = room(KINDS[kind])
    drawing.fits(subject)
    body = drawing.draw(subject)
    if form == "html":
        page: bytes = room("page").html(subject, body)
        return page
    from kzkg.pictures.frame import framed

    file: bytes = getattr(room("files"), form)(framed(subject, body), subject.lang)
    return file
