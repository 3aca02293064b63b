"""Turns a property path of SHACL into a function from a node to the nodes that it leads to."""

from collections.abc import Callable

from pyoxigraph import NamedNode

from kzkg.errors import DataError
from kzkg.validation.facts import FIRST, SH, Facts, Term, show

Path = Callable[[Facts, Term], list[Term]]

PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def path_from(graph: Facts, term: Term, *, back: bool = False) -> Path:
    """Turn a property path into a function from a node to the nodes it leads to, or back, each once."""
    if isinstance(term, NamedNode):
        if back:
            return lambda facts, node: facts.subjects(term, node)
        return lambda facts, node: facts.values(node, term)
    if graph.values(term, FIRST):
        steps = [path_from(graph, item, back=back) for item in graph.items(term)]
        return _sequence(steps[::-1] if back else steps)
    for word in PATHS:
        for inner in graph.values(term, NamedNode(SH + word)):
            if word == "inversePath":
                return path_from(graph, inner, back=not back)
            if word == "alternativePath":
                return _alternative([path_from(graph, item, back=back) for item in graph.items(inner)])
            return _repeated(path_from(graph, inner, back=back), word)
    raise DataError(f"{show(term)} stands where a path must stand")


def _alternative(steps: list[Path]) -> Path:
    return lambda facts, node: list(dict.fromkeys(end for step in steps for end in step(facts, node)))


def _sequence(steps: list[Path]) -> Path:
    def follow(facts: Facts, node: Term) -> list[Term]:
        nodes = [node]
        for step in steps:
            nodes = list(dict.fromkeys(end for here in nodes for end in step(facts, here)))
        return nodes

    return follow


def _repeated(step: Path, word: str) -> Path:
    def follow(facts: Facts, node: Term) -> list[Term]:
        found: dict[Term, None] = {} if word == "oneOrMorePath" else {node: None}
        waiting = [node]
        while waiting:
            for end in step(facts, waiting.pop()):
                if end not in found:
                    found[end] = None
                    if word != "zeroOrOnePath":
                        waiting.append(end)
        return list(found)

    return follow
