"""The table of behaviours of the command line, on a terminal and on a pipe, each in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import subprocess
from html import unescape
from pathlib import Path

import pytest

from kzkg.formats.table import columns_of
from tests.parts import needs, system
from tests.terminals import KZKG, PATIENCE, PLAIN, on_terminal, piped, waits, works

RUN = ("run", "courts-banned-groups")
FEW = (*RUN, "--group", "Taliban")
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOXES = re.compile("[\u2500-\u257f]")


# --- width


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize(
    "words",
    [
        (*RUN, "--cite"),
        ("run", "casualties"),
        ("search", "Алматы", "--lang", "kk"),
        ("show", "Хизб ут-Тахрир"),
        ("show", "id:attack-aktobe-2016-06-05"),
        ("queries",),
        ("stats",),
        ("sparql", "SELECT ?x ?p ?o { ?x a kzkg:Court ; ?p ?o }"),
    ],
    ids=" ".join,
)
def test_everything_fits_the_width(words: tuple[str, ...], width: int) -> None:
    seen = on_terminal(*words, width=width)
    assert seen.code == 0
    wide = [line for line in seen.plain.splitlines() if columns_of(line) > width]
    # An address stays in one piece, on a line of its own, so that it can be followed.
    assert not [line for line in wide if not re.fullmatch(r" *https?://\S+", line)]


@pytest.mark.parametrize(
    ("words", "width", "last"),
    [
        (RUN, 300, "24 rows"),
        (RUN, 60, "24 rows, 1 column hidden (designation)"),
        ((*RUN, "--limit", "5"), 300, "5 of 24 rows"),
        ((*RUN, "--limit", "5"), 60, "5 of 24 rows, 1 column hidden (designation)"),
        (FEW, 200, "1 row"),
        (("search", "Kazakhstan", "--limit", "2"), 200, r"2 of \d+ rows"),
    ],
    ids=str,
)
def test_the_last_line_says_what_was_left_out(words: tuple[str, ...], width: int, last: str) -> None:
    assert re.fullmatch(
        last.replace("(", r"\(").replace(")", r"\)"), on_terminal(*words, width=width).plain.splitlines()[-1]
    )


def test_a_terminal_shows_labels_and_no_iris() -> None:
    seen = on_terminal(*RUN, width=200)
    assert "Supreme Court of the Republic of Kazakhstan" in seen.plain
    assert "w3id.org" not in seen.plain
    assert "id:" not in seen.plain


# --- pipe


def test_a_pipe_gets_every_row_and_column_as_tsv() -> None:
    seen = piped(*RUN)
    rows = list(csv.DictReader(io.StringIO(seen.text), delimiter="\t"))
    assert len(rows) == 24
    assert list(rows[0]) == ["court", "court_label", "group", "group_label", "date", "designation", "designation_label"]
    assert seen.errors == ""
    assert "\x1b" not in seen.text
    assert not BOXES.search(seen.text)


@pytest.mark.parametrize(
    "words", [("search", "Taliban"), ("show", "Taliban"), ("queries", "court"), ("stats",), (*RUN, "-f", "table")]
)
def test_no_colour_in_a_pipe(words: tuple[str, ...]) -> None:
    assert "\x1b" not in piped(*words).text


def test_the_same_rows_in_every_format() -> None:
    words = ("run", "courts-banned-groups", "--from", "2006-01-01")
    groups = sorted(row["group"] for row in csv.DictReader(io.StringIO(piped(*words).text), delimiter="\t"))
    labels = sorted(row["group_label"] for row in csv.DictReader(io.StringIO(piped(*words).text), delimiter="\t"))
    assert len(groups) > 5
    assert sorted(row["group"] for row in csv.DictReader(io.StringIO(piped(*words, "-f", "csv").text))) == groups
    assert sorted(row["group"] for row in json.loads(piped(*words, "-f", "json").text)) == groups
    lines = piped(*words, "-f", "ndjson").text.splitlines()
    assert sorted(json.loads(line)["group"] for line in lines) == groups
    bindings = json.loads(piped(*words, "-f", "srj").text)["results"]["bindings"]
    assert sorted(row["group"]["value"] for row in bindings) == groups
    assert sorted(re.findall(r'<binding name="group"><uri>([^<]+)', piped(*words, "-f", "srx").text)) == groups
    table = piped(*words, "-f", "table", COLUMNS="400").text
    html, md = unescape(piped(*words, "-f", "html").text), piped(*words, "-f", "md").text
    for label in labels:
        assert all(label in text for text in (table, html, md)), label
    on_screen = on_terminal(*words, width=400).plain
    assert on_screen == table
    assert html.count("<tr>") == md.count("\n|") == len(groups) + 1 or md.count("\n|") >= len(groups)


# --- colours


@pytest.mark.parametrize(
    ("options", "variables", "on_screen", "in_pipe"),
    [
        ((), {}, True, False),
        ((), {"NO_COLOR": "1"}, False, False),
        ((), {"NO_COLOR": ""}, True, False),
        ((), {"FORCE_COLOR": "1"}, True, True),
        ((), {"TERM": "dumb"}, False, False),
        (("--color", "never"), {}, False, False),
        (("--color", "always"), {}, True, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False, False),
        ((), {"KZKG_COLOR": "never"}, False, False),
    ],
)
def test_colours(options: tuple[str, ...], variables: dict[str, str], on_screen: bool, in_pipe: bool) -> None:
    words = (*options, *FEW, "-f", "table")
    assert ("\x1b[" in on_terminal(*words, **variables).text) is on_screen
    assert ("\x1b[" in piped(*words, **variables).text) is in_pipe


def test_a_file_has_no_colours(tmp_path: Path) -> None:
    seen = on_terminal("--color", "always", *FEW, "-f", "table", "-o", str(tmp_path / "x.txt"))
    assert seen.code == 0
    assert "\x1b" not in (tmp_path / "x.txt").read_text(encoding="utf-8")


# --- languages and locales

RUSSIAN, KAZAKH, ENGLISH = (
    "Верховный суд Республики Казахстан",
    "Қазақстан Республикасы Жоғарғы Соты",
    "Supreme Court of",
)


@pytest.mark.parametrize(
    ("variables", "options", "expected"),
    [
        ({"LC_ALL": "", "LANG": "ru_RU.UTF-8"}, (), RUSSIAN),
        ({"LC_ALL": "", "LANG": "kk_KZ.UTF-8"}, (), KAZAKH),
        ({"LC_ALL": "", "LANG": "de_DE.UTF-8"}, (), ENGLISH),
        ({"LC_ALL": "", "LANG": "C"}, (), ENGLISH),
        ({"LC_ALL": "ru_RU.UTF-8", "LANG": "kk_KZ.UTF-8"}, (), RUSSIAN),
        ({"LC_ALL": "", "LC_MESSAGES": "kk_KZ.UTF-8", "LANG": "ru_RU.UTF-8"}, (), KAZAKH),
        ({"LC_ALL": "ru_RU.UTF-8"}, ("--lang", "en"), ENGLISH),
        ({"LC_ALL": "C.UTF-8"}, ("--lang", "kk"), KAZAKH),
        ({"LC_ALL": "ru_RU.UTF-8", "KZKG_LANG": "kk"}, (), KAZAKH),
    ],
)
def test_names_in_the_language_of_the_locale(
    variables: dict[str, str], options: tuple[str, ...], expected: str
) -> None:
    words = (*FEW, *options)
    assert expected in piped(*words, **variables).text
    assert expected in " ".join(on_terminal(*words, width=200, **variables, PYTHONIOENCODING="utf-8").plain.split())


NOT_UTF8 = [
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "ru_RU.KOI8-R", "PYTHONIOENCODING": "koi8-r"},
]


@pytest.mark.parametrize("variables", NOT_UTF8)
@pytest.mark.parametrize(
    "words", [(*FEW, "--lang", "ru"), ("search", "движение Талибан"), ("show", "талибан", "--lang", "ru")]
)
def test_a_locale_that_is_not_utf8(words: tuple[str, ...], variables: dict[str, str]) -> None:
    """Into a pipe goes UTF-8 all the same; a terminal shows what it can. Words are read as the bytes that they are."""
    in_pipe = piped(*words, **variables)
    assert (in_pipe.code, in_pipe.errors) == (0, "")
    assert "алибан" in in_pipe.text
    on_screen = on_terminal(*words, **variables)
    assert on_screen.code == 0
    assert "Traceback" not in on_screen.errors + on_screen.text


# --- ends


@pytest.mark.parametrize(
    "words", [("export", "-f", "nt"), ("run", "sources"), ("search", "a b", "--limit", "999"), ("queries",)]
)
def test_a_closed_pipe_ends_quietly(words: tuple[str, ...]) -> None:
    process = subprocess.Popen([*KZKG, *words], env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1) if words[0] != "search" else None
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(PATIENCE) == 0
    assert errors in {"", "no rows: nothing is called 'a b', and no name is like it\n"}


@needs(system(Path("/proc/self").exists(), "/proc, which tells when a process waits"))
def test_ctrl_c_ends_a_query_that_runs_away() -> None:
    seen = on_terminal("sparql", RUNAWAY, interrupt=works)
    assert seen.code == 130
    assert "Traceback" not in seen.errors + seen.text


@needs(system(Path("/proc/self").exists(), "/proc, which tells when a process waits"))
def test_ctrl_c_while_waiting_for_a_query() -> None:
    seen = on_terminal("sparql", "-", interrupt=waits)
    assert seen.code == 130
    assert "Traceback" not in seen.errors + seen.text


# --- paging


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says that it was there."""
    script = tmp_path / "page"
    script.write_text('#!/bin/sh\necho "PAGED $1"\ncat\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


@pytest.mark.parametrize(
    ("options", "height", "paged"),
    [((), 10, True), ((), 1000, False), (("--no-pager",), 10, False), (("--pager",), 10, True)],
)
def test_a_long_table_is_paged_and_a_short_one_is_not(
    pager: str, options: tuple[str, ...], height: int, paged: bool
) -> None:
    seen = on_terminal(*options, *RUN, height=height, PAGER=f"{pager} -x")
    assert seen.code == 0
    assert seen.text.startswith("PAGED -x\n") is paged
    assert "24 rows" in seen.plain


def test_paging_ends_as_it_should(pager: str) -> None:
    assert "PAGED" not in piped(*RUN, "-f", "table", PAGER=pager).text
    assert "PAGED" not in on_terminal(*RUN, height=10, PAGER=pager, KZKG_PAGER="0").text
    for gone in ("head -1", "true", "/no/such/pager", ""):
        seen = on_terminal(*RUN, height=10, PAGER=gone)
        assert seen.code == 0, gone
        assert "Traceback" not in seen.text + seen.errors
    for words in (("show", "Taliban"), ("queries",), ("search", "Kazakhstan", "--limit", "30")):
        assert "PAGED" in on_terminal(*words, height=10, PAGER=pager).text


# --- streams


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (FEW, 0),
        ((*RUN, "--day", "1990-01-01"), 0),
        ((*RUN, "--day", "1990-01-01", "--fail-empty"), 1),
        ((*RUN, "--group", "Democratic Choice of Kazakhstan"), 2),
        ((*RUN, "--court", "Taliban"), 2),
        (("search",), 2),
        (("search", "x", "--kind", "frobs"), 2),
        (("search", "xyzzyq"), 0),
        (("search", "xyzzyq", "--fail-empty"), 1),
        (("completion", "tcsh"), 2),
        (("run", "no-such-query"), 3),
        (("show", "no such thing at all"), 3),
        (("sparql", "@/no/such/file"), 4),
        (("shell",), 2),
    ],
    ids=str,
)
def test_data_on_one_stream_and_all_else_on_the_other(words: tuple[str, ...], code: int) -> None:
    seen = piped(*words)
    assert seen.code == code
    assert "Traceback" not in seen.errors
    if code:
        assert seen.text == "" or seen.text.startswith(("court\t", "thing\t"))
        assert len(seen.errors.splitlines()) == 1
    told = seen.errors.splitlines()
    assert all(line.startswith(("kzkg: ", "no rows: ")) for line in told)


def test_ambiguity_and_typing_errors_on_a_terminal() -> None:
    seen = on_terminal(*RUN, "--group", "Democratic Choice of Kazakhstan")
    assert seen.code == 2
    assert "political movement, 2017" in seen.errors
    seen = on_terminal(*RUN, "--group", "Talibn")
    assert seen.code == 0
    assert seen.errors == "group: 'Talibn' is taken for Taliban (id:org-taliban)\n"
