"""Loading, the saved queries and the check of made-up data at several sizes, beside what a user would take instead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench import generator
from tests.bench.measure import KZKG, SURROUNDINGS, Run, amount, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = (10_000, 100_000)
LARGE = (10_000, 100_000, 1_000_000, 10_000_000)
COLD = 5
"""So often is a whole process started; the best counts."""
PATIENCE = 3600.0
"""Seconds that any one process may take."""
SLOW = {"rdflib": 10_000, "Virtuoso": 10_000, "pySHACL": 10_000, "kzkg": 1_000_000}
"""The largest size that these are asked at, or check; beyond it one waits for minutes or hours, or has no memory."""
SLOW_LARGE = {**SLOW, "pySHACL": 100_000}
BULK = """
import sys
from pyoxigraph import RdfFormat, Store
Store(sys.argv[1]).bulk_load(path=sys.argv[2], format=RdfFormat.N_QUADS, lenient=True)
"""
PARSE = "import sys, rdflib; rdflib.Dataset().parse(sys.argv[1], format='nquads')"
ABSENT = {
    "Jena": (("tdb2.tdbloader", "arq"), "Apache Jena is not installed"),
    "oxigraph CLI": (("oxigraph",), "pip install 'kzkg[bench]'"),
    "Virtuoso": (("virtuoso-t",), "Debian's virtuoso-opensource is not installed"),
}


class Answered(NamedTuple):
    """What one engine did with a question: seconds, rows, and a digest of them, or why it could not."""

    seconds: float | None
    rows: int
    digest: str


@dataclass
class Measured:
    """All that was measured of one size."""

    size: int
    loading: dict[str, Run] = field(default_factory=dict)
    answers: dict[str, dict[str, Answered]] = field(default_factory=dict)
    cold: Run | None = None
    checks: dict[str, Run] = field(default_factory=dict)
    same_report: bool | None = None


def missing() -> dict[str, str]:
    """Name what is not installed here, and is therefore not run."""
    return {name: why for name, (programs, why) in ABSENT.items() if not any(map(_program, programs))}


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def measure(size: int, home: Path, slow: dict[str, int]) -> Measured:
    """Make data of one size, load it, ask it, check it, and throw it away."""
    done, file, store = Measured(size), home / "made.nq", home / "store"
    generator.into_file(file, generator.scenes(size, "1"))
    load(done, file, home, slow)
    view = home / "accepted.nt"
    if (
        not (home / "store").exists()
        or run([*KZKG, "--store", str(store), "export", "-f", "nt", "-o", str(view)]) is None
    ):
        return done
    ask(done, "kzkg", str(store))
    ask(done, "oxigraph", str(view))
    if size <= slow["rdflib"]:
        ask(done, "rdflib", str(view))
    cold = [*KZKG, "--store", str(store), "run", "courts-banned-groups", "--group", "id:org-g0-1", "-f", "tsv"]
    done.cold = min((made for _ in range(COLD) if (made := run(cold))), key=lambda made: made.wall)
    if size <= slow["Virtuoso"] and not missing().get("Virtuoso"):
        virtuoso(done, file, home)
    shutil.rmtree(store)
    check(done, file, slow)
    return done


def load(done: Measured, file: Path, home: Path, slow: dict[str, int]) -> None:
    """Load a file by each loader that is there."""
    words = {"kzkg load": [*KZKG, "--store", str(home / "store"), "load", str(file)]}
    words["Oxigraph's bulk loader"] = [sys.executable, "-c", BULK, str(home / "bulk"), str(file)]
    oxigraph = _program("oxigraph")
    if oxigraph:
        words["oxigraph CLI"] = [oxigraph, "load", "--location", str(home / "cli"), "--lenient", "--file", str(file)]
    if done.size <= slow["rdflib"]:
        words["rdflib, in memory"] = [sys.executable, "-c", PARSE, str(file)]
    for name, each in words.items():
        _keep(done.loading, name, run(each, PATIENCE))
    for folder in ("bulk", "cli"):
        shutil.rmtree(home / folder, ignore_errors=True)


def _keep(where: dict[str, Run], name: str, made: Run | None, codes: tuple[int, ...] = (0,)) -> None:
    """Keep a measurement; a process that failed is no measurement."""
    if made is not None and made.code not in codes:
        raise RuntimeError(f"{name}: {made.errors.strip()[-500:]}")
    if made is not None:
        where[name] = made


def ask(done: Measured, engine: str, place: str, environment: dict[str, str] | None = None, name: str = "") -> None:
    """Ask an engine every question."""
    words = [sys.executable, "-m", "tests.bench.asker", engine, place, "600"]
    made = run(words, 1200, environment)
    if made is None or made.code:
        raise RuntimeError(f"{engine}: {made.errors.strip()[-500:] if made else 'took too long'}")
    told = (json.loads(line) for line in made.out.splitlines())
    done.answers[name or engine] = {what: Answered(*rest) for what, *rest in told}


def virtuoso(done: Measured, file: Path, home: Path) -> None:
    """Load and ask Virtuoso, through the same commands."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.engines import started_virtuoso

    # It ends with its owner, which is not this process but one that ends when it has been measured.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        engine = started_virtuoso(home / "virtuoso", owner.pid)
        environment = {**SURROUNDINGS, **engine.environment(), "PYTHONPATH": SURROUNDINGS["PYTHONPATH"]}
        words = [*KZKG, "--store", engine.address, "load", "--no-history", str(file)]
        _keep(done.loading, "kzkg load into Virtuoso", run(words, PATIENCE, environment))
        ask(done, "kzkg", engine.address, environment, name="Virtuoso")
        owner.kill()


