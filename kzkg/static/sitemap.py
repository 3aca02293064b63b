"""The site map: every page with the day of its last change and its other languages, in files of a size that is read."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kzkg.static.shelf import Entry, Shelf

MOST, LARGEST = 50_000, 45_000_000
"""Addresses in a file, and bytes of it: sitemaps.org allows so many, and 50 MB."""
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
FOOT = "</urlset>\n"


class Sitemap:
    """Takes the pages as they come, so that no list of them is kept."""

    def __init__(self, shelf: Shelf, base: str) -> None:
        self.shelf, self.base = shelf, base
        self._files: list[str] = []
        self._out: IO[str] | None = None
        self._count = self._size = 0

    def add(self, places: Sequence[tuple[str, str]], day: str) -> None:
        """Take a page in all its languages."""
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(self.base + path)}"/>'
            for lang, path in places
        )
        changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
        for _, path in places:
            self._write(
                f"<url><loc>{escape(self.base + path)}</loc>{changed}{others if len(places) > 1 else ''}</url>\n"
            )

    def _write(self, text: str) -> None:
        if self._out is None or self._count >= MOST or self._size >= LARGEST:
            self._close()
            self._files.append(f"sitemap-{len(self._files) + 1}.xml")
            self._out = (self.shelf.new / self._files[-1]).open("x", encoding="utf-8")
            self._out.write(HEAD)
            self._count = self._size = 0
        self._out.write(text)
        self._count, self._size = self._count + 1, self._size + len(text)

    def _close(self) -> None:
        if self._out is not None:
            self._out.write(FOOT)
            self._out.close()
            self._out = None

    def close(self) -> Iterator[Entry]:
        """Finish, and give the files: one alone is the site map itself, several have a list of them."""
        self._close()
        if len(self._files) == 1:
            (self.shelf.new / self._files[0]).rename(self.shelf.new / "sitemap.xml")
            yield self.shelf.keep("sitemap.xml")
        elif self._files:
            yield from (self.shelf.keep(name) for name in self._files)
            listed = "".join(f"<sitemap><loc>{escape(self.base + name)}</loc></sitemap>\n" for name in self._files)
            text = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</sitemapindex>\n'
            )
            yield self.shelf.put("sitemap.xml", text.encode())
