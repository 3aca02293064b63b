"""The benchmark of growing graphs runs, on the smallest size: what is compared is equal, and the page is written."""

import sys
import xml.etree.ElementTree as ET

import pytest

from tests.bench import __main__ as bench
from tests.bench import generator, picture, scale

SLOW = {"rdflib": 0, "Virtuoso": 0, "pySHACL": 0, "kzkg": generator.LEAST}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """One run of everything that is quick."""
    before, scale.COLD = scale.COLD, 1
    try:
        return [scale.measure(generator.LEAST, tmp_path_factory.mktemp("bench"), SLOW)]
    finally:
        scale.COLD = before


def test_every_engine_is_measured_and_agrees(done):
    (measured,) = done
    assert {"kzkg load", "Oxigraph's bulk loader"} <= set(measured.loading)
    assert all(made.code == 0 and made.peak > 5 for made in measured.loading.values())
    assert set(measured.answers) == {"kzkg", "oxigraph"}
    ours, theirs = measured.answers["kzkg"], measured.answers["oxigraph"]
    assert [what for what, one in theirs.items() if one.digest != ours[what].digest] == []
    assert len(ours) > 50
    assert sum(one.rows > 0 for one in ours.values()) > 25
    assert measured.cold.out.count("\n") >= 1
    assert measured.checks["kzkg"].code == 1


def test_the_page_and_the_picture_are_written(done, tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text((bench.DOCS / "benchmarks.md").read_text())
    for name, lines in scale.sections(done).items():
        bench.put(page, name, "\n".join(lines))
    text = page.read_text()
    assert "| 5,000 | kzkg load | " in text
    assert f"| {len(done[0].answers['kzkg'])} of {len(done[0].answers['kzkg'])} |" in text
    drawn = picture.draw(done)
    assert drawn == picture.draw(done)
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert 'fill="white"' not in drawn
    assert "loading" in drawn


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(scale, "_program", lambda name: None)
    assert set(scale.missing()) == set(scale.ABSENT)
    assert scale.not_run()[-1].startswith("Not run here: Jena (")
    monkeypatch.setattr(scale, "_program", lambda name: name)
    assert scale.not_run() == []


def test_a_loader_that_fails_is_no_measurement(tmp_path):
    made = scale.run([sys.executable, "-c", "import sys; sys.exit('boom')"])
    with pytest.raises(RuntimeError, match="bad: boom"):
        scale._keep({}, "bad", made)


def test_a_page_without_a_place_for_a_table_is_refused(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("nothing")
    with pytest.raises(SystemExit, match="no place for the section loading"):
        bench.put(page, "loading", "| |")
