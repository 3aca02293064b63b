"""Runs the view rules over a store of any size, each rule as the one query that it is, for both views."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import QueryTriples, RdfFormat

from kzkg import terms
from kzkg.errors import DataError
from kzkg.loading.facts import BOTH, LAYERS, MOST, Facts, dataset
from kzkg.view import read_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Store

PARTS = ("Citation", "DefinitionElement")
OWNING = ("evidence", "hasElement")
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w<])([a-z][\w-]*):([A-Za-z][\w-]*)")
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_ANY_PREDICATE = re.compile(r"[?$]\w+\s+[?$](\w+)\s+[?$\w\"'<(\[]")
_CHOSEN = re.compile(r"\bVALUES\s+[?$](\w+)", re.IGNORECASE)
_SELECT = re.compile(r"\bSELECT\b[^{]*", re.IGNORECASE)
_LISTED = re.compile(r"\b(?:GROUP|ORDER)\s+BY\b[^}]*", re.IGNORECASE)


class Law(NamedTuple):
    """One rule: its text, the views that it adds to, and the predicates that it reads."""

    path: Path
    into: tuple[str, ...]
    repeat: bool
    text: str
    reads: frozenset[str]
    anything: bool
    """Whether it reads triples with any predicate."""

    @property
    def copies(self) -> bool:
        """Whether it brings the statements of the files into a view; that is done while they are loaded."""
        return re.search(r"\bGRAPH\b", self.text) is not None


def law(path: Path) -> Law:
    """Read a rule file."""
    rule = read_rule(path)
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    spaces = {**terms.PREFIXES, **dict(_PREFIX.findall(text))}
    where = _TEXT.sub('""', text[text.index("WHERE") :])
    reads = {spaces[prefix] + name for prefix, name in _NAME.findall(where) if prefix in spaces}
    if re.search(r"\ba\b", where):
        reads.add(terms.PREFIXES["rdf"] + "type")
    patterns = _LISTED.sub(" ", _SELECT.sub(" ", where))
    anything = set(_ANY_PREDICATE.findall(patterns)) - set(_CHOSEN.findall(where))
    return Law(path, rule.into, rule.repeat, text, frozenset(reads), bool(anything))


def gone(laws: Iterable[Law], facts: Facts, store: Store) -> tuple[set[bytes], set[bytes]]:
    """Find the claims that are not in the accepted view, and these together with the parts that nothing there has."""
    withheld: set[bytes] = set()
    needs: dict[bytes, set[bytes]] = {}
    for each in laws:
        if "withheld" in each.into:
            withheld.update(one.split(b" ", 1)[0] for one in _lines(each, facts, store, None))
        elif "needs" in each.into:
            for one in _lines(each, facts, store, None):
                subject, _, value = one[:-2].split(b" ", 2)
                needs.setdefault(value, set()).add(subject)
    waiting = list(withheld)
    while waiting:
        more = needs.get(waiting.pop(), set()) - withheld
        withheld |= more
        waiting += more
    return withheld, withheld | _loose(facts, withheld)


def _loose(facts: Facts, withheld: set[bytes]) -> set[bytes]:
    """Find the citations, and the elements of definitions, that no record of the accepted view has."""
    kinds = {f"<{terms.PREFIXES['kzkg']}{name}>".encode() for name in PARTS}
    typed = (one.rstrip()[:-2].split(b" ", 2) for one in facts.lines(terms.PREFIXES["rdf"] + "type"))
    parts = {subject for subject, _, kind in typed if kind in kinds}
    for name in OWNING:
        for one in facts.lines(terms.PREFIXES["kzkg"] + name):
            owner, _, part = one.rstrip()[:-2].split(b" ", 2)
            if owner not in withheld and part in parts:
                parts.discard(part)
    return parts


def conclude(
    laws: Iterable[Law], facts: Facts, store: Store, ready: Callable[[], object]
) -> Iterator[tuple[str, list[bytes]]]:
    """Run the rules in their order; give what each concludes, as lines, with the layer in which they belong.

    Some rules read the store itself: before such a one `ready` is called, and all that was given has to be there.
    """
    for each in laws:
        if each.copies or not {"accepted", "all"} & set(each.into):
            continue
        if _on_disk(each, facts):
            ready()
        known = 0
        while True:
            accepted, everything = _of_both(each, facts, store)
            both = accepted & everything
            for layer, lines in ((BOTH, both), ("accepted", accepted - both), ("all", everything - both)):
                if lines:
                    facts.take(lines, layer)
                    yield layer, list(lines)
            count = len(accepted) + len(everything)
            if not each.repeat or count == known:
                break
            known = count


def _of_both(each: Law, facts: Facts, store: Store) -> tuple[set[bytes], set[bytes]]:
    """Run a rule over the views that it adds to, at the same time: the engine lets the other thread work."""
    if not _on_disk(each, facts):
        facts.holding(each.reads)
        if {"accepted", "all"} <= set(each.into) and not facts.parted(each.reads):
            alike = set(_lines(each, facts, store, "all"))
            return alike, alike
    with ThreadPoolExecutor(2) as pool:
        waiting = [
            pool.submit(_lines, each, facts, store, view) if view in each.into else None for view in ("accepted", "all")
        ]
        accepted, everything = (set(one.result()) if one else set() for one in waiting)
    return accepted, everything


def _on_disk(each: Law, facts: Facts) -> bool:
    """Whether a rule reads more than can be held in memory, where it runs ten times as fast."""
    return each.anything or facts.size(each.reads) > MOST


def _lines(each: Law, facts: Facts, store: Store, view: str | None) -> list[bytes]:
    """Run a rule over a view, or over all that the files say; give what it concludes as lines of N-Triples."""
    place = store if _on_disk(each, facts) else facts.holding(each.reads)
    try:
        answer = place.query(each.text, default_graph=dataset(view) if view else LAYERS[BOTH])
        if not isinstance(answer, QueryTriples):
            raise DataError(f"{each.path}: a view rule is CONSTRUCT {{ … }} WHERE {{ … }}")
        return (answer.serialize(format=RdfFormat.N_TRIPLES) or b"").splitlines()
    except SyntaxError as error:
        raise DataError(f"{each.path}: {error}") from error
