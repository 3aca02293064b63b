"""What Virtuoso does in its own way, and how its answers are made those of SPARQL 1.1.

Seen with 7.2.5. It cuts a long answer without a fault and says so only in a header of SELECT; it cuts the graph of a
CONSTRUCT without a word; it leaves equal rows in a SELECT DISTINCT with long texts; it takes no OFFSET without
LIMIT, and sorts only so many rows; it gives what it found so far when its time is up, and says so in a header.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

from kzkg.errors import RequestError, TimeLimit
from kzkg.remote.text import parted
from kzkg.store import guard
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

DISTINCT = re.compile(r"(?:(?!\bSELECT\b).)*\bSELECT\s*+DISTINCT\b", re.IGNORECASE | re.DOTALL)
NO_LIMIT = re.compile(r"Error SR35\d: TOP parameter < 0")
"""What it says to an OFFSET without LIMIT."""
PAGE = 10_000
NODE = "nodeID://"
GEOMETRY = "http://www.openlinksw.com/schemas/virtrdf#Geometry"
WKT = PREFIXES["geo"] + "wktLiteral"
TOO_MANY = re.compile(r"Error SR353: .*?Only (\d+) are allowed", re.DOTALL)
TOO_LONG = re.compile(r"Error S1T00|Error 42000.*estimated execution time", re.DOTALL)


def speaks(headers: Mapping[str, str]) -> bool:
    """Tell whether it was Virtuoso that answered."""
    return headers.get("server", "").startswith("Virtuoso")


def cut_at(headers: Mapping[str, str]) -> int | None:
    """Give the number of rows at which an answer was cut; None for a whole one."""
    said = headers.get("x-sparql-maxrows", "")
    return int(said) if said.isascii() and said.isdigit() else None


def cut_unsaid(text: str) -> int | None:
    """Give the size of a page for a query with an OFFSET and no LIMIT: that is cut, too, and without a word."""
    query = parted(text)
    return PAGE if query and query.offset and query.limit is None else None


def check_time(name: str, headers: Mapping[str, str]) -> None:
    """Refuse an answer that is not whole because time was up."""
    if headers.get("x-sql-state", "").startswith("S1TA"):
        raise TimeLimit(f"{name}: gave up before the answer was whole, its time limit was reached")


def most_sorted(name: str, said: str) -> int | None:
    """Read from a fault how many rows may be asked for at once; None for a fault of another kind."""
    if TOO_LONG.search(said):
        raise TimeLimit(f"{name}: gave up, it takes the question for too long")
    if NO_LIMIT.search(said):
        return PAGE
    found = TOO_MANY.search(said)
    return int(found[1]) if found else None


def check_whole(name: str, headers: Mapping[str, str], body: IO[bytes]) -> None:
    """Refuse a graph that was perhaps cut: one of a DESCRIBE, or of a CONSTRUCT that cannot be taken apart."""
    check_time(name, headers)
    statements = sum(1 for _ in body)
    body.seek(0)
    if statements >= PAGE:
        raise RequestError(f"{name}: gives at most {PAGE} statements of a graph, this one may be longer; narrow it")


def mend(found: dict[str, Any]) -> None:
    """Give blank nodes labels that are labels, not `nodeID://b1`, and points on the globe the type they came with."""
    for row in found["results"]["bindings"]:
        for term in row.values():
            if term.get("type") == "bnode":
                term["value"] = str(term.get("value", "")).removeprefix(NODE)
            elif term.get("datatype") == GEOMETRY:
                term["datatype"] = WKT


def distinct(text: str, found: dict[str, Any]) -> None:
    """Leave out the rows of a SELECT DISTINCT that came before."""
    if DISTINCT.match(guard.bare(text)):
        rows = found["results"]["bindings"]
        found["results"]["bindings"] = list({json.dumps(row, sort_keys=True): row for row in rows}.values())
