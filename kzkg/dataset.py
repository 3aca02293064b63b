"""Gives the graph to people who program with rdflib."""

from io import BytesIO
from pathlib import Path

import pyoxigraph
from pyoxigraph import RdfFormat, parse
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.term import Identifier

from kzkg.remote import is_address
from kzkg.store import Solutions, open_graph
from kzkg.store.loaded import is_loaded
from kzkg.terms import PREFIXES, Term


def load_dataset(place: Path | str | None = None) -> Dataset:
    """Read every file into its named graph, as written, and the accepted view into the default graph.

    Of a loaded folder and of an endpoint the graphs are read as the engine gives them back.
    """
    opened = open_graph(place)
    dataset = Dataset(default_union=False)
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri)
    files = {} if is_address(place) or is_loaded(place) else opened.catalog.graph_files
    for name in files or opened.named_graphs:
        graph = dataset.graph(URIRef(name.value))
        # The engine's parser is ten times as fast as rdflib's and, unlike its store, keeps each value as written.
        if name in files:
            found = parse(path=files[name], format=RdfFormat.TURTLE, base_iri=name.value)
        else:
            lines = BytesIO()
            opened.write(name, lines, RdfFormat.N_TRIPLES)
            found = parse(lines.getvalue(), RdfFormat.N_TRIPLES)
        for triple in found:
            graph.add((rdflib_term(triple.subject), rdflib_term(triple.predicate), rdflib_term(triple.object)))
    fill(dataset.default_graph, opened.evaluate("SELECT * WHERE { ?s ?p ?o }"))
    return dataset


def fill(graph: Graph, answer: object) -> None:
    """Add the rows of `SELECT * WHERE { ?s ?p ?o }` to a graph."""
    if not isinstance(answer, Solutions):
        raise TypeError(f"needs rows of triples, not {type(answer).__name__}")
    order = [answer.variables.index(name) for name in "spo"]
    for row in answer.rows:
        subject, predicate, value = (rdflib_term(row[index]) for index in order)
        graph.add((subject, predicate, value))


def rdflib_term(term: Term | None) -> Identifier:
    """Turn a term of an answer into rdflib's; a plain literal has no datatype there."""
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if not isinstance(term, pyoxigraph.Literal):
        raise TypeError(f"rdflib has no term for {term}")
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == PREFIXES["xsd"] + "string"
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)
