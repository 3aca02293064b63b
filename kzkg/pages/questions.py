"""The saved queries as pages: the list by subject, and each question with its form, its answer and its sources."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.answer import Wish, ask
from kzkg.errors import RequestError
from kzkg.labels import among, labels, resolve, rows
from kzkg.pages import still
from kzkg.pages.linking import DOWNLOADS, Target, outside
from kzkg.pages.scenes import DAY, chart_of
from kzkg.pages.things import Numbers, Source
from kzkg.pages.words import help_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.answer import Answer
    from kzkg.pages.linking import Values
    from kzkg.pages.site import Page, View
    from kzkg.query import Parameter, SavedQuery, Value
    from kzkg.store import Graph

MOST_LISTED = 260
"""A longer list of choices is no help: a name is typed then."""
MOST_IN_FILE = 20_000
"""Rows of an answer that lies in a folder as files, in each form and language; the command line gives them all."""
MOST_ROWS = 200
"""Rows of an answer that a page shows at first."""
THINGS = {"iri", "concept", "class"}
CHOICES = """SELECT DISTINCT ?name {{ {} ?thing skos:prefLabel|rdfs:label|kzkg:name|dcterms:title ?name
  FILTER (CONTAINS(LCASE(STR(?name)), LCASE(?typed))) }} ORDER BY STRLEN(?name) ?name LIMIT 20"""
"""Asks for the names that hold what was typed, which a script writes into it."""


OPTIONS = ("all", "known-by", "limit")
"""What stands among the values of an address and is not a value of the question."""


class Wishes(NamedTuple):
    """How an answer is wanted, beside the values of the question."""

    everything: bool = False
    known_by: str = ""
    whole: bool = False

    @classmethod
    def of(cls, values: Values) -> Wishes:
        """Read the wishes among the values of an address."""
        given = dict(values)
        return cls(
            given.get("all", "") in {"1", "on", "true", "yes"}, given.get("known-by", ""), given.get("limit") == "0"
        )


class Field(NamedTuple):
    """One field of the form."""

    name: str
    label: str
    help: str
    spoken: str
    """The language of the help."""
    type: str
    value: str
    options: Sequence[tuple[str, str]]
    fault: str = ""
    choices: str = ""
    """What a script asks for suggestions while a name is typed, where a list would be too long."""


class Cell(NamedTuple):
    """One cell of an answer."""

    text: str
    href: str
    sort: str
    """number, day, or nothing: how the cell is set."""


class Row(NamedTuple):
    """One row of an answer with its sources and its verdict."""

    cells: Sequence[Cell]
    marks: Sequence[Source]
    rank: str


class Question(NamedTuple):
    """A saved query with the values that were given, and its answer if they could be meant."""

    saved: SavedQuery
    values: Mapping[str, Value | Sequence[Value]]
    answer: Answer | None


def listing(view: View) -> Page:
    """Write the list of all questions."""
    groups = [
        (
            view.said("group", group),
            group,
            [(*view.question(query), view.to("query", query.name), query) for query in found],
        )
        for group, found in view.site.groups.items()
    ]
    return view.page("queries.html", groups=groups)


def without_gaps(saved: SavedQuery, bound: str) -> str:
    """Give the text of a query without the empty lines that slots without a value leave in it."""
    lines, before = bound.split("\n"), saved.text.split("\n")
    if len(lines) != len(before):
        return bound
    return "\n".join(line for line, was in zip(lines, before, strict=True) if line or not was)


def query(view: View, saved: SavedQuery, graph: Graph | None = None) -> Page:
    """Write the page of one question; a value that cannot be meant is said beside its field."""
    graph, wishes = graph or view.graph, Wishes.of(view.target.values)
    given = words_of(view.target.values)
    values, faults = checked(graph, saved, given)
    answer, fault = None, ""
    if not faults:
        try:
            answer = asked(graph, saved, values, view.lang, wishes)
        except RequestError as error:
            fault = plain(error)
    question, spoken = view.question(saved)
    return view.page(
        "query.html",
        status=200 if answer is not None else 400,
        saved=saved,
        question=question,
        spoken=spoken,
        fields=fields(view, saved, given, faults),
        wishes=wishes,
        fault=fault,
        faults=faults,
        given=given,
        sparql=without_gaps(saved, saved.bind(values)) if not faults else saved.text,
        files=files(view, answer),
        example=Target("query", saved.name, tuple(saved.example)),
        example_words=[(view.column(name), shown(view, word)) for name, word in saved.example],
        command=command(saved, view.target.values, wishes),
        permalink=view.links.absolute(view.target, view.lang),
        still=still.settings(view, [saved.text], query=saved.name),
        whole=view.links.to(view.target._replace(values=(*view.target.values, ("limit", "0"))), view.lang),
        **told(view, Question(saved, values, answer), wishes, graph),
    )


def words_of(values: Values) -> dict[str, list[str]]:
    """Bring the values of each parameter together; empty fields of a form are no values."""
    found: dict[str, list[str]] = {}
    for name, word in values:
        if word.strip() and name not in OPTIONS:
            found.setdefault(name, []).append(word.strip())
    return found


def checked(
    graph: Graph, saved: SavedQuery, given: Mapping[str, list[str]]
) -> tuple[dict[str, Value | list[Value]], dict[str, str]]:
    """Turn words into values, and say of each field what is wrong with it."""
    values: dict[str, Value | list[Value]] = {}
    faults: dict[str, str] = {}
    for name, words in given.items():
        try:
            values |= resolve(graph, saved, {name: words if len(words) > 1 else words[0]})
        except RequestError as error:
            faults[name] = plain(error)
    return values, faults


def plain(error: Exception) -> str:
    """Give a message without the hint at a command, which helps nobody on a page."""
    return " ".join(str(error).split()).partition("; 'kzkg ")[0]


def asked(
    graph: Graph, saved: SavedQuery, values: Mapping[str, Value | Sequence[Value]], lang: str, wishes: Wishes
) -> Answer:
    """Ask the question."""
    dataset = "all" if wishes.everything and saved.graph != "files" else saved.graph
    return ask(graph, saved, values, Wish(lang, dataset, cite=True, limit=None if wishes.whole else MOST_ROWS))


def told(view: View, question: Question, wishes: Wishes, graph: Graph) -> dict[str, object]:
    """Give the answer as the page shows it, with why it is empty, and a map of it."""
    saved, values, answer = question
    if answer is None:
        return {**as_shown(view, None), "empty": "", "chart": None}
    reason = ""
    if answer.boolean is None and not answer.total and not answer.statements:
        from kzkg.emptiness import why_empty

        reason = why_empty(graph, saved, values, "all" if wishes.everything else saved.graph, view.lang)
    things = {term.value for row in answer.rows for term in row if isinstance(term, NamedNode)}
    return {
        **as_shown(view, answer),
        "empty": reason.replace("--all", f"“{view.say('query.all')}”"),
        "chart": chart_of(view, sorted(things)) if saved.group in {"attacks", "places", "timeline"} else None,
    }


def as_shown(view: View, answer: Answer | None) -> dict[str, object]:
    """Give the rows of an answer, with links and the numbers of their sources."""
    if answer is None:
        return {"answer": None, "heads": (), "rows": (), "sources": ()}
    marks, numbers = answer.numbered()
    numbered = Numbers(view, marks)
    listed = list(numbered.all.values())
    numerics = [answer.numeric(column) for column in range(len(answer.variables))]
    found = [
        Row(
            [cell(view, answer, (number, column), numeric=each) for column, each in enumerate(numerics)],
            [listed[each - 1] for each in numbers[number]] if answer.citations else (),
            answer.ranks[number] if answer.ranks else "",
        )
        for number in range(len(answer.rows))
    ]
    return {
        "answer": answer,
        "heads": [(view.column(name), numerics[number]) for number, name in enumerate(answer.variables)],
        "rows": found,
        "sources": listed,
    }


def cell(view: View, answer: Answer, at: tuple[int, int], *, numeric: bool) -> Cell:
    """Give the cell in a row and a column, with its link."""
    number, column = at
    term = answer.rows[number][column]
    words = answer.shown(number, column)
    href = view.href(term.value) if isinstance(term, NamedNode) else outside(words)
    rank = isinstance(term, NamedNode) and terms.shrink(term).startswith("v:rank-")
    if rank and isinstance(term, NamedNode):
        words = view.said("rank", terms.shrink(term).removeprefix("v:rank-"))
    return Cell(words, href, "number" if numeric else "day" if DAY.fullmatch(words) else "")


def fields(view: View, saved: SavedQuery, given: Mapping[str, list[str]], faults: Mapping[str, str]) -> list[Field]:
    """Make the fields of the form."""
    return [field(view, saved, parameter, given, faults) for parameter in saved.parameters]


def field(
    view: View, saved: SavedQuery, parameter: Parameter, given: Mapping[str, list[str]], faults: Mapping[str, str]
) -> Field:
    """Make one field of the form: a list, or a text for which names are suggested where a list would be too long."""
    listed = options(view, saved, parameter)
    return Field(
        parameter.name,
        view.column(parameter.name),
        *help_text(parameter.help, view.lang),
        {"date": "date", "integer": "number"}.get(parameter.type, "text"),
        short(given.get(parameter.name, [""])[0]),
        listed,
        faults.get(parameter.name, ""),
        "" if listed or parameter.type not in THINGS or not view.links.endpoint() else CHOICES.format(among(parameter)),
    )


def short(word: str) -> str:
    """Write an IRI with its prefix, as the choices of a list are written."""
    return terms.shrink(terms.expand(word)) if terms.is_name(word) and "://" in word else word


def options(view: View, saved: SavedQuery, parameter: Parameter) -> Sequence[tuple[str, str]]:
    """Give the choices of a field: things that have rows, else all that fit; nothing when they are too many."""
    if parameter.type not in THINGS:
        return ()
    found = set() if view.graph.large else with_rows(view.graph, saved, parameter)
    if not found:
        text = f"SELECT DISTINCT ?thing WHERE {{ {among(parameter)} ?thing ?property ?value }} LIMIT {MOST_LISTED + 1}"
        found = {each.value for (each,) in rows(view.graph, text, "all") if isinstance(each, NamedNode)}
    if len(found) > MOST_LISTED:
        return ()
    names = labels(view.graph, found, view.lang, "all")
    return sorted(
        ((terms.shrink(iri), name) for iri, name in names.items()), key=lambda each: (each[1].casefold(), each[0])
    )


def with_rows(graph: Graph, saved: SavedQuery, parameter: Parameter) -> set[str]:
    """Find the things that stand in the column of a parameter when nothing is asked for in particular."""
    from kzkg.emptiness import answered

    plain_answer = answered(graph, saved, {}, saved.graph)
    if parameter.name not in plain_answer.variables:
        return set()
    column = plain_answer.variables.index(parameter.name)
    return {term.value for row in plain_answer.rows if isinstance(term := row[column], NamedNode)}


def shown(view: View, word: str) -> str:
    """Give the name of a thing that an example names."""
    if not terms.is_name(word):
        return word
    iri = terms.expand(word).value
    return labels(view.graph, [iri], view.lang, "all")[iri]


def files(view: View, answer: Answer | None) -> Sequence[tuple[str, str]]:
    """Give the answer as files."""
    if answer is None or (view.links.still and answer.total > MOST_IN_FILE):
        return ()
    from importlib.util import find_spec

    values = tuple(pair for pair in view.target.values if pair[0] != "limit" and pair[1].strip())
    forms = [form for form in DOWNLOADS if form != "xlsx" or find_spec("xlsxwriter")]
    found = [(DOWNLOADS[form], view.links.answer(view.target.name, values, form, view.lang)) for form in forms]
    return [(name, address) for name, address in found if address]


def command(saved: SavedQuery, values: Values, wishes: Wishes) -> str:
    """Write the call of the command line that gives the same answer."""
    parts = ["kzkg", "run", saved.name]
    for name, word in values:
        if word.strip() and name not in OPTIONS:
            parts += [f"--{name.replace('_', '-')}", word]
    parts += ["--all"] if wishes.everything else []
    parts += ["--known-by", wishes.known_by] if wishes.known_by else []
    return shlex.join([*parts, "--cite"])
