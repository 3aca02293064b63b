"""Derives the accepted view, and the view of everything, from the rule files; each conclusion knows its days.

A rule is a CONSTRUCT query that says in its head comment what it writes into. Every rule runs once. With each triple
stands a set of days of knowledge, as the bits of a number: the triple holds on the days on which all premises of one
of its derivations hold. So one run yields the view of today and, for `--known-by`, the view of every earlier day.
The premises of a rule are the plain triple patterns with which its WHERE begins.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from kzkg.errors import DataError
from kzkg.terms import PREFIXES, Term
from kzkg.view.knowledge import Knowledge

ACCEPTED = NamedNode(PREFIXES["g"] + "accepted")
ALL = NamedNode(PREFIXES["g"] + "all")

ANSWERS = NamedNode(PREFIXES["kzkg"] + "answers")

_VARIABLE = re.compile(r"[?$](\w+)")
_RULE = re.compile(
    r"(?P<prologue>.*?)\bCONSTRUCT\s*\{(?P<head>[^{}]*)\}\s*WHERE\s*\{(?P<body>.*)\}\s*\Z", re.IGNORECASE | re.DOTALL
)
_INTO = re.compile(r"^#\+ into: *([a-z, ]+)$", re.MULTILINE)
_NOT_A_PREMISE = re.compile(r"\b(?:FILTER|OPTIONAL|BIND|GRAPH|VALUES|MINUS)\b|\{")

Pattern = tuple[Term | str, Term | str, Term | str]
Fact = tuple[Any, Any, Any]
"""Subject, predicate and object; a plain tuple is made and compared twice as fast as the engine's Triple."""


@dataclass(frozen=True)
class Rule:
    """One rule file, taken apart."""

    path: Path
    into: tuple[str, ...]
    repeat: bool
    head: tuple[Pattern, ...]
    premises: tuple[Pattern, ...]
    variables: tuple[str, ...]
    select: str


def read_rule(path: Path) -> Rule:
    """Read a rule file."""
    text = path.read_text(encoding="utf-8")
    into = _INTO.search(text)
    targets = tuple(into[1].replace(" ", "").split(",")) if into else ()
    if not targets or not set(targets) <= {"accepted", "all", "withheld", "needs"}:
        raise DataError(f"{path}: a view rule says '#+ into: accepted', all, withheld or needs")
    parts = _RULE.fullmatch(re.sub(r"(?m)^\s*#.*$", "", text))
    if not parts:
        raise DataError(f"{path}: a view rule is CONSTRUCT {{ … }} WHERE {{ … }}, with nothing after it")
    head = _patterns(path, parts["prologue"], parts["head"])
    judges = set(targets) & {"withheld", "needs"}
    premises = () if judges else _patterns(path, parts["prologue"], _NOT_A_PREMISE.split(parts["body"])[0])
    used = sorted({word for pattern in head + premises for word in pattern if isinstance(word, str)})
    select = f"{parts['prologue']} SELECT DISTINCT {' '.join('?' + name for name in used)} WHERE {{{parts['body']}}}"
    return Rule(path, targets, "#+ repeat: yes" in text, head, premises, tuple(used), select)


