"""What was found out of a whole endpoint, kept on this machine's disk for as long as the endpoint says that it holds.

A load leaves signs of what it put there, and some servers name the state of an answer (ETag, Last-Modified): either
is asked for each time, which is small. Of an endpoint with neither nothing is kept: nobody could tell when it is old.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 16
"""Files that are kept; the oldest go."""
FORM = Path(__file__).parents[1] / "names"
"""What is kept is made by the modules here: when they change, it is made anew."""


class Found(NamedTuple):
    """Something that was kept, with what tells whether it still holds."""

    sign: str
    etag: str
    modified: str
    content: Any

    def conditions(self) -> dict[str, str]:
        """Give the headers that ask for the answer only if it has changed."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in named.items() if value}


NOTHING = Found("", "", "", None)


class Shelf:
    """The file for one endpoint, as one user sees it."""

    def __init__(self, address: str, user: str) -> None:
        code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FORM.glob("*.py")))).hexdigest()
        name = hashlib.sha256(f"{address}\0{user}\0{code}".encode()).hexdigest()[:32]
        self._file = home() / f"{name}.json"

    def find(self) -> Found:
        """Give what was kept, or nothing."""
        try:
            return Found(*json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return NOTHING

    def keep(self, sign: str, headers: Mapping[str, str], content: Any) -> None:
        """Keep something, if anything tells how long it holds; that there is no room for it is no fault."""
        found = Found(sign, headers.get("etag", ""), headers.get("last-modified", ""), content)
        if not sign and not found.conditions():
            return
        beside = self._file.with_name(f"{self._file.name}.{os.urandom(4).hex()}")
        with contextlib.suppress(OSError):
            beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                # Whoever needed a password to read it does not leave it to others.
                beside.touch(0o600, exist_ok=False)
                beside.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
                beside.replace(self._file)
            finally:
                beside.unlink(missing_ok=True)
            clear(beside.parent)


def clear(folder: Path) -> None:
    """Remove all files but the newest."""
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST:]:
        path.unlink(missing_ok=True)


def home() -> Path:
    """Give the folder in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or (
        os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else str(Path("~/.cache").expanduser())
    )
    return Path(base or ".") / "kzkg" / "endpoints"
