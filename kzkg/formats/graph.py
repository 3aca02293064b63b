"""Graphs and datasets in the RDF serialisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kzkg.errors import RequestError
from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.answer import Answer
    from kzkg.formats import Layout


def written(answer: Answer, form: RdfFormat) -> bytes:
    """Write the statements of the answer in one serialisation, under the prefixes that they use."""
    statements = answer.statements or ()
    if form.supports_datasets:
        quads = [each if isinstance(each, Quad) else Quad(*each) for each in statements]
        return serialize(quads, format=form, prefixes=used(statements)) or b""
    if any(isinstance(each, Quad) for each in statements):
        raise RequestError("named graphs need a format for datasets: use nq, trig or jsonld")
    triples = [each for each in statements if isinstance(each, Triple)]
    prefixes = {} if form == RdfFormat.N_TRIPLES else used(statements)
    return serialize(triples, format=form, prefixes=prefixes) or b""


def used(statements: Iterable[Triple | Quad]) -> dict[str, str]:
    """Find the prefixes that some IRI begins with, so that a small answer has a small head."""
    found = {term for statement in statements for term in statement}
    values = {getattr(term, "value", "") for term in found}
    types = {getattr(getattr(term, "datatype", None), "value", "") for term in found}
    spaces = {value[: value.rfind(sign) + 1] for value in values for sign in "#/"}
    spaces |= {value[: value.rfind("#") + 1] for value in types}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def ttl(answer: Answer, _layout: Layout) -> bytes:
    """Write Turtle in the canonical form of our files, so that two answers can be compared line by line."""
    statements = answer.statements or ()
    if any(isinstance(each, Quad) or isinstance(each.object, Triple) for each in statements):
        return written(answer, RdfFormat.TURTLE)
    from kzkg.turtle import write

    return write(statements).encode()


def nt(answer: Answer, _layout: Layout) -> bytes:
    """N-Triples, sorted: two dumps of one graph are the same bytes."""
    return in_order(written(answer, RdfFormat.N_TRIPLES))


def nq(answer: Answer, _layout: Layout) -> bytes:
    """N-Quads, sorted."""
    return in_order(written(answer, RdfFormat.N_QUADS))


def in_order(text: bytes) -> bytes:
    """Give the lines sorted, as the order in which a store gives them means nothing."""
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
