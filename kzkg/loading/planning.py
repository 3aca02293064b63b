"""Takes a view rule apart into the triple patterns that it needs, so that only what may match them is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY: frozenset[bytes] = frozenset()
"""The predicates of a pattern whose predicate is a variable."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: variables are text, IRIs are bytes as N-Triples writes them."""

    subject: str | bytes
    predicates: frozenset[bytes]
    value: str | bytes
    closure: str = ""
    """`+` or `*` where the predicate is followed any number of times."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables at its ends."""
        return tuple(end for end in (self.subject, self.value) if isinstance(end, str))


@dataclass
class Block:
    """Patterns that all have to match, and what may match besides or must not match."""

    patterns: list[Pattern] = field(default_factory=list)
    chosen: dict[str, frozenset[bytes]] = field(default_factory=dict)
    """The IRIs that VALUES gives a variable."""
    besides: list[Block] = field(default_factory=list)
    absent: list[Pattern] = field(default_factory=list)
    """Patterns with which nothing of a subject may match; its variable is the subject."""

    def everything(self) -> Iterator[Pattern]:
        """Give all patterns, those of the blocks besides too."""
        yield from self.patterns
        yield from self.absent
        for each in self.besides:
            yield from each.everything()


class Unplanned(Exception):  # noqa: N818
    """A rule says something that this reading does not follow: then all that it may read is loaded."""


