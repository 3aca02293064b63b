"""Runs the view rules over any number of statements, each rule as the one query that it is, for both views."""

from __future__ import annotations

import re
from functools import cached_property
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pyoxigraph import QueryTriples, RdfFormat, Store

from kzkg import terms
from kzkg.errors import DataError
from kzkg.loading import narrowing
from kzkg.loading.facts import BOTH, LAYERS, dataset, put
from kzkg.loading.feeding import Feed
from kzkg.loading.planning import Unplanned, plan
from kzkg.view import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kzkg.loading.facts import Facts
    from kzkg.loading.narrowing import Found
    from kzkg.loading.planning import Block, Pattern

PARTS = ("Citation", "DefinitionElement")
OWNING = ("evidence", "hasElement")
MOST = 800_000
"""Statements that are held in memory at once; each takes some 1,000 bytes, here and in the engine."""
ON_DISK = 2 * MOST
"""More than these, for a rule that cannot be taken apart, are asked on the disk, which takes ten times as long."""
FEW = 2_000
"""So many are sooner brought into memory than looked through."""
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w<])([a-z][\w-]*):([A-Za-z][\w-]*)")
_IRI = re.compile(r"<([^<>\s]*)>")
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_ANY_PREDICATE = re.compile(r"[?$]\w+\s+[?$](\w+)\s+[?$\w\"'<(\[]")
_CHOSEN = re.compile(r"\bVALUES\s+[?$](\w+)", re.IGNORECASE)
_SELECT = re.compile(r"\bSELECT\b[^{]*", re.IGNORECASE)
_LISTED = re.compile(r"\b(?:GROUP|ORDER)\s+BY\b[^}]*", re.IGNORECASE)


class Law:
    """One rule: its text, the views that it adds to, and the predicates that it reads."""

    def __init__(self, path: Path) -> None:
        rule = read_rule(path)
        self.path, self.into, self.repeat = path, rule.into, rule.repeat
        self.text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        spaces = {**terms.PREFIXES, **dict(_PREFIX.findall(self.text))}
        where = _TEXT.sub('""', self.text[self.text.index("WHERE") :])
        self.reads = {spaces[prefix] + name for prefix, name in _NAME.findall(where) if prefix in spaces}
        self.reads.update(_IRI.findall(where))
        if re.search(r"\ba\b", where):
            self.reads.add(terms.PREFIXES["rdf"] + "type")
        patterns = _LISTED.sub(" ", _SELECT.sub(" ", where))
        self._anything = bool(set(_ANY_PREDICATE.findall(patterns)) - set(_CHOSEN.findall(where)))

    @property
    def copies(self) -> bool:
        """Whether it brings the statements of the files into a view; that is done while they are loaded."""
        return re.search(r"\bGRAPH\b", self.text) is not None

    @cached_property
    def block(self) -> Block | None:
        """The patterns that it needs; None where they cannot be told."""
        try:
            return plan(self.text)
        except Unplanned:
            return None

    @property
    def predicates(self) -> frozenset[bytes]:
        """The predicates of all that it may read; none where it may read anything."""
        return frozenset() if self._anything else frozenset(f"<{iri}>".encode() for iri in self.reads)


def gone(laws: Iterable[Law], facts: Facts) -> tuple[set[bytes], set[bytes]]:
    """Find the claims that are not in the accepted view, and these together with the parts that nothing there has."""
    withheld: set[bytes] = set()
    needs: dict[bytes, set[bytes]] = {}
    for each in laws:
        if "withheld" in each.into:
            withheld.update(line.split(b" ", 1)[0] for line in _of_files(each, facts))
        elif "needs" in each.into:
            for line in _of_files(each, facts):
                subject, _, value = line.split(b" ", 2)
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
    parts = {subject for subject, kind in facts.of(terms.PREFIXES["rdf"] + "type") if kind in kinds}
    for name in OWNING:
        parts.difference_update(
            part for owner, part in facts.of(terms.PREFIXES["kzkg"] + name) if owner not in withheld
        )
    return parts


def conclude(laws: Iterable[Law], facts: Facts) -> None:
    """Run the rules in their order, and add what they conclude to the facts."""
    for each in laws:
        if each.copies or not {"accepted", "all"} & set(each.into):
            continue
        known = None
        while True:
            accepted, everything = _of_views(each, facts)
            if accepted is not everything:
                both = accepted & everything
                facts.take(accepted - both, "accepted")
                facts.take(everything - both, "all")
                accepted = both
            facts.take(accepted, BOTH)
            count = len(accepted), len(everything)
            if not each.repeat or count == known:
                break
            known = count


