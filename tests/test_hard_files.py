"""Files that are damaged, strange or huge: a documented exit code and one line, never a wrong graph without a word.

`make hard-days` flips and cuts hundreds of times where the suite does some.
"""

import gzip
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, make_world
from parts import needs, system
from pyoxigraph import RdfFormat, Store, parse

from kzkg.cli import main
from kzkg.errors import KzkgError
from kzkg.store import open_graph
from kzkg.store.loaded import current

FLIPS = int(os.environ.get("KZKG_FLIPS", "24"))
PREFIXES = """@prefix id: <https://w3id.org/kzkg/id/> . @prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TEXT = PREFIXES + "".join(f'id:x{n} a kzkg:Organisation ; skos:altLabel "Name {n}"@en .\n' for n in range(20))
LINES = "".join(f'<urn:s{n}> <urn:p> "value {n}" <urn:g> .\n' for n in range(20))
GOOD: dict[str, bytes] = {
    "a.ttl": TEXT.encode(),
    "a.trig": f"{PREFIXES} id:g {{ {TEXT[len(PREFIXES) :]} }}".encode(),
    "a.nq": LINES.encode(),
    "a.nt.gz": gzip.compress(LINES.replace(" <urn:g>", "").encode()),
}
COMMANDS: dict[str, list[str]] = {
    "load": ["--store", "{store}", "load", "{file}"],
    "validate": ["validate", "--alone", "{file}"],
    "format": ["format", "--check", "{file}"],
}


def ran(name: str, file: Path, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command on a file; its exit code is one of the table, and a fault is one line at the end."""
    words = [word.format(file=file, store=file.parent / "store") for word in COMMANDS[name]]
    code = main(words)
    err = capfd.readouterr().err
    assert code in {0, 1, 4}, (code, err)
    assert "Traceback" not in err
    assert "unexpected fault" not in err
    assert "panicked" not in err
    if code == 4:
        assert re.fullmatch(r"kzkg: [^\n]+\n", err), err
    return code, err


def statements(file: Path) -> int:
    """How many statements the engine itself reads in a file, which must be so many in the store as well."""
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    forms = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS, ".gz": RdfFormat.N_TRIPLES}
    return len({str(quad) for quad in parse(text, forms[file.suffix], base_iri="urn:base")})


