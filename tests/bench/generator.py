"""Makes any number of statements in the shape of this ontology, the same ones for the same seed.

`python -m tests.bench.generator --statements 1000000 --seed 7 -o build/million.nq.gz` writes N-Quads with a graph for
each file; with a folder as the output the files themselves are written, as a graph folder that every command takes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import shutil
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.bench import blunders, stories
from tests.bench.scenes import Quad, Recent, Scene
from tests.bench.wording import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
LEAST = 5000
"""Fewer statements than these hold not one thing of each class."""
LARGEST = 3600
"""No scene has more statements."""
IN_FOLDER = 300_000
"""A folder of Turtle files is for hands and eyes; what is larger is one file of N-Quads."""


def scenes(statements: int, seed: str, faults: float = 0.0) -> Iterator[Scene]:
    """Make scenes that hold exactly a number of statements together, with a share of faulty records."""
    recent, left, index, owed = Recent(), statements, 0, 0.0
    while left > LARGEST:
        scene = Scene(seed, index, recent)
        stories.fill(scene)
        owed = blunders.put(scene, faults, owed)
        yield scene
        left, index = left - len(scene.quads), index + 1
    yield last(seed, index, recent, left)


def last(seed: str, index: int, recent: Recent, left: int) -> Scene:
    """Make a scene of exactly the size that is left: a small one, then documents, then other names of the last one."""
    for scale in (1.0, 0.75, 0.5, 0.25, 0.1, 0.0):
        scene = Scene(seed, index, recent, scale=scale)
        stories.fill(scene)
        if len(scene.quads) <= left:
            break
    while len(scene.quads) + 11 <= left:
        stories.source(scene, index % 7)
    graph, thing = scene.documents[-1].graph, scene.documents[-1].name
    for at in range(left - len(scene.quads)):
        scene.say(graph, thing, {"skos:altLabel": f'"Report {index}, copy {at + 1}"@en'})
    return scene


def quads(statements: int, seed: str, faults: float = 0.0) -> Iterator[Quad]:
    """Give the statements as text: graph, subject, predicate, object."""
    for scene in scenes(statements, seed, faults):
        yield from scene.quads


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open a file to write, compressed if its name says so; the bytes depend on nothing but what is written."""
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", 3, raw, 0) as packed, io.TextIOWrapper(packed, encoding="utf-8") as text:
                yield text
        else:
            with io.TextIOWrapper(raw, encoding="utf-8") as text:
                yield text


def into_file(path: Path, made: Iterable[Scene]) -> tuple[int, list[blunders.Expected]]:
    """Write N-Quads scene by scene; only one scene is in memory."""
    written, expected = 0, []
    with opened(path) as output:
        for scene in made:
            output.write("".join(f"{s} {p} {o} {g} .\n" for g, s, p, o in scene.quads))
            written += len(scene.quads)
            expected += scene.expected
    return written, expected


def into_folder(folder: Path, made: Iterable[Scene]) -> tuple[int, list[blunders.Expected]]:
    """Write a graph folder: the ontology and the queries as they are, the data as files in canonical Turtle."""
    from kzkg import turtle

    files: dict[str, list[str]] = defaultdict(list)
    written, expected = 0, []
    for scene in made:
        for g, s, p, o in scene.quads:
            files[g].append(f"{s} {p} {o} .\n")
        written += len(scene.quads)
        expected += scene.expected
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "ontology/shapes/accepted-warnings.tsv").unlink()
    for graph, lines in files.items():
        path = folder / "data" / place(graph)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(turtle.canonical("".join(lines)), encoding="utf-8")
    return written, expected


def place(graph: str) -> str:
    """Give the file that a graph is, within data/."""
    name = graph.removeprefix(word("g:")[:-1]).removesuffix(">")
    if name == "curation":
        return "curation.ttl"
    kind, _, rest = name.partition("-")
    return f"entities/{rest}.ttl" if kind == "entities" else f"sources/{name}.ttl"


def main() -> None:
    """Write what the command line asks for, and beside it what validation will find."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.generator", description=__doc__.split("\n\n")[0])
    parser.add_argument("--statements", type=int, required=True, help=f"how many, from {LEAST} on")
    parser.add_argument("--seed", default="1", help="the same seed makes the same statements")
    parser.add_argument("--faults", type=float, default=0.0, help="the share of records with a fault, 0 to 0.2")
    parser.add_argument("-o", "--output", type=Path, required=True, help="FILE.nq, FILE.nq.gz, or a new FOLDER")
    asked = parser.parse_args()
    if asked.statements < LEAST or not 0 <= asked.faults <= 0.2:
        parser.error(f"at least {LEAST} statements, and a share of faults from 0 to 0.2")
    in_file = asked.output.name.endswith((".nq", ".nq.gz"))
    if not in_file and (asked.output.exists() or asked.statements > IN_FOLDER):
        parser.error(f"{asked.output}: a folder must be new, and holds at most {IN_FOLDER} statements")
    made = scenes(asked.statements, asked.seed, asked.faults)
    written, expected = (into_file if in_file else into_folder)(asked.output, made)
    told = f"{written} statements, {len(expected)} findings to come"
    if expected:
        beside = asked.output.with_name(asked.output.name + ".expected.tsv")
        beside.write_text("".join(f"{shape}\t{focus}\n" for shape, focus in sorted(expected)), encoding="utf-8")
        told += f" (listed in {beside.name})"
    print(told, file=sys.stderr)


if __name__ == "__main__":
    main()
