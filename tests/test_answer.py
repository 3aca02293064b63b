"""A saved query and values become rows, names and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kzkg.answer import Answer, Wish, ask, ask_text
from kzkg.emptiness import why_empty
from kzkg.errors import NotFound, RequestError
from kzkg.labels import find, labels, resolve, thing
from kzkg.query import read_query
from kzkg.store import Graph, open_graph
from kzkg.terms import expand, shrink

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = """#+ summary: How many groups did each court ban?
#+ params:
#+   court: {type: iri, class: kzkg:Court, help: only this court}
#+ example: {court: id:court-north}
#+ evidence_from: bans
SELECT ?court (COUNT(DISTINCT ?group) AS ?groups) WHERE {
  VALUES ?court { UNDEF }
  ?designation kzkg:designates ?group ; kzkg:byDecision/kzkg:issuedBy ?court
} GROUP BY ?court
"""
LIFTINGS = """#+ summary: Which designations were lifted?
#+ evidence: [lifting]
SELECT ?group ?date ?lifting WHERE {
  ?lifting kzkg:lifts/kzkg:designates ?group ; kzkg:byDecision/kzkg:date ?date
}
"""


def words(answer: Answer) -> list[list[str]]:
    return [[answer.shown(row, column) for column in range(len(answer.variables))] for row in range(len(answer.rows))]


def bans(graph: Graph, wish: Wish | None = None, **given: str) -> Answer:
    query = graph.catalog.query("bans")
    return ask(graph, query, resolve(graph, query, given), wish)


def test_rows_and_names(world_graph: Graph) -> None:
    answer = bans(world_graph)
    assert answer.variables == ("court", "group", "date", "designation")
    assert [row[:3] for row in words(answer)] == [
        ["Court of the North", "Alpha", "2010-03-01"],
        ["Court of the North", "Beta", "2010-03-01"],
    ]
    assert answer.citations is None
    assert answer.ranks is None


def test_names_in_the_readers_language_else_in_the_next(world_graph: Graph) -> None:
    assert [row[:2] for row in words(bans(world_graph, Wish(lang="ru")))] == [
        ["Северный суд", "Альфа"],
        ["Северный суд", "Beta"],
    ]
    assert labels(world_graph, [expand("id:no-such").value], "kk") == {expand("id:no-such").value: "id:no-such"}


def test_sorted_shortened_and_with_chosen_columns(world_graph: Graph) -> None:
    answer = bans(world_graph, Wish(sort=("-group",), limit=1, columns=("group", "court")))
    assert words(answer) == [["Beta", "Court of the North"]]
    assert answer.total == 2
    with pytest.raises(RequestError, match="no column 'grup'; did you mean group"):
        bans(world_graph, Wish(columns=("grup",)))


def test_under_all_the_ranks_are_said(world_graph: Graph) -> None:
    answer = bans(world_graph, Wish(dataset="all"))
    assert answer.ranks is not None
    assert sorted(answer.ranks) == ["", "", "alternative"]


def test_computed_rows_are_cited_from_another_query(own_world: Path) -> None:
    (own_world / "queries" / "counts.rq").write_text(COUNTS, encoding="utf-8")
    graph = open_graph(own_world)
    answer = ask(graph, graph.catalog.query("counts"), {}, Wish(cite=True))
    assert [shrink(answer.plain(row[0])) for row in answer.rows] == ["id:court-north"]
    assert [each.line() for each in answer.sources_of(0)] == ["A paper, p1, 2018", "Report of 2010, 2010-03-02"]


def test_an_inexact_day_is_shown_as_exactly_as_it_is_known(world_graph: Graph) -> None:
    answer = ask(world_graph, read_query(LIFTINGS, "liftings.rq"), {})
    assert [row[:2] for row in words(answer)] == [["Alpha", "2023-12"]]
    assert answer.plain(answer.rows[0][1]) == "2023-12-01"
    assert answer.labelled == (True, True, True)


def test_an_exact_day_beside_an_inexact_one_stays(world_graph: Graph) -> None:
    answer = ask_text(world_graph, "SELECT ?l ?day { ?l a kzkg:Lifting ; kzkg:validFrom ?day }")
    assert [answer.shown(0, 1)] == ["2023-12-29"]


def test_a_users_own_query_cites_every_record(world_graph: Graph) -> None:
    answer = ask_text(world_graph, "SELECT ?x { ?x a kzkg:Court }", Wish(cite=True))
    assert [each.line() for each in answer.sources_of(0)] == ["A paper, p1, 2018"]
    assert ask_text(world_graph, "ASK { ?x a kzkg:Court }").boolean is True
    graph = ask_text(world_graph, "CONSTRUCT { ?x a kzkg:Court } WHERE { ?x a kzkg:Court }")
    assert graph.statements is not None
    assert len(graph.statements) == 1


@pytest.mark.parametrize(
    "word", ["Alpha", "alpha", "АЛЬФА", "alfa", "id:org-alpha", "org-alpha", "<https://w3id.org/kzkg/id/org-alpha>"]
)
def test_a_thing_by_any_name(world_graph: Graph, word: str) -> None:
    assert shrink(thing(world_graph, word)) == "id:org-alpha"


def test_hyphens_and_parts_of_names(world_graph: Graph) -> None:
    assert [shrink(each.thing) for each in find(world_graph, "court-of-the-north")] == ["id:court-north"]
    assert "id:decision-north-2010-03-01" in [shrink(each.thing) for each in find(world_graph, "court of the")]


def test_names_that_mean_nothing_or_too_much(world_graph: Graph) -> None:
    with pytest.raises(NotFound, match="nothing is called 'Alphx'; did you mean"):
        thing(world_graph, "Alphx")
    with pytest.raises(
        RequestError, match=r"'the north' is the name of [0-9]+ things: .*id:court-north .district court"
    ):
        thing(world_graph, "the north")
    query = world_graph.catalog.query("bans")
    with pytest.raises(RequestError, match="court: no Court is called 'Alpha'"):
        resolve(world_graph, query, {"court": "Alpha"})
    with pytest.raises(RequestError, match="no parameter 'cort'"):
        resolve(world_graph, query, {"cort": "Alpha"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"court": "id:nowhere"}, "court: id:nowhere is not in the data"),
        ({"court": "id:org-alpha"}, r"court: id:org-alpha \(Alpha\) is known as Organisation, and not as Court"),
        (
            {"day": "1990-01-01"},
            "day: 1990-01-01 is before the first record, which is of 2010-03-01; without --day there are 2",
        ),
        ({"kind": "v:designation-terrorist", "day": "1990-01-01"}, "day: 1990-01-01 is before"),
        (
            {"kind": "v:designation-terrorist", "day": "2024-06-01"},
            "day: id:designation-alpha-2010-03-01 ended on 2023-12-29, by id:lifting-alpha-2023-12; 'kzkg run",
        ),
        (
            {"kind": "extremist"},
            r"kind: no row has v:designation-extremist \(designated as extremist\); without --kind there are 2 rows",
        ),
    ],
)
def test_an_empty_answer_says_why(world_graph: Graph, given: dict[str, str], reason: str) -> None:
    import re

    query = world_graph.catalog.query("bans")
    values = resolve(world_graph, query, given)
    assert not ask(world_graph, query, values).rows
    assert re.match(reason, why_empty(world_graph, query, values, "accepted"))


def test_an_answer_that_only_all_has(world_graph: Graph) -> None:
    header = "#+ summary: Which designations came late?\n#+ evidence: [d]\n"
    text = "SELECT ?d { ?d kzkg:designates id:org-beta ; kzkg:validFrom '2012-01-01'^^xsd:date }"
    query = read_query(header + text, "late.rq")
    assert "1 rows stand under --all" in why_empty(world_graph, query, {}, "accepted")
