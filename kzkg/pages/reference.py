"""The ontology as pages: all classes and properties, each with its rules, its use, examples and queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import LANGUAGES, describe, label, labels, rows
from kzkg.pages.embedded import triples_of, within_page
from kzkg.pages.linking import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kzkg.pages.ontology import Word
    from kzkg.pages.site import Page, View

INSTANCES = "SELECT ?thing WHERE {{ ?thing a {0} }} ORDER BY ?thing LIMIT 12"
PAIRS = "SELECT ?thing ?value WHERE {{ ?thing {0} ?value }} ORDER BY ?thing LIMIT 8"
SPOKEN = """SELECT ?property (COUNT(*) AS ?count) WHERE {{ ?thing a {0} ; ?property ?value }}
GROUP BY ?property ORDER BY DESC(?count) ?property"""
SCHEMES = """SELECT ?scheme (COUNT(?concept) AS ?count) WHERE { ?scheme a skos:ConceptScheme
  OPTIONAL { ?concept skos:inScheme ?scheme } } GROUP BY ?scheme"""


def said(view: View, word: Word, *properties: str) -> str:
    """Give a text about a term in the reader's language, else in the next one that has one."""
    found = [each for name in properties for each in word.texts.get(name, ())]
    order = {tag: number for number, tag in enumerate(dict.fromkeys((view.lang, *LANGUAGES)))}
    return min(found, key=lambda each: order.get(each.language or "", 9), default=Literal("")).value


def named(view: View, iris: Iterable[str]) -> Sequence[tuple[str, str, str]]:
    """Give terms with their names and addresses."""
    names = labels(view.graph, list(iris), view.lang, "all")
    return sorted((name, view.href(iri), terms.shrink(iri)) for iri, name in names.items())


def listing(view: View) -> Page:
    """Write the reference: the classes as a tree, the properties by name."""
    words = view.site.ontology.terms
    known = describe(view.graph, words, "all")

    def row(iri: str) -> dict[str, object]:
        word = words[iri]
        return {
            "local": iri.rpartition("#")[2], "href": view.href(iri), "name": label(iri, known[iri], view.lang),
            "text": said(view, word, "skos:definition", "rdfs:comment"), "count": word.count,
        }  # fmt: skip

    def tree(iri: str) -> dict[str, object]:
        return {**row(iri), "below": [tree(each) for each in sorted(view.site.ontology.below.get(iri, ()))]}

    tops = [
        iri
        for iri, word in words.items()
        if word.kind == "class" and not set(word.things.get("rdfs:subClassOf", ())) & words.keys()
    ]
    properties = [row(iri) for iri, word in words.items() if word.kind == "property"]
    return view.page(
        "ontology.html",
        tops=[tree(iri) for iri in tops],
        properties=properties,
        classes=sum(word.kind == "class" for word in words.values()),
        jsonld=within_page(triples_of(view.graph, NamedNode(NS), "all")),
    )


def term(view: View, iri: str) -> Page:
    """Write the page of a class or a property."""
    ontology, word = view.site.ontology, view.site.ontology.terms[iri]
    node = NamedNode(iri)
    queries = view.graph.catalog.queries
    mine = [shape for shape in ontology.shapes if iri in shape.speaks_of]
    return view.page(
        "term.html",
        word=word,
        local=iri.rpartition("#")[2],
        short=terms.shrink(iri),
        iri=iri,
        name=label(iri, describe(view.graph, [iri], "all")[iri], view.lang),
        names=sorted((each.language or "", each.value) for each in word.texts.get("rdfs:label", ())),
        definition=said(view, word, "skos:definition", "rdfs:comment"),
        note=said(view, word, "skos:scopeNote"),
        above=named(view, word.things.get("rdfs:subClassOf", ())),
        below=named(view, ontology.below.get(iri, ())),
        of=named(view, word.things.get("rdfs:domain", ())),
        values=named(view, word.things.get("rdfs:range", ())),
        shapes=[(shape, f"{view.href(shape.iri)}#{shape.name}") for shape in mine],
        uses=[(*view.question(queries[name]), view.to("query", name)) for name in ontology.uses.get(iri, ())],
        mapped=[(name, terms.shrink(other), view.href(other)) for name, other in ontology.alignments.get(iri, ())],
        spoken=spoken(view, node) if word.kind == "class" else (),
        instances=instances(view, node) if word.kind == "class" else (),
        pairs=pairs(view, node) if word.kind == "property" else (),
        jsonld=within_page(triples_of(view.graph, node, "all")),
    )


def spoken(view: View, node: NamedNode) -> Sequence[tuple[str, str, str, int]]:
    """Give the properties that things of a class have, with how many statements there are."""
    found = [
        (each.value, int(count.value))
        for each, count in rows(view.graph, SPOKEN.format(node), "all")
        if isinstance(each, NamedNode) and isinstance(count, Literal)
    ]
    names = labels(view.graph, [iri for iri, _ in found], view.lang, "all")
    return [(names[iri], view.href(iri), terms.shrink(iri), count) for iri, count in found]


def instances(view: View, node: NamedNode) -> Sequence[tuple[str, str]]:
    """Give some things of a class."""
    found = [each.value for (each,) in rows(view.graph, INSTANCES.format(node), "all") if isinstance(each, NamedNode)]
    names = labels(view.graph, found, view.lang, "all")
    return [(names[iri], view.href(iri)) for iri in found]


def pairs(view: View, node: NamedNode) -> Sequence[tuple[str, str, str, str]]:
    """Give some statements with a property."""
    found = rows(view.graph, PAIRS.format(node), "accepted") or rows(view.graph, PAIRS.format(node), "all")
    names = labels(
        view.graph, {each.value for row in found for each in row if isinstance(each, NamedNode)}, view.lang, "all"
    )

    def text(value: terms.Term | None) -> str:
        return names[value.value] if isinstance(value, NamedNode) else getattr(value, "value", "")

    return [
        (
            text(one),
            view.href(getattr(one, "value", "")),
            text(two),
            view.href(two.value) if isinstance(two, NamedNode) else "",
        )
        for one, two in found
    ]


def vocabularies(view: View) -> Page:
    """Write the list of all concept schemes."""
    found = {each.value: count for each, count in rows(view.graph, SCHEMES, "all") if isinstance(each, NamedNode)}
    names = labels(view.graph, found, view.lang, "all")
    schemes = sorted((names[iri], view.href(iri), terms.shrink(iri), getattr(found[iri], "value", "")) for iri in found)
    return view.page("vocab.html", schemes=schemes)


def shapes(view: View) -> Page:
    """Write all rules, by topic."""
    topics: dict[str, list[object]] = {}
    for shape in view.site.ontology.shapes:
        words = [(terms.shrink(iri), view.href(iri)) for iri in sorted(shape.speaks_of)]
        topics.setdefault(shape.topic, []).append((shape, words))
    return view.page("shapes.html", topics=sorted(topics.items()))
