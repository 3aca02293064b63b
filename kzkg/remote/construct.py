"""CONSTRUCT by way of SELECT, for an engine that cuts a graph without a word: the template is filled here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, QueryTriples, Store, Triple

from kzkg.store import guard
from kzkg.store.disk import BASE
from kzkg.store.engine import needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kzkg.terms import Term

    Row = Sequence[Term | None]

AT_ONCE = 2000
BLANK = "urn:kzkg-blank:"
WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Construct(NamedTuple):
    """A CONSTRUCT in parts."""

    prologue: str
    template: str
    rest: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the template."""
        return tuple(dict.fromkeys(re.findall(r"[?$](\w+)", guard.blanked(self.template, "name"))))

    @property
    def select(self) -> str:
        """The query for the solutions from which the statements are made."""
        return f"{self.prologue}SELECT {' '.join(f'?{name}' for name in self.variables) or '*'} {self.rest}"


def parted(text: str) -> Construct | None:
    """Take a CONSTRUCT apart; None for a DESCRIBE, and for one that chooses its graphs."""
    blank = guard.blanked(text)
    found = re.search(r"\bCONSTRUCT\s*(\{)?", blank, re.IGNORECASE)
    if not found or re.search(r"\bFROM\b", blank, re.IGNORECASE):
        return None
    if found[1]:
        end = closing(blank, found.end() - 1) + 1
        return Construct(text[: found.start()], text[found.end() - 1 : end], text[end:])
    start = blank.index("{", found.end())
    end = closing(blank, start) + 1
    return Construct(text[: found.start()], text[start:end], text[found.end() :])


def closing(blank: str, start: int) -> int:
    """Find the brace that closes the one at `start`."""
    depth = 0
    for place in range(start, len(blank)):
        depth += {"{": 1, "}": -1}.get(blank[place], 0)
        if not depth:
            return place
    return len(blank) - 1


def filled(query: Construct, rows: Sequence[Row]) -> QueryTriples:
    """Make the statements of all solutions, each once."""
    names = " ".join(f"?{name}" for name in query.variables)
    store = Store()
    for start in range(0, len(rows), AT_ONCE):
        lines = " ".join(line(row[: len(query.variables)]) for row in rows[start : start + AT_ONCE])
        text = f"{query.prologue}CONSTRUCT {query.template} WHERE {{ VALUES ({names}) {{ {lines} }} }}"
        store.extend(Quad(unhidden(t.subject), t.predicate, unhidden(t.object)) for t in store_less(text))
    return store.query(WHOLE)  # type: ignore[return-value]


def store_less(text: str) -> Iterator[Triple]:
    """Run a query that needs no data."""
    made = Store().query(text, base_iri=BASE, prefixes=needed(text))
    if isinstance(made, QueryTriples):
        yield from made


def line(row: Row) -> str:
    """Write a solution as a line of VALUES, which takes no blank nodes."""
    return f"({' '.join(map(hidden, row))})"


def hidden(term: Term | None) -> str:
    """Write a term, and a blank node as an IRI that stands for it."""
    if term is None:
        return "UNDEF"
    return f"<{BLANK}{term.value}>" if isinstance(term, BlankNode) else str(term)


def unhidden(term: Any) -> Any:
    """Turn an IRI that stands for a blank node back into it."""
    if isinstance(term, NamedNode) and term.value.startswith(BLANK):
        return BlankNode(term.value.removeprefix(BLANK))
    return term
