"""The code blocks of README.md and docs/: which there are, what they print, and how to write them anew.

`python -m tests.documents` runs every console block and puts the real output into the page; the page of the saved
queries it writes from their headers.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kzkg.catalog import Catalog
from tests.serving import free_port
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from kzkg.query import SavedQuery

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "docs" / "queries.md"
PAGES = sorted({ROOT / "README.md", QUERIES, *(ROOT / "docs").rglob("*.md")})
BLOCK = re.compile(r"^```(?P<language>[a-z]*)(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, what follows the language, and its text."""

    page: Path
    line: int
    language: str
    info: str
    text: str

    @property
    def name(self) -> str:
        """The page and line, for the name of a test."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The commands of a console block, each with the output that the page shows for it."""
        pairs = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        return [(command, output) for command, _, output in (pair.partition("\n") for pair in pairs)]


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, m.start()) + 1, m["language"], m["info"].strip(), m["text"])
        for m in BLOCK.finditer(text)
    ]


def environment() -> dict[str, str]:
    """The surroundings in which the pages are written: width 110, no colour, English, this interpreter's `kzkg`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KZKG_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept | {
        "PATH": path,
        "COLUMNS": "110",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PAGER": "cat",
    }


def run(command: str) -> str:
    """What a command of a page prints; a port that it names is taken by one that is free."""
    named = re.search(r"--port (\d{4,5})\b", command)
    if not named:
        return output_of(command)
    free = str(free_port())
    return output_of(command.replace(named[1], free)).replace(free, named[1])


def output_of(command: str) -> str:
    """What a command prints, on both streams; it runs in the top folder."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
    )
    return done.stdout


def refreshed(page: Path) -> str:
    """The page with the real output in each console block."""

    def renew(match: re.Match[str]) -> str:
        if match["language"] != "console" or "no-run" in match["info"]:
            return match[0]
        block = Block(page, 0, match["language"], match["info"], match["text"])
        body = "".join(f"$ {command}\n{run(command)}" for command, _ in block.commands)
        return f"```console{match['info']}\n{body}```"

    return BLOCK.sub(renew, page.read_text(encoding="utf-8"))


QUERIES_HEAD = """# The saved queries

{0} questions that the graph answers, in the groups of `kzkg queries`. `kzkg run NAME` asks one, with the parameters
named here, all of them optional; `kzkg run NAME --help` says what each takes, `--explain` shows the SPARQL,
`kzkg queries WORD` finds the ones that speak of a word. A thing may be given by its name in any language.

This page is written by `python -m tests.documents docs/queries.md` from the headers of `queries/*.rq`.
"""


def saved_queries() -> str:
    """The page of the saved queries, from their headers."""
    known = sorted(Catalog(ROOT).queries.values(), key=lambda query: (query.group, query.name))
    parts = [QUERIES_HEAD.format(len(known))]
    for group, found in groupby(known, key=lambda query: query.group):
        rows = "\n".join(map(query_row, found))
        title = group[:1].upper() + group[1:]
        parts.append(f"## {title}\n\n| query | question | parameters | try |\n| --- | --- | --- | --- |\n{rows}\n")
    return "\n".join(parts)


def query_row(query: SavedQuery) -> str:
    """One row: the name, the question, the parameters, and the words of the example."""
    names = " ".join(f"`--{parameter.name.replace('_', '-')}`" for parameter in query.parameters)
    tried = " ".join(f"--{name.replace('_', '-')} {shlex.quote(word)}" for name, word in query.example)
    cells = (f"`{query.name}`", query.summary, names or "-", f"`{tried}`" if tried else "-")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    for page in [ROOT / name for name in sys.argv[1:]] or PAGES:
        if page == QUERIES:
            page.write_text(saved_queries(), encoding="utf-8")
        page.write_text(refreshed(page), encoding="utf-8")
