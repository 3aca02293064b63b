"""What the graph promises of its content: enough of it, the Taliban as of a day, the sentence of Almaty, no merging."""

from __future__ import annotations

import datetime as dt

import pytest

import kzkg
from kzkg import terms
from kzkg.answer import Wish, ask
from kzkg.store import Graph, Solutions
from tests.conftest import ROOT


def rows(graph: Graph, name: str, dataset: str | None = None, **words: str) -> list[dict[str, str]]:
    """The rows of a saved query, each cell as a prefixed name or a plain value."""
    query = graph.catalog.query(name)
    answer = ask(
        graph, query, {k: query.parameter(k).term(v) for k, v in words.items()}, Wish(dataset=dataset, cite=True)
    )
    return [
        {
            variable: terms.shrink(term.value) if answer.is_thing(term) else answer.plain(term)
            for variable, term in zip(answer.variables, row, strict=True)
        }
        | {"sources": " ".join(str(citation) for citation in answer.sources_of(number))}
        for number, row in enumerate(answer.rows)
    ]


@pytest.fixture(scope="module")
def counts(repo_graph: Graph) -> dict[str, int]:
    return {row["class"]: int(row["things"]) for row in rows(repo_graph, "graph-counts")}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("kzkg:Designation", 24), ("kzkg:CourtDecision", 15), ("kzkg:Lifting", 1), ("kzkg:Court", 10),
        ("kzkg:Incident", 19), ("kzkg:Trial", 9), ("kzkg:Place", 37),
        ("kzkg:LegalInstrument", 61), ("kzkg:LegalDefinition", 5),
        ("kzkg:Membership", 30), ("kzkg:CasualtyReport", 103), ("kzkg:Person", 14), ("kzkg:Source", 533),
    ],
)  # fmt: skip
def test_there_is_enough_of_each_class(name: str, least: int, counts: dict[str, int]) -> None:
    assert counts[name] >= least


@pytest.mark.parametrize(
    ("kind", "number"),
    [("v:decision-liquidation", 1), ("v:decision-ruling-on-a-name", 1), ("v:decision-removal", 1)],
)
def test_what_is_no_ban_is_kept_apart(kind: str, number: int, repo_graph: Graph) -> None:
    assert len({row["decision"] for row in rows(repo_graph, "decisions", kind=kind)}) == number


def test_there_are_24_designations_of_24_groups(repo_graph: Graph) -> None:
    found = rows(repo_graph, "courts-banned-groups")
    assert len({row["designation"] for row in found}) == len(found) == 24
    assert len({row["group"] for row in found}) == 24


def test_the_article_alone_gives_21_designations(repo_graph: Graph) -> None:
    assert len(rows(repo_graph, "courts-banned-groups", source="id:source-kz2018")) == 21
    assert len(rows(repo_graph, "courts-banned-groups", day="2010-01-01")) == 15


def test_24_places_have_coordinates(repo_graph: Graph) -> None:
    assert sum(1 for row in rows(repo_graph, "places") if row["latitude"]) >= 24


@pytest.mark.parametrize(("day", "listed"), [("2010-01-01", True), ("2023-12-01", True), ("2024-06-01", False)])
def test_the_taliban_as_of_a_day(day: str, listed: bool, repo_graph: Graph) -> None:
    groups = {row["group"] for row in rows(repo_graph, "groups-banned-on-day", day=day)}
    assert ("id:org-taliban" in groups) is listed


def test_the_lifting_says_that_the_body_is_open(repo_graph: Graph) -> None:
    found = rows(repo_graph, "lifted-designations", group="id:org-taliban")
    assert found
    assert all(row["body"] == "" and row["sources"] for row in found)
    assert "id:question-removal-taliban-body" in {row["open_question"] for row in found}


def test_the_lifting_was_not_known_in_2018() -> None:
    graph = kzkg.open(ROOT, known_by=dt.date(2018, 12, 31))
    assert rows(graph, "lifted-designations") == []
    assert "id:org-taliban" in {row["group"] for row in rows(graph, "groups-banned-on-day", day="2024-06-01")}


