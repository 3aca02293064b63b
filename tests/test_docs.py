"""What README.md and docs/ show is what the commands print."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import documents

if TYPE_CHECKING:
    from tests.documents import Block

ALL = [block for page in documents.PAGES for block in documents.blocks(page)]
LANGUAGES = {"console", "python", "turtle", "sparql", "text", "make"}


def of(language: str) -> list[Block]:
    return [block for block in ALL if block.language == language]


@pytest.mark.parametrize("block", ALL, ids=lambda b: b.name)
def test_a_block_says_its_language(block: Block) -> None:
    assert block.language in LANGUAGES


@pytest.mark.parametrize("block", [b for b in of("console") if "no-run" not in b.info], ids=lambda b: b.name)
def test_a_console_block_shows_the_real_output(block: Block) -> None:
    assert block.commands, "a console block holds at least one line that begins with $"
    for command, shown in block.commands:
        assert documents.run(command) == shown, command


def test_the_page_of_the_saved_queries_is_what_their_headers_say() -> None:
    written = documents.QUERIES.read_text(encoding="utf-8")
    assert documents.saved_queries() == written, "run: python -m tests.documents docs/queries.md"


@pytest.mark.parametrize("block", of("python"), ids=lambda b: b.name)
def test_a_python_block_runs(block: Block) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block.text],
        cwd=documents.ROOT,
        env=documents.environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", of("turtle"), ids=lambda b: b.name)
def test_a_turtle_block_parses(block: Block) -> None:
    from pyoxigraph import RdfFormat, parse

    from kzkg.terms import PREFIXES

    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    assert list(parse(head + block.text, format=RdfFormat.TURTLE))


@pytest.mark.parametrize("block", of("sparql"), ids=lambda b: b.name)
def test_a_sparql_block_answers(block: Block) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kzkg", "sparql", "-", "--fail-empty"],
        input=block.text,
        cwd=documents.ROOT,
        env=documents.environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
