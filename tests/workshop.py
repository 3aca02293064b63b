"""A copy of the graph as it was before one report came in, to try the steps of docs/extending.md in.

`python -m tests.workshop FOLDER` makes it, anew each time.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from kzkg.catalog import Catalog
from kzkg.commands.checking import described

ROOT = Path(__file__).resolve().parent.parent
STEPS = ROOT / "tests" / "extending"
REPORT = Path("data/sources/lwj.ttl")
CURATION = Path("data/curation.ttl")
DECIDED = (
    "id:question-taraz-2011-11-12-killed-all-without-attackers",
    "id:count-taraz-2011-11-12-killed-all-without-attackers-6",
    "id:count-taraz-2011-11-12-killed-all-without-attackers-7",
)
"""What the curators' file says only because of this report: without it no other document gives a rival figure."""


def make(folder: Path) -> Path:
    """Copy the graph folder and take out the report, with the question that it raised."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / REPORT).unlink()
    blocks = (folder / CURATION).read_text(encoding="utf-8").split("\n\n")
    kept = [block for block in blocks if block.split(maxsplit=1)[0] not in DECIDED]
    (folder / CURATION).write_text("\n\n".join(kept).rstrip("\n") + "\n", encoding="utf-8")
    described(Catalog(folder), write=True)
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]))
