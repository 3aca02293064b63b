"""A picture as a file: SVG or PNG, each complete in itself and the same bytes every time."""

from __future__ import annotations

import struct
import zlib
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.pictures.frame import Picture

SCALE = 2
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def svg(picture: Picture, lang: str) -> bytes:
    """Give the picture as SVG, with its title and its description in words for those who do not see it."""
    import vl_convert

    drawn = vl_convert.vega_to_svg(picture.spec, allowed_base_urls=[])
    head, rest = drawn.split(">", 1)
    # Declared by the library and used by nothing in our pictures.
    head = head.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    words = (
        f' role="img" lang="{escape(lang)}" aria-labelledby="picture-title picture-about">'
        f'<title id="picture-title">{escape(picture.title)}</title>'
        f'<desc id="picture-about">{escape(picture.about)}</desc>'
    )
    return (head + words + rest + "\n").encode("utf-8", "replace")


def png(picture: Picture, _lang: str) -> bytes:
    """Give the picture as PNG at twice its size, with title and description as texts of the file."""
    import vl_convert

    drawn = vl_convert.vega_to_png(picture.spec, scale=SCALE, allowed_base_urls=[])
    found = list(chunks(drawn))
    # The library packs in haste; the same points packed with care take a quarter of the room.
    points = zlib.decompress(b"".join(body for kind, body in found if kind == b"IDAT"))
    texts = [(b"iTXt", note("Title", picture.title)), (b"iTXt", note("Description", picture.about))]
    whole = [found[0], *texts, (b"IDAT", zlib.compress(points, 6)), (b"IEND", b"")]
    return SIGNATURE + b"".join(map(chunk, whole))


def chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the parts of a PNG file: what each is, and what it holds."""
    place = len(SIGNATURE)
    while place < len(file):
        size = struct.unpack(">I", file[place : place + 4])[0]
        yield file[place + 4 : place + 8], file[place + 8 : place + 8 + size]
        place += 12 + size


def chunk(part: tuple[bytes, bytes]) -> bytes:
    """One part of a PNG file, with its length and its checksum."""
    body = b"".join(part)
    return struct.pack(">I", len(part[1])) + body + struct.pack(">I", zlib.crc32(body))


def note(keyword: str, text: str) -> bytes:
    """Give a text for a PNG file, in UTF-8."""
    return keyword.encode("ascii") + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
