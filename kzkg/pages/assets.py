"""The style sheet, the scripts and the pictures of the pages: ours from the package, the editor as it was built."""

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
SOURCE = Path(__file__).with_name("assets-src")
BUILT = Path(__file__).with_name("built")
"""Where the editor is packed into the wheel; a checkout keeps it below `.kzkg`, out of the repository."""


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


@lru_cache(maxsize=32)
def version(name: str) -> str:
    """Give a few letters that change with the content of a file, so that browsers may keep it."""
    return sha256(content(name)).hexdigest()[:10]


def media(name: str) -> str:
    """Give the media type of a file."""
    return MEDIA[name.rpartition(".")[2]]


def build(target: Path | None = None) -> Path:
    """Bundle the editor from its pinned npm packages; the pages work without it, with a plain field for the query."""
    npm = shutil.which("npm")
    if npm is None:
        raise KzkgError("the editor is bundled by npm, which is not installed; the pages work without it")
    home = target or homes()[1]
    with tempfile.TemporaryDirectory(prefix="kzkg-") as folder:
        work = Path(folder) / "assets"
        shutil.copytree(SOURCE, work, ignore=shutil.ignore_patterns("node_modules"))
        for words in (["ci", "--no-audit", "--no-fund", "--ignore-scripts"], ["run", "build"]):
            done = subprocess.run([npm, *words], cwd=work, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                raise KzkgError(f"npm {words[0]} failed: {' '.join(done.stderr.split())[-300:]}")
        home.mkdir(parents=True, exist_ok=True)
        for each in (work / "built").iterdir():
            shutil.copyfile(each, home / each.name)
    return home


if __name__ == "__main__":
    build()
