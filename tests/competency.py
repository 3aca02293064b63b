"""The fixture graph in which the article stands alone, and how its answers are compared with competency.yaml."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.query import Parameter, SavedQuery, Value
from kzkg.view import derive
from kzkg.view.knowledge import read_knowledge

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT.parent / "shared" / "competency.yaml"
CATALOG = Catalog(ROOT)

Row = dict[str, Any]
"""A row of competency.yaml (words and numbers), or of an answer (terms; None for an unbound variable)."""

ARTICLE, CURATION = terms.expand("g:kz2018"), terms.expand("g:curation")
EVIDENCE, LOCATOR, ANSWERS, CONTRADICTS = (
    terms.expand(f"kzkg:{name}") for name in ("evidence", "locator", "answers", "contradicts")
)
NAMES = (terms.expand("skos:prefLabel"), terms.expand("skos:altLabel"))
ASKED = {terms.expand(name) for name in ("rdf:type", "skos:prefLabel", "kzkg:about")}
"""What the fixture takes of a question: not why it stays open."""
SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}


def read_files() -> Store:
    """Every file of the repository in its named graph."""
    store = Store()
    for graph, path in CATALOG.graph_files.items():
        store.load(path=str(path), format=RdfFormat.TURTLE, to_graph=graph)
    return store


def article_alone(files: Store) -> Store:
    """Entities, vocabularies, the article's file, and what the curators ask about its own claims; no verdicts."""
    alone = Store()
    for graph in CATALOG.graph_files:
        name = terms.shrink(graph)
        if name.startswith("g:entities-") or name in ("g:ontology", "g:vocab", "g:kz2018"):
            alone.extend(files.quads_for_pattern(None, None, None, graph))
    own = {quad.subject for quad in alone.quads_for_pattern(None, EVIDENCE, None, ARTICLE)}
    rivals: dict[Any, set[Quad]] = defaultdict(set)
    for quad in files.quads_for_pattern(None, ANSWERS, None, CURATION):
        if quad.subject in own:
            rivals[quad.object].add(quad)
    for question, answers in rivals.items():
        if len(answers) > 1:  # both sides are the article's
            alone.extend(answers)
            said = files.quads_for_pattern(question, None, None, CURATION)
            alone.extend(quad for quad in said if quad.predicate in ASKED)
    against = files.quads_for_pattern(None, CONTRADICTS, None, CURATION)
    alone.extend(quad for quad in against if {quad.subject, quad.object} <= own)
    return alone


@dataclass(frozen=True)
class World:
    """A store whose default graph is one derived view, and whose named graphs are the files it was derived from."""

    store: Store

    @classmethod
    def of(cls, files: Store, view: str) -> Self:
        """Derive the views of the files, and make what one of them (accepted, all) says today the default graph."""
        store, scratch = Store(), Store()
        store.extend(files)
        scratch.extend(files)
        graphs = [graph for graph in files.named_graphs() if isinstance(graph, NamedNode)]
        knowledge = read_knowledge(scratch)
        facts: dict[tuple[Any, Any, Any], int] = derive(scratch, graphs, CATALOG.view_rules, knowledge)[view].facts
        store.extend(Quad(s, p, o, DefaultGraph()) for (s, p, o), days in facts.items() if days & knowledge.today)
        return cls(store)

    def values(self, subject: Any, predicate: str) -> list[Any]:
        """The objects of a property of a thing in the view."""
        found = self.store.quads_for_pattern(subject, terms.expand(predicate), None, DefaultGraph())
        return [quad.object for quad in found]

    def ask(self, query: SavedQuery, values: dict[str, Value]) -> list[Row]:
        """The rows of a saved query."""
        solutions = self.store.query(query.bind(values))
        assert isinstance(solutions, QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{name: solution[name] for name in names} for solution in solutions]

    def named(self, words: str) -> NamedNode:
        """The one thing of this name."""
        found = {
            quad.subject
            for name in NAMES
            for quad in self.store.quads_for_pattern(None, name, None, DefaultGraph())
            if isinstance(quad.object, Literal) and quad.object.value.casefold() == words.casefold()
        }
        (thing,) = found
        assert isinstance(thing, NamedNode)
        return thing

    def value(self, parameter: Parameter, word: str) -> Value:
        """A word of competency.yaml as the term that the parameter takes; a name stands for its thing."""
        if parameter.type in ("iri", "concept", "class") and not terms.is_name(word):
            return self.named(word)
        return parameter.term(word)

    def paragraphs(self, thing: Any) -> set[int]:
        """The paragraphs of the article that a record cites, or that a locator names."""
        if isinstance(thing, Literal):
            return spread(thing.value)
        citations = [quad.object for quad in self.store.quads_for_pattern(thing, EVIDENCE, None, ARTICLE)]
        places = [place.value for citation in citations for place in self.values(citation, "kzkg:locator")]
        return {paragraph for place in places for paragraph in spread(place)}

    def label(self, value: Any, row: Row) -> str:
        """What a reader is shown: a text, an English name, a day at its precision."""
        if isinstance(value, NamedNode):
            return str(next(name.value for name in self.values(value, "skos:prefLabel") if name.language == "en"))
        return self.day(value, row) if value.datatype.value.endswith("#date") else str(value.value)

    def day(self, value: Literal, row: Row) -> str:
        """A day, at the precision of the record of the row whose day it is."""
        for thing in (term for term in row.values() if isinstance(term, NamedNode)):
            if value not in (*self.values(thing, "kzkg:date"), *self.values(thing, "kzkg:value")):
                continue
            for precision in self.values(thing, "kzkg:datePrecision"):
                year, month = value.value[:4], value.value[:7]
                season = f"{year} {SEASONS.get(int(month[5:]), '')}"
                shown = {"year": year, "month": month, "season": season}
                return shown.get(terms.shrink(precision).removeprefix("v:precision-"), value.value)
        return value.value


