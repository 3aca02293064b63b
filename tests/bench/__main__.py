"""`make bench`: measures on this machine, in one run, and writes the tables and the picture of docs/benchmarks.md.

`python -m tests.bench [SECTION]...` runs some sections only; `--sizes 10000,1000000` chooses how many statements are
made up, `--large` is what `make bench-large` takes, `-o FOLDER` writes into a copy of the page elsewhere.
"""

from __future__ import annotations

import argparse
import platform
import re
import shutil
from pathlib import Path

from tests.bench import cold, http, names, picture, scale

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTIONS = {"cold": cold.report, "names": names.report, "http": http.report}


def put(page: Path, name: str, body: str) -> None:
    """Put a section's table between its markers."""
    text = page.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    if not place.search(text):
        raise SystemExit(f"{page}: has no place for the section {name}")
    page.write_text(place.sub(lambda match: f"{match[1]}{body}\n{match[2]}", text), encoding="utf-8")
    print(body)


def main() -> None:
    """Measure what is asked for, section after section."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("sections", nargs="*", help=f"{', '.join((*SECTIONS, 'scale'))}; all without a name")
    parser.add_argument("--sizes", help="numbers of statements, with commas")
    parser.add_argument("--large", action="store_true", help="ten million statements, and pySHACL at 100,000")
    parser.add_argument("-o", "--output", type=Path, default=DOCS, help="the folder of the page")
    asked = parser.parse_args()
    page = asked.output / "benchmarks.md"
    if not page.exists():
        shutil.copy(DOCS / page.name, page)
    for name, report in SECTIONS.items():
        if not asked.sections or name in asked.sections:
            put(page, name, "\n".join(report()))
    if not asked.sections or "scale" in asked.sections:
        sizes = tuple(map(int, asked.sizes.split(","))) if asked.sizes else scale.LARGE if asked.large else scale.SMALL
        for done in scale.run_all(sizes, scale.SLOW_LARGE if asked.large else scale.SLOW):
            for name, lines in scale.sections(done).items():
                put(page, name, "\n".join(lines))
            (asked.output / "benchmarks.svg").write_text(picture.draw(done), encoding="utf-8")
    print(f"written to {page}; Python {platform.python_version()}")


if __name__ == "__main__":
    main()
