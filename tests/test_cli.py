"""The contract of the command line: streams, exit codes, errors, options, files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest

from kzkg.cli import main
from kzkg.options import called_by, hoisted

ROOT = Path(__file__).resolve().parent.parent
Capture = pytest.CaptureFixture[bytes]


@pytest.fixture
def kzkg(world: Path, capfdbinary: Capture, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on the tiny world in this process."""
    for name in list(os.environ):
        if name.startswith("KZKG_") or name in {"NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES", "LANG"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")
    return Command(world, capfdbinary)


class Command:
    """`kzkg`, called with words; gives exit code, standard output and standard error."""

    def __init__(self, world: Path, capture: Capture) -> None:
        self.world, self.capture = world, capture

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(["--store", str(self.world), *words])
        out, err = self.capture.readouterr()
        return code, out.decode(), err.decode()


def test_a_pipe_gets_tsv_and_nothing_else(kzkg: Command) -> None:
    code, out, err = kzkg("run", "bans", "--cite")
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out), delimiter="\t"))
    assert [row["group_label"] for row in rows] == ["Alpha", "Beta"]
    assert rows[0]["citations"] == "A paper, p1, 2018 | Report of 2010, 2010-03-02"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "bans", "--court", "Court of the North", "--day", "2011-01-01"],
        ["run", "--court=id:court-north", "bans", "--day=2011-01-01"],
        ["run", "--day", "2011-01-01", "--court", "court-of-the-NORTH", "bans.rq"],
        ["run", "bans", "--court", "Северный суд", "--court", "id:court-north", "--limit", "2"],
    ],
)
def test_parameters_in_any_order_and_spelling(kzkg: Command, words: list[str]) -> None:
    code, out, _ = kzkg(*words, "-f", "csv")
    assert code == 0
    assert out.count("\n") >= 3


FAULTS = [
    (["frobnicate"], 2, "no command 'frobnicate'"),
    (["rum"], 2, "did you mean run?"),
    (["run"], 2, "name a saved query"),
    (["run", "bnas"], 3, "no saved query 'bnas'; did you mean bans?"),
    (["run", "bans", "--cuort", "x"], 2, "no parameter 'cuort'"),
    (["run", "bans", "--court"], 2, "--court needs a value"),
    (["run", "bans", "--court", "--day"], 2, "--court needs a value"),
    (["run", "bans", "-x"], 2, "no option '-x'"),
    (["run", "bans", "more"], 2, "'more' is one word too many"),
    (["run", "bans", "--court", "Court of the Northeast"], 2, "did you mean Court of the North?"),
    (["run", "bans", "--court", "foo:bar"], 2, "court: unknown prefix foo: in 'foo:bar'"),
    (["run", "bans", "--court", "kzgk:Court"], 2, "unknown prefix kzgk: in 'kzgk:Court'; did you mean kzkg"),
    (["run", "bans", "--court", "<not an iri>"], 2, "is neither an IRI nor a prefixed name"),
    (["run", "bans", "--day", "2010-02-30"], 2, "'2010-02-30' is no day of the calendar"),
    (["run", "bans", "--day", "tomorrow"], 2, "'tomorrow' is not a day"),
    (["run", "bans", "-f", "cvs"], 2, "did you mean csv?"),
    (["run", "bans", "-f", "ttl"], 2, "cannot hold rows"),
    (["run", "bans", "-o", "x.pdf"], 2, "no format has the suffix of 'x.pdf'"),
    (["run", "bans", "-f", "srx", "--cite"], 2, "no place for citations"),
    (["run", "bans", "-f", "json", "--excel"], 2, "--excel is for CSV"),
    (["run", "bans", "--columns", "grup"], 2, "no column 'grup'; did you mean group?"),
    (["run", "bans", "--sort", "grup"], 2, "no column 'grup'"),
    (["run", "bans", "--limit", "many"], 2, "'many' is not a valid integer"),
    (["run", "bans", "--limit", "-1"], 2, "-1 is not in the range"),
    (["run", "bans", "--lang", "de"], 2, "'de' is not one of 'en', 'ru', 'kk'"),
    (["run", "bans", "--known-by", "2018"], 2, "'2018' is not a day"),
    (["run", "bans", "--day", "1990-01-01", "--fail-empty"], 1, "before the first record"),
    (["run", "bans", "-o", "/no/such/folder/x.csv"], 4, "/no/such/folder/x.csv: cannot be written: No such file"),
    (["run", "bans", "-f", "csv", "-o", "/"], 4, "cannot be written"),
    (["sparql", "SELECT ?x { ?x a kzkg:Court"], 2, "syntax error"),
    (["sparql", "SELECT ?x { ?x a foo:Court }"], 2, "unknown prefix foo"),
    (["sparql", "SELECT ?x { SERVICE <http://localhost/> { ?x ?y ?z } }"], 2, "SERVICE is refused"),
    (["sparql", "DELETE WHERE { ?s ?p ?o }"], 2, "DELETE is refused"),
    (["sparql", ""], 2, "the query is empty"),
    (["sparql", "@/no/such/file.rq"], 4, "/no/such/file.rq: cannot be read"),
    (["sparql", "SELECT ?x { ?x a kzkg:Court }", "--all", "--files"], 2, "choose one"),
    (["sparql", "CONSTRUCT { ?x a kzkg:Court } WHERE { ?x a kzkg:Court }", "-f", "csv"], 2, "cannot hold a graph"),
    (["show", "Alphx"], 3, "nothing is called 'Alphx'"),
    (["show", "id:nothing"], 3, "id:nothing is not in the data"),
    (["show", "foo:bar"], 3, "unknown prefix foo: in 'foo:bar'"),
    (["show", "Alpha", "-f", "pdf"], 2, "a card has no format 'pdf'"),
    (["export", "--graph", "papr"], 2, "no graph 'papr'; did you mean paper?"),
    (["export", "--graph", "files", "-f", "ttl"], 2, "use nq, trig or jsonld"),
    (["validate", "--alone"], 2, "--alone needs the files"),
    (["validate", "-f", "xml"], 2, "a report has no format 'xml'"),
    (["validate", "/no/such/file.ttl"], 4, "/no/such/file.ttl"),
    (["format", "/no/such/file.ttl"], 4, "/no/such/file.ttl: cannot be read"),
]


