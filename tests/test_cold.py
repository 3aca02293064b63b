"""What a cold answer does not pay for: the heavy libraries stay unimported on the way to it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"rdflib", "pyshacl", "rich", "yaml", "pydantic", "owlrl", "openpyxl", "matplotlib", "pandas", "httpx"}
ROOMS = {"kzkg.validation", "kzkg.turtle", "kzkg.load", "kzkg.view", "kzkg.store.build", "kzkg.card"}
LISTING = """
import sys
from kzkg.cli import main
code = main({0!r})
print("\\n".join(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def imported(words: list[str]) -> set[str]:
    """The modules that are there after a command has run in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LISTING.format(words)], capture_output=True, text=True, check=True)
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["queries"],
        ["run", "--help"],
        ["run", "bans"],
        ["run", "bans", "--cite", "-f", "tsv"],
        ["run", "bans", "--cite", "-f", "table"],
        ["run", "bans", "--court", "Court of the North", "-f", "json"],
        ["sparql", "SELECT ?x { ?x a kzkg:Court }", "-f", "srj"],
    ],
)
def test_no_heavy_library_on_the_way_to_an_answer(world: Path, words: list[str]) -> None:
    warm = ["--store", str(world), *words]
    imported(warm)  # the first call may have to prepare the store, which needs the readers
    modules = imported(warm)
    assert not {name for name in modules if name.partition(".")[0] in HEAVY}
    assert not modules & ROOMS


def test_the_check_can_fail(world: Path) -> None:
    assert "kzkg.turtle" in imported(["--store", str(world), "export", "--graph", "paper"])
