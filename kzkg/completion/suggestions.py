"""What may come next in a line of words: names of queries, their parameters, and things from the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kzkg import terms
from kzkg.options import VALUED, called_by
from kzkg.output import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.query import Parameter, SavedQuery
    from kzkg.store import Graph

MOST = 100
"""More suggestions than this help nobody."""
ASKING = ("run", "cite", "plot")
NAMING = ("show", "search")
OTHERS = ("export", "queries", "sparql", "stats")
FOLLOWED = (
    "-f", "--format", "-o", "--output", "--known-by", "--lang", "--limit", "--sort", "--columns",
    *VALUED,
)  # fmt: skip
"""The options of commands that are followed by a word of their own."""
DATASETS = ("accepted", "all", "files")


class Suggestion(NamedTuple):
    """A word that may come next, and what it means."""

    value: str
    help: str = ""


def suggestions(words: list[str], incomplete: str) -> list[Suggestion] | None:
    """Give the words that may come next and that the graph knows; None where the command line itself knows better."""
    called = called_by(words)
    if called not in (*ASKING, *NAMING, *OTHERS):
        return None
    rest = words[words.index(called) + 1 :]
    before = rest[-1] if rest else ""
    store = following(words, "--store")
    if before in {"-f", "--format"} or (called, before) in {("search", "--kind"), ("export", "--graph")}:
        return of_option(store, called, before, incomplete)
    if before in FOLLOWED:
        return None
    if called in ASKING:
        return asked(store, called, rest, incomplete)
    return None if called in OTHERS or incomplete.startswith("-") else named(store, incomplete, None)


def of_option(store: str | None, called: str, option: str, incomplete: str) -> list[Suggestion]:
    """Give the values of an option that are known."""
    if option == "--kind":
        return named(store, incomplete, terms.PREFIXES["owl"] + "Class")
    if option == "--graph":
        return graphs(store, incomplete)
    return [Suggestion(name) for name in forms(called) if name.startswith(incomplete)]


def asked(store: str | None, called: str, rest: list[str], incomplete: str) -> list[Suggestion] | None:
    """Give what may come next after `run`: the name of a query, a parameter, or a value of one."""
    from kzkg.commands.asking import found
    from kzkg.errors import NotFound
    from kzkg.store import open_catalog

    free = list(plain(rest))
    if called == "plot":
        if not free:
            return None
        free = free[1:]
    catalog = open_catalog(store)
    if not free:
        if incomplete.startswith("-"):
            return None
        known = [each for each in catalog.queries.values() if each.name.startswith(incomplete.lower())]
        return [Suggestion(each.name, each.summary) for each in sorted(known, key=lambda each: each.name)]
    try:
        query = found(catalog, free[0])
    except NotFound:
        return None
    if incomplete.startswith("-"):
        given = {word[2:].partition("=")[0] for word in rest if word.startswith("--")}
        return parameters(query, incomplete, given)
    parameter = next((each for each in query.parameters if f"--{each.name}" == rest[-1].replace("_", "-")), None)
    return of_parameter(store, parameter, incomplete) if parameter else []


def parameters(query: SavedQuery, incomplete: str, given: set[str]) -> list[Suggestion]:
    """Give the parameters of a query that are not there yet."""
    return [
        Suggestion(f"--{each.name}", each.help)
        for each in query.parameters
        if f"--{each.name}".startswith(incomplete) and each.name not in given
    ]


def of_parameter(store: str | None, parameter: Parameter, incomplete: str) -> list[Suggestion]:
    """Give the values that a parameter takes; of days, numbers and texts there are too many."""
    from kzkg.labels import sort_of

    if parameter.type not in {"iri", "concept", "class"}:
        return []
    return named(store, incomplete, sort_of(parameter))


def named(store: str | None, incomplete: str, sort: str | None) -> list[Suggestion]:
    """Give the names, or the IRIs, of things that begin so."""
    from kzkg.remote import is_address
    from kzkg.store import open_graph

    if is_address(store):
        return []  # a key at the prompt is not worth a question over the network
    graph = open_graph(store)
    if ":" in incomplete:
        return list(by_iri(graph, incomplete, sort))[:MOST]
    wanted = language(None)
    names = graph.names.near(incomplete)
    fits = names.within(sort)
    found: dict[str, tuple[bool, str]] = {}
    for number, text, iri in names.starting(incomplete):
        kind, tongue = names.kinds[number], names.languages[number]
        preferred = kind == "label" and tongue == wanted
        # Before anything is typed only the names in the reader's language are shown, and of things, not of records.
        if fits(number) and names.ranks[names.owners[number]] < 3 and (incomplete or preferred):
            found.setdefault(text, (not preferred, terms.shrink(iri)))
    best = sorted(found.items(), key=lambda each: (each[1][0], each[0].casefold()))[:MOST]
    return [Suggestion(text, short) for text, (_, short) in best]


def by_iri(graph: Graph, incomplete: str, sort: str | None) -> Iterator[Suggestion]:
    """Give the prefixed names that begin so, each with a name of the thing."""
    seen = set[str]()
    prefix, _, rest = incomplete.partition(":")
    names = graph.names.near(terms.PREFIXES.get(prefix, f"{prefix}:") + rest, iri=True)
    fits = names.within(sort)
    for number, thing in enumerate(names.owners):
        short = terms.shrink(names.things[thing])
        if short.startswith(incomplete) and short not in seen and fits(number):
            seen.add(short)
            yield Suggestion(short, names.texts[number])


def forms(called: str) -> list[str]:
    """Give the formats that a command writes."""
    from kzkg.formats import names

    if called == "show":
        return ["text", "json", "ttl", "md"]
    if called == "cite":
        return ["text", "bibtex", "csl-json", "ris"]
    return names("graph" if called == "export" else "rows")


def graphs(store: str | None, incomplete: str) -> list[Suggestion]:
    """Give the names of the data sets and of the file graphs."""
    from kzkg.store import open_catalog

    names = [*DATASETS, *(terms.shrink(each).removeprefix("g:") for each in open_catalog(store).graph_files)]
    return [Suggestion(name) for name in names if name.startswith(incomplete)]


def plain(words: list[str]) -> Iterator[str]:
    """Give the words that are neither options nor the values of one; every --PARAM is followed by its value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = "=" not in word and word not in {"--cite", "--all", "--fail-empty", "--excel", "--explain", "--help"}
        elif word.startswith("-"):
            skip = word in FOLLOWED
        else:
            yield word


def following(words: list[str], option: str) -> str | None:
    """Give the word behind an option."""
    if option in words[:-1]:
        return words[words.index(option) + 1]
    return None
