"""The wheel brings what `pip install` users have no Node for: the editor, the engine of still pages, their licences."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from parts import ROOT, module, needs, system

from kzkg.pages import assets

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs(
    module("hatchling"),
    module("jinja2"),
    system(assets.fresh(), "editor and engine as they are now: python -m kzkg.pages.assets"),
)


def run(*words: str, folder: Path, **environment: str) -> str:
    """Run Python outside of the checkout, and give what it says."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("KZKG_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation",
        "--wheel-dir", str(folder), str(ROOT), folder=folder,
    )  # fmt: skip
    (found,) = folder.glob("*.whl")
    return found


def test_holds_what_was_built_and_its_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        licences = packed.read("kzkg/pages/built/licences.txt").decode()
    wanted = {f"kzkg/pages/built/{name}" for name in ("editor.js", *(f"engine/{each}" for each in assets.ENGINE))}
    assert wanted <= names
    assert "kzkg/graph/prepared/store/names.json" in names
    assert not [name for name in names if "node_modules" in name]
    for package in ("@codemirror/view", "any-ascii", "oxigraph"):
        assert f"{package} " in licences


def test_a_site_of_the_installed_package_has_the_engine(wheel: Path, world: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    run(
        "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
        "--target", str(installed), str(wheel), folder=tmp_path,
    )  # fmt: skip
    where = run("-c", "import kzkg; print(kzkg.__file__)", folder=tmp_path, PYTHONPATH=str(installed))
    assert where.startswith(str(installed))
    told = run(
        "-m", "kzkg", "--store", str(world), "site", "here", "--lang", "en", folder=tmp_path, PYTHONPATH=str(installed)
    )
    assert "answer no questions" not in told
    engine = tmp_path / "here" / "engine"
    assert {"page.js", "ask.js", "letters.js", "manifest.js", "oxigraph-1.js", "quads-1.js", "names-1.js"} <= {
        path.name for path in engine.iterdir()
    }
    assert "engine/ask.js" in (tmp_path / "here" / "ask.html").read_text(encoding="utf-8")
    assert (tmp_path / "here" / "static" / "licences.txt").is_file()
