"""Lighthouse's figures for the kinds of page of a server over the repository's graph, and of its folder.

`make lighthouse`; `python -m tests.lighthouse FOLDER` asks of a folder that `kzkg site` wrote. Not among the tests: the
figure for
performance depends on how busy the machine is; the best of some tries counts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kzkg.static.building import Plan, build
from tests.browsing import files
from tests.parts import BROWSERS
from tests.serving import ROOT, serving

PINNED = "lighthouse@12.8.2"
PATHS = ("/", "/page/attack-aktobe-2016-06-05", "/query/courts-banned-groups", "/ask", "/map")
IN_FOLDER = (
    "index.html", "page/attack-aktobe-2016-06-05.html", "query/courts-banned-groups.html", "ns/Court.html",
    "timeline.html", "map.html", "conflicts.html", "ask.html",
)  # fmt: skip
LEAST, TRIES = 95, 3


def scores(address: str) -> dict[str, int]:
    """Ask Lighthouse about one page, as it asks by default: a phone with a slow processor and a slow line."""
    flags = ["--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox --disable-dev-shm-usage"]
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None or not shutil.which("npx"):
        sys.exit("needs the Debian packages chromium and npm")
    told = subprocess.run(
        ["npx", "--yes", PINNED, address, *flags],
        env={**os.environ, "CHROME_PATH": chromium}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return {name: round(each["score"] * 100) for name, each in json.loads(told.stdout)["categories"].items()}


def best(address: str) -> dict[str, int]:
    """Ask until all figures are as high as they should be, some times at most; give the best of each."""
    found: dict[str, int] = {}
    for _ in range(TRIES):
        for name, score in scores(address).items():
            found[name] = max(score, found.get(name, 0))
        if min(found.values()) >= LEAST:
            break
    return found


def told(root: str, paths: Iterable[str]) -> int:
    """Print a line for each page; give the lowest figure."""
    lowest = 100
    for path in paths:
        found = best(root + path)
        lowest = min(lowest, *found.values())
        print(path, *(f"{name} {score}" for name, score in found.items()), sep="  ", flush=True)
    return lowest


def main() -> int:
    """Ask of a folder, or of a server and a folder; 1 when a figure is below what the pages promise."""
    with tempfile.TemporaryDirectory() as room:
        folder, lowest = Path(sys.argv[1] if sys.argv[1:] else f"{room}/site"), 100
        if not sys.argv[1:]:
            with serving(ROOT, Path(room) / "log", "--rate", "0") as server:
                lowest = told(server.url, PATHS)
            build(Plan(ROOT, folder))
        with files(folder) as root:
            lowest = min(lowest, told(f"{root.rstrip('/')}/", IN_FOLDER))
    return int(lowest < LEAST)


if __name__ == "__main__":
    sys.exit(main())
