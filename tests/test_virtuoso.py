"""Virtuoso 7, a real other engine: loaded through `kzkg load`, it gives the answers of the shipped graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from kzkg.catalog import Catalog
from kzkg.errors import RequestError
from kzkg.store import Boolean, Graph, Solutions, Triples, open_graph
from tests import goldens
from tests.conftest import ROOT, normal
from tests.engines import shared_virtuoso
from tests.parts import needs, program
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.query import SavedQuery, Value
    from kzkg.store.results import Result
    from tests.engines import Engine

pytestmark = needs(program("virtuoso-t", package="virtuoso-opensource-7-bin"))

QUERIES = Catalog(ROOT).queries
every = pytest.mark.parametrize("name", sorted(QUERIES))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The one Virtuoso of this run."""
    return shared_virtuoso(tmp_path_factory)


@pytest.fixture(scope="module")
def virtuoso(engine: Engine) -> Graph:
    """The shipped graph in it."""
    return open_graph(engine.address)


def rows(result: Result) -> list[tuple[object, ...]]:
    assert isinstance(result, Solutions)
    return [tuple(normal(term) for term in row) for row in result.rows]


def asked(query: SavedQuery) -> Iterator[dict[str, Value]]:
    """The ways in which a question is asked: by its example, without any value, and with each value by itself."""
    example = {name: query.parameter(name).term(word) for name, word in query.example}
    yield example
    if query.graph != "files":
        yield {}
    if len(example) > 1:
        yield from ({name: term} for name, term in example.items())
    words = {"day": "2012-06-01", "from": "2011-06-01", "to": "2011-06-01", "year": "2011"}
    words["source"] = "id:source-adilet-2011-09-01"
    for parameter in query.parameters:
        if parameter.name in words and parameter.name not in example:
            yield {parameter.name: parameter.term(words[parameter.name])}


@every
def test_the_example_gives_the_golden_answer(name: str, virtuoso: Graph) -> None:
    """With its labels and its citations, to the letter."""
    golden = (goldens.FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    assert goldens.written(goldens.example(virtuoso, QUERIES[name])) == golden


@every
def test_every_way_to_ask_gives_the_same_rows_in_the_same_order(name: str, virtuoso: Graph, repo_graph: Graph) -> None:
    query = QUERIES[name]
    for given in asked(query):
        text = query.bind(given)
        here, there = (rows(graph.evaluate(text, query.graph)) for graph in (repo_graph, virtuoso))
        assert there == here, given


def test_it_still_cuts_what_is_long(engine: Engine) -> None:
    """What the adapter is for: should Virtuoso change, these lines say that it may go."""
    everything = {"query": "SELECT ?s ?p ?o WHERE { ?s ?p ?o }", "default-graph-uri": "https://w3id.org/kzkg/graph/all"}
    answer = httpx.get(
        engine.address, params=everything, headers={"Accept": "application/sparql-results+json"}, timeout=PATIENCE
    )
    assert answer.headers["X-SPARQL-MaxRows"] == "10000"
    assert len(answer.json()["results"]["bindings"]) == 10_000


LONG = [
    "SELECT ?c ?s ?e WHERE { ?s a ?c ; kzkg:evidence ?e } ORDER BY STR(?s)",
    "PREFIX k: <https://w3id.org/kzkg/ns#> SELECT DISTINCT ?s ?c ?e { ?s a ?c ; k:evidence ?e } # the end",
]


@pytest.mark.parametrize("text", LONG)
def test_long_answers_are_whole(text: str, virtuoso: Graph, repo_graph: Graph) -> None:
    here, there = (rows(graph.evaluate(text, "all")) for graph in (repo_graph, virtuoso))
    assert len(here) > 10_000
    assert sorted(there, key=repr) == sorted(here, key=repr)


@pytest.mark.parametrize("slice_", ["LIMIT 10050", "LIMIT 20 OFFSET 10040", "OFFSET 9000", "LIMIT 0"])
def test_a_slice_of_a_long_answer_is_the_slice(slice_: str, virtuoso: Graph, repo_graph: Graph) -> None:
    text = f"SELECT ?s ?c ?e WHERE {{ ?s a ?c ; kzkg:evidence ?e }} ORDER BY ?s ?c ?e {slice_}"
    here, there = (rows(graph.evaluate(text, "all")) for graph in (repo_graph, virtuoso))
    assert there == here


def test_a_long_answer_that_cannot_be_asked_in_pages_is_refused(virtuoso: Graph) -> None:
    with pytest.raises(RequestError, match=r"at most 10000 rows at once.* ResultSetMaxRows"):
        virtuoso.evaluate("SELECT ?s ?p ?o WHERE { ?s ?p ?o } VALUES ?p { rdf:type skos:prefLabel kzkg:evidence }")


MADE = [
    "CONSTRUCT { ?s kzkg:about ?c, ?e } WHERE { ?s a ?c ; kzkg:evidence ?e }",
    "CONSTRUCT WHERE { ?s a kzkg:Court ; skos:prefLabel ?o }",
    "CONSTRUCT { ?s a ?c ; kzkg:note 'a \"b\"', ?t } WHERE { ?s a kzkg:Court, ?c ; kzkg:name ?l BIND (STR(?l) AS ?t) }",
    "CONSTRUCT { [] kzkg:about ?s } WHERE { ?s a kzkg:Court } ORDER BY ?s LIMIT 3",
    "CONSTRUCT { ?s kzkg:none ?o } WHERE { ?s kzkg:none ?o }",
]


@pytest.mark.parametrize("text", MADE)
def test_graphs_are_whole(text: str, virtuoso: Graph, repo_graph: Graph) -> None:
    here, there = (graph.evaluate(text) for graph in (repo_graph, virtuoso))
    assert isinstance(here, Triples)
    assert isinstance(there, Triples)
    normalised = [
        sorted((normal(t.subject), normal(t.predicate), normal(t.object)) for t in made.triples)
        for made in (here, there)
    ]
    assert normalised[0] == normalised[1]


def test_yes_or_no(virtuoso: Graph) -> None:
    assert virtuoso.evaluate("ASK { id:org-taliban a kzkg:Organisation }") == Boolean(value=True)
    assert virtuoso.evaluate("ASK { id:org-taliban a kzkg:Court }") == Boolean(value=False)


def test_equal_rows_with_long_texts_are_one(virtuoso: Graph, repo_graph: Graph) -> None:
    text = """SELECT DISTINCT ?claim ?reason WHERE { ?claim kzkg:evidence ?citation ; kzkg:rank ?rank
      OPTIONAL { ?claim kzkg:rationale ?reason } } ORDER BY ?claim ?reason"""
    here, there = (rows(graph.evaluate(text, "all")) for graph in (repo_graph, virtuoso))
    assert there == here
    assert len({*there}) == len(there)


def test_names_are_found(virtuoso: Graph, repo_graph: Graph) -> None:
    for words in ("Supreme Court", "жоғарғы сот", "taliban", "Талибан"):
        assert virtuoso.names.search(words) == repo_graph.names.search(words)


def test_the_graphs_of_the_files(virtuoso: Graph, repo_graph: Graph) -> None:
    assert virtuoso.named_graphs == repo_graph.named_graphs


def test_earlier_days_that_were_not_sent_are_refused(engine: Engine) -> None:
    with pytest.raises(RequestError, match="cannot be asked as known by a day: it holds no earlier days"):
        open_graph(engine.address, known_by="2010-01-01").evaluate("ASK { ?s ?p ?o }")
