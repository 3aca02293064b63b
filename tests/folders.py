"""Reads folders of pages as a browser would: every address of every page, whole, and where it leads."""

import html
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag, urlsplit

ADDRESS = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ID = re.compile(r'\sid="([^"]*)"')


def files(folder: Path) -> dict[str, str]:
    """The files of a folder with their checksums."""
    paths = (Path(room) / name for room, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}


def addresses(page: str) -> set[str]:
    """The addresses of a page, without those that lead to other places of the web."""
    found = {html.unescape(each) for each in ADDRESS.findall(page)}
    return {each for each in found if not each.startswith(("http://", "https://"))}


class Links:
    """The links between the files of a folder; what a page has to be jumped to is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {
            (Path(room) / name).relative_to(folder).as_posix() for room, _, names in os.walk(folder) for name in names
        }
        self._ids: dict[str, frozenset[str]] = {}

    def broken(self, pages: list[str] | None = None) -> Iterator[str]:
        """Each link of the pages that leads to no file, or to no such place in its page."""
        for path in pages or sorted(each for each in self.files if each.endswith(".html") and each != "404.html"):
            text = (self.folder / path).read_text(encoding="utf-8")
            for address in sorted(addresses(text)):
                if not self.leads(path, address):
                    yield f"{path}: {address}"

    def leads(self, path: str, address: str) -> bool:
        """Whether an address leads somewhere, as it is from a page."""
        whole, fragment = urldefrag(address)
        parts = urlsplit(whole)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            return False
        to = normpath(join(dirname(path), unquote(parts.path))) if parts.path else path
        if to not in self.files:
            return False
        return not fragment or unquote(fragment) in self.ids(to)

    def ids(self, path: str) -> frozenset[str]:
        """The places of a page that can be jumped to."""
        if path not in self._ids:
            found = ID.findall((self.folder / path).read_text(encoding="utf-8")) if path.endswith(".html") else ()
            self._ids[path] = frozenset(html.unescape(each) for each in found)
        return self._ids[path]
