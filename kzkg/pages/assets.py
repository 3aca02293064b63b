"""The style sheet, the scripts and the pictures of the pages: ours from the package, editor and engine as built."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from kzkg.errors import KzkgError, NotFound

MEDIA = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}  # fmt: skip
EDITOR = "editor.js"
ENGINE = ("page.js", "ask.js", "worker.js", "letters.js", "oxigraph.wasm")
"""What the pages of a folder need to answer on their own; in a folder `engine` beside the editor."""
SIGN = "built-of"
"""A file beside what was built, with the checksum of what it was built of."""
BUNDLED = {".js", ".mjs", ".json", ".txt"}
SOURCE = Path(__file__).with_name("assets-src")
BUILT = Path(__file__).with_name("built")
"""Where what is built is packed into the wheel; a checkout keeps it below `.kzkg`, out of the repository."""


def homes() -> tuple[Path, ...]:
    """Give the folders in which what is built may lie."""
    return BUILT, Path(__file__).resolve().parents[2] / ".kzkg" / "assets"


def names() -> list[str]:
    """Give the names of all files that pages may ask for."""
    own = [each.name for each in (files("kzkg.pages") / "assets").iterdir() if each.name.rpartition(".")[2] in MEDIA]
    built = [each.name for home in homes() if home.is_dir() for each in home.iterdir() if each.suffix[1:] in MEDIA]
    return sorted({*own, *built, "map.svg"})


@lru_cache(maxsize=32)
def content(name: str) -> bytes:
    """Give a file."""
    if name not in names():
        raise NotFound(f"there is no asset {name!r}")
    if name == "map.svg":
        from kzkg.pages.scenes import ground

        return ground().encode()
    for home in homes():
        if (home / name).is_file():
            return (home / name).read_bytes()
    return (files("kzkg.pages") / "assets" / name).read_bytes()


def engine() -> Path | None:
    """Give the folder of the engine for pages without a server, if it was built."""
    found = (home / "engine" for home in homes())
    return next((home for home in found if all((home / name).is_file() for name in ENGINE)), None)


@lru_cache(maxsize=32)
def version(name: str) -> str:
    """Give a few letters that change with the content of a file, so that browsers may keep it."""
    return sha256(content(name)).hexdigest()[:10]


def media(name: str) -> str:
    """Give the media type of a file."""
    return MEDIA[name.rpartition(".")[2]]


def made_of() -> str:
    """Give a checksum of all that is bundled, the pinned versions of the packages included."""
    found = sha256()
    rooms = (SOURCE, SOURCE.with_name("assets"))
    paths = [path for room in rooms for path in sorted(room.rglob("*")) if path.suffix in BUNDLED and path.is_file()]
    for path in paths:
        if "node_modules" not in path.parts:
            found.update(f"{path.relative_to(SOURCE.parent).as_posix()}\0{path.stat().st_size}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def fresh() -> Path | None:
    """Give the folder of a checkout in which everything is built as it would be now."""
    home = homes()[1]
    told = home / SIGN
    return home if told.is_file() and told.read_text(encoding="ascii") == made_of() and engine() else None


def build(target: Path | None = None) -> Path:
    """Bundle the editor and the engine of still pages from their pinned npm packages.

    Without the editor a server's pages have a plain field for the query; without the engine a folder of pages answers
    nothing. Raises KzkgError where npm is missing or fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise KzkgError("editor and engine are bundled by npm, which is not installed: install Node.js")
    home, sign = target or homes()[1], made_of()
    with tempfile.TemporaryDirectory(prefix="kzkg-") as folder:
        work = Path(folder) / "pages" / "assets-src"
        shutil.copytree(SOURCE, work, ignore=shutil.ignore_patterns("node_modules", "built"))
        shutil.copytree(SOURCE.with_name("assets"), Path(folder) / "pages" / "assets")
        for words in (["ci", "--no-audit", "--no-fund", "--ignore-scripts"], ["run", "build"]):
            done = subprocess.run([npm, *words], cwd=work, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                raise KzkgError(f"npm {words[0]} failed: {' '.join(done.stderr.split())[-300:]}")
        shutil.copytree(work / "built", home, dirs_exist_ok=True)
        (home / SIGN).write_text(sign, encoding="ascii")
    return home


if __name__ == "__main__":
    if fresh() is None:
        build()
