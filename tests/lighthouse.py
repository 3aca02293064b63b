"""Lighthouse's figures for five kinds of page, asked of a server over the repository's graph: `make lighthouse`.

Not among the tests: the figure for performance depends on how busy the machine is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.parts import BROWSERS
from tests.serving import ROOT, serving

PINNED = "lighthouse@12.8.2"
PATHS = ("/", "/page/attack-aktobe-2016-06-05", "/query/courts-banned-groups", "/ask", "/map")
LEAST = 95


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


def main() -> int:
    """Print a line for each page; 1 when a figure is below what the pages promise."""
    low = False
    with tempfile.TemporaryDirectory() as folder, serving(ROOT, Path(folder) / "log", "--rate", "0") as server:
        for path in PATHS:
            found = scores(server.url + path)
            low |= min(found.values()) < LEAST
            print(path, *(f"{name} {score}" for name, score in found.items()), sep="  ", flush=True)
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
