"""Turns results and breaches into faults: finds the file that says the faulty thing, and the line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from kzkg.terms import PREFIXES
from kzkg.validation.mentions import Within
from kzkg.validation.report import Fault
from kzkg.validation.shacl import Result, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kzkg.validation.datafile import DataFile
    from kzkg.validation.hints import Hints
    from kzkg.validation.houserules import Breach
    from kzkg.validation.locate import Term


def breached(breaches: Iterable[Breach], hints: Hints) -> list[Fault]:
    """Turn broken rules of the house into faults."""
    kept = list(breaches)
    for breach in kept:
        if breach.subject is not None:
            _want(breach.file, breach.subject)
    return [_breach(breach, hints) for breach in kept]


def _want(file: DataFile, subject: Term) -> None:
    if isinstance(file.elsewhere, Within):
        file.elsewhere.statements.want(subject)


def _breach(breach: Breach, hints: Hints) -> Fault:
    line = breach.line
    if line is None and breach.subject is not None:
        line = breach.file.lines.line(breach.subject, breach.predicate, breach.value)
    terms = (breach.subject, breach.predicate, breach.value)
    focus, path, value = (show(term) if term is not None else "" for term in terms)
    hint, result = hints.of_rule(breach.rule), _in_terms(breach)
    told = (breach.rule, breach.message, focus, path, value, "", hint)
    return Fault(breach.file.path, line, "Violation", *told, result)


def _in_terms(breach: Breach) -> Result | None:
    """Give a broken rule as SHACL would; what is about no thing is about the file."""
    focus = breach.subject or NamedNode(breach.file.path.resolve().as_uri())
    if isinstance(focus, Triple) or isinstance(breach.value, Triple):
        return None
    rule = NamedNode(f"{PREFIXES['kzs']}rule-{breach.rule}")
    return Result(focus, breach.predicate, breach.value, "", rule, "Violation", breach.message)


class Placing:
    """The files that say something about what was found, the added ones first."""

    def __init__(self, results: Sequence[Result], data: Sequence[DataFile], added: set[Path], hints: Hints) -> None:
        self._added, self._hints = added, hints
        self._stating: dict[Term, list[DataFile]] = defaultdict(list)
        self._owners: dict[Term, Term] = {}
        wanted = {term for result in results for term in (result.focus, result.value)}
        for file in sorted(data, key=lambda file: file.path not in added) if wanted else ():
            for subject, _, value in file.triples:
                if isinstance(value, BlankNode):
                    self._owners[value] = subject
                if subject in wanted and file not in self._stating[subject][-1:]:
                    self._stating[subject].append(file)
                    _want(file, subject)

    def fault(self, result: Result) -> Fault:
        """Place one result."""
        subject: Term = result.focus
        files = self._stating.get(subject, [])
        while isinstance(subject, BlankNode) and subject in self._owners:
            subject = self._owners[subject]
        # What an addition brings about is shown where the addition speaks, of the thing or else of its rival.
        ours = [file for file in files if file.path in self._added]
        rivals = [f for f in self._stating.get(result.value, []) if f.path in self._added] if result.value else []
        if result.value and rivals and not ours:
            file, line = _best(rivals, result.value, replace(result, path=None))
        else:
            file, line = _best(ours or files, subject, result)
        path = show(result.path) if isinstance(result.path, NamedNode) else ""
        value = show(result.value) if result.value is not None else ""
        told = (show(result.shape), result.message, show(result.focus), path, value, result.component)
        return Fault(file, line, result.severity, *told, self._hints.of(result), result)


def _best(files: Sequence[DataFile], subject: Term, result: Result) -> tuple[Path | None, int | None]:
    """Prefer the file that says the faulty value, then one that uses the property, then one with the class."""
    if isinstance(result.path, NamedNode):
        for file in files:
            if result.value in file.said.get((subject, result.path), []):
                return file.path, file.lines.line(subject, result.path, result.value)
        for file in files:
            if (subject, result.path) in file.said:
                return file.path, file.lines.line(subject, result.path)
    for file in files:
        if subject in file.types:
            return file.path, file.lines.line(subject)
    return (files[0].path, files[0].lines.line(subject)) if files else (None, None)
