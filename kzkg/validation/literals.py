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
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
_FORMS = {
    "integer": _WHOLE,
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
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in _BITS.items()},
    **{f"unsigned{name.capitalize()}": (0, 2**bits - 1) for name, bits in _BITS.items()},
}
RANGES = {XSD + name: limits for name, limits in _RANGES.items()}
FORMS |= dict.fromkeys(RANGES, FORMS[XSD + "integer"])
NUMBERS = {XSD + "integer", XSD + "decimal", *RANGES}
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
    if match and literal.datatype.value in RANGES:
        least, most = RANGES[literal.datatype.value]
        number = Decimal(literal.value)
        return (least is None or number >= least) and (most is None or number <= most)
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


def order(one: object, other: object) -> int | None:
    """Give the order of two terms; only literals have one."""
    return compare(one, other) if isinstance(one, Literal) and isinstance(other, Literal) else None


def value(literal: Literal) -> tuple[str, Any] | None:
    """Read a literal as something that can be compared with others of its sort."""
    datatype = literal.datatype.value
    if literal.language or not is_valid(literal) or literal.value == "NaN":
        return None
    if datatype in NUMBERS or datatype in FLOATS:
        return "number", Decimal(literal.value.replace("INF", "Infinity"))
    if datatype == XSD + "date":
        return datatype, dt.date.fromisoformat(literal.value[:10])
    if datatype == XSD + "dateTime":
        moment = dt.datetime.fromisoformat(literal.value)
        return f"{datatype} {moment.tzinfo is not None}", moment
    return (datatype, literal.value) if datatype in DATES or datatype == XSD + "string" else None
