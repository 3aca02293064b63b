"""From records to the documents that support them."""

from __future__ import annotations

import datetime as dt

import pytest

from kzkg.citations import Citation, citations, issued_by, places, verdicts
from kzkg.labels import describe
from kzkg.store import Graph, open_graph
from kzkg.terms import expand


def iri(name: str) -> str:
    return expand(name).value


def cited(graph: Graph, record: str, dataset: str = "accepted", known_by: dt.date | None = None) -> list[str]:
    found = places(graph, [iri(record)], dataset)
    details = describe(graph, {source for each in found.values() for source, _ in each}, dataset)
    return [each.line() for each in citations([iri(record)], found, details, "en", known_by)]


def test_a_record_names_documents_and_places(world_graph: Graph) -> None:
    assert cited(world_graph, "id:designation-alpha-2010-03-01") == ["A paper, p1, 2018", "Report of 2010, 2010-03-02"]


def test_a_citation_and_a_document_stand_for_themselves(world_graph: Graph) -> None:
    assert cited(world_graph, "id:cite-paper-p2") == ["A paper, p2, 2018"]
    assert cited(world_graph, "id:source-agency-2011") == ["Report of 2011, 2011-11"]


def test_what_has_no_evidence_has_no_citation(world_graph: Graph) -> None:
    assert cited(world_graph, "v:rank-accepted") == []
    assert places(world_graph, [], "accepted") == {}


def test_later_and_undated_documents_are_not_known_by_a_day(world_graph: Graph) -> None:
    assert cited(world_graph, "id:designation-alpha-2010-03-01", known_by=dt.date(2012, 1, 1)) == [
        "Report of 2010, 2010-03-02"
    ]
    assert cited(world_graph, "id:designation-gamma-undated", "all", dt.date(2024, 1, 1)) == []


@pytest.mark.parametrize(
    ("issued", "day", "known"),
    [
        ("2018", dt.date(2018, 12, 30), False),
        ("2018", dt.date(2018, 12, 31), True),
        ("2018-02", dt.date(2018, 2, 27), False),
        ("2018-02-03", dt.date(2018, 2, 3), True),
        ("", dt.date(2030, 1, 1), False),
    ],
)
def test_a_document_is_known_when_its_last_possible_day_is_past(issued: str, day: dt.date, known: bool) -> None:
    assert issued_by(issued, day) is known


def test_the_verdicts_on_claims(world_graph: Graph) -> None:
    names = ["id:count-town-killed-4", "id:count-town-killed-5", "id:claim-removal-body-beta", "id:org-alpha"]
    names += ["id:definition-terrorism-wrong"]
    found = verdicts(world_graph, map(iri, names))
    assert [found.get(iri(name)) for name in names] == ["alternative", "accepted", "open", None, "rejected"]


def test_a_citation_is_written_without_what_it_lacks() -> None:
    whole = Citation("A paper", "p1", "2018", "https://example.org/", "https://w3id.org/kzkg/id/source-paper")
    assert whole.line() == "A paper, p1, 2018"
    assert Citation("A paper", "", "", "", "x").line() == "A paper"
    assert whole.fields() == {
        "label": "A paper",
        "place": "p1",
        "date": "2018",
        "address": "https://example.org/",
        "source": "https://w3id.org/kzkg/id/source-paper",
    }
    assert Citation("A paper", "", "", "", "x").fields()["place"] is None


def test_many_records_are_asked_in_parts(world_graph: Graph) -> None:
    many = [iri(f"id:nothing-{number}") for number in range(3000)]
    found = places(world_graph, [*many, iri("id:org-alpha")], "accepted")
    assert list(found) == [iri("id:org-alpha")]


def test_known_by_reaches_the_citations_of_an_answer(world_graph: Graph) -> None:
    from kzkg.answer import Wish, ask

    graph = open_graph(world_graph.catalog.folder, known_by="2012-01-01")
    answer = ask(graph, graph.catalog.query("bans"), {}, Wish(cite=True))
    assert [each.label for row in range(len(answer.rows)) for each in answer.sources_of(row)] == ["Report of 2010"]
