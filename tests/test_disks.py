"""A full or a read-only disk: one line, exit code 4, what was there is whole, nothing is left; with room it is done."""

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import ROOT, make_world
from disks import filled, limited, may_be_read_only, may_mount, read_only, small
from parts import allowed, module, needs, system

from kzkg.cli import main

WORDS = {
    "load": ["load", "{world}"],
    "site": ["site", "{room}/site", "--lang", "en", "--workers", "1"],
    "export": ["export", "-o", "{room}/graph.nt"],
    "run": ["run", "bans", "--cite", "-o", "{room}/answer.json"],
    "workbook": ["run", "bans", "--cite", "-o", "{room}/answer.xlsx"],
    "plot": ["plot", "timeline", "bans", "-o", "{room}/picture.svg"],
    "report": ["validate", "--alone", "{small}", "-f", "json", "-o", "{room}/report.json"],
}
SMALL = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:x skos:prefLabel "x"@en .
"""


class Room:
    """A folder on some disk in which a command has written once, and what it is called with."""

    def __init__(self, name: str, folder: Path, world: Path) -> None:
        self.folder = folder
        small_file = world.parent / "small.ttl"
        small_file.write_text(SMALL, encoding="utf-8")
        place = folder / "store" if name == "load" else world
        words = [word.format(room=folder, world=world, small=small_file) for word in WORDS[name]]
        self.words = ["--store", str(place), *words]

    def state(self) -> dict[str, str]:
        """Every file in it, with a checksum."""
        files = [each for each in self.folder.rglob("*") if each.is_file() and each.name != "ballast"]
        return {
            each.relative_to(self.folder).as_posix(): sha256(each.read_bytes()).hexdigest() for each in sorted(files)
        }


@pytest.fixture
def changing(tmp_path: Path) -> Path:
    """A world of one test."""
    (tmp_path / "graph").mkdir()
    return make_world(tmp_path / "graph" / "world")


def changed(world: Path) -> None:
    """Make it differ, so that everything is written anew."""
    source = next((world / "data" / "sources").glob("*.ttl"))
    source.write_text(source.read_text() + '\nid:org-alpha skos:altLabel "Alef"@en .\n', encoding="utf-8")
    assert main(["--store", str(world), "stats", "-o", os.devnull, "-f", "csv"]) == 0  # prepared while there is room


def is_one_line(err: str, reason: str) -> None:
    """What a command says of its fault; SQLite has words of its own."""
    assert re.fullmatch(rf"kzkg: \S+: [^\n]*(?:{reason})[^\n]*\n", err), err
    assert "Traceback" not in err


@needs(module("vl_convert", "kzkg[plot]"), system(sys.platform != "win32", "Unix, whose limit stands for a full disk"))
@pytest.mark.parametrize("name", WORDS)
def test_no_file_can_grow(name: str, changing: Path, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    room = Room(name, folder, changing)
    assert main(room.words) in {0, 1}
    changed(changing)
    before = room.state()
    most = {"load": 30_000, "site": 3_000}.get(name, 100)
    done = subprocess.run([*limited(most), *room.words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    is_one_line(done.stderr, "File too large|disk I/O error")
    assert room.state() == before
    assert main(room.words) in {0, 1}
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


@needs(module("vl_convert", "kzkg[plot]"), allowed(may_mount(), "a file system of some megabytes"))
@pytest.mark.parametrize("name", WORDS)
def test_the_disk_is_full(name: str, changing: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with small(tmp_path / "room", 64) as folder:
        room = Room(name, folder, changing)
        assert main(room.words) in {0, 1}
        changed(changing)
        before = room.state()
        for left in (0, 1 << 20) if name == "load" else (1 << 20 if name == "site" else 0,):
            with filled(folder, left):
                capfd.readouterr()
                assert main(room.words) == 4
                is_one_line(capfd.readouterr().err, "No space left on device|database or disk is full")
            assert room.state() == before
        assert main(room.words) in {0, 1}
        assert room.state() != before or name not in {"load", "site", "export"}
        assert not [each for each in folder.iterdir() if each.name.startswith(".")]


@needs(module("vl_convert", "kzkg[plot]"), allowed(may_be_read_only(), "a read-only mount"))
@pytest.mark.parametrize("name", WORDS)
def test_the_disk_is_read_only(name: str, changing: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    room = Room(name, folder, changing)
    for round_ in ("there is nothing", "there is something"):
        before = room.state()
        with read_only(folder):
            capfd.readouterr()
            assert main(room.words) == 4, round_
            is_one_line(capfd.readouterr().err, "Read-only file system|Permission denied")
            assert room.state() == before
        assert main(room.words) in {0, 1}
        changed(changing)


@needs(allowed(may_be_read_only(), "a read-only mount"))
def test_a_read_only_graph_folder_is_prepared_elsewhere(
    changing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with read_only(changing):
        assert main(["--store", str(changing), "run", "bans", "-f", "csv"]) == 0
        assert "org-alpha" in capfd.readouterr().out
        monkeypatch.setenv("XDG_CACHE_HOME", str(changing / "cache"))
        assert main(["--store", str(changing), "run", "bans", "-f", "csv"]) == 4
        is_one_line(capfd.readouterr().err, "cannot be prepared")
