"""Workbooks, maps and networks hold the same rows as every other format, as readers of other houses find them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import geojson
import networkx as nx
import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode

from kzkg import extras, formats
from kzkg.answer import Answer, Wish, ask, ask_text
from kzkg.answer.columns import columns
from kzkg.answer.links import network
from kzkg.errors import KzkgError, RequestError
from kzkg.formats import FORMATS, Layout, rowed
from kzkg.formats.xlsx import LONGEST
from kzkg.labels import resolve
from tests.conftest import ROOT
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.store import Graph

XSD = "http://www.w3.org/2001/XMLSchema#"
QUERIES = ("courts-banned-groups", "attacks", "documents", "roles", "estimates", "places", "memberships")
HOSTILE = ["=1+1", "@SUM(A1)", '<script>alert("x")</script>', "line\nend\ttab", "Ауыл «қ»", "{0}", "007"]


def written(answer: Answer, name: str, *, cite: bool = False) -> bytes:
    text = FORMATS[name].write(rowed(answer, FORMATS[name]), Layout(cite=cite))
    return text if isinstance(text, bytes) else "".join(text).encode()


def asked(graph: Graph, name: str, *, cite: bool = False, **words: str) -> Answer:
    query = graph.catalog.query(name)
    return ask(graph, query, resolve(graph, query, dict(words)), Wish(cite=cite))


def as_csv(answer: Answer, *, cite: bool = False) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written(answer, "csv", cite=cite).decode(), newline="")))


def book(answer: Answer, *, cite: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(answer, "xlsx", cite=cite)))


def as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def of(*texts: str, name: str = "text") -> Answer:
    return Answer("A title", (name,), tuple((Literal(text),) for text in texts), total=len(texts))


@pytest.mark.parametrize("name", QUERIES)
def test_a_workbook_holds_the_rows_of_csv(repo_graph: Graph, name: str) -> None:
    answer = asked(repo_graph, name, cite=True)
    sheet = book(answer, cite=True)["Answer"]
    rows = [[as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == [[cell[:LONGEST] for cell in row] for row in as_csv(answer, cite=True)]


def test_a_workbook_has_real_days_widths_a_fixed_header_and_a_filter(repo_graph: Graph) -> None:
    sheet = book(asked(repo_graph, "courts-banned-groups"))["Answer"]
    header = [cell.value for cell in sheet[1]]
    days = [row[header.index("date")] for row in sheet.iter_rows(min_row=2)]
    assert all(isinstance(cell.value, dt.datetime) and cell.number_format == "yyyy-mm-dd" for cell in days)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert 10 <= sheet.column_dimensions["E"].width <= 62


def test_a_workbook_has_a_sheet_of_the_sources_and_one_of_the_question(repo_graph: Graph) -> None:
    answer = asked(repo_graph, "courts-banned-groups", cite=True, court="Supreme Court", day="2010-01-01")
    found = book(answer)
    assert found.sheetnames == ["Answer", "Sources", "Query"]
    sources = list(found["Sources"].iter_rows(min_row=2, values_only=True))
    assert [row[5] for row in sources] == [each.source for each in answer.numbered()[0]]
    assert found["Sources"]["E2"].hyperlink.target.startswith("http")
    told = dict(found["Query"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert told["saved query"] == "courts-banned-groups"
    assert told["parameter court"] == "id:court-supreme-court-kz"
    assert told["parameter day"] == "2010-01-01"
    assert told["rows"] == len(answer.rows)
    assert 'VALUES ?day { "2010-01-01"' in told["SPARQL"]


def test_a_workbook_takes_no_text_for_a_formula_or_a_number() -> None:
    sheet = book(of(*HOSTILE))["Answer"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == HOSTILE
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_workbook_says_when_a_text_is_too_long_for_a_cell() -> None:
    found = book(of("x" * (LONGEST + 1)))
    assert len(found["Answer"]["A2"].value) == LONGEST
    assert ("texts cut at the limit of a cell", 1) in list(found["Query"].iter_rows(max_col=2, values_only=True))


def test_a_workbook_keeps_old_days_years_and_long_numbers_as_text() -> None:
    terms = (
        Literal("1723-05-01", datatype=NamedNode(f"{XSD}date")),
        Literal("2011", datatype=NamedNode(f"{XSD}gYear")),
        Literal("12345678901234567", datatype=NamedNode(f"{XSD}integer")),
        Literal("12", datatype=NamedNode(f"{XSD}integer")),
        Literal("1.5", datatype=NamedNode(f"{XSD}decimal")),
        Literal("true", datatype=NamedNode(f"{XSD}boolean")),
        None,
    )
    sheet = book(Answer("", tuple("abcdefg"), (terms,), total=1))["Answer"]
    assert [cell.value for cell in sheet[2]] == ["1723-05-01", "2011", "12345678901234567", 12, 1.5, True, None]


def test_columns_are_those_of_csv(repo_graph: Graph) -> None:
    for name in QUERIES:
        answer = asked(repo_graph, name, cite=True)
        assert [column.name for column in columns(answer, cite=True)] == as_csv(answer, cite=True)[0]


@pytest.mark.parametrize("name", ["attacks", "near-place", "places", "trials", "casualties"])
def test_a_map_is_geojson_with_a_feature_for_each_row(repo_graph: Graph, name: str) -> None:
    answer = asked(repo_graph, name, cite=True)
    found = geojson.loads(written(answer, "geojson", cite=True).decode())
    assert found.is_valid, found.errors()
    assert [feature["properties"] for feature in found["features"]] == json.loads(written(answer, "json", cite=True))
    points = [feature["geometry"] for feature in found["features"] if feature["geometry"]]
    assert points
    # Kazakhstan and its neighbours: longitude comes first, and the axes cannot be swapped unseen.
    assert all(20 < point["coordinates"][0] < 140 and 20 < point["coordinates"][1] < 60 for point in points)


def test_a_row_of_an_event_lies_where_the_event_was(repo_graph: Graph) -> None:
    text = "SELECT ?attack WHERE { ?attack a kzkg:Attack FILTER (?attack = id:attack-taraz-2011-11-12) }"
    found = geojson.loads(written(ask_text(repo_graph, text), "geojson").decode())
    assert found["features"][0]["geometry"]["coordinates"] == pytest.approx([71.4, 42.9], abs=0.1)


@pytest.mark.parametrize(
    "pattern",
    ["BIND (42.9 AS ?latitude) BIND (71.4 AS ?longitude)", 'BIND ("POINT(71.4 42.9)"^^geo:wktLiteral AS ?where)'],
)
def test_a_row_may_spell_its_point_out(repo_graph: Graph, pattern: str) -> None:
    found = geojson.loads(written(ask_text(repo_graph, f"SELECT * WHERE {{ {pattern} }}"), "geojson").decode())
    assert found["features"][0]["geometry"]["coordinates"] == [71.4, 42.9]


def test_a_point_on_no_globe_is_none(repo_graph: Graph) -> None:
    answer = ask_text(repo_graph, "SELECT * WHERE { BIND (142.9 AS ?latitude) BIND (71.4 AS ?longitude) }")
    with pytest.raises(RequestError, match="no place with coordinates"):
        written(answer, "geojson")


def read_network(answer: Answer, name: str, *, cite: bool = False) -> nx.MultiDiGraph:
    reader = nx.read_graphml if name == "graphml" else nx.read_gexf
    options = {"force_multigraph": True} if name == "graphml" else {}
    return reader(io.BytesIO(written(answer, name, cite=cite)), **options)


@pytest.mark.parametrize("name", ["graphml", "gexf"])
@pytest.mark.parametrize("query", ["memberships", "roles", "courts-banned-groups", "conflicts"])
def test_a_network_has_the_things_and_the_links_of_the_rows(repo_graph: Graph, query: str, name: str) -> None:
    answer = asked(repo_graph, query, cite=True)
    wanted = network(answer, cite=True)
    found = read_network(answer, name, cite=True)
    assert {(iri, data["label"], data["kind"]) for iri, data in found.nodes(data=True)} == {
        (node.iri, node.label, node.kind) for node in wanted.nodes
    }
    edges = sorted((a, b, data["row"]) for a, b, data in found.edges(data=True))
    assert edges == sorted((link.source, link.target, link.row) for link in wanted.links)
    assert all(data["citations"] for _, _, data in found.edges(data=True))


def test_a_network_joins_things_and_not_kinds_or_claims(repo_graph: Graph) -> None:
    found = network(asked(repo_graph, "courts-banned-groups"), cite=False)
    assert {link.name for link in found.links} == {"court → group"}
    assert {node.kind for node in found.nodes} == {"Court", "Organisation"}
    assert len(found.links) == len(asked(repo_graph, "courts-banned-groups").rows)
    assert all(isinstance(link.values["date"], dt.date) for link in found.links)


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_a_network_keeps_columns_of_reserved_names_and_what_xml_cannot_hold(name: str) -> None:
    iris = [NamedNode(f"https://example.org/{each}") for each in "ab"]
    answer = Answer("", ("from", "to", "start", "note"), ((*iris, Literal("x<y"), Literal("a\x07&b")),), total=1)
    ((_, _, data),) = read_network(answer, name).edges(data=True)
    assert data["start_"] == "x<y"
    assert data["note"] == "a\ufffd&b"


def test_the_same_answer_makes_the_same_files(repo_graph: Graph) -> None:
    answer = asked(repo_graph, "roles", cite=True)
    for name in ("graphml", "gexf", "geojson"):
        assert written(answer, name) == written(answer, name)
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    assert today not in written(asked(repo_graph, "memberships"), "gexf").decode()


@pytest.mark.parametrize(("name", "what"), [("geojson", "no map"), ("graphml", "no network"), ("gexf", "no network")])
def test_an_answer_that_fits_no_map_and_no_network_is_refused_in_one_line(
    repo_graph: Graph, name: str, what: str
) -> None:
    for answer in (asked(repo_graph, "coverage-by-language"), ask_text(repo_graph, "ASK { ?s ?p ?o }")):
        with pytest.raises(RequestError, match=what) as fault:
            written(answer, name)
        assert fault.value.exit_code == 2
        assert "\n" not in str(fault.value)


@pytest.mark.parametrize("name", ["xlsx", "geojson", "graphml", "gexf"])
def test_an_empty_answer_is_an_empty_file_and_no_fault(repo_graph: Graph, name: str) -> None:
    answer = ask_text(repo_graph, "SELECT ?a ?b WHERE { ?a kzkg:nothing ?b }")
    assert written(answer, name)


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("xlsx", "xlsxwriter", "xlsx"), ("graphml", "networkx", "graph"), ("gexf", "networkx", "graph")],
)
def test_a_missing_part_is_one_line_with_the_command(
    repo_graph: Graph, monkeypatch: pytest.MonkeyPatch, name: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(KzkgError, match=rf"pip install 'kzkg\[{extra}\]'") as fault:
        written(asked(repo_graph, "memberships"), name)
    assert fault.value.exit_code == 4


def test_an_extra_is_one_of_the_project() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {"xlsx", "graph", "pandas", "polars"} <= set(declared)
    assert extras.library("json", "xlsx", "a workbook") is json


@pytest.mark.parametrize("suffix", ["xlsx", "geojson", "graphml", "gexf"])
def test_the_suffix_picks_the_format(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"answer.{suffix}"
    command = [sys.executable, "-m", "kzkg", "run", "attacks", "--year", "2011", "-o", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert formats.choose(None, str(file), holds="rows", default="tsv").name == suffix
    if suffix == "xlsx":
        found = openpyxl.load_workbook(file)
        assert found["Sources"].max_row > 10, "the sheet of sources is filled without --cite"
        assert "citations" not in [cell.value for cell in found["Answer"][1]]


def test_what_does_not_fit_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "answer.geojson"
    command = [sys.executable, "-m", "kzkg", "run", "coverage-by-language", "-o", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not file.exists()
