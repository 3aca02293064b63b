"""A missing part is named: skipped on a user's machine, a failure where everything was to be installed."""

import re
from pathlib import Path

import parts
import pytest

HERE = Path(__file__).resolve().parent
OWN = re.compile(r"\bimportorskip\b|\bskipif\b|\bpytest\.skip\(|\bmark\.skip\b|\bunittest\.skip|\bSkipTest\b")
ABSENT = HERE / "no-such-file"


def test_what_is_there_is_nothing_to_say():
    assert parts.program("no-such-program", "sh") == ""
    assert parts.module("rdflib") == ""
    assert parts.file(Path(__file__), "never said") == ""
    assert parts.system(True, "never said") == ""
    parts.settle("", "")


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (parts.program("no-such-program", package="such-a-package"), "the Debian package such-a-package"),
        (parts.module("no_such_module", "such-module"), "the Python package such-module"),
        (parts.npm("no-such"), "no-such: npm ci --prefix tests/browser"),
        (parts.system(False, "Linux"), "Linux"),
    ],
)
def test_what_is_missing_is_skipped_by_a_user_and_fails_where_it_was_to_be_installed(monkeypatch, missing, said):
    monkeypatch.delenv("KZKG_CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"needs {said}"):
        parts.settle("", missing)
    monkeypatch.setenv("KZKG_CI", "1")
    with pytest.raises(pytest.fail.Exception, match=f"needs {said}"):
        parts.settle("", missing)


def test_what_stands_beside_the_project_is_no_fault_of_a_clone_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("KZKG_CI", "1")
    missing = parts.beside(parts.SHARED / "no-such-file")
    monkeypatch.setattr(parts, "SHARED", tmp_path / "nowhere")
    with pytest.raises(pytest.skip.Exception, match="beside the project"):
        parts.settle(missing)
    monkeypatch.setattr(parts, "SHARED", tmp_path)
    with pytest.raises(pytest.fail.Exception, match="beside the project"):
        parts.settle(missing)


def test_a_marked_test_is_stopped_before_it_begins(request):
    """The hook of conftest.py reads the mark; a stopped test must not have started a server."""
    (hook,) = [
        each for each in request.config.hook.pytest_runtest_setup.get_hookimpls() if "conftest" in each.plugin_name
    ]
    assert hook.tryfirst


def test_no_test_skips_in_another_way():
    found = [
        f"{path.relative_to(HERE)}:{number}: {line.strip()}"
        for path in sorted(HERE.rglob("*.py"))
        if "node_modules" not in path.parts and path.name not in {"parts.py", "test_parts.py"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OWN.search(line)
    ]
    assert found == [], "use needs() or settle() of tests/parts.py, which fail under KZKG_CI"
