"""Our own checking of shapes says what pySHACL says: on every example, and on graphs with faults at random.

pySHACL is slow, so the suite takes few graphs; `make validate-long` sets KZKG_SEEDS and takes many.
"""

import os
import random
from collections import Counter

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kzkg.terms import PREFIXES
from kzkg.validation import reference
from kzkg.validation.constraints import Checker
from kzkg.validation.shacl import TYPE, Shapes, show
from tests import examples
from tests.bench import generator

XSD = PREFIXES["xsd"]
SEEDS = int(os.environ.get("KZKG_SEEDS", "1"))
SHAPE_TRIPLES = examples.read(*examples.SHAPE_FILES)


def path(result):
    return result.path if isinstance(result.path, NamedNode) else result.path is None


def has_no_order(result):
    """pySHACL orders what has no order (an IRI before a literal, a day before a number); in SHACL that is a fault."""
    wanted = "date" if show(result.shape).startswith("kzs:S05") else "integer"
    return not isinstance(result.value, Literal) or result.value.datatype != NamedNode(XSD + wanted)


def comparable(results):
    """Results as a multiset; a path that is no IRI is a node of the report, and only its being there is compared."""
    return Counter(
        (r.focus, path(r), r.value, r.component, r.shape, r.severity, r.message)
        for r in results
        if not (r.component.startswith("LessThan") and has_no_order(r))
    )


def only(shape):
    """The triples of one shape, so that pySHACL is quick."""
    wanted, waiting = [], [shape, NamedNode("https://w3id.org/kzkg/shapes")]
    while waiting:
        node = waiting.pop()
        for triple in SHAPE_TRIPLES:
            if triple.subject == node:
                wanted.append(triple)
                if isinstance(triple.object, BlankNode):
                    waiting.append(triple.object)
    return wanted


@pytest.mark.parametrize("path", examples.FILES, ids=lambda path: path.stem)
def test_both_say_the_same_of_an_example(path):
    example = examples.example(path)
    alone = {node: shape for node, shape in examples.shapes().all.items() if node == example.shape or not shape.targets}
    ours = Checker(example.graph(), Shapes(examples.shapes().graph, alone)).results()
    theirs = reference.results(example.graph(), only(example.shape))
    assert comparable(ours) == comparable(theirs) != Counter()


def damaged(seed, valid, changes):
    """Valid triples with random changes: a triple less, a term swapped, a value replaced."""
    chance = random.Random(seed)
    triples = sorted(valid, key=str)
    subjects = [t.subject for t in triples]
    predicates = [t.predicate for t in triples]
    values = [t.object for t in triples] + [
        Literal("x"), Literal("2005-13-01", datatype=NamedNode(XSD + "date")), Literal("7", language="ru"),
        Literal("2005", datatype=NamedNode(XSD + "gYear")), Literal("-3", datatype=NamedNode(XSD + "integer")),
        Literal("2.50", datatype=NamedNode(XSD + "decimal")), BlankNode("b"),
    ]  # fmt: skip
    for _ in range(changes):
        place = chance.randrange(len(triples))
        s, p, o = triples[place].subject, triples[place].predicate, triples[place].object
        change = chance.randrange(5)
        if change == 0:
            del triples[place]
        elif change == 1:
            triples[place] = Triple(s, p, chance.choice(values))
        elif change == 2:
            triples.append(Triple(s, p, chance.choice(values)))
        elif change == 3:
            triples[place] = Triple(s, chance.choice(predicates), o)
        else:
            triples.append(Triple(chance.choice(subjects), p, o))
    # A subject that is a literal, or a type that is one, is no RDF that a file could hold.
    return [t for t in triples if t.predicate != TYPE or isinstance(t.object, NamedNode)]


def same(triples):
    """Both results, which must be equal, and ours to say how many there were."""
    graph = [*examples.background(), *triples]
    ours, theirs = Checker(graph, examples.shapes()).results(), reference.results(graph, SHAPE_TRIPLES)
    assert comparable(ours) == comparable(theirs)
    return ours


@pytest.mark.parametrize("seed", range(12 * SEEDS))
def test_both_say_the_same_of_faulty_data(seed):
    same(damaged(seed, examples.base(), 15))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_say_the_same_of_made_up_data_that_is_faulty(seed):
    """Faults that were put in, and others at random on top of them."""
    scene = next(generator.scenes(20_000, str(seed), 0.2))
    made = "".join(f"{s} {p} {o} .\n" for _, s, p, o in scene.quads)
    triples = {quad.triple for quad in parse(made.encode(), format=RdfFormat.N_TRIPLES)}
    assert len(same(damaged(seed, triples, 40))) > 40


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_say_the_same_of_real_files_that_miss_the_others(seed):
    """Some files of the graph without those that they speak of, with changes at random."""
    files = sorted((examples.ROOT / "data/sources").glob("*.ttl"))
    triples = examples.read(*random.Random(seed).sample(files, 3), examples.ROOT / "data/curation.ttl")
    assert len(same(damaged(seed, triples, 40))) > 40