def plan(text: str) -> Block:
    """Read a rule; raises Unplanned."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # rdflib raises what its parts raise; the engine itself says what is wrong with a rule
        raise Unplanned(str(error)) from error
    block = Block()
    _Reader().read(algebra.p, block, _Scope({}, frozenset()))
    mentions = [name for pattern in block.everything() for name in pattern.variables]
    _settle(block, mentions)
    _alone(block, set())
    return block


def _alone(block: Block, around: set[str]) -> set[str]:
    """Refuse blocks that share a variable which nothing around them binds; give the variables that are new in one."""
    bound = around | {name for pattern in block.patterns for name in pattern.variables}
    seen: set[str] = set()
    for each in (*(Block([pattern]) for pattern in block.absent), *block.besides):
        names = _alone(each, bound)
        if names & seen:
            raise Unplanned(f"?{min(names & seen)} may be bound in several places")
        seen |= names
    return seen | bound - around


def _settle(block: Block, mentions: list[str]) -> None:
    """Take for absent only what names its variable nowhere else; name the predicates that VALUES chooses."""
    for pattern in [one for one in block.absent if mentions.count(str(one.value)) > 1]:
        block.absent.remove(pattern)
        block.besides.append(Block([pattern]))
    block.patterns = [_predicated(pattern, block.chosen) for pattern in block.patterns]
    for each in block.besides:
        _settle(each, mentions)


def _predicated(pattern: Pattern, chosen: dict[str, frozenset[bytes]]) -> Pattern:
    if isinstance(pattern, _Loose):
        return Pattern(pattern.subject, chosen.get(pattern.name, ANY), pattern.value)
    return pattern


@dataclass(frozen=True)
class _Loose(Pattern):
    """A pattern whose predicate is a variable, until it is known whether VALUES chooses it."""

    name: str = ""


class _Scope(NamedTuple):
    """What the variables of a part of a rule are called, and which of them a filter around it wants without a value."""

    names: dict[str, str]
    unbound: frozenset[str]

    def named(self, name: str) -> str:
        """Give the name of a variable that no other part has."""
        return self.names.get(name, name)

    def apart(self) -> _Scope:
        """Give the scope of a part whose values such a filter does not look at."""
        return self._replace(unbound=frozenset())


class _Reader:
    """Walks through the algebra of a rule."""

    def __init__(self) -> None:
        self._fresh = count()

    def read(self, node: Any, block: Block, scope: _Scope) -> None:
        """Put what a node of the algebra needs into a block; the scope renames the variables of a subquery."""
        read = getattr(self, f"_{node.name.lower()}", None)
        if read is None:
            raise Unplanned(node.name)
        read(node, block, scope)

    def _bgp(self, node: Any, block: Block, scope: _Scope) -> None:
        for subject, predicate, value in node.triples:
            self._triple(self._end(subject, scope), predicate, self._end(value, scope), block, scope)

    def _join(self, node: Any, block: Block, scope: _Scope) -> None:
        self.read(node.p1, block, scope)
        self.read(node.p2, block, scope)

    def _inner(self, node: Any, block: Block, scope: _Scope) -> None:
        self.read(node.p, block, scope)

    _distinct = _reduced = _orderby = _inner

    def _extend(self, node: Any, block: Block, scope: _Scope) -> None:
        _plain(node.expr)
        self.read(node.p, block, scope)

    def _filter(self, node: Any, block: Block, scope: _Scope) -> None:
        _plain(node.expr)
        self.read(
            node.p, block, scope._replace(unbound=scope.unbound | {scope.named(name) for name in _not_bound(node.expr)})
        )

    def _leftjoin(self, node: Any, block: Block, scope: _Scope) -> None:
        _plain(node.expr)
        self.read(node.p1, block, scope)
        optional = Block()
        self.read(node.p2, optional, scope.apart())
        pattern = optional.patterns[0] if len(optional.patterns) == 1 else None
        alone = pattern is not None and not optional.besides and not optional.chosen and not optional.absent
        plain = node.p2.name == "BGP" and node.expr.name == "TrueFilter"
        if alone and plain and pattern is not None and _forbids(pattern, scope.unbound):
            block.absent.append(pattern)
        else:
            block.besides.append(optional)

    def _union(self, node: Any, block: Block, scope: _Scope) -> None:
        for part in (node.p1, node.p2):
            beside = Block()
            self.read(part, beside, scope.apart())
            block.besides.append(beside)

    def _minus(self, node: Any, block: Block, scope: _Scope) -> None:
        self.read(node.p1, block, scope)
        beside = Block()
        self.read(node.p2, beside, scope.apart())
        block.besides.append(beside)

    def _tomultiset(self, node: Any, block: Block, scope: _Scope) -> None:
        if node.p.name == "values":
            self._values(node.p, block, scope)
        else:
            self.read(node.p, block, scope.apart())

    def _values(self, node: Any, block: Block, scope: _Scope) -> None:
        from rdflib import URIRef

        for variable in {name for row in node.res for name in row}:
            given = [row.get(variable) for row in node.res]
            if all(isinstance(term, URIRef) for term in given):
                block.chosen[scope.named(str(variable))] = frozenset(_iri(term) for term in given)

    def _project(self, node: Any, block: Block, scope: _Scope) -> None:
        """Keep the variables of a subquery apart from those around it, but for those that it gives."""
        given = {str(name) for name in node.PV} & _keys(node.p)
        inside = {str(name): f"{next(self._fresh)} {name}" for name in node["_vars"] if str(name) not in given}
        self.read(node.p, block, _Scope({**scope.names, **inside}, frozenset()))

    def _aggregatejoin(self, node: Any, block: Block, scope: _Scope) -> None:
        self.read(node.p, block, scope.apart())

    def _group(self, node: Any, block: Block, scope: _Scope) -> None:
        if not node.expr:
            raise Unplanned("an aggregate over everything has a row even for nothing")
        self.read(node.p, block, scope.apart())

    def _end(self, term: Any, scope: _Scope) -> str | bytes:
        from rdflib import BNode, Literal, URIRef, Variable

        if isinstance(term, Literal):
            return f"{next(self._fresh)} literal"  # the engine compares values, and here are only their texts
        if isinstance(term, URIRef):
            return _iri(term)
        if isinstance(term, Variable | BNode):
            return scope.named(str(term))
        raise Unplanned(str(term))

    def _triple(self, subject: Any, path: Any, value: Any, block: Block, scope: _Scope) -> None:
        from rdflib import URIRef, Variable
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(path, URIRef):
            block.patterns.append(Pattern(subject, frozenset({_iri(path)}), value))
        elif isinstance(path, Variable):
            block.patterns.append(_Loose(subject, ANY, value, name=scope.named(str(path))))
        elif isinstance(path, SequencePath):
            for part in path.args[:-1]:
                between = f"{next(self._fresh)} between"
                self._triple(subject, part, between, block, scope)
                subject = between
            self._triple(subject, path.args[-1], value, block, scope)
        elif isinstance(path, InvPath):
            self._triple(value, path.arg, subject, block, scope)
        elif isinstance(path, AlternativePath) and all(isinstance(part, URIRef) for part in path.args):
            block.patterns.append(Pattern(subject, frozenset(_iri(part) for part in path.args), value))
        elif isinstance(path, MulPath) and isinstance(path.path, URIRef) and path.mod in {"+", "*"}:
            block.patterns.append(Pattern(subject, frozenset({_iri(path.path)}), value, str(path.mod)))
        else:
            raise Unplanned(str(path))


def _iri(term: Any) -> bytes:
    return f"<{term}>".encode()


def _forbids(pattern: Pattern, unbound: frozenset[str]) -> bool:
    """Whether a pattern that may match makes a filter fail when it does."""
    bare = isinstance(pattern.subject, str) and not pattern.closure and bool(pattern.predicates)
    return bare and pattern.value in unbound and pattern.value != pattern.subject


def _keys(node: Any) -> set[str]:
    """Give the variables that mean the same within a subquery and outside: of an aggregate, those it groups by."""
    while node.name in {"Extend", "Filter", "OrderBy", "Distinct", "Reduced"}:
        node = node.p
    if node.name != "AggregateJoin":
        return {str(name) for name in node["_vars"]}
    from rdflib import Variable

    return {str(key) for key in node.p.expr or () if isinstance(key, Variable)}


def _not_bound(expression: Any) -> Iterator[str]:
    """Give the variables of which a filter asks that they have no value."""
    name = getattr(expression, "name", "")
    if name == "ConditionalAndExpression":
        for part in (expression.expr, *expression.other):
            yield from _not_bound(part)
    elif name == "UnaryNot" and getattr(expression.expr, "name", "") == "Builtin_BOUND":
        yield str(expression.expr.arg)


def _plain(expression: Any) -> None:
    """Refuse an expression that holds patterns of its own."""
    from rdflib.plugins.sparql.algebra import traverse

    def look(part: Any) -> None:
        if getattr(part, "name", "") in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            raise Unplanned(part.name)

    traverse(expression, visitPre=look)
