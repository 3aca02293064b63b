"""Every format holds the same answer, and independent readers read it back."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, Triple, parse_query_results

from kzkg.answer import Answer, Wish, ask
from kzkg.citations import Citation
from kzkg.errors import RequestError
from kzkg.formats import FORMATS, Layout, check, choose, rowed
from kzkg.formats.table import columns_of, folded
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from kzkg.store import Graph

XSD = PREFIXES["xsd"]
ONE = NamedNode("https://w3id.org/kzkg/id/org-one")
PAPER = Citation("A | paper", "p1", "2018", "https://example.org/?a=1&b=2", "https://w3id.org/kzkg/id/source-paper")
REPORT = Citation("Report", "", "2010-03-02", "", "https://w3id.org/kzkg/id/source-report")
HOSTILE = Answer(
    title="<b>Which</b>?",
    variables=("thing", "text", "number"),
    rows=(
        (ONE, Literal('=1+1 "quoted"\tand, | <script>alert(1)</script>\nnew line \\'), Literal(7)),
        (BlankNode("b"), Literal("Жібек жолы", language="kk"), Literal("1.50", datatype=NamedNode(XSD + "decimal"))),
        (None, None, None),
    ),
    labels={ONE.value: "One <i>& only</i> \x1b[31m"},
    citations=((REPORT, PAPER), (PAPER,), ()),
    total=5,
)
GRAPH = Answer(statements=(Triple(ONE, NamedNode(PREFIXES["kzkg"] + "name"), Literal("One")),))


def written(name: str, answer: Answer = HOSTILE, **layout: Any) -> str:
    content = FORMATS[name].write(answer, Layout(**layout))
    return content.decode() if isinstance(content, bytes) else "".join(content)


def test_the_formats_of_the_interface() -> None:
    rows = {"table", "tsv", "csv", "json", "ndjson", "md", "html", "srj", "srx"}
    assert rows <= {name for name, row in FORMATS.items() if row.holds == "rows"}
    graphs = {name for name, row in FORMATS.items() if row.holds == "graph"}
    assert graphs == {"ttl", "nt", "nq", "trig", "jsonld", "rdfxml"}


@pytest.mark.parametrize("excel", [False, True])
def test_csv_read_back(excel: bool) -> None:
    text = written("csv", cite=True, excel=excel)
    assert text.startswith("\ufeff") is excel
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert list(rows[0]) == ["thing", "thing_label", "text", "number", "citations"]
    assert rows[0]["thing"] == ONE.value
    assert rows[0]["text"].removeprefix("'" if excel else "") == HOSTILE.rows[0][1].value  # type: ignore[union-attr]
    assert rows[0]["text"].startswith("'=") is excel
    assert rows[0]["citations"] == "Report, 2010-03-02 | A | paper, p1, 2018"
    assert rows[1]["number"] == "1.50"
    assert set(rows[2].values()) == {""}


def test_tsv_is_one_line_a_row() -> None:
    lines = written("tsv").splitlines()
    assert len(lines) == 4
    assert {line.count("\t") for line in lines} == {3}
    assert r"\tand, | <script>alert(1)</script>\nnew line \\" in lines[1]


def test_json_and_ndjson_read_back() -> None:
    rows = json.loads(written("json", cite=True))
    assert rows == [json.loads(line) for line in written("ndjson", cite=True).splitlines()]
    assert rows[0]["thing"] == ONE.value
    assert rows[0]["number"] == 7
    assert rows[1]["number"] == 1.5
    assert rows[0]["citations"][0] == REPORT.fields()
    assert rows[2] == {"thing": None, "thing_label": None, "text": None, "number": None, "citations": []}
    assert json.loads(written("json", Answer(variables=("x",)))) == []


def test_srj_and_srx_read_back_by_the_engine() -> None:
    for name, form in (("srj", QueryResultsFormat.JSON), ("srx", QueryResultsFormat.XML)):
        solutions: Any = parse_query_results(written(name).encode(), form)
        assert [variable.value for variable in solutions.variables] == list(HOSTILE.variables)
        assert tuple(tuple(solution) for solution in solutions) == HOSTILE.rows
        assert bool(parse_query_results(written(name, Answer(boolean=True)).encode(), form)) is True
    assert json.loads(written("srj", cite=True))["citations"][1] == [PAPER.fields()]
    assert "citations" not in json.loads(written("srj"))
    controls = Answer(variables=("x",), rows=((Literal("a\x00b\ufffe"),),))
    ET.fromstring(written("srx", controls))


def test_markdown_has_a_row_a_line_and_footnotes() -> None:
    lines = written("md", cite=True).splitlines()
    assert lines[0] == "| thing | text | number | sources |"
    assert lines[2].count(" | ") == 3
    assert "<script>" not in lines[2].replace(r"\<script\>", "")
    assert lines[2].endswith("[^1] [^2] |")
    assert lines[-1] == r"[^2]: A \| paper, p1, 2018. <https://example.org/?a=1&b=2>"


def test_html_is_text_everywhere() -> None:
    page = written("html", cite=True, lang="ru")
    assert "<script>" not in page
    assert "<i>" not in page
    assert '<html lang="ru">' in page
    body = ET.fromstring(page[page.index("<body>") : page.index("</html>")])
    assert len(body.findall(".//tbody/tr")) == 3
    assert [item.get("id") for item in body.findall(".//li")] == ["source-1", "source-2"]


@pytest.mark.parametrize("width", [40, 60, 80, 200, None])
@pytest.mark.parametrize("cite", [False, True])
def test_a_table_fits_and_shows_every_row(width: int | None, cite: bool) -> None:
    lines = written("table", width=width, cite=cite).splitlines()
    beyond = [line for line in lines if width and columns_of(line) > width]
    assert [line for line in beyond if "https://" not in line] == []
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("3 of 5 rows")
    assert ("A | paper" in " ".join(lines)) is cite


def test_a_narrow_table_says_which_columns_are_hidden() -> None:
    wide = Answer(variables=tuple("abcdef"), rows=(tuple(Literal("x" * 30) for _ in range(6)),), total=1)
    assert written("table", wide, width=60).splitlines()[-1] == "1 row, 2 columns hidden (e, f)"


def test_claims_are_hidden_before_cells_are_broken() -> None:
    row = (Literal("x" * 30), Literal("y" * 30))
    answer = Answer(variables=("a", "claim"), rows=(row,), evidence=("claim",), total=1)
    lines = written("table", answer, width=50).splitlines()
    assert "x" * 30 in lines[2]
    assert lines[-1] == "1 row, 1 column hidden (claim)"
    lines = written("table", Answer(variables=("claim",), rows=((row[0],),), evidence=("claim",), total=1), width=20)
    assert "hidden" not in lines


def test_colour_only_where_wanted_and_rules_without_unicode() -> None:
    assert "\x1b[1m" in written("table", colour=True)
    assert "─" in written("table")
    assert "─" not in written("table", unicode=False)


def test_wide_and_combining_characters_count_as_they_are_seen() -> None:
    assert columns_of("Алматы") == 6
    assert columns_of("漢字") == 4
    assert columns_of("и\u0306") == 1
    assert folded("word verylongword", 6) == ["word", "verylo", "ngword"]
    assert folded("", 6) == [""]


def test_ranks_are_a_column_but_not_in_srx() -> None:
    answer = Answer(variables=("x",), rows=((Literal("a"),),), ranks=("rejected",), total=1)
    assert written("csv", answer).splitlines() == ["x,rank", "a,rejected"]
    assert json.loads(written("ndjson", answer)) == {"x": "a", "rank": "rejected"}
    assert json.loads(written("srj", answer))["ranks"] == ["rejected"]
    assert "rejected" in written("table", answer)
    assert "rejected" in written("md", answer)
    assert "rejected" in written("html", answer)


@pytest.mark.parametrize("name", ["tsv", "csv", "ndjson", "md", "html"])
def test_yes_or_no_as_a_row(name: str) -> None:
    assert "true" in written(name, rowed(Answer(boolean=True), FORMATS[name]))
    assert written("table", Answer(boolean=False)) == "no\n"
    assert written("json", Answer(boolean=False)) == "false\n"


@pytest.mark.parametrize("name", ["ttl", "nt", "nq", "trig", "jsonld", "rdfxml"])
def test_graphs_read_back_by_rdflib(name: str) -> None:
    forms = {"nq": "nquads", "jsonld": "json-ld", "rdfxml": "xml", "ttl": "turtle"}
    dataset = rdflib.Dataset()
    dataset.parse(data=written(name, GRAPH), format=forms.get(name, name))
    assert [(str(s), str(o)) for s, _, o, _ in dataset.quads()] == [(ONE.value, "One")]


def test_named_graphs_need_a_format_for_them() -> None:
    quads = Answer(statements=(Quad(ONE, ONE, ONE, ONE),))
    assert written("nq", quads).count(ONE.value) == 4
    with pytest.raises(RequestError, match="use nq, trig or jsonld"):
        written("ttl", quads)


def test_formats_are_chosen_by_name_and_by_suffix() -> None:
    assert choose(None, None, holds="rows", default="tsv").name == "tsv"
    assert choose(None, "a/b.CSV", holds="rows", default="tsv").name == "csv"
    assert choose("json", "b.csv", holds="rows", default="tsv").name == "json"
    for name, file, message in (
        ("cvs", None, "no format 'cvs'; did you mean csv"),
        (None, "x.pdf", "no format has the suffix"),
        ("ttl", None, "cannot hold rows"),
    ):
        with pytest.raises(RequestError, match=message):
            choose(name, file, holds="rows", default="tsv")


def test_what_a_format_cannot_hold_is_refused() -> None:
    for name, layout in (("srx", Layout(cite=True)), ("ttl", Layout(cite=True)), ("json", Layout(excel=True))):
        with pytest.raises(RequestError):
            check(FORMATS[name], layout)


def test_the_same_rows_in_every_format(repo_graph: Graph) -> None:
    answer = ask(repo_graph, repo_graph.catalog.query("courts-banned-groups"), {}, Wish(cite=True))
    wanted = len(answer.rows)
    assert wanted >= 21
    assert len(list(csv.reader(io.StringIO(written("csv", answer))))) == wanted + 1
    assert len(written("tsv", answer).splitlines()) == wanted + 1
    assert len(json.loads(written("json", answer))) == wanted
    assert len(json.loads(written("srj", answer))["results"]["bindings"]) == wanted
    assert written("md", answer).count("\n") == wanted + 2
    assert written("html", answer).count("<tr>") == wanted + 1
    assert written("table", answer, width=None).splitlines()[-1] == f"{wanted} rows"