def check(done: Measured, file: Path, slow: dict[str, int]) -> None:
    """Check faulty data of the same size by both engines; the reports must be the same."""
    generator.into_file(file, generator.scenes(done.size, "2", 0.01))
    reports = {}
    for name, engine in (("kzkg", "kzkg"), ("pySHACL", "pyshacl")):
        if done.size <= slow[name]:
            words = [*KZKG, "validate", "--alone", str(file), "--engine", engine, "-f", "json"]
            made = run(words, PATIENCE)
            _keep(done.checks, name, made, (0, 1))
            if made is not None:
                reports[name] = sorted(json.dumps(fault, sort_keys=True) for fault in json.loads(made.out)["faults"])
    if len(reports) == 2:
        done.same_report = reports["kzkg"] == reports["pySHACL"]


# ---- the tables


def loading(all_of_it: list[Measured]) -> Iterator[str]:
    """Write how long loading took."""
    yield "| statements | loader | time | processor | statements a second of it | memory |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: |"
    for done in all_of_it:
        for name, made in done.loading.items():
            times_of = f"{amount(made.wall)} | {amount(made.cpu)} | {done.size / made.cpu:,.0f}"
            yield f"| {done.size:,} | {name} | {times_of} | {made.memory} |"


def asking(all_of_it: list[Measured]) -> Iterator[str]:
    """Write how long the questions took."""
    yield "| statements | engine | a look-up, median | a saved query, median | slowest | all | same rows as kzkg |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | --- |"
    for done in all_of_it:
        for name, answers in done.answers.items():
            looked, whole = times(answers, look=True), times(answers, look=False)
            same = agreement(done.answers["kzkg"], answers)
            cells = (median(looked) if looked else None, median(whole), max(whole), sum(whole))
            yield f"| {done.size:,} | {name} | {' | '.join(map(amount, cells))} | {same} |"
        if done.cold:
            yield f"| {done.size:,} | `kzkg run`, cold, a whole process | {amount(done.cold.wall)} | | | | |"


def times(answers: dict[str, Answered], *, look: bool) -> list[float]:
    """Give the seconds of the look-ups, or of the saved queries."""
    return [one.seconds for what, one in answers.items() if one.seconds and what.startswith("look-up") == look]


def agreement(ours: dict[str, Answered], theirs: dict[str, Answered]) -> str:
    """Say for how many questions the rows are the same."""
    if ours is theirs:
        return ""
    same = sum(one.digest == ours[what].digest for what, one in theirs.items())
    return f"{same} of {len(theirs)}" + (f", {len(ours) - len(theirs)} not reached" if len(theirs) < len(ours) else "")


def checking(all_of_it: list[Measured]) -> Iterator[str]:
    """Write how long a check took."""
    yield "| statements | engine | time | processor | memory | same report |"
    yield "| ---: | --- | ---: | ---: | ---: | --- |"
    for done in all_of_it:
        for name, made in done.checks.items():
            ours = done.checks["kzkg"]
            slower = f" ({made.cpu / ours.cpu:.0f} times ours)" if name != "kzkg" else ""
            times_of = f"{amount(made.wall)} | {amount(made.cpu)}{slower}"
            same = "" if name == "kzkg" else "yes" if done.same_report else "NO"
            yield f"| {done.size:,} | {name} | {times_of} | {made.memory} | {same} |"


def not_run() -> list[str]:
    """Name what is not installed."""
    gone = missing()
    return ["", f"Not run here: {'; '.join(f'{name} ({why})' for name, why in gone.items())}."] if gone else []


def run_all(sizes: tuple[int, ...], slow: dict[str, int]) -> Iterator[list[Measured]]:
    """Measure size after size; after each of them give all that is there."""
    done = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kzkg-bench-") as home:
            done.append(measure(size, Path(home), slow))
        yield done


def sections(done: list[Measured]) -> dict[str, Any]:
    """Give the three sections of the page."""
    return {
        "loading": [*loading(done), *not_run()],
        "questions": [*asking(done), *not_run()],
        "checking": list(checking(done)),
    }
