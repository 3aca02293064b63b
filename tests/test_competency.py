"""The 40 competency questions, asked of a fixture in which the article stands alone."""

from typing import Any

import pytest
import yaml
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, parse

from kzkg import terms
from tests import competency
from tests.competency import ARTICLE, CATALOG, QUESTIONS, Row, World
from tests.parts import beside, settle

settle(beside(QUESTIONS), whole=True)

ENTRIES: list[Row] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["questions"]
COMPARED = [entry for entry in ENTRIES if entry["match"] != "computed"]


def name(entry: Row) -> str:
    return f"{entry['id']}-{entry['query']}"


@pytest.fixture(scope="module")
def files() -> Store:
    return competency.read_files()


@pytest.fixture(scope="module")
def article(files: Store) -> World:
    return World.of(competency.article_alone(files), "all")


@pytest.fixture(scope="module")
def shipped(files: Store) -> World:
    return World.of(files, "accepted")


def test_the_list_of_questions() -> None:
    assert len(ENTRIES) == 40
    assert {entry["match"] for entry in ENTRIES} == {"set", "superset", "computed"}
    assert {entry["id"] for entry in ENTRIES if entry["match"] == "computed"} == {"CQ37", "CQ40"}


@pytest.mark.parametrize("entry", COMPARED, ids=name)
def test_question(entry: Row, request: pytest.FixtureRequest) -> None:
    """Rows that rest on a second step are left out, but for the question that the article alone cannot answer."""
    outside = entry["status"] == "needs-second-source"
    world: World = request.getfixturevalue("shipped" if outside else "article")
    query = CATALOG.query(entry["query"])
    if any(isinstance(value, list) for row in entry["expected"] for value in row.values()):
        competency.expect_lists(world, entry, query)
        return
    asked: dict[str, Any] = entry.get("asked_with", {})
    values = {n: world.value(query.parameter(n), str(word)) for n, word in asked.items()}
    wanted = [row for row in entry["expected"] if outside or "from" not in row]
    competency.expect(world, entry, wanted, world.ask(query, values))


@pytest.mark.parametrize("entry", ENTRIES, ids=name)
def test_parameters_and_variables(entry: Row) -> None:
    """A query takes the parameters that its question promises, of those types, and binds its variables."""
    query = CATALOG.query(entry["query"])
    types = {p.name: {"concept": "iri", "class": "iri"}.get(p.type, p.type) for p in query.parameters}
    assert entry.get("params", {}).items() <= types.items()
    solutions = Store().query(query.bind({}))
    assert isinstance(solutions, QuerySolutions)
    assert set(filter(None, entry["variables"].values())) <= {variable.value for variable in solutions.variables}


def test_the_fixture_holds_the_article_and_no_verdict(article: World) -> None:
    for verdict in ("kzkg:rank", "kzkg:rationale"):
        assert not list(article.store.quads_for_pattern(None, terms.expand(verdict), None, None))
    cited = {quad.object for quad in article.store.quads_for_pattern(None, terms.expand("kzkg:source"), None, None)}
    assert cited == {terms.expand("id:source-kz2018")}


def test_single_source_claims(article: World, files: Store) -> None:
    """CQ37: with the article as the only source every claim is listed; counted here from its file alone."""
    below = files.quads_for_pattern(None, terms.expand("rdfs:subClassOf"), None, terms.expand("g:ontology"))
    pairs = {(quad.subject, quad.object) for quad in below}
    claims: set[Any] = {terms.expand("kzkg:Claim")}
    while more := {sub for sub, sup in pairs if sup in claims} - claims:
        claims |= more
    typed = files.quads_for_pattern(None, terms.expand("rdf:type"), None, ARTICLE)
    said = {quad.subject for quad in typed if quad.object in claims}
    rows = article.ask(CATALOG.query("single-source-claims"), {})
    assert said
    assert {row["claim"] for row in rows} == said
    assert {(row["sources"].value, row["rank"]) for row in rows} == {("1", None)}


def test_dataset_graphs(files: Store) -> None:
    """CQ40: the counts are those of the Turtle files; every graph says its licence, maker, version and source."""
    rows = World.of(files, "all").ask(CATALOG.query("dataset-graphs"), {})
    counts: dict[NamedNode, int] = {
        graph: len(set(parse(path=str(path), format=RdfFormat.TURTLE))) for graph, path in CATALOG.graph_files.items()
    }
    found = {row["graph"]: int(row["triples"].value) for row in rows}
    assert found == {graph: counts[graph] for graph in found}
    assert set(counts) - set(found) <= {terms.expand("g:meta")}
    for row in rows:
        empty = [column for column in ("licence", "creator", "version", "modified", "source") if row[column] is None]
        assert not empty, competency.shown([row])