def spread(locator: str | None) -> set[int]:
    """The paragraphs of p47-51 or p52,p55 as numbers."""
    found = re.findall(r"p([0-9]+)(?:-([0-9]+))?", locator or "")
    return {paragraph for first, last in found for paragraph in range(int(first), int(last or first) + 1)}


def plain(words: str) -> str:
    """A label as it is compared: letter case and hyphens do not count."""
    return words.casefold().replace("-", "")


def same(world: World, how: str, column: str, wanted: Any, value: Any, row: Row) -> bool:
    """Whether one cell is as expected."""
    if column.startswith("locator"):
        found, needed = world.paragraphs(value), spread(wanted)
        return not found.isdisjoint(needed) if column != "locator" else found >= needed
    if wanted is None or value is None:
        return wanted is None and value is None
    if how == "iri":
        return isinstance(value, NamedNode) and terms.shrink(value) == wanted
    if how == "integer":
        return int(value.value) == int(wanted)
    if how == "date":
        return bool(value == terms.day(wanted))
    if how == "altLabel":
        names = [*world.values(value, "skos:prefLabel"), *world.values(value, "skos:altLabel")]
        return wanted.casefold() in {name.value.casefold() for name in names}
    return plain(world.label(value, row)) == plain(str(wanted))


def matches(world: World, entry: Row, wanted: Row, row: Row) -> bool:
    """Whether a row is the expected one, on the columns that the machine compares."""
    columns = {c: v for c, v in entry["variables"].items() if v and entry["compare"][c] != "text"}
    orders = [columns]
    if "locators_a" in columns:  # the sides of a conflict may change places
        orders.append(columns | {"locators_a": columns["locators_b"], "locators_b": columns["locators_a"]})
    return any(
        all(same(world, entry["compare"][c], c, wanted[c], row[v], row) for c, v in order.items()) for order in orders
    )


def distinct(entry: Row, rows: list[Row]) -> int:
    """How many rows differ in a variable of the question; others, such as the claim behind a row, do not count."""
    variables = [variable for variable in entry["variables"].values() if variable]
    return len({tuple(str(row[variable]) for variable in variables) for row in rows})


def shown(rows: list[Row]) -> str:
    """Rows for a message."""

    def short(term: Any) -> str:
        return terms.shrink(term) if isinstance(term, NamedNode) else str(term.value)

    return "\n".join(" ".join(f"{k}={short(v)}" for k, v in row.items() if v is not None) for row in rows)


def expect(world: World, entry: Row, wanted: list[Row], rows: list[Row]) -> None:
    """Compare an answer with the expected rows."""
    missing = [line for line in wanted if not any(matches(world, entry, line, row) for row in rows)]
    assert not missing, f"not answered: {missing}; the answer:\n{shown(rows)}"
    if entry["match"] == "set":
        extra = [row for row in rows if not any(matches(world, entry, line, row) for line in wanted)]
        assert not extra, f"not expected:\n{shown(extra)}"
        assert distinct(entry, rows) == len(wanted), shown(rows)


def expect_lists(world: World, entry: Row, query: SavedQuery) -> None:
    """Each expected row is a run of its own; a list is the set of values of its variable over all rows of the run."""
    for wanted in entry["expected"]:
        values = {p.name: world.value(p, str(wanted[p.name])) for p in query.parameters if p.name in wanted}
        rows = world.ask(query, values)
        for column, value in wanted.items():
            variable = entry["variables"][column]
            if isinstance(value, list):
                assert {terms.shrink(row[variable]) for row in rows} == set(value), wanted
            elif variable is None:  # the count is the number of rows of the run
                assert len(rows) == value, wanted
            else:
                assert all(same(world, entry["compare"][column], column, value, row[variable], row) for row in rows)
