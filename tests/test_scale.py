"""Saved queries of a large graph: what makes them fast changes no row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kzkg import loading, terms
from kzkg.answer import ask
from kzkg.answer.arranged import evaluated, sorted_rows
from kzkg.catalog import Catalog
from kzkg.errors import DataError
from kzkg.query import MOST_DAYS, read_query
from kzkg.store import Solutions, open_graph
from kzkg.store.reach import reaches
from tests.bench import generator
from tests.conftest import ROOT

if TYPE_CHECKING:
    from kzkg.store import Graph

QUERIES = Catalog(ROOT).queries
UNTIL = "https://w3id.org/kzkg/ns#validUntil"
CITED = "SELECT ?record WHERE { ?record kzkg:evidence/kzkg:source <%s> }"
OF_SOURCE = {
    "claims-not-accepted": ("claim",),
    "conflicts": ("claim_a", "claim_b"),
    "courts-banned-groups": ("designation",),
    "estimates": ("estimate",),
    "legal-instruments": ("instrument",),
    "recruitment-techniques": ("technique",),
    "single-source-claims": ("claim",),
}
"""The queries that can be asked of one document, and the variables of the records that it may state."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Made-up statements, loaded as if they were too many to be derived day by day."""
    place = tmp_path_factory.mktemp("large")
    generator.into_file(place / "made.nq", generator.scenes(8000, "1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "SMALL_TEXT", 0)
        loading.load(str(place / "store"), [place / "made.nq"])
    return open_graph(place / "store")


def rows(graph: Graph, text: str, dataset: str = "accepted") -> list[tuple[object, ...]]:
    found = graph.evaluate(text, dataset)
    assert isinstance(found, Solutions)
    return list(found.rows)


def test_a_document_has_the_rows_whose_records_it_states(large: Graph) -> None:
    """A slot that brings its patterns along gives what a filter over the whole list gives."""
    documents = [row[0] for row in rows(large, "SELECT ?x WHERE { ?x a kzkg:Source } ORDER BY ?x")]
    for name, records in OF_SOURCE.items():
        query = QUERIES[name]
        whole = large.evaluate(query.bind({}), query.graph)
        assert isinstance(whole, Solutions)
        columns, met = [whole.variables.index(record) for record in records], 0
        for document in documents[:40]:
            stated = {row[0] for row in rows(large, CITED % document.value, query.graph)}  # type: ignore[attr-defined]
            wanted = {row for row in whole.rows if any(row[column] in stated for column in columns)}
            found = rows(large, query.bind({"source": document}), query.graph)  # type: ignore[dict-item]
            assert set(found) == wanted, (name, document)
            assert len(found) == len(wanted), (name, document)
            met += len(found)
        assert met, f"no document of these states anything that {name} gives"


@pytest.mark.parametrize("name", sorted(name for name, query in QUERIES.items() if query.days))
def test_a_short_period_gives_the_rows_of_its_days(name: str, large: Graph) -> None:
    """Days that are written out give what comparing every date gives."""
    query = QUERIES[name]
    assert query.days
    for year in range(2000, 2024):
        short = {
            key: query.parameter(key).term(word) for key, word in (("from", f"{year}-03-01"), ("to", f"{year}-03-31"))
        }
        text = query.bind(short)
        compared = "\n".join(line for line in text.split("\n") if f"VALUES ?{query.days.variable} " not in line)
        assert text != compared
        assert rows(large, text, query.graph) == rows(large, compared, query.graph)
    long = {key: query.parameter(key).term(word) for key, word in (("from", "2010-01-01"), ("to", "2010-12-31"))}
    assert f"VALUES ?{query.days.variable} " not in query.bind(long)
    assert MOST_DAYS < 365


@pytest.mark.parametrize("name", sorted(name for name, query in QUERIES.items() if query.graph != "files"))
def test_rows_are_those_of_the_engine_in_the_order_of_sparql(name: str, large: Graph) -> None:
    """Sorted here, and without the graphs that a query cannot reach, an answer is the one that the engine gives."""
    query = QUERIES[name]
    text = query.bind({})
    found, wanted = evaluated(large, text, query.graph), large.evaluate(f"{text}\n# <<", query.graph)
    assert isinstance(found, Solutions)
    assert isinstance(wanted, Solutions)
    assert found.variables == wanted.variables
    assert sorted(map(str, found.rows)) == sorted(map(str, wanted.rows))
    last = text.rpartition("ORDER BY")[2]
    columns = [at for at, variable in enumerate(found.variables) if f"?{variable}" in last.split()]
    if "(" not in last:
        assert [[row[at] for at in columns] for row in found.rows] == [
            [row[at] for at in columns] for row in wanted.rows
        ]
    assert ask(large, query, {}).total == len(wanted.rows)


def test_values_that_sparql_leaves_open_are_left_to_the_engine() -> None:
    def column(*values: str) -> Solutions:
        return Solutions(("x",), tuple((terms.text(value),) if value else (None,) for value in values))

    ordered = sorted_rows(column("b", "", "a"), [("x", False, False)])
    assert ordered == column("", "a", "b").rows
    assert sorted_rows(column("b", "", "a"), [("x", True, False)]) == column("b", "a", "").rows
    mixed = Solutions(("x",), ((terms.text("1"),), (terms.whole("1"),)))
    assert sorted_rows(mixed, [("x", False, False)]) is None
    assert sorted_rows(Solutions(("x",), ((terms.whole("10"),), (terms.whole("9"),))), [("x", False, False)]) == (
        (terms.whole("9"),),
        (terms.whole("10"),),
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s kzkg:validUntil ?o }",
        "PREFIX : <https://w3id.org/kzkg/ns#> SELECT * { ?s :validUntil ?o }",
        "PREFIX k: <https://w3id.org/kzkg/ns#valid> SELECT * { ?s k:Until ?o }",
        "SELECT * { ?s <https://w3id.org/kzkg/ns#validUntil> ?o }",
        "BASE <https://w3id.org/kzkg/> SELECT * { ?s <ns#validUntil> ?o }",
        "SELECT * { ?s kzkg:valid\\u0055ntil ?o }",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s a kzkg:Court ; # and\n ?p 1 }",
        "SELECT * { [ ?p .5 ] }",
        "SELECT * { ?s ?p# what\n 'x' }",
        "SELECT * { ?a kzkg:x ?b # SELECT\n . ?c ?p ?d }",
        "SELECT (EXISTS { ?s ?p true } AS ?e) { ?a kzkg:x ?b }",
        "SELECT * { ?s !(kzkg:x|^kzkg:y) ?o }",
        "SELECT * { ?s (kzkg:x|! # not\n a) ?o }",
        "SELECT * { VALUES ?p { kzkg:x } ?s ?p ?o }",
        "DESCRIBE ?x { ?x a kzkg:Court }",
    ],
)
def test_what_a_query_may_reach(text: str) -> None:
    assert reaches(text, [UNTIL])


@pytest.mark.parametrize("name", ["documents", "casualties", "timeline", "trials"])
def test_what_a_query_cannot_reach(name: str) -> None:
    assert not reaches(QUERIES[name].text, [UNTIL])
    assert reaches(QUERIES[name].text, [UNTIL, terms.PREFIXES["rdf"] + "type"])


@pytest.mark.parametrize(
    "days", ["{variable: on}", "{variable: on, from: a, to: b}", "{variable: [x], from: from, to: to}"]
)
def test_a_faulty_period_is_named(days: str) -> None:
    text = QUERIES["timeline"].text.replace("{variable: date, from: from, to: to}", days)
    assert days in text
    with pytest.raises(DataError, match="'days' is"):
        read_query(text, "timeline.rq")
