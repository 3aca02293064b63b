"""The invalid examples as graphs: the valid base, without what an example removes, with what it adds."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from kzkg.terms import PREFIXES, expand
from kzkg.validation.constraints import Checker
from kzkg.validation.shacl import Result, Shapes, read_shapes

ROOT = Path(__file__).parents[1]
INVALID = Path(__file__).parent / "invalid"
FILES = sorted(path for path in INVALID.glob("*.ttl") if path.name != "base.ttl")
SHAPE_FILES = sorted((ROOT / "ontology/shapes").glob("*.ttl"))
# Of the ontology a shape needs the tree of classes, of the vocabularies which scheme a concept is in.
NEEDED = {NamedNode(PREFIXES["rdfs"] + "subClassOf"), NamedNode(PREFIXES["skos"] + "inScheme")}


def read(*paths: Path) -> list[Triple]:
    return [quad.triple for path in paths for quad in parse(path=path, format=RdfFormat.TURTLE)]


@cache
def ontology() -> tuple[Triple, ...]:
    return tuple(read(ROOT / "ontology/kzkg.ttl", ROOT / "ontology/vocab.ttl"))


@cache
def background() -> tuple[Triple, ...]:
    return tuple(triple for triple in ontology() if triple.predicate in NEEDED)


@cache
def base() -> tuple[Triple, ...]:
    return tuple(read(INVALID / "base.ttl"))


@cache
def shapes() -> Shapes:
    return read_shapes(read(*SHAPE_FILES))


@dataclass(frozen=True)
class Example:
    """What the head of an example says, and its triples."""

    name: str
    shape: NamedNode
    severity: str
    focus: NamedNode
    removed: tuple[tuple[str, str, str], ...]
    added: tuple[Triple, ...]

    def graph(self) -> list[Triple]:
        kept = list(base())
        for pattern in self.removed:
            after = [triple for triple in kept if not _matches(triple, pattern)]
            assert len(after) < len(kept), f"{self.name}: nothing to remove for {' '.join(pattern)}"
            kept = after
        return [*background(), *kept, *self.added]


def _matches(triple: Triple, pattern: tuple[str, str, str]) -> bool:
    terms = (triple.subject, triple.predicate, triple.object)
    return all(word == "*" or term == expand(word) for term, word in zip(terms, pattern, strict=True))


@cache
def example(path: Path) -> Example:
    head = re.findall(r"^# ([a-z]+): (.*)$", path.read_text(), re.MULTILINE)
    said = dict(head)
    removed = tuple(tuple(text.split()) for word, text in head if word == "remove")
    return Example(
        path.stem, expand(said["shape"]), said["severity"], expand(said["focus"]), removed, tuple(read(path))
    )


def check(graph: list[Triple], using: Shapes | None = None) -> list[Result]:
    return Checker(graph, using or shapes()).results()


def as_ntriples(triples: list[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
