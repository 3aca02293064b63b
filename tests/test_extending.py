"""The steps of docs/extending.md lead to the shipped graph, and each typical mistake is caught on its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from kzkg.catalog import Catalog
from kzkg.cli import main
from kzkg.errors import DataError
from kzkg.terms import PREFIXES
from kzkg.validation import validate
from tests import documents, workshop
from tests.workshop import CURATION, REPORT, ROOT, STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Triple

    from kzkg.validation import Report

PAGE = ROOT / "docs" / "extending.md"
FILES = [STEPS / name for name in ("1-source.ttl", "2-agrees.ttl", "3-differs.ttl")]
VERDICT = STEPS / "curation.ttl"
MISTAKES = sorted((STEPS / "mistakes").rglob("*.ttl"))
FINDS = re.compile(r"^# finds: (\S+) at line ([0-9]+)$", re.MULTILINE)
BODIES = ("7", "6")


def triples(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}


def step(title: str) -> set[Triple]:
    """What the Turtle blocks of one section of the page say."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {title}")[2].partition("\n## ")[0]
    assert section, title
    blocks = [match["text"] for match in documents.BLOCK.finditer(section) if match["language"] == "turtle"]
    assert blocks, title
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return triples(head + "\n".join(blocks))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph without the report; read it, do not change it."""
    return workshop.make(tmp_path_factory.mktemp("workshop") / "before")


# ---- the steps


def test_the_page_shows_what_each_step_adds() -> None:
    said: set[Triple] = set()
    for file, title in zip(FILES, ("1. Describe", "2. Say what agrees", "3. Say what differs"), strict=True):
        now = triples(file.read_text(encoding="utf-8"))
        assert said < now
        assert step(title) == now - said
        said = now
    assert step("4. Give the verdict") == triples(VERDICT.read_text(encoding="utf-8"))


def test_without_the_report_the_graph_conforms(before: Path) -> None:
    assert strict(validate(Catalog(before))) == []
    assert not (before / REPORT).exists()
    assert not any(name in (before / CURATION).read_text(encoding="utf-8") for name in workshop.DECIDED)


@pytest.mark.parametrize("count", [1, 2])
def test_the_first_steps_conform(before: Path, count: int) -> None:
    assert strict(validate(Catalog(before), [FILES[count - 1]])) == []


def test_a_rival_asks_for_a_question_and_a_verdict(before: Path) -> None:
    file = FILES[2]
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if text.startswith(workshop.DECIDED[1]))
    report = validate(Catalog(before), [file])
    assert [(fault.severity, fault.shape, fault.file, fault.line) for fault in report.faults] == [
        ("Warning", "kzs:S15", file, line)
    ]
    assert strict(validate(Catalog(before), [file, VERDICT])) == []


def strict(report: Report) -> list[str]:
    """The faults that `--strict` counts."""
    return [f"{fault.place} {fault.shape}" for fault in report.faults if fault.severity != "Info"]


# ---- put in place: the same answers as the shipped graph


def run(capfdbinary: pytest.CaptureFixture[bytes], folder: Path, *words: str) -> str:
    """What a command prints for a graph folder."""
    assert main(["--store", str(folder), *words]) == 0
    return capfdbinary.readouterr().out.decode()


def shown(capfdbinary: pytest.CaptureFixture[bytes], folder: Path) -> dict[str, str]:
    """The accepted totals of the attack, each with its documents."""
    words = ("--attack", "attack-taraz-2011-11-12", "--columns", "group,minimum,source", "-f", "tsv")
    rows = [line.split("\t") for line in run(capfdbinary, folder, "run", "casualties", *words).splitlines()[1:]]
    found: dict[str, str] = {}
    for row in rows:
        if row[0].endswith("group-all-without-attackers"):
            found[row[2]] = f"{found.get(row[2], '')} {row[3].rpartition('/')[2]}".strip()
    return found


def test_a_copy_with_the_report_answers_as_the_shipped_graph(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = workshop.make(tmp_path / "graph")
    (folder / REPORT).write_bytes(FILES[2].read_bytes())
    undecided = shown(capfdbinary, folder)
    assert undecided["6"] == "source-lwj-2011-11"
    assert set(undecided) == set(BODIES)

    with (folder / CURATION).open("a", encoding="utf-8") as curation:
        curation.write(VERDICT.read_text(encoding="utf-8"))
    run(capfdbinary, folder, "format")
    for file in (REPORT, CURATION):
        assert (folder / file).read_text(encoding="utf-8") == (ROOT / file).read_text(encoding="utf-8")
    decided = shown(capfdbinary, folder)
    assert decided == {"7": undecided["7"]} == shown(capfdbinary, ROOT)
    cited = run(capfdbinary, folder, "run", "casualties", "--source", "source-lwj-2011-11", "--cite", "-f", "md")
    assert "Long War Journal" in cited


# ---- the mistakes


def test_there_are_enough_mistakes_and_the_page_shows_them_all() -> None:
    assert len(MISTAKES) >= 10
    text = PAGE.read_text(encoding="utf-8")
    for path in MISTAKES:
        assert f" {path.relative_to(ROOT)}" in text
    section = text.partition("\n## What is caught")[2].partition("\n## To add")[0]
    wrong = [match["text"] for match in documents.BLOCK.finditer(section) if match["language"] != "console"]
    files = [path.read_text(encoding="utf-8") for path in MISTAKES]
    assert len(wrong) == len(MISTAKES)
    assert all(any(file.endswith(f"\n{block}") for file in files) for block in wrong)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: str(path.relative_to(STEPS / "mistakes").with_suffix("")))
def test_a_mistake_is_caught_on_its_line(path: Path) -> None:
    expected = {(shape, int(line)) for shape, line in FINDS.findall(path.read_text(encoding="utf-8"))}
    assert expected
    if {shape for shape, _ in expected} == {"unreadable"}:
        with pytest.raises(DataError, match=rf"^{re.escape(str(path))}:{min(expected)[1]}:"):
            validate(Catalog(ROOT), [path])
        return
    report = validate(Catalog(ROOT), [path])
    assert {(fault.shape, fault.line) for fault in report.faults} == expected
    assert {fault.file for fault in report.faults} == {path}
    assert all(fault.message for fault in report.faults)
    assert strict(report)
