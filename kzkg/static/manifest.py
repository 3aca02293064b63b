"""What a folder was made of and holds: so that a second run can tell that all is done, and what is not ours."""

from __future__ import annotations

import json
import os
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = ".kzkg-site.json"
SUMS = ".kzkg-site.sha256"
"""The checksums of all files, as `sha256sum -c` reads them."""
PACKAGE = Path(__file__).resolve().parents[1]
READ = {".ttl", ".rq"}


def sign(place: Path | str, options: Mapping[str, Any]) -> str:
    """Give what changes when anything does that the pages are made of: the graph, the program, the options.

    Of an endpoint of which nobody can tell whether it has changed, it changes each time.
    """
    from kzkg.pages import assets
    from kzkg.store import open_catalog, open_engine

    catalog = open_catalog(place)
    folder, engine = catalog.folder, open_engine(place, catalog)
    state = "" if engine.of_files else engine.state or os.urandom(16).hex()
    found = sha256(json.dumps(options, sort_keys=True).encode())
    for name in ("pyoxigraph", "jinja2", "markupsafe"):
        found.update(version(name).encode())
    program = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    built = [path for home in assets.homes() for path in home.rglob("*") if path.is_file()]
    parts = ("ontology", "data", "queries") if engine.of_files else ("ontology", "queries")
    found.update(state.encode())
    graph = [path for part in parts for path in (folder / part).rglob("*") if path.suffix in READ]
    for base, paths in ((PACKAGE, program), (PACKAGE.parent, built), (folder, graph)):
        for path in sorted(paths):
            found.update(f"\0{path.relative_to(base).as_posix()}\0".encode())
            found.update(sha256(path.read_bytes()).digest())
    return found.hexdigest()


def read(folder: Path) -> dict[str, Any] | None:
    """Read what a folder says about itself; None of one that is not ours."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "site" in told else None


def unchanged(folder: Path, inputs: str) -> bool:
    """Tell whether a folder was made of the same, and holds what was written then and nothing later."""
    told = read(folder)
    if told is None or told.get("made-of") != inputs:
        return False
    written = (folder / NAME).stat().st_mtime_ns
    total, count = 0, 0
    for path, stat in held(folder):
        if stat.st_mtime_ns > written:
            return False
        total, count = (total + mark(path, stat.st_size)) % (1 << 64), count + 1
    return bool(told["files"] == count) and told["sum"] == f"{total:016x}"


def foreign(folder: Path) -> str:
    """Name a file in a folder that no run of ours has put there; nothing where there is none."""
    told = read(folder)
    total = 0
    for path, stat in held(folder):
        if told is None:
            return path
        total = (total + mark(path, stat.st_size)) % (1 << 64)
    if told is None or told.get("sum") == f"{total:016x}":
        return ""
    ours = set(names(folder))
    return next((path for path, _ in held(folder) if path not in ours), "")


def names(folder: Path) -> Iterator[str]:
    """Give the files that were put into a folder."""
    try:
        with (folder / SUMS).open(encoding="utf-8") as lines:
            yield from (line.rstrip("\n")[66:] for line in lines)
    except OSError:
        return


def held(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Give the files of a folder with their sizes and times, without the two that tell about it."""
    waiting = [""]
    while waiting:
        room = waiting.pop()
        with os.scandir(folder / room) as entries:
            for entry in entries:
                path = f"{room}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif path not in {NAME, SUMS}:
                    yield path, entry.stat(follow_symlinks=False)


def mark(path: str, size: int) -> int:
    """Give a number for a file; the sum of all of them does not depend on their order."""
    return int.from_bytes(blake2b(f"{path}\0{size}".encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
