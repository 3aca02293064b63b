"""Whether a literal is a value of its datatype, and which of two values comes first."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal

from kzkg.terms import PREFIXES

XSD = PREFIXES["xsd"]
GEO = PREFIXES["geo"]

_WHOLE = r"[+-]?[0-9]+"
_ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_FORMS = {
    "integer": _WHOLE,
    "nonNegativeInteger": r"\+?[0-9]+|-0+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "long": _WHOLE,
    "int": _WHOLE,
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "float": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "boolean": r"true|false|1|0",
    "date": rf"(?P<day>-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}",
    "dateTime": rf"(?P<day>-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}})T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?{_ZONE}",
    "gYear": rf"-?[0-9]{{4,}}{_ZONE}",
    "gYearMonth": rf"-?[0-9]{{4,}}-(?:0[1-9]|1[0-2]){_ZONE}",
    "anyURI": r"[^\s<>\"{}|\\^`]*",
}
FORMS = {XSD + name: re.compile(form) for name, form in _FORMS.items()}
FORMS[GEO + "wktLiteral"] = re.compile(r"(?:<[^<>\s]*>\s*)?[A-Z]+ ?(?:Z ?)?(?:\(.*\)|EMPTY)", re.DOTALL)
NUMBERS = {XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "long", "int", "decimal")}
FLOATS = {XSD + "double", XSD + "float"}
DATES = {XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth")}


def is_valid(literal: Literal) -> bool:
    """Say whether the text of a literal is one that its datatype allows; an unknown datatype allows every text."""
    form = FORMS.get(literal.datatype.value)
    if form is None:
        return True
    match = form.fullmatch(literal.value)
    if match and "day" in form.groupindex:
        return _is_day(match["day"])
    return match is not None


def _is_day(written: str) -> bool:
    try:
        dt.date.fromisoformat(written)
    except ValueError:
        return False
    return True


def compare(one: Literal, other: Literal) -> int | None:
    """Give -1, 0 or 1 for the order of two values; None when they have none."""
    first, second = value(one), value(other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return int(first[1] > second[1]) - int(first[1] < second[1])


def value(literal: Literal) -> tuple[str, Any] | None:
    """Read a literal as something that can be compared with others of its sort."""
    datatype = literal.datatype.value
    if literal.language or not is_valid(literal):
        return None
    if datatype in NUMBERS:
        return "number", Decimal(literal.value)
    if datatype in FLOATS:
        return None if literal.value == "NaN" else ("number", Decimal(literal.value.replace("INF", "Infinity")))
    if datatype == XSD + "date":
        return datatype, dt.date.fromisoformat(literal.value[:10])
    if datatype in DATES or datatype == XSD + "string":
        return datatype, literal.value
    return None
