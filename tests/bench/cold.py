"""How long whole processes take, cold, as multiples of a bare `python -c pass` in the same run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
KZKG = str(Path(sys.executable).parent / "kzkg")
RDFLIB = """
import pathlib, rdflib
g = rdflib.Graph()
for path in pathlib.Path("data").rglob("*.ttl"):
    g.parse(path)
for row in g.query('''PREFIX kzkg: <https://w3id.org/kzkg/ns#> SELECT ?court ?group ?date ?source ?locator WHERE {
  ?d a kzkg:Designation ; kzkg:designates ?group ; kzkg:byDecision ?decision ; kzkg:evidence ?c .
  ?decision kzkg:issuedBy ?court ; kzkg:date ?date . ?c kzkg:source ?source .
  OPTIONAL { ?c kzkg:locator ?locator } }'''):
    print(*row, sep="\\t")
"""
# A user's Python keeps its bytecode.
SURROUNDINGS = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ASK = ["run", "courts-banned-groups", "--cite", "-f", "tsv"]


@dataclass(frozen=True)
class Command:
    """A command to time, and the bound that an issue sets for it: a multiple of another command's time."""

    name: str
    words: list[str]
    bound: str


COMMANDS = [
    Command("bare `python -c pass`", [sys.executable, "-c", "pass"], ""),
    Command("`kzkg --help`", [KZKG, "--help"], "at most 10 times bare"),
    Command("a saved query with citations, TSV", [KZKG, *ASK], "at most 12 times bare"),
    Command(
        "the same with `--known-by 2012-06-30`", [KZKG, *ASK, "--known-by", "2012-06-30"], "at most 3 times without"
    ),
    Command("`kzkg queries`", [KZKG, "queries"], "0.3 s of processor time"),
    Command("`kzkg search талибан`", [KZKG, "search", "талибан"], "at most 1.5 times `kzkg run`"),
    Command("`kzkg show taliban`", [KZKG, "show", "id:org-taliban"], ""),
    Command("`kzkg validate`", [KZKG, "validate"], "15 s"),
    Command(
        "the shortest rdflib script for the same rows", [sys.executable, "-c", RDFLIB], "kzkg at least 4 times faster"
    ),
]


def once(words: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=SURROUNDINGS)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(rounds: int) -> dict[str, list[tuple[float, float]]]:
    """All commands in turn, round by round, so that a busy minute falls on all of them."""
    for command in COMMANDS:
        once(command.words)
    times: dict[str, list[tuple[float, float]]] = {command.name: [] for command in COMMANDS}
    for number in range(rounds):
        for command in COMMANDS:
            if number < 3 or "rdflib" not in command.name:
                times[command.name].append(once(command.words))
    return times


def table(times: dict[str, list[tuple[float, float]]]) -> list[str]:
    """The measurements as the lines of a Markdown table."""
    bare = min(cpu for _, cpu in times[COMMANDS[0].name])
    lines = ["| command | wall, median | processor, least | times bare | bound |", "| --- | ---: | ---: | ---: | --- |"]
    for command in COMMANDS:
        wall = median(wall for wall, _ in times[command.name])
        cpu = min(cpu for _, cpu in times[command.name])
        lines.append(
            f"| {command.name} | {wall * 1000:.0f} ms | {cpu * 1000:.0f} ms | {cpu / bare:.1f} | {command.bound} |"
        )
    return lines


def report(rounds: int = 15) -> list[str]:
    """Measure, and give the section of the page."""
    return table(measure(rounds))
