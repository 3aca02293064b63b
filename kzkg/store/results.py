"""What a query gives back, and how what an engine raises becomes one line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

from kzkg import terms
from kzkg.errors import DataError, RequestError
from kzkg.store import guard
from kzkg.terms import Term

_PREFIX = re.compile(r"(?<![\w.-])([\w.-]*+):")
_PREFIXED = re.compile(_PREFIX.pattern + r"[^\s:]*$")
_STAR = re.compile(r"(?:(?!\bSELECT\b).)*\bSELECT\s*+(?:(?:DISTINCT|REDUCED)\s*+)?[*]", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT; a variable that is not bound in a row is None there."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True)
class Boolean:
    """The answer of an ASK."""

    value: bool


@dataclass(frozen=True)
class Triples:
    """The graph of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]


Result = Solutions | Boolean | Triples
Begun = QuerySolutions | QueryBoolean | QueryTriples


def whole(text: str, answer: Begun) -> Result:
    """Read a whole answer, within `asking` and in the thread that began it."""
    if isinstance(answer, QuerySolutions):
        return _solutions(text, answer)
    if isinstance(answer, QueryBoolean):
        return Boolean(bool(answer))
    return Triples(tuple(answer))


def _solutions(text: str, answer: QuerySolutions) -> Solutions:
    """Read all rows; of `SELECT *` the engine gives the columns in any order, here they come as in the text."""
    names = tuple(variable.value for variable in answer.variables)
    rows = tuple(tuple(solution) for solution in answer)
    if not _STAR.match(guard.bare(text)):
        return Solutions(names, rows)
    seen = list(dict.fromkeys(re.findall(r"[?$](\w+)", text)))
    order = sorted(range(len(names)), key=lambda index: seen.index(names[index]))
    return Solutions(tuple(names[i] for i in order), tuple(tuple(row[i] for i in order) for row in rows))


@contextmanager
def asking(text: str) -> Iterator[None]:
    """Turn what the engine raises, at the beginning of a query or while its answer is read, into one line."""
    try:
        yield
    except SyntaxError as error:
        raise RequestError(_syntax(text, str(error))) from error
    except (RuntimeError, ValueError) as error:
        raise RequestError(f"the query cannot be evaluated: {' '.join(str(error).split())}") from error
    except OSError as error:
        raise DataError(f"the prepared store cannot be read: {error}") from error


def _syntax(text: str, message: str) -> str:
    """Make one line of the parser's message, which lists every token that might have come next."""
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not place:
        return f"the query has a syntax error: {' '.join(message.split())[:200]}"
    line, column = int(place[1]), int(place[2])
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "Prefix not found" in place[3]:
        found = _PREFIXED.findall(here, 0, column - 1) or _PREFIX.findall(here)
        return f"the query uses the unknown prefix {found[-1][:60] if found else ''}: at {line}:{column}"
    rest = here[column - 1 :].strip()
    near = f"unexpected {terms.quoted(rest[:30])}" if rest else "unexpected end of the line"
    expected = "" if place[3].startswith("expected one of") else f", {' '.join(place[3].split())}"
    return f"the query has a syntax error at {line}:{column}: {near}{expected if len(expected) < 60 else ''}"
