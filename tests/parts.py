"""What tests need beyond the `test` extra: a program, a package, a built file; a missing one is named.

The one helper for all tests, in the place of `pytest.skip`, `skipif` and `importorskip`:

    pytestmark = needs(program("java", package="default-jre-headless"), module("pandas"))

On a user's machine the test is then skipped with one line that says what to install. Where `KZKG_CI` is set everything
was to be installed, by `.ci/run` or with the `test` extra, and the same line is a failure.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""What stands beside the project where it is developed, and cannot be installed; a clone alone does not have it."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""The names by which the browser of the tests may go."""


def program(*names: str, package: str = "") -> str:
    """Say what to install for a program that goes by one of some names; nothing when it is there."""
    return "" if any(map(shutil.which, names)) else f"the Debian package {package or names[0]}"


def module(name: str, package: str = "") -> str:
    """Say what to install for a Python module; nothing when it is there."""
    return "" if find_spec(name) else f"the Python package {package or name}"


def file(path: Path, how: str) -> str:
    """Say how a file is had; nothing when it is there."""
    return "" if path.exists() else how


def npm(package: str) -> str:
    """Say how an npm package of the tests is had; nothing when it is there."""
    return file(ROOT / "tests" / "browser" / "node_modules" / package, f"{package}: npm ci --prefix tests/browser")


def system(fits: object, what: str) -> str:
    """Say what kind of system a test is for; nothing when this is one."""
    return "" if fits else what


def allowed(may: object, what: str) -> str:
    """Say what this system does not allow; also under KZKG_CI that is no fault of whoever set the machine up."""
    return "" if may else f"{what}, which is not allowed here"


def beside(path: Path) -> str:
    """Say what is missing beside the project; also under KZKG_CI that is no fault of a clone that stands alone."""
    return "" if path.exists() else f"{path.relative_to(ROOT.parent)} beside the project"


def needs(*missing: str) -> pytest.MarkDecorator:
    """Mark a test, or as `pytestmark` all of a file, with what it needs; `conftest.py` calls `settle` before it."""
    return pytest.mark.needs(*missing)


def settle(*missing: str, whole: bool = False) -> None:
    """Skip, or fail under KZKG_CI, when something is missing; `whole` for a file that cannot even be read without."""
    lacking = [each for each in missing if each]
    if lacking:
        beyond = ("not allowed here", *(() if SHARED.is_dir() else ("beside the project",)))
        _stop([each for each in lacking if not each.endswith(beyond)], lacking, whole)


def _stop(faults: list[str], lacking: list[str], whole: bool) -> NoReturn:
    reason = f"needs {'; '.join(lacking)}"
    if faults and os.environ.get("KZKG_CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=whole)
