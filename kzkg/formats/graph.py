"""Graphs and datasets in the RDF serialisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from kzkg.answer import Answer
    from kzkg.formats import Layout


def written(answer: Answer, form: RdfFormat) -> bytes:
    """The statements of the answer in one serialisation, under the prefixes that they use."""
    if not form.supports_datasets:
        return serialize((flat(each) for each in answer.statements), format=form, prefixes=used(answer))
    return serialize(answer.statements, format=form, prefixes=used(answer))


def flat(statement: Triple | Quad) -> Triple:
    """The statement without the graph that it stands in."""
    return statement.triple if isinstance(statement, Quad) else statement


def used(answer: Answer) -> dict[str, str]:
    """The prefixes that some IRI of the answer begins with, so that a small answer has a small head."""
    spaces = set()
    for statement in answer.statements:
        for term in (statement.subject, statement.predicate, statement.object, getattr(statement, "graph_name", None)):
            value = getattr(term, "value", "")
            spaces.update((value[: value.rfind("#") + 1], value[: value.rfind("/") + 1]))
            datatype = getattr(getattr(term, "datatype", None), "value", "")
            spaces.add(datatype[: datatype.rfind("#") + 1])
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def ttl(answer: Answer, _layout: Layout) -> bytes:
    """Turtle."""
    return written(answer, RdfFormat.TURTLE)


def nt(answer: Answer, _layout: Layout) -> bytes:
    """N-Triples, sorted: two dumps of one graph are the same bytes."""
    return in_order(written(answer, RdfFormat.N_TRIPLES))


def nq(answer: Answer, _layout: Layout) -> bytes:
    """N-Quads, sorted."""
    return in_order(written(answer, RdfFormat.N_QUADS))


def in_order(text: bytes) -> bytes:
    """The lines sorted, as the order in which a store gives them means nothing."""
    return b"".join(sorted(text.splitlines(keepends=True)))


def trig(answer: Answer, _layout: Layout) -> bytes:
    """TriG: Turtle with named graphs."""
    return written(answer, RdfFormat.TRIG)


def jsonld(answer: Answer, _layout: Layout) -> bytes:
    """JSON-LD."""
    return written(answer, RdfFormat.JSON_LD)


def rdfxml(answer: Answer, _layout: Layout) -> bytes:
    """RDF/XML."""
    return written(answer, RdfFormat.RDF_XML)
