"""Refuses query texts that would write, open a connection, or end the process, before the engine reads them."""

import re

from kzkg.errors import RequestError

LONGEST_TEXT = 100_000
DEEPEST = 100
"""Nested brackets; the engine recurses and ends the process with a segmentation fault at some thousands."""
MOST_STEPS = 1000
"""Operators, patterns and clauses; each makes the engine's tree one level deeper."""

_SKIPPED = re.compile(
    r"""(?P<string>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |(?!\"\"\"|''')(?:\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*'))
      |(?P<open>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*|'''(?:[^'\\]|\\.|'(?!''))*
        |\"(?:[^\"\\\n\r]|\\.)*|'(?:[^'\\\n\r]|\\.)*)
      |(?P<iri><(?:[A-Za-z][A-Za-z0-9+.-]*+://[^<>\"{}|^`\\\x00-\x20]*+|[^<>\"{}|^`\\\x00-\x20\#'()]*+)>)
      |(?P<comment>\#[^\n\r]*+)
      |(?P<name>[?$]\w++|(?P<prefix>(?:(?<![\w.-])[^\W\d_][\w.-]*+)?):(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*|@[A-Za-z-]++)""",
    re.VERBOSE | re.DOTALL,
)
"""What holds no keyword, and strings that never end (`open`), which another reader might end and which are kept.

They are found as a whole, up to where an end should be: whoever looked for it again behind each quotation mark would
need a minute for a text of the greatest length. For the same reason no part of an expression here can be divided in
two ways.
"""
_UNCLEAR = re.compile(
    r"\\|<(?![A-Za-z][A-Za-z0-9+.-]*+://)(?=[^<>\"{}|^`\x00-\x20#'()]*+[#'()])[^<>\"{}|^`\x00-\x20]*+>"
)
_BRACKET = re.compile(r"[][(){}]")
_STEP = re.compile(r"[!+*/|&.;-]|\b(?:UNION|OPTIONAL|FILTER|BIND|MINUS|GRAPH|SELECT)\b", re.IGNORECASE)
_UPDATE = re.compile(
    r"\s*+(?:(?:PREFIX|BASE)\s*+)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def checked(text: str) -> str:
    """Refuse a text that may not run; else give what is left of it without strings, IRIs, names and comments."""
    measured(text)
    rest = bare(text)
    clear = _clear(text, rest)
    if _calls_out(text, rest, clear=clear):
        raise RequestError("SERVICE is refused: this graph opens no connections for a query")
    update = _UPDATE.match(rest)
    if update:
        raise RequestError(f"{update[1].upper()} is refused: the graph is read-only, ask with SELECT, ASK or CONSTRUCT")
    deepest = _depth(rest) if clear else 0
    if deepest > DEEPEST:
        raise RequestError(f"the query is nested too deeply: {deepest} brackets, at most {DEEPEST} are taken")
    # Where it is not clear which brackets count, those that seem to close might be letters of a string.
    opened = 0 if clear else sum(text.count(bracket) for bracket in "([{")
    if opened > MOST_STEPS:
        raise RequestError(f"the query is too large: {opened} brackets, at most {MOST_STEPS} are taken beside escapes")
    steps = len(_STEP.findall(rest if clear else text))
    if steps > MOST_STEPS:
        raise RequestError(f"the query is too large: {steps} operators and patterns, at most {MOST_STEPS} are taken")
    return rest


def _depth(rest: str) -> int:
    """Count how many brackets are open at once."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(rest):
        depth += 1 if bracket in "({[" else -1
        deepest = max(deepest, depth)
    return deepest


def measured(text: str) -> None:
    """Refuse a text that is too long to be looked at."""
    if len(text) > LONGEST_TEXT:
        raise RequestError(f"the query is too long: {len(text)} characters, at most {LONGEST_TEXT} are taken")


def mentions(rest: str, word: str) -> bool:
    """Whether a keyword may stand in what `checked` left of a text; it may say yes too often, never no too often."""
    return word.lower() in rest.lower()


def bare(text: str) -> str:
    """Give what is left of a text without strings, IRIs, names and comments."""
    return _SKIPPED.sub(r" \g<open>", text)


def blanked(text: str, *kept: str) -> str:
    """Give a text of the same length, with spaces for strings, IRIs, names and comments, but for the kept kinds."""
    kinds = ("open", *kept)
    return _SKIPPED.sub(lambda found: found[0] if any(found[kind] for kind in kinds) else " " * len(found[0]), text)


def _clear(text: str, rest: str) -> bool:
    """Whether all readers divide a text in the same way: no backslash, no such IRI, no string that never ends."""
    return not _UNCLEAR.search(text) and '"' not in rest and "'" not in rest


def unescaped(text: str) -> str:
    """Give a text with the letters that its escapes stand for."""
    return _ESCAPE.sub(_letter, text)


def _letter(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else escape[0]


def _calls_out(text: str, rest: str, *, clear: bool) -> bool:
    """Whether SERVICE may stand in a text as a keyword.

    The engine's parser needs no space between keywords and tries readings in turn: it takes `trueSERVICE:x {…}`, and
    `FILTER(?a<?b)#>` as a comment where another reader sees an IRI. So the word counts wherever it may begin, also
    in a prefix; and in a text that is not clear it counts anywhere.
    """
    if not clear:
        return any("service" in reading.lower() for reading in (text, unescaped(text)))
    if "service" not in text.lower():
        return False
    prefixes = [found["prefix"] or "" for found in _SKIPPED.finditer(text)]
    return any("service" in part.lower() for part in (rest, *prefixes))