def damaged(file: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> int:
    """Load a damaged file; either it is refused, or every statement that is readable in it is there."""
    file.write_bytes(content)
    code, err = ran("load", file, capfd)
    if code == 0:
        assert int(re.search(r": ([\d,]+) statements", err)[1].replace(",", "")) == statements(file)
    return code


@pytest.mark.parametrize("name", GOOD)
def test_flipped_bits(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chance, codes = random.Random(name), []
    for _ in range(FLIPS // len(GOOD)):
        content = bytearray(GOOD[name])
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        codes.append(damaged(tmp_path / name, bytes(content), capfd))
    assert 4 in codes


@pytest.mark.parametrize("name", GOOD)
def test_truncated_files(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(name)
    codes = [
        damaged(tmp_path / name, GOOD[name][: chance.randrange(len(GOOD[name]))], capfd)
        for _ in range(FLIPS // len(GOOD))
    ]
    assert 4 in codes


def test_a_damaged_store_is_told_of_or_answers_as_before(
    world: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Bits are flipped in, and ends cut off, every file of a loaded folder in turn; a new load makes it whole."""
    place, chance = tmp_path / "store", random.Random(7)
    load = ["--store", str(place), "load", str(world)]
    assert main(load) == 0
    asked = ["--store", str(place), "run", "bans", "-f", "csv"]
    assert main(asked) == 0
    wanted, told = capfd.readouterr().out, 0
    # The graph folder that is kept beside the store is text that anybody may edit: nothing tells an edit from damage.
    text = current(place) / "graph"
    files = sorted(each for each in current(place).rglob("*") if each.is_file() and each.stat().st_size)
    files = [each for each in files if text not in each.parents]
    for number in range(FLIPS):
        file = files[number % len(files)]
        content = file.read_bytes()
        broken = bytearray(content)
        if number % 3:
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        else:
            del broken[chance.randrange(len(broken)) :]
        file.write_bytes(broken)
        done = subprocess.run(
            [sys.executable, "-m", "kzkg", *asked], cwd=ROOT, capture_output=True, text=True, check=False
        )
        file.write_bytes(content)
        assert done.returncode in {0, 4}, (file, done.stderr)
        if done.returncode:
            told += 1
            assert re.fullmatch(r"kzkg: [^\n]+\n", done.stderr), (file, done.stderr)
            assert "unexpected fault" not in done.stderr, (file, done.stderr)
        else:
            assert done.stdout == wanted.replace("\r\n", "\n"), file
    assert told
    assert main(load) == 0
    assert main(asked) == 0


STRANGE: dict[str, tuple[str | bytes, dict[str, int]]] = {
    "surrogate.ttl": ('id:x skos:altLabel "\ud800"@en .', {"load": 4, "validate": 4, "format": 4}),
    "surrogate-escape.ttl": ('id:x skos:altLabel "\\ud800"@en .', {"load": 4, "validate": 4, "format": 4}),
    "too-high.ttl": ('id:x skos:altLabel "\\U00110000"@en .', {"load": 4, "validate": 4, "format": 4}),
    "nul.ttl": ('id:x skos:altLabel "a\0b"@en .', {"load": 0}),
    "nul-in-an-iri.ttl": ("<urn:\\u0000> skos:altLabel 'x'@en .", {"load": 4, "validate": 4, "format": 4}),
    "nothing-but-nul.ttl": (b"\0" * 100_000, {"load": 4, "validate": 4, "format": 4}),
    "utf-16.ttl": ("id:x a id:y .".encode("utf-16"), {"load": 4, "validate": 4, "format": 4}),
    "deep.ttl": (f"id:x kzkg:p {'(' * 10_000}id:y{')' * 10_000} .", {"load": 0, "format": 4}),
    "long.ttl": (f"id:x kzkg:p ({' id:y' * 10_000} ) .", {"load": 0, "format": 1}),
    "deep.jsonld": ('{"@id":"urn:a","urn:b":' * 10_000 + '"x"' + "}" * 10_000, {"load": 4, "validate": 4}),
    "elsewhere.jsonld": ('{"@context":"http://127.0.0.1:1/c","name":"x"}', {"load": 4, "validate": 4}),
    "literal.ttl": (f'id:x skos:altLabel "{"y" * 17_000_000}"@en .', {"load": 4, "validate": 4, "format": 4}),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_files(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text, codes = STRANGE[name]
    file = tmp_path / name
    prefixes = PREFIXES if name.endswith(".ttl") else ""
    file.write_bytes(text if isinstance(text, bytes) else (prefixes + text).encode("utf-8", "surrogatepass"))
    for command, code in codes.items():
        found, err = ran(command, file, capfd)
        assert found == code, (command, err)
        assert found != 4 or name in err


def test_every_plane_of_unicode(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Names with letters from each of the 17 planes are kept to the sign; in IRIs those that RFC 3987 allows there."""
    letters = [chr(plane * 0x10000 + at) for plane in range(17) for at in (0x3B1, 0x5000, 0xFFFD)]
    allowed = [x if ord(x) % 0x10000 == 0x5000 and ord(x) < 0xF0000 else "" for x in letters]
    text = "".join(f'<urn:{n}:{allowed[n]}> skos:altLabel "{x}{x}"@en .\n' for n, x in enumerate(letters))
    file = tmp_path / "planes.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    code, err = ran("load", file, capfd)
    assert code == 0, err
    store = Store()
    store.load(file.read_bytes(), RdfFormat.TURTLE)
    assert main(["--store", str(tmp_path / "store"), "export", "--graph", "planes", "-f", "nt"]) == 0
    assert set(capfd.readouterr().out.splitlines()) == {f"{quad.triple} ." for quad in store}
    assert main(["--store", str(tmp_path / "store"), "search", letters[-2] * 2]) in {0, 3}


def test_very_many_prefixes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    many = 1_000_000 if FLIPS > 100 else 20_000
    file = tmp_path / "prefixes.ttl"
    file.write_text("".join(f"@prefix p{n}: <urn:p{n}:> .\n" for n in range(many)) + "p1:a p2:b p3:c .\n")
    assert ran("load", file, capfd)[0] == 0
    assert ran("format", file, capfd)[0] == 1


def fifo(path: Path) -> None:
    """A named pipe into which nobody writes."""
    os.mkfifo(path)


NO_FILES: dict[str, Callable[[Path], object]] = {
    "a named pipe": fifo,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: path.symlink_to(path.with_name("gone.ttl")),
    "a circle": lambda path: path.symlink_to(path),
}


@needs(system(sys.platform != "win32", "Unix, which has named pipes"))
@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file(what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing waits for a pipe, and nothing reads a device without an end."""
    file = tmp_path / "x.ttl"
    NO_FILES[what](file)
    for command in COMMANDS:
        code, err = ran(command, file, capfd)
        assert code == 4
        assert "x.ttl" in err


def test_a_graph_folder_with_a_damaged_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every command that reads a graph folder names the file and the line, and shows nothing of the rest."""
    world = make_world(tmp_path / "world")
    (world / "data" / "sources" / "bad.ttl").write_text(f"{PREFIXES}id:x a id:y ; .\nid:z a .\n", encoding="utf-8")
    for words in (["run", "bans"], ["export", "--graph", "all"], ["site", str(tmp_path / "site")], ["stats"]):
        assert main(["--store", str(world), *words]) == 4
        out, err = capfd.readouterr()
        assert out == ""
        assert re.fullmatch(r"kzkg: \S+bad\.ttl:4: [^\n]+\n", err), err
    assert not (tmp_path / "site").exists()
    with pytest.raises(KzkgError):
        open_graph(world)
