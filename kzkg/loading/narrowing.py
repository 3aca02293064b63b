"""Finds, among the statements of many files, those that may matter to a rule; most of what it reads does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from kzkg.loading.facts import BOTH, LAYERS
from kzkg.loading.planning import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.loading.facts import Facts
    from kzkg.loading.planning import Block

Allowed = dict[str, "set[bytes]"]
"""For a variable the IRIs and blank nodes that it may stand for; one that is not there may stand for anything."""
LITERAL = b'"'
"""Stands there for all literals: the engine compares their values, and here are only their texts."""

Row = tuple[bytes, bytes, bytes, str]
"""A statement that a pattern may match: its subject, its object, its line and its layer."""
Found = list[tuple[Pattern, list[Row]]]
Source = Callable[[Pattern, Allowed], list[Row]]


def anchor(block: Block, facts: Facts) -> Pattern | None:
    """Find the pattern by whose subject, the root, a rule can be run for some values after others; None without one.

    Its statements serve no other pattern: without them the root does not have their subjects as its values.
    """
    every = list(block.everything())
    found = [
        each
        for each in block.patterns
        if isinstance(each.subject, str)
        and not each.closure
        and each.predicates
        and not any(other is not each and _share(other, each) for other in every)
    ]
    spoken = Counter(each.subject for each in block.patterns)
    return min(
        found,
        key=lambda each: (isinstance(each.value, str), -spoken[each.subject], facts.count(each.predicates)),
        default=None,
    )


def _share(one: Pattern, other: Pattern) -> bool:
    return not one.predicates or bool(one.predicates & other.predicates)


def roots(block: Block, anchor: Pattern, facts: Facts) -> set[bytes]:
    """Give the values that the root may have."""
    found = {row[0] for row in reading(facts)(anchor, {})}
    for each in block.absent:
        if each.subject == anchor.subject:
            for predicate in each.predicates:
                found -= facts.subjects(predicate)
    return found


def reading(facts: Facts) -> Source:
    """Give what reads the statements for a pattern from the files."""

    def read(pattern: Pattern, allowed: Allowed) -> list[Row]:
        subjects, values = _ends(pattern, allowed)
        found: list[Row] = []
        for layer in LAYERS:
            for lines in facts.lines(pattern.predicates, layer):
                if subjects is not None:
                    lines = [line for line in lines if line[: line.index(b" ")] in subjects]  # noqa: PLW2901
                rows = [(subject, value, line, layer) for line in lines for subject, _, value in (line.split(b" ", 2),)]
                found += _valued(rows, values)
        return found

    return read


def whole(predicates: frozenset[bytes], facts: Facts) -> Found:
    """Give all statements with one of these predicates."""
    pattern = Pattern("subject", predicates, "value")
    return [(pattern, reading(facts)(pattern, {}))]


def again(found: Found) -> Source:
    """Give what reads the statements for a pattern from what was found before."""
    known = {id(pattern): rows for pattern, rows in found}
    return lambda pattern, allowed: _filtered(pattern, known[id(pattern)], allowed)


def alike(found: Found, anchor: Pattern, apart: set[bytes]) -> set[bytes]:
    """Give what stands in both views, but for what lets the root have one of some values."""
    return {
        row[2]
        for pattern, rows in found
        for row in rows
        if row[3] == BOTH and (pattern != anchor or row[0] not in apart)
    }


def _ends(pattern: Pattern, allowed: Allowed) -> tuple[set[bytes] | None, set[bytes] | None]:
    if pattern.closure:
        return None, None
    subject, value = (allowed.get(end) if isinstance(end, str) else {end} for end in (pattern.subject, pattern.value))
    return subject, value


def _filtered(pattern: Pattern, rows: list[Row], allowed: Allowed) -> list[Row]:
    subjects, values = _ends(pattern, allowed)
    return _valued(rows if subjects is None else [row for row in rows if row[0] in subjects], values)


def _valued(rows: list[Row], values: set[bytes] | None) -> list[Row]:
    if values is None:
        return rows
    if LITERAL in values:
        return [row for row in rows if row[1] in values or row[1].startswith(LITERAL)]
    return [row for row in rows if row[1] in values]


def gather(block: Block, allowed: Allowed, source: Source, facts: Facts) -> Found:
    """Find the statements that a solution may use in which the variables have only values that are allowed."""
    allowed = {**allowed, **{name: set(values) & allowed.get(name, values) for name, values in block.chosen.items()}}
    found: Found = []
    waiting, classes = list(block.patterns), {each.subject for each in block.patterns if each.closure}
    while waiting:
        waiting.sort(key=lambda each: _order(each, allowed, classes, facts), reverse=True)
        pattern = waiting.pop()
        found.append((pattern, source(pattern, allowed)))
        _learn(pattern, found[-1][1], allowed)
        if not found[-1][1] and pattern.closure != "*":
            return [(each, []) for each in block.everything()]
    found = [(pattern, _filtered(pattern, rows, allowed)) for pattern, rows in found]
    for pattern, rows in found:
        _learn(pattern, rows, allowed)
    found += [(pattern, source(pattern, allowed)) for pattern in block.absent]
    for each in block.besides:
        found += gather(each, allowed, source, facts)
    return found


def _order(pattern: Pattern, allowed: Allowed, classes: set[str | bytes], facts: Facts) -> tuple[bool, float, int]:
    """Tell which pattern to look for first: paths are short, and what is known already leaves little of the rest.

    Of a class that is known there may still be any number of things.
    """
    known = [len(allowed[end]) for end in pattern.variables if end in allowed and end not in classes]
    known += [1 for end in (pattern.subject, pattern.value) if isinstance(end, bytes)]
    return not pattern.closure, min(known, default=float("inf")), facts.count(pattern.predicates)


def _learn(pattern: Pattern, rows: list[Row], allowed: Allowed) -> None:
    """Let the variables at the ends of a pattern stand for no more than what its statements have there."""
    if pattern.closure:
        if isinstance(pattern.subject, str) and isinstance(pattern.value, bytes):
            reached = _reaching(pattern, rows)
            allowed[pattern.subject] = reached & allowed.get(pattern.subject, reached)
        return
    if isinstance(pattern.subject, str):
        allowed[pattern.subject] = {row[0] for row in rows}
    if isinstance(pattern.value, str):
        allowed[pattern.value] = {LITERAL if row[1].startswith(LITERAL) else row[1] for row in rows}


def _reaching(pattern: Pattern, rows: Iterable[Row]) -> set[bytes]:
    """Give what reaches the end of a path."""
    below: dict[bytes, set[bytes]] = {}
    for row in rows:
        below.setdefault(row[1], set()).add(row[0])
    end = bytes(pattern.value)  # type: ignore[arg-type]
    reached: set[bytes] = {end} if pattern.closure == "*" else set()
    waiting = [end]
    while waiting:
        more = below.get(waiting.pop(), set()) - reached
        reached |= more
        waiting += more
    return reached


def touched(found: Found, name: str) -> set[bytes] | None:
    """Give the values of the root for which the views may conclude otherwise; None where that cannot be told.

    They differ only in statements of one of the layers. From each of these one comes to the root along patterns.
    """
    far = _distances((pattern for pattern, _ in found), name)
    marked: dict[str, set[bytes]] = {}
    for pattern, rows in sorted(found, key=lambda one: sorted(-far.get(end, 0) for end in one[0].variables)):
        parted = any(row[3] != BOTH for row in rows)
        if pattern.closure:
            if parted or any(marked.get(end) for end in pattern.variables):
                return None
            continue
        if any(end not in far for end in pattern.variables) or not pattern.variables:
            if parted:
                return None
            continue
        _mark(pattern, rows, far, marked)
    return marked.get(name, set())


def _mark(pattern: Pattern, rows: list[Row], far: dict[str, int], marked: dict[str, set[bytes]]) -> None:
    """Mark what is nearer to the root in the statements that a layer has alone, or whose farther end is marked."""
    near = min(pattern.variables, key=lambda end: far[end])
    start = pattern.subject == near
    beyond = pattern.value if start else pattern.subject
    known = marked.get(beyond, set()) if isinstance(beyond, str) else set()
    found = marked.setdefault(near, set())
    for subject, value, _, layer in rows:
        end, other = (subject, value) if start else (value, subject)
        if layer != BOTH or other in known:
            found.add(end)


def _distances(patterns: Iterable[Pattern], name: str) -> dict[str, int]:
    """Give how many patterns lie between each variable and the root."""
    links = [pattern.variables for pattern in patterns if not pattern.closure]
    far, waiting = {name: 0}, [name]
    for here in waiting:
        for ends in links:
            if here in ends:
                for end in ends:
                    if end not in far:
                        far[end] = far[here] + 1
                        waiting.append(end)
    return far