def _patterns(path: Path, prologue: str, text: str) -> tuple[Pattern, ...]:
    """Read triple patterns as Turtle in which each variable is an IRI of a scheme of its own."""
    body = _VARIABLE.sub(r"<var:\1>", text.strip().rstrip("."))
    if not body.strip():
        return ()
    try:
        triples = list(parse(f"{prologue}\n{body} .", RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(f"{path}: a premise is a plain triple, paths stand in a group after the premises") from error
    return tuple((_word(t.subject), _word(t.predicate), _word(t.object)) for t in triples)


def _word(term: Term) -> Term | str:
    return term.value[4:] if isinstance(term, NamedNode) and term.value.startswith("var:") else term


@dataclass
class View:
    """The triples of one view while it is derived, each with its days."""

    graph: NamedNode
    shown: dict[Term, int]
    """For each claim, citation and source, the days on which a triple may speak of it."""
    knowledge: Knowledge
    facts: dict[Fact, int] = field(default_factory=dict)

    def add(self, fact: Fact, days: int) -> bool:
        """Add a triple for some days; whether that was news."""
        subject, _, value = fact
        days &= self.shown.get(subject, days) & self.shown.get(value, days)
        before = self.facts.get(fact, 0)
        if not days & ~before:
            return False
        self.facts[fact] = before | days
        return True


def derive(store: Store, files: list[NamedNode], rule_files: Iterable[Path], knowledge: Knowledge) -> dict[str, View]:
    """Run all rules over the file graphs of a store, which serves as a scratch pad: it holds the views afterwards."""
    rules = [read_rule(path) for path in rule_files]
    shown = knowledge.known | _shown(store, rules, knowledge)
    views = {"accepted": View(ACCEPTED, shown, knowledge), "all": View(ALL, knowledge.known, knowledge)}
    for name, view in views.items():
        for rule in rules:
            if name in rule.into:
                _run(rule, view, store, files)
    return views


def _run(rule: Rule, view: View, store: Store, files: list[NamedNode]) -> None:
    """Run one rule, and again while it says so and finds something new."""
    news = True
    while news:
        new: list[Fact] = []
        for row in _rows(rule, store, default_graph=view.graph, named_graphs=files):
            values = dict(zip(rule.variables, row, strict=True))
            days = view.knowledge.always
            for premise in rule.premises:
                days &= view.facts.get(_fill(premise, values), 0)
            # A row may leave a variable of the head unbound: then CONSTRUCT leaves out that triple.
            facts = [_fill(pattern, values) for pattern in rule.head]
            new += [fact for fact in facts if None not in fact and view.add(fact, days)]
        store.extend(Quad(s, p, o, view.graph) for s, p, o in new)
        news = rule.repeat and bool(new)


def _rows(rule: Rule, store: Store, **dataset: Any) -> Iterator[tuple[Any, ...]]:
    try:
        solutions = store.query(rule.select, **dataset)
        if isinstance(solutions, QuerySolutions):
            for solution in solutions:
                yield tuple(solution)
    except SyntaxError as error:
        raise DataError(f"{rule.path}: {error}") from error


def _fill(pattern: Pattern, values: dict[str, Any]) -> Fact:
    subject, predicate, value = (values[word] if isinstance(word, str) else word for word in pattern)
    return subject, predicate, value


def _shown(store: Store, rules: list[Rule], knowledge: Knowledge) -> dict[Term, int]:
    """Find the days on which each claim is shown: it is known, and no rule withholds it among the claims then known.

    Only a claim that answers a question can be judged otherwise on another day, when it had other rivals. So the rules
    run once over everything, and once more for each day that made such a claim known, over a store with these alone.
    """
    judging = [rule for rule in rules if "withheld" in rule.into]
    withheld = _withheld(store, judging)
    shown = {claim: 0 if claim in withheld else knowledge.known[claim] for claim in knowledge.claims}
    contested = {quad.subject for quad in store.quads_for_pattern(None, ANSWERS, None)} & knowledge.claims
    small = Store()
    small.extend(quad for quad in store if quad.subject not in knowledge.claims)
    present: set[Term] = set()
    for start, days in knowledge.spans(knowledge.known[claim] for claim in contested):
        arrived = {claim for claim in contested - present if knowledge.known[claim] & start}
        small.extend(quad for claim in arrived for quad in store.quads_for_pattern(claim, None, None))
        present |= arrived
        kept = present - _withheld(small, judging)
        for claim in contested:
            shown[claim] = shown[claim] & ~days | (days if claim in kept else 0)
    _need(store, [rule for rule in rules if "needs" in rule.into], shown)
    return shown


def _withheld(store: Store, rules: list[Rule]) -> set[Term]:
    return {row[0] for rule in rules for row in _rows(rule, store, use_default_graph_as_union=True)}


def _need(store: Store, rules: list[Rule], shown: dict[Term, int]) -> None:
    """Show a claim only on the days on which the claims that it needs are shown."""
    pairs = [
        (pattern_subject, pattern_object)
        for rule in rules
        for row in _rows(rule, store, use_default_graph_as_union=True)
        for pattern_subject, _, pattern_object in (_fill(rule.head[0], dict(zip(rule.variables, row, strict=True))),)
    ]
    news = True
    while news:
        news = False
        for claim, needed in pairs:
            days = shown[claim] & shown[needed]
            news, shown[claim] = news or days != shown[claim], days