def test_the_accepted_view_says_nothing_of_an_execution(repo_graph: Graph) -> None:
    shown = {row["outcome"] for row in rows(repo_graph, "death-sentence-outcome")}
    assert "v:outcome-life-imprisonment" in shown
    assert "v:outcome-executed" not in shown
    answer = repo_graph.evaluate(
        "SELECT ?s ?p WHERE { ?s ?p v:outcome-executed . FILTER (?p NOT IN (skos:hasTopConcept, skos:example)) }"
    )
    assert isinstance(answer, Solutions)
    assert answer.rows == ()


def test_the_claim_of_the_article_stays_visible(repo_graph: Graph) -> None:
    everything = rows(repo_graph, "death-sentence-outcome", dataset="all")
    executed = [row for row in everything if row["outcome"] == "v:outcome-executed"]
    assert {row["source"] for row in executed} == {"id:source-kz2018"}
    pairs = rows(repo_graph, "conflicts", source="id:source-kz2018")
    assert "id:claim-kulekbayev-sentence-outcome-executed" in {row["claim_a"] for row in pairs} | {
        row["claim_b"] for row in pairs
    }


def test_no_same_as(repo_graph: Graph) -> None:
    answer = repo_graph.evaluate("SELECT ?g ?s WHERE { GRAPH ?g { ?s owl:sameAs ?o } }", "files")
    assert isinstance(answer, Solutions)
    assert answer.rows == ()


@pytest.mark.parametrize(
    "bodies",
    [
        ("islamic-party-of-turkestan", "islamic-party-of-eastern-turkestan", "islamic-movement-of-uzbekistan"),
        ("jund-al-khilafah", "jund-al-khilafah-algeria", "jund-al-khilafah-tunisia"),
        ("dvk-party-2001", "dvk-movement-2017"),
    ],
)
def test_related_bodies_are_not_merged(bodies: tuple[str, ...], repo_graph: Graph) -> None:
    names = set()
    for body in bodies:
        answer = repo_graph.evaluate(f"SELECT ?name WHERE {{ id:org-{body} a kzkg:Organisation ; kzkg:name ?name }}")
        assert isinstance(answer, Solutions)
        assert len(answer.rows) == 1
        names.add(answer.rows[0])
    assert len(names) == len(bodies)


def test_every_paragraph_of_the_article_is_cited(repo_graph: Graph) -> None:
    answer = repo_graph.evaluate(
        "SELECT DISTINCT ?place WHERE { ?r kzkg:evidence ?c . ?c kzkg:source id:source-kz2018 ; kzkg:locator ?place }",
        "all",
    )
    assert isinstance(answer, Solutions)
    cited: set[int] = set()
    for (place,) in answer.rows:
        for part in place.value.split(","):  # type: ignore[union-attr]
            first, _, last = part.removeprefix("p").partition("-")
            cited |= set(range(int(first), int(last or first) + 1))
    assert cited == set(range(1, 98))


@pytest.mark.parametrize(("day", "number"), [("2011-01-01", 0), ("2012-01-01", 4), ("2020-01-01", 7)])
def test_an_attack_is_known_from_its_first_report(day: str, number: int) -> None:
    found = rows(kzkg.open(ROOT, known_by=day), "attacks")
    assert len(found) == number
    assert all(row["sources"] for row in found)


@pytest.mark.parametrize("name", ["records-of-source", "phases-of-terrorism", "phases-of-state-response"])
def test_what_only_the_article_says_was_not_known_in_2012(name: str) -> None:
    words = {"source": "id:source-kz2018"} if name == "records-of-source" else {}
    assert rows(kzkg.open(ROOT, known_by="2018-12-31"), name, **words)
    assert rows(kzkg.open(ROOT, known_by="2012-01-01"), name, **words) == []


def test_a_document_is_known_from_its_day() -> None:
    by = dt.date(2012, 1, 1)
    documents = {(row["source"], row["issued"]) for row in rows(kzkg.open(ROOT, known_by=by), "documents")}
    later = {source for source, date in documents if not date or terms.span(date)[1] > by}
    assert documents
    assert later == set()
