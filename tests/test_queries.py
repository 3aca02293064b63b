"""Every saved query: it says what it asks, answers its example, agrees on both engines, and cites every row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kzkg.answer import Wish, ask
from kzkg.catalog import Catalog
from kzkg.store import Solutions
from tests import goldens
from tests.conftest import ROOT

if TYPE_CHECKING:
    from kzkg.store import Graph
    from tests.conftest import Oxigraph, Rdflib

QUERIES = Catalog(ROOT).queries
GROUPS = {
    "designations", "attacks", "people and trials", "laws", "policy", "organisations and bodies",
    "foreign fighters and returns", "timeline", "places", "the article", "sources and conflicts", "the data set",
}  # fmt: skip
every = pytest.mark.parametrize("name", sorted(QUERIES))
COMPUTED = {name for name, query in QUERIES.items() if not query.evidence and not query.evidence_from}

OF_A_DAY = {
    name
    for name, query in QUERIES.items()
    if query.group in {"designations", "laws"} or {"designation", "membership"} & {*query.tags}
}
"""The questions on designations, decisions, laws and memberships: what they ask of may end."""


def bound(name: str) -> str:
    query = QUERIES[name]
    return query.bind({key: query.parameter(key).term(word) for key, word in query.example})


def test_there_are_at_least_sixty_questions() -> None:
    assert len(QUERIES) >= 60


@every
def test_the_header_is_a_question_with_an_example_and_a_group(name: str) -> None:
    query = QUERIES[name]
    assert query.summary.endswith("?")
    assert query.description.endswith(".")
    assert query.tags
    assert query.group in GROUPS
    assert query.example, "an example that returns rows"


@every
def test_the_example_gives_the_golden_answer(name: str, repo_graph: Graph) -> None:
    golden = goldens.FOLDER / f"{name}.tsv"
    assert golden.exists(), f"no golden answer; write one with 'python -m tests.goldens {name}' and read it"
    answer = goldens.example(repo_graph, QUERIES[name])
    assert answer.rows, "the example returns no rows"
    assert goldens.written(answer) == golden.read_text(encoding="utf-8")


@every
def test_both_engines_give_the_same_rows_for_the_example(name: str, repo_engines: tuple[Oxigraph, Rdflib]) -> None:
    text, dataset = bound(name), QUERIES[name].graph
    first, second = (engine.rows(text, dataset) for engine in repo_engines)
    assert first == second


@pytest.mark.parametrize("name", sorted(set(QUERIES) - COMPUTED))
def test_every_row_is_cited(name: str, repo_graph: Graph) -> None:
    query = QUERIES[name]
    answer = ask(repo_graph, query, {}, Wish(cite=True))
    uncited = [number for number in range(len(answer.rows)) if not answer.sources_of(number)]
    assert answer.rows
    assert not uncited, [answer.shown(uncited[0], column) for column in range(len(answer.variables))]


@every
def test_no_not_exists_with_two_patterns(name: str) -> None:
    """Oxigraph plans them badly: OPTIONAL and !BOUND say the same."""
    for group in re.findall(r"NOT\s+EXISTS\s*\{([^{}]*)\}", QUERIES[name].text):
        assert group.strip(" .\n").count(" . ") == 0
        assert ";" not in group


@every
def test_the_text_runs_in_any_endpoint(name: str, repo_graph: Graph) -> None:
    """The file as it stands, slots and all, is SPARQL 1.1 with its own prefixes, and UNDEF means no restriction."""
    from pyoxigraph import Store

    text = QUERIES[name].text
    Store().query(text)
    for word in ("SERVICE", "LOAD", "INSERT", "DELETE"):
        assert not re.search(rf"\b{word}\b", text)


@every
def test_undef_lines_and_no_lines_mean_the_same(name: str, repo_graph: Graph) -> None:
    query = QUERIES[name]
    given = {key: query.parameter(key).term(word) for key, word in query.example} if query.graph == "files" else {}
    dropped = repo_graph.evaluate(query.bind(given), query.graph)
    if not given:
        assert repo_graph.evaluate(query.text, query.graph) == dropped


@every
def test_a_computed_row_names_where_its_records_are(name: str) -> None:
    query = QUERIES[name]
    if query.evidence_from:
        behind = QUERIES[query.evidence_from]
        assert behind.evidence
        assert {p.name for p in query.parameters} <= {p.name for p in behind.parameters}


@pytest.mark.parametrize("name", sorted(OF_A_DAY))
def test_what_held_on_a_day_can_be_asked(name: str, repo_graph: Graph) -> None:
    query = QUERIES[name]

    def rows(**words: str) -> int:
        given = {key: query.parameter(key).term(word) for key, word in words.items()}
        answer = repo_graph.evaluate(query.bind(given), query.graph)
        assert isinstance(answer, Solutions)
        return len(answer.rows)

    assert rows(day="1900-01-01") < rows()
    assert 0 < rows(day="2024-06-01") <= rows()