@pytest.mark.parametrize(("words", "code", "message"), FAULTS)
def test_a_fault_is_one_line_and_an_exit_code(kzkg: Command, words: list[str], code: int, message: str) -> None:
    got, out, err = kzkg(*words)
    assert message in err
    assert got == code
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert out == "" or code == 1


HOSTILE = [
    'x" } UNION { ?s ?p ?o }',
    "'''",
    '"""',
    "id:org-alpha> } # ",
    "id:org-alpha}",
    "} ?court ?p ?o {",
    "#",
    "a\nb",
    "\\u0022",
    "id:\\u003E",
    "\x00",
    "\x1b[31mred",
    "\u202e",
    "x" * 100_000,
    "id:" + "x" * 100_000,
    "<http://example.org/" + "x" * 100_000 + ">",
    "{" * 20_000,
    "UNDEF",
    "?x",
    "$x",
    "_:b",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("option", ["--court", "--kind", "--day", "--limit", "--columns", "--lang", "--known-by", "-f"])
def test_hostile_values_are_refused(kzkg: Command, option: str, value: str) -> None:
    code, out, err = kzkg("run", "bans", option, value)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert len(err) < 1500
    assert "Traceback" not in err
    assert "unexpected fault" not in err
    assert "\x1b" not in err


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_things_are_not_shown(kzkg: Command, value: str) -> None:
    code, out, err = kzkg("show", value)
    assert code in {2, 3}
    assert (out, err.count("\n")) == ("", 1)
    assert "unexpected fault" not in err


def test_debug_shows_where(kzkg: Command) -> None:
    code, _, err = kzkg("run", "bans", "--day", "tomorrow", "--debug")
    assert code == 2
    assert "Traceback" in err


def test_help_and_version(kzkg: Command) -> None:
    code, out, _ = kzkg("--help")
    assert code == 0
    assert all(
        f"  {name} " in out for name in ("run", "queries", "sparql", "show", "validate", "format", "stats", "export")
    )
    assert kzkg()[1] == out
    assert re.fullmatch(r"kzkg( \d+\.\d+\.\d+|, not installed)\n", kzkg("--version")[1])
    assert "--known-by" in kzkg("run", "--help")[1]


def test_help_of_a_query_names_what_is_allowed(kzkg: Command) -> None:
    code, out, _ = kzkg("run", "bans", "--help")
    assert code == 0
    assert "one of: Court of the North" in out
    assert "designated as extremist; designated as terrorist" in " ".join(out.split())
    assert "a day, as 2010-01-31" in out
    assert "kzkg run bans --court id:court-north --day 2010-03-02" in out
    assert "default: " in kzkg("run", "files-of-thing", "--help")[1]


def test_explain_prints_the_query_that_would_run(kzkg: Command) -> None:
    code, out, _ = kzkg("run", "bans", "--court", "Court of the North", "--explain")
    assert code == 0
    assert "VALUES ?court { <https://w3id.org/kzkg/id/court-north> }" in out
    assert "UNDEF" not in out


def test_an_empty_answer_says_why_and_is_fine(kzkg: Command) -> None:
    code, out, err = kzkg("run", "bans", "--day", "1990-01-01")
    assert code == 0
    assert out == "court\tgroup\tdate\tdesignation\n"
    assert err.startswith("no rows: day: 1990-01-01 is before the first record, which is of 2010-03-01")


def test_all_says_the_rank(kzkg: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(kzkg("run", "bans", "--all", "-f", "csv")[1])))
    assert sorted(row["rank"] for row in rows) == ["", "", "alternative"]


