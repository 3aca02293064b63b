"""Completes at the prompt: commands, saved queries, their parameters and values, and in SPARQL its words and terms."""

from __future__ import annotations

import re
import shlex
from functools import cached_property
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion

from kzkg import terms
from kzkg.completion.suggestions import Suggestion, suggestions
from kzkg.errors import KzkgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prompt_toolkit.document import Document

KEYWORDS = (
    "SELECT", "DISTINCT", "WHERE", "OPTIONAL", "FILTER", "UNION", "VALUES", "BIND", "MINUS", "GRAPH", "ORDER BY",
    "GROUP BY", "HAVING", "LIMIT", "OFFSET", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "AS", "ASK",
    "CONSTRUCT", "DESCRIBE", "CONTAINS", "LCASE", "STR", "LANG", "REGEX", "STRSTARTS", "YEAR", "BOUND", "EXISTS",
    "NOT EXISTS", "COALESCE", "IF",
)  # fmt: skip
TOKEN = re.compile(r"[?$]?[\w-]*(?::[\w.-]*)?$")
VARIABLES = re.compile(r"[?$]\w+")
PREDICATES = "SELECT DISTINCT ?p WHERE { ?s ?p ?o }"
CLASSES = "SELECT DISTINCT ?class WHERE { ?s a ?class }"
MOST = 200


class Hints(Completer):
    """Completes a line of the prompt."""

    def __init__(self, store: str | None, commands: tuple[str, ...]) -> None:
        self.store = store
        self.commands = commands

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """Give what may stand at the cursor; a graph that cannot be opened has nothing to offer."""
        from kzkg.commands.prompt import QUERY

        text = document.text_before_cursor
        try:
            if QUERY.match(text):
                yield from self.in_query(text)
            else:
                yield from self.in_line(text)
        except KzkgError:
            return

    def in_line(self, text: str) -> Iterator[Completion]:
        """Complete a command, written as on the command line."""
        words, incomplete = parted(text)
        if not words:
            first = [Suggestion(each) for each in self.commands] + self.queries
            found = [each for each in first if each.value.startswith(incomplete)]
        else:
            named = {each.value for each in self.queries}
            known = {"help": ["run"]}.get(words[0]) or (["run", *words] if words[0] in named else words)
            found = suggestions([*self.options, *known], incomplete) or []
        for each in found[:MOST]:
            value = each.value if each.value.startswith("-") else shlex.quote(each.value)
            yield Completion(value, -len(typed(text)), display=each.value, display_meta=each.help)

    def in_query(self, text: str) -> Iterator[Completion]:
        """Complete a word of SPARQL: a variable of this query, a keyword, a prefix, a class, a property or a thing."""
        match = TOKEN.search(text)
        token = match[0] if match else ""
        if token[:1] in {"?", "$"}:
            found = [Suggestion(each) for each in dict.fromkeys(VARIABLES.findall(text[: -len(token)]))]
        elif ":" in token:
            found = [Suggestion(*each) for each in self.named]
        else:
            found = [Suggestion(each) for each in KEYWORDS]
            found += [Suggestion(f"{prefix}:", iri) for prefix, iri in terms.PREFIXES.items()]
        beginning = token if token[:1] in {"?", "$"} or ":" in token else token.casefold()
        fitting = (each for each in found if begins(each.value, beginning))
        for number, each in enumerate(fitting):
            if number == MOST:
                return
            yield Completion(each.value, -len(token), display_meta=each.help)

    @property
    def options(self) -> list[str]:
        """The words with which the commands are told of the graph folder."""
        return ["--store", self.store] if self.store else []

    @cached_property
    def queries(self) -> list[Suggestion]:
        """The saved queries."""
        from kzkg.store import open_catalog

        known = open_catalog(self.store).queries.values()
        return sorted(Suggestion(query.name, query.summary) for query in known)

    @cached_property
    def named(self) -> list[tuple[str, str]]:
        """Everything with a prefixed name: what has a label here, and the terms of other vocabularies that are used."""
        from kzkg.labels import rows
        from kzkg.store import open_graph

        graph = open_graph(self.store)
        found: dict[str, str] = {}
        names = graph.names.near(terms.PREFIXES["id"], iri=True)
        for number, thing in enumerate(names.owners):
            found.setdefault(names.things[thing], names.texts[number])
        for text in (PREDICATES, CLASSES):
            for (term,) in rows(graph, text, "all"):
                found.setdefault(getattr(term, "value", ""), "")
        return sorted((terms.shrink(iri), name) for iri, name in found.items() if terms.shrink(iri) != iri)


def begins(value: str, beginning: str) -> bool:
    """Tell whether a word begins so; capitals count where the beginning has some."""
    return value.startswith(beginning) or value.casefold().startswith(beginning)


def parted(text: str) -> tuple[list[str], str]:
    """Part a line into its whole words and the one that is being typed."""
    last = typed(text)
    before = text[: len(text) - len(last)]
    try:
        words = shlex.split(before)
    except ValueError:
        words = before.split()
    return words[1:] if words[:1] == ["kzkg"] else words, last.lstrip("'\"").replace("\\ ", " ")


def typed(text: str) -> str:
    """Give the end of a line that is one word so far, with the quote that opens it."""
    match = re.search(r"""(?:"[^"]*|'[^']*|(?:[^\s"'\\]|\\.)*)$""", text)
    return match[0] if match else ""
