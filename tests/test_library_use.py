"""The graph in a program and in a notebook: Python values in, rows and frames with real types out."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
import polars as pl
import pytest
from nbclient import NotebookClient
from pyoxigraph import Literal, NamedNode

import kzkg
from kzkg import answer as plain
from kzkg.citations import Citation
from kzkg.errors import KzkgError, NotFound, RequestError
from kzkg.library import Answer, spoken
from tests.conftest import ROOT
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.library import Graph

OPTIONS = {"lang", "cite", "dataset", "sort", "limit", "columns"}
COURT = "https://w3id.org/kzkg/id/court-supreme-court-kz"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kzkg.open(ROOT)


def test_a_question_takes_words_numbers_and_days(graph: Graph) -> None:
    by_word = graph.ask("courts-banned-groups", day="2010-01-01", court="Supreme Court")
    by_value = graph.ask("courts-banned-groups", day=dt.date(2010, 1, 1), court=NamedNode(COURT))
    assert by_word.rows == by_value.rows
    assert len(by_word) > 5
    assert graph.ask("attacks", year=2016).rows == graph.ask("attacks", year="2016").rows
    several = graph.ask("courts-banned-groups", group=["Taliban", "id:org-al-qaeda"])
    assert {row["group_label"] for row in several} == {"Taliban", "Al-Qaeda"}
    assert graph.ask("attacks", year=None).rows == graph.ask("attacks").rows
    assert len(graph.ask("attacks", from_="2016-01-01")) < len(graph.ask("attacks"))


def test_values_are_words_as_a_person_types_them() -> None:
    given = {"a": 5, "b": dt.datetime(2010, 1, 2, 3, tzinfo=dt.UTC), "c": ("x", Literal("y")), "from_": "z", "d": None}
    assert spoken(given) == {"a": "5", "b": "2010-01-02", "c": ["x", "y"], "from": "z"}
    assert spoken({"n": pd.Series([7]).iloc[0], "t": pd.Timestamp("2010-01-02")}) == {"n": "7", "t": "2010-01-02"}
    for wrong in (True, 1.5, object()):
        with pytest.raises(RequestError, match="takes a word, a whole number or a day"):
            spoken({"a": wrong})  # type: ignore[dict-item]


def test_no_parameter_of_a_query_is_hidden_by_an_option(graph: Graph) -> None:
    for query in graph.catalog.queries.values():
        names = {parameter.name for parameter in query.parameters}
        assert not names & (OPTIONS | {"form", "self"}), query.name
        assert not [name for name in names if name.endswith("_")], query.name


def test_a_wrong_word_is_told_as_on_the_command_line(graph: Graph) -> None:
    with pytest.raises(NotFound, match="did you mean attacks"):
        graph.ask("atacks")
    with pytest.raises(RequestError, match="has no parameter 'yeer'"):
        graph.ask("attacks", yeer=2016)
    with pytest.raises(RequestError, match="is not a whole number"):
        graph.ask("attacks", year="x")


def test_the_options_mean_what_they_mean_on_the_command_line(graph: Graph) -> None:
    answer = graph.ask("attacks", lang="ru", sort="-date", limit=2, columns="date,attack")
    assert answer.variables == ("date", "attack")
    dates = [row["date"] for row in answer]
    assert len(dates) == 2
    assert dates == sorted(dates, reverse=True)
    assert all("а" in str(row["attack_label"]) for row in answer), "names are in Russian"
    assert graph.ask("attacks", cite=False).citations is None
    assert graph.ask("casualties", dataset="all").total >= graph.ask("casualties").total


def test_a_row_has_python_values(graph: Graph) -> None:
    row = graph.ask("casualties", sort="-minimum").to_dicts()[0]
    assert type(row["minimum"]) is int
    assert str(row["attack"]).startswith("https://w3id.org/kzkg/id/")
    assert row["attack_label"]
    assert type(graph.ask("attacks").to_dicts()[0]["date"]) is dt.date


def test_pandas_gets_real_types(graph: Graph) -> None:
    answer = graph.ask("courts-banned-groups")
    frame = answer.to_pandas(citations=True)
    assert list(frame) == [*answer.to_dicts()[0], "citations"]
    assert len(frame) == len(answer)
    assert pd.api.types.is_datetime64_dtype(frame["date"])
    assert list(frame["date"].dt.date) == [row["date"] for row in answer]
    assert str(frame["group_label"].dtype) == "string"
    assert frame.attrs["title"] == answer.title
    assert len(frame.attrs["sources"]) == len(answer.sources)
    counts = graph.ask("casualties").to_pandas()
    assert str(counts["minimum"].dtype) == "Int64"
    assert counts["minimum"].sum() == sum(row["minimum"] for row in graph.ask("casualties"))  # type: ignore[misc]


def test_polars_gets_real_types(graph: Graph) -> None:
    answer = graph.ask("near-place", place="Almaty", km=50)
    frame = answer.to_polars()
    assert frame.schema["date"] == pl.Date
    assert frame.schema["kilometres"] == pl.Float64
    assert frame.schema["event"] == pl.String
    assert frame.to_dicts() == answer.to_dicts()
    assert graph.ask("casualties").to_polars().schema["minimum"] == pl.Int64
    assert "citations" in answer.to_polars(citations=True).columns


def test_odd_columns_fit_a_frame(graph: Graph) -> None:
    answer = graph.sparql(
        "SELECT * WHERE { VALUES (?day ?mixed ?whole ?number ?none) { "
        '("1500-01-01"^^xsd:date 1 99999999999999999999 1.5 UNDEF) ("9999-12-31"^^xsd:date "x" 2 2 UNDEF) '
        "(UNDEF true UNDEF UNDEF UNDEF) } }"
    )
    for frame in (answer.to_pandas(), pd.DataFrame(answer.to_polars().to_dicts())):
        assert list(frame["mixed"]) == ["1", "x", "true"]
        assert list(frame["whole"][:2]) == ["99999999999999999999", "2"]
        assert list(frame["number"][:2]) == [1.5, 2.0]
        assert frame["none"].isna().all()
    assert str(answer.to_pandas()["day"].dt.year.iloc[0]) == "1500.0"
    assert answer.to_polars()["day"].to_list() == [dt.date(1500, 1, 1), dt.date(9999, 12, 31), None]
    empty = graph.sparql("SELECT ?a WHERE { ?a kzkg:nothing ?b }")
    assert list(empty.to_pandas()) == empty.to_polars().columns == ["a"]
    assert not empty


def test_yes_or_no_and_statements(graph: Graph) -> None:
    yes = graph.sparql("ASK { ?event a kzkg:Attack }")
    assert yes
    assert list(yes.to_pandas()["answer"]) == [True]
    assert "yes" in yes._repr_html_()
    assert not graph.sparql("ASK { ?event a kzkg:Nothing }")
    made = graph.sparql("CONSTRUCT { ?s a kzkg:Attack } WHERE { ?s a kzkg:Attack }")
    assert made
    assert "statements" in repr(made)
    assert "kzkg:Attack" in str(made)
    with pytest.raises(RequestError, match="is a graph, not rows"):
        made.to_pandas()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_frame_library_is_one_line(graph: Graph, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(KzkgError, match=rf"pip install 'kzkg\[{library}\]'"):
        getattr(graph.ask("attacks"), f"to_{library}")()


def test_an_answer_shows_itself_with_labels_and_sources(graph: Graph) -> None:
    answer = graph.ask("courts-banned-groups", group="Taliban")
    shown = answer._repr_html_()
    assert '<a href="https://w3id.org/kzkg/id/org-taliban">Taliban</a>' in shown
    assert shown.count("<li id=") == len(answer.sources)
    assert "https://articlekz.com/en/article/27690" in shown
    assert "Taliban" in str(answer)
    assert repr(answer) == "<Answer 'Which courts banned which groups, and when?': 1 row>"


def test_a_long_answer_is_cut_and_says_so(graph: Graph) -> None:
    answer = graph.ask("timeline")
    assert f"50 of {len(answer)} rows" in answer._repr_html_()


def test_nothing_in_a_label_becomes_markup() -> None:
    bad = '<script>alert("1")</script>'
    thing = NamedNode("https://example.org/a")
    citation = Citation(bad, bad, "2011", "javascript:alert(1)", "https://example.org/s")
    answer = Answer(bad, (bad,), ((thing,), (Literal(bad),)), labels={thing.value: bad}, citations=((citation,),) * 2)
    shown = answer._repr_html_()
    assert "<script" not in shown
    assert "javascript:" not in shown
    assert "&lt;script&gt;" in shown


def test_an_answer_and_the_graph_are_cited(graph: Graph) -> None:
    answer = graph.ask("courts-banned-groups", group="Taliban")
    assert answer.cite("bibtex") == graph.cite("courts-banned-groups", "bibtex", group="Taliban")
    assert "@misc{kz2018" in answer.cite("bibtex")
    assert "w3id.org/kzkg/dataset" in graph.cite()
    with pytest.raises(RequestError):
        Answer.of(plain.Answer()).cite()


def test_an_answer_is_saved_in_any_format(graph: Graph, tmp_path: Path) -> None:
    answer = graph.ask("courts-banned-groups")
    answer.save(tmp_path / "bans.csv", cite=True)
    read = pd.read_csv(tmp_path / "bans.csv")
    assert list(read) == list(answer.to_pandas(citations=True))
    assert read.shape == answer.to_pandas(citations=True).shape
    answer.save(tmp_path / "bans.xlsx")
    assert pd.read_excel(tmp_path / "bans.xlsx", sheet_name="Answer").shape == answer.to_pandas().shape
    graph.sparql("CONSTRUCT WHERE { ?s a kzkg:Attack }").save(tmp_path / "attacks.ttl")
    assert (tmp_path / "attacks.ttl").stat().st_size
    with pytest.raises(RequestError, match="suffix"):
        answer.save(tmp_path / "bans.doc")


def test_queries_are_found_and_things_named(graph: Graph) -> None:
    assert "courts-banned-groups" in graph.queries("court", "banned")
    assert graph.queries() == {name: query.summary for name, query in sorted(graph.catalog.queries.items())}
    assert graph.thing("Taliban") == "https://w3id.org/kzkg/id/org-taliban"


def test_a_day_of_knowledge(graph: Graph) -> None:
    past = kzkg.open(ROOT, known_by=dt.date(2012, 1, 1))
    name = "courts-banned-groups"
    assert 0 < len(past.ask(name)) < len(graph.ask(name))
    assert past.ask(name).rows == kzkg.open(ROOT, known_by="2012-01-01").ask(name).rows


def test_the_notebook_runs() -> None:
    book = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    assert not [cell for cell in book.cells if cell.get("outputs")], "the notebook is kept without outputs"
    surroundings = {"metadata": {"path": str(ROOT)}}
    NotebookClient(
        book, timeout=PATIENCE, startup_timeout=PATIENCE, kernel_name="python3", resources=surroundings
    ).execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    pages = [output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert any("Sources: " in page for page in pages)
    assert not [output for output in outputs if output.get("name") == "stderr"]