def test_known_by_says_what_it_leaves_out(kzkg: Command) -> None:
    code, out, err = kzkg("run", "bans", "--known-by", "2012-01-01")
    assert (code, out.count("\n")) == (0, 2)
    assert "documents without a date are left out, 1 of them" in err


def test_language_of_option_environment_and_locale(kzkg: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert "Альфа" in kzkg("run", "bans")[1]
    assert "Alpha" in kzkg("run", "bans", "--lang", "en")[1]
    monkeypatch.setenv("KZKG_LANG", "en")
    assert "Альфа" not in kzkg("run", "bans")[1]


def test_environment_for_options(kzkg: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZKG_FORMAT", "json")
    monkeypatch.setenv("KZKG_CITE", "1")
    assert json.loads(kzkg("run", "bans")[1])[0]["citations"]
    monkeypatch.setenv("KZKG_COLOR", "always")
    assert "\x1b[1m" in kzkg("run", "bans", "-f", "table")[1]


@pytest.mark.parametrize(
    ("variables", "words", "coloured"),
    [({}, [], False), ({"FORCE_COLOR": "1"}, [], True), ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
     ({"NO_COLOR": "1"}, ["--color=always"], True)],
)  # fmt: skip
def test_colours(
    kzkg: Command, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: list[str], coloured: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b" in kzkg("run", "bans", "-f", "table", *words)[1]) is coloured


def test_a_file_is_written_whole_or_not_at_all(kzkg: Command, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    assert kzkg("run", "bans", "--cite", "-o", str(target)) == (0, "", "")
    assert len(json.loads(target.read_text(encoding="utf-8"))) == 2
    before = target.read_bytes()
    assert kzkg("run", "bans", "--columns", "nope", "-o", str(target))[0] == 2
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]
    assert kzkg("run", "bans", "-f", "csv", "-o", "-")[1].startswith("court,")


def test_queries_are_listed_in_groups_and_found_by_words(kzkg: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(kzkg("queries")[1]), delimiter="\t"))
    assert [(row["group"], row["name"]) for row in rows] == [("bans", "bans"), ("files", "files-of-thing")]
    assert "files-of-thing" not in kzkg("queries", "COURTS", "groups")[1]
    code, _, err = kzkg("queries", "courtz")
    assert code == 0
    assert "no saved query speaks of 'courtz'; did you mean court" in err


def test_sparql_from_word_file_and_input(kzkg: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SELECT ?x { ?x a kzkg:Court }"
    wanted = kzkg("sparql", text)[1]
    assert "court-north" in wanted
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    assert kzkg("sparql", f"@{tmp_path / 'q.rq'}")[1] == wanted
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert kzkg("sparql", "-")[1] == wanted
    assert kzkg("sparql", "ASK { ?x a kzkg:Court }", "-f", "json")[1] == "true\n"
    graphs = kzkg("sparql", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "--files", "-f", "tsv")[1]
    assert "https://w3id.org/kzkg/graph/paper" in graphs
    assert "https://w3id.org/kzkg/graph/accepted" not in graphs


def test_a_card_tells_names_facts_links_and_disputes(kzkg: Command) -> None:
    code, out, _ = kzkg("show", "Альфа")
    assert code == 0
    assert "id:org-alpha" in out
    assert re.search(r"ru +Альфа", out)
    assert re.search(r"en, also +Alfa", out)
    assert re.search(r"designates +2010-03-01 to 2023-12-29 +Designation of Alpha, 2010-03-01 \[", out)
    out = kzkg("show", "id:attack-town-2011-11-12")[1]
    assert "Sources disagree: How many were killed in Town?" in out
    assert re.search(r"accepted +5 killed.*\(A later report explains the figure\.\) \[\d\]", " ".join(out.split()))
    assert re.search(r"alternative +4 killed.*\(An early figure\.\) \[\d\]", " ".join(out.split()))
    assert "Both reports are weak." in kzkg("show", "Removal of Alpha, 2023")[1]
    assert "2023-12" in kzkg("show", "Removal of Alpha, 2023")[1]


def test_a_card_in_every_format(kzkg: Command) -> None:
    card = json.loads(kzkg("show", "Alpha", "-f", "json")[1])
    assert card["thing"] == "https://w3id.org/kzkg/id/org-alpha"
    assert card["links"]["Designation"][0]["citations"][0]["label"] == "A paper"
    assert kzkg("show", "Alpha", "-f", "md")[1].startswith("# Alpha\n")
    turtle = kzkg("show", "Alpha", "-f", "ttl")[1]
    assert "id:org-alpha a kzkg:Actor, kzkg:Organisation, kzkg:Record" in turtle
    assert "kzkg:designates id:org-alpha" in turtle


def test_stats_and_export(kzkg: Command) -> None:
    rows = {row["what"]: row["count"] for row in json.loads(kzkg("stats", "-f", "json")[1])}
    assert rows["saved queries"] == 2
    assert rows["questions that are open"] == 1
    assert rows["https://w3id.org/kzkg/ns#Court"] == 1
    accepted = kzkg("export", "-f", "nt")[1].splitlines()
    assert len(accepted) == rows["statements of the accepted view"]
    assert len(kzkg("export", "--graph", "all", "-f", "nt")[1].splitlines()) == rows["statements of all files"]
    quads = kzkg("export", "--graph", "files", "-f", "nq")[1].splitlines()
    assert {line.split()[-2] for line in quads} >= {"<https://w3id.org/kzkg/graph/paper>"}
    assert "id:cite-paper-p1" in kzkg("export", "--graph", "paper")[1]


def test_format_checks_and_writes(kzkg: Command, tmp_path: Path) -> None:
    file = tmp_path / "new.ttl"
    file.write_text("@prefix id: <https://w3id.org/kzkg/id/> .\nid:b id:p id:c . id:a id:p id:b .\n", encoding="utf-8")
    code, out, err = kzkg("format", "--check", str(file))
    assert (code, out) == (1, f"{file}\n")
    assert "not in canonical form" in err
    assert kzkg("format", str(file))[0] == 0
    assert kzkg("format", "--check", str(file))[0] == 0
    file.write_text("id:a", encoding="utf-8")
    code, _, err = kzkg("format", str(file))
    assert code == 4
    assert f"{file}:1:" in err


def test_global_options_stand_anywhere() -> None:
    assert hoisted(["run", "x", "--debug", "--color", "never"]) == ["--debug", "--color", "never", "run", "x"]
    assert hoisted(["sparql", "--", "--debug"]) == ["sparql", "--", "--debug"]
    assert called_by(["--color", "never", "--debug", "run", "x"]) == "run"
    assert called_by(["--help"]) is None


def test_no_parameter_of_a_saved_query_has_the_name_of_an_option() -> None:
    from kzkg.store import open_catalog

    options = {"format", "output", "cite", "all", "known_by", "lang", "limit", "sort", "columns", "fail_empty", "excel"}
    options |= {"explain", "help", "debug", "color", "pager", "no_pager", "store", "version"}
    catalog = open_catalog(ROOT)
    clashes = {
        (query.name, each.name)
        for query in catalog.queries.values()
        for each in query.parameters
        if each.name in options
    }
    assert clashes == set()
