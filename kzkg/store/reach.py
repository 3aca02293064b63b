"""Tells whether a query can meet a triple with one of some predicates, so that a graph of no others is left out.

Each graph that a query ranges over costs the engine one more look into the store for every pattern and row.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from kzkg.terms import PREFIXES

_TOKEN = re.compile(
    r"""(?P<text>"[^"\n]*"|'[^'\n]*')|(?P<comment>\#[^\n\r]*)|(?P<iri><[^<>"{}|^`\s]*>)|(?P<variable>[?$]\w+)
      |(?P<name>(?:[^\W\d_][\w.-]*)?:[\w:.%-]*)|(?P<number>\.?\d[\w.]*)|(?P<word>@?\w[\w-]*)|(?P<sign>\S)""",
    re.VERBOSE,
)
_UNCLEAR = re.compile(r"\\|\"\"\"|'''|<<")
"""What may hide a name."""
_TERMS = {"text", "iri", "variable", "name", "number"}
_CLAUSES = {"select": "{", "group": "{}", "order": "{}", "values": "{"}
"""Variables stand side by side in these, up to such a bracket, and are not triples."""


class _Token(NamedTuple):
    kind: str
    text: str

    @property
    def begins(self) -> bool:
        """Whether an object may begin with it."""
        return self.kind in _TERMS or self.text.lower() in {"[", "(", "_", "true", "false", "+", "-"}

    @property
    def ends(self) -> bool:
        """Whether a predicate may follow it."""
        return self.kind in _TERMS or self.text.lower() in {";", "[", "]", ")", "true", "false"}


def _tokens(text: str) -> Iterator[_Token]:
    """Give the tokens of a query without comments, and without the clauses that hold no patterns."""
    until = ""
    for match in _TOKEN.finditer(text):
        token = _Token(match.lastgroup or "", match[0])
        if token.kind == "comment" or (until and token.text not in until):
            continue
        until = _CLAUSES.get(token.text.lower(), "") if token.kind == "word" else ""
        yield token


@lru_cache(maxsize=512)
def _asked(text: str) -> frozenset[str] | None:
    """Give the IRIs that a query names; None where it may meet predicates that it does not name."""
    if _UNCLEAR.search(text):
        return None
    spaces, found = dict(PREFIXES), set[str]()
    start = _Token("sign", "{")
    before, last = start, start
    for token in _tokens(text):
        variable = last.kind == "variable" and token.begins and before.ends
        negated = last.text == "!" and (token.kind in {"iri", "name"} or token.text in {"(", "^", "a"})
        if variable or negated or (token.kind == "word" and token.text.lower() in {"base", "describe"}):
            return None
        if token.kind == "iri":
            if last.kind == "name" and before.text.lower() == "prefix":
                spaces[last.text[:-1]] = token.text[1:-1]
            found.add(token.text[1:-1])
        elif token.text == "a":
            found.add(PREFIXES["rdf"] + "type")
        elif token.kind == "name" and last.text.lower() != "prefix":
            space, _, rest = token.text.partition(":")
            if space not in spaces:
                return None
            found.add(spaces[space] + rest.rstrip("."))
        before, last = last, token
    return frozenset(found)


def reaches(text: str, predicates: Collection[str]) -> bool:
    """Whether a query may meet one of these predicates; it may say yes too often, never no too often."""
    asked = _asked(text)
    return asked is None or not asked.isdisjoint(predicates)