def _of_views(law: Law, facts: Facts) -> tuple[set[bytes], set[bytes]]:
    """Run a rule over the views that it adds to; give what it concludes in the accepted view and in that of all."""
    views = [view for view in ("accepted", "all") if view in law.into]
    concluded: dict[str, set[bytes]] = {view: set() for view in views}
    if _unbounded(law, facts):
        for view in views:
            concluded[view] = _on_disk(law, facts, view)
        return concluded.get("accepted", set()), concluded.get("all", set())
    for found, anchor in _portions(law, facts):
        alike, lines = _apart(law, found, anchor, facts) if len(views) == 2 else ({}, _lines(found))
        if alike:
            same = _run(law, alike, "all")
            for view in views:
                concluded[view] |= same
        for view in views:
            concluded[view] |= _run(law, lines, view)
    return concluded.get("accepted", set()), concluded.get("all", set())


Lines = dict[str, set[bytes]]


def _apart(law: Law, found: Found, anchor: Pattern | None, facts: Facts) -> tuple[Lines, Lines]:
    """Part the statements of which both views conclude the same from those that have to be asked for each view."""
    lines = _lines(found)
    if not lines["accepted"] and not lines["all"]:
        return lines, {}
    differing = narrowing.touched(found, str(anchor.subject)) if anchor else None
    if differing is None or anchor is None or law.block is None:
        return {}, lines
    alike = {BOTH: narrowing.alike(found, anchor, differing)}
    rest = narrowing.gather(law.block, {str(anchor.subject): differing}, narrowing.again(found), facts)
    return alike, _lines(rest)


def _portions(law: Law, facts: Facts) -> Iterator[tuple[Found, Pattern | None]]:
    """Give the statements that a rule needs, as many at a time as memory holds, and what keeps them apart."""
    if facts.count(law.predicates) <= FEW or law.block is None:
        yield narrowing.whole(law.predicates, facts), None
        return
    anchor = narrowing.anchor(law.block, facts)
    if anchor is None:
        yield narrowing.gather(law.block, {}, narrowing.reading(facts), facts), None
        return
    values = list(narrowing.roots(law.block, anchor, facts))
    start, size = 0, max(MOST // len(list(law.block.everything())), 1)
    while start < len(values):
        some = set(values[start : start + size])
        found = narrowing.gather(law.block, {str(anchor.subject): some}, narrowing.reading(facts), facts)
        yield found, anchor
        start += size
        rows = sum(len(each) for _, each in found)
        size = max(min(size * MOST // max(rows, 1), 8 * size), 1)


def _of_files(law: Law, facts: Facts) -> Iterator[bytes]:
    """Run a rule over all that the files say."""
    if _unbounded(law, facts):
        yield from _on_disk(law, facts, None)
        return
    for found, _ in _portions(law, facts):
        yield from _run(law, _lines(found), None)


def _unbounded(law: Law, facts: Facts) -> bool:
    """Whether a rule cannot be taken apart, and reads more than memory should hold."""
    return facts.count(law.predicates) > ON_DISK and law.block is None


def _lines(found: Found) -> Lines:
    return {layer: {row[2] for _, rows in found for row in rows if row[3] == layer} for layer in LAYERS}


def _run(law: Law, lines: Lines, view: str | None) -> set[bytes]:
    """Run a rule over statements as a view; give what it concludes, as lines."""
    if law.predicates and not any(lines.values()):
        return set()
    store = Store()
    for layer in LAYERS:
        if layer in {BOTH, view} and layer in lines:
            put(store, lines[layer], layer)
    return _concluded(law, store, view)


def _on_disk(law: Law, facts: Facts, view: str | None) -> set[bytes]:
    """Run a rule over everything that it may read."""
    with TemporaryDirectory(dir=facts.folder) as folder:
        store = Store(folder)
        feed = Feed(facts, {key: (0, end) for key, end in facts.sizes().items() if key[0] in {BOTH, view}})
        store.bulk_load(input=feed, format=RdfFormat.N_QUADS, lenient=True)  # type: ignore[arg-type]
        store.extend(feed.apart())
        concluded = _concluded(law, store, view)
        del store
    return concluded


def _concluded(law: Law, store: Store, view: str | None) -> set[bytes]:
    try:
        answer = store.query(law.text, default_graph=dataset(view) if view else LAYERS[BOTH])
        if not isinstance(answer, QueryTriples):
            raise DataError(f"{law.path}: a view rule is CONSTRUCT {{ … }} WHERE {{ … }}")
        text = answer.serialize(format=RdfFormat.N_TRIPLES) or b""
    except SyntaxError as error:
        raise DataError(f"{law.path}: {error}") from error
    return set(text[:-3].split(b" .\n")) if text else set()
