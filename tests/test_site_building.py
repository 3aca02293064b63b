"""How a folder of pages is written: the same bytes each time, only what differs, and whole at every moment."""

import re
import shutil
from pathlib import Path

import pytest
from folders import files

from kzkg.cli import main
from kzkg.errors import DataError, RequestError
from kzkg.static import manifest, place
from kzkg.static.building import Plan, build


def test_two_runs_write_the_same_bytes_whatever_the_order_of_the_work(built_site, tmp_path):
    """Another store of the same files, other processes with another order of their sets, one hand instead of three."""
    graph, other = built_site.parent / "built-world", tmp_path / "world"
    shutil.copytree(graph, other, ignore=shutil.ignore_patterns(".kzkg"))
    for name, place_of, workers in (("one", graph, 1), ("two", other, 3)):
        build(Plan(place_of, tmp_path / name, "https://kzkg.example/sub/", ("en",), workers))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_second_run_writes_nothing_and_a_change_only_what_differs(own_world, tmp_path):
    home = tmp_path / "site"
    plan = Plan(own_world, home, "", ("en",), 2)
    first = build(plan)
    assert first.written == first.files > 1000
    times = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    again = build(plan)
    assert again.unchanged
    assert (again.pages, again.files) == (first.pages, first.files)
    assert times == {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    source = next((own_world / "data" / "sources").glob("*.ttl"))
    source.write_text(f'{source.read_text()}\nid:org-new a kzkg:Organisation ; skos:prefLabel "New"@en .\n')
    third = build(plan)
    assert 0 < third.written < first.files / 4
    assert (home / "page" / "org-new.html").is_file()
    kept = [path for path in times if path.is_file() and path.stat().st_mtime_ns == times[path]]
    assert len(kept) > first.files / 2


def test_a_file_that_was_changed_by_hand_is_written_anew(own_world, tmp_path):
    home = tmp_path / "site"
    plan = Plan(own_world, home, "", ("en",), 2)
    build(plan)
    page = home / "index.html"
    text = page.read_text()
    page.write_text(text.replace("kzkg", "kxkg"))
    done = build(plan)
    assert not done.unchanged
    assert done.written == 1
    assert page.read_text() == text


def test_a_folder_with_other_files_is_refused(tmp_path, built_site):
    graph = built_site.parent / "built-world"
    home = tmp_path / "mine"
    home.mkdir()
    (home / "letter.txt").write_text("dear")
    with pytest.raises(RequestError, match=r"holds letter\.txt, which is not of this site"):
        build(Plan(graph, home))
    (home / "letter.txt").unlink()
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="is not a folder"):
        build(Plan(graph, tmp_path / "file"))
    with pytest.raises(RequestError, match="name a folder inside it"):
        build(Plan(graph, Path("/")))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "mine"]


def test_two_runs_at_once_do_not_meddle(tmp_path, built_site):
    home = tmp_path / "site"
    with place.Place(home), pytest.raises(DataError, match="is being written by another process"):
        build(Plan(built_site.parent / "built-world", home))
    assert list(tmp_path.iterdir()) == []


def test_what_was_interrupted_between_two_renames_is_put_right(tmp_path, monkeypatch):
    """Where the system cannot exchange two folders, the old one has another name for a moment."""
    home = tmp_path / "site"
    monkeypatch.setattr(place, "exchanged", lambda _one, _two: False)
    for text in ("old", "new"):
        with place.Place(home) as ours:
            (ours.begin() / "page").write_text(text)
            (ours.new / manifest.NAME).write_text('{"site": 1, "sum": ""}')
            (ours.new / manifest.SUMS).write_text(f"{'0' * 64}  page\n")
            ours.replace()
    assert (home / "page").read_text() == "new"
    home.rename(home.with_name(".site.kzkg-old"))
    with place.Place(home):
        assert (home / "page").read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--base", "ftp://host/"], "not 'ftp://host/'"),
        (["--base", "host/sub"], "not 'host/sub'"),
        (["--base", "//host/"], "not '//host/'"),
        (["--base", 'https://h"x/'], "--base is https://host/path/ or /path/"),
        (["--base", "/a;b/"], "with letters, digits and - . _ ~ in its path, not '/a;b/'"),
        (["--base", "https://host/?a=b"], "--base is https://host/path/ or /path/"),
        (["--lang", "de"], "Invalid value for '--lang'"),
        (["--workers", "0"], "Invalid value for '--workers'"),
    ],
)
def test_a_wrong_option_is_one_line(words, line, tmp_path, capsys):
    assert main(["site", str(tmp_path / "site"), *words]) == 2
    said = capsys.readouterr().err
    assert line in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_on_a_pipe_it_says_one_line_and_no_bar(own_world, tmp_path, capsys):
    assert main(["--store", str(own_world), "site", str(tmp_path / "site"), "--lang", "en"]) == 0
    out, said = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r".*site: \d+ pages, \d+ files, \d+ MB; \d+ files written\n(the pages answer no.*\n)?", said)
    assert main(["--store", str(own_world), "site", str(tmp_path / "site"), "--lang", "en"]) == 0
    assert "nothing has changed" in capsys.readouterr().err
