"""The ontology, its vocabularies and its alignments keep their own rules."""

import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kzkg.terms import PREFIXES

ROOT = Path(__file__).resolve().parents[1]
FILES = {name: ROOT / "ontology" / f"{name}.ttl" for name in ("kzkg", "vocab", "alignments")}
KZKG = Namespace("https://w3id.org/kzkg/ns#")
V = Namespace("https://w3id.org/kzkg/vocab/")
BIBO = Namespace("http://purl.org/ontology/bibo/")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")  # rdflib's own warns whenever pytest looks at it
ONTOLOGY = URIRef("https://w3id.org/kzkg/ns")

PROPERTY_TYPES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
TERM_TYPES = {OWL.Class, *PROPERTY_TYPES}

# Several domains would mean their intersection, so a property of unlike things has none.
WITHOUT_DOMAIN = {
    "about": "claims, questions, findings, decisions and steps are about something",
    "kind": "records, sources and definition elements have a kind",
    "name": "everything with a label has a plain name in the view",
    "order": "elements, phases and the references of the article stand in an order",
    "property": "an annotation property, so that it can point to a property",
    "value": "an annotation property, so that it can take IRIs and literals",
    "rationale": "claims have their rank for a reason, questions stay open for one",
    "speaker": "statements and citations have a speaker",
    "speakerText": "statements and citations have a speaker",
}
WITHOUT_RANGE = {
    "about": "any thing can be a topic",
    "property": "any property, and properties are not individuals in OWL",
    "value": "IRIs and literals",
}

AXIOMS = {
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range,
    OWL.inverseOf, OWL.propertyChainAxiom, OWL.disjointWith, OWL.members, RDF.first, RDF.rest,
}  # fmt: skip
TYPES = TERM_TYPES | {
    OWL.Ontology, OWL.TransitiveProperty, OWL.SymmetricProperty, OWL.AllDisjointClasses,
    SKOS.Concept, SKOS.ConceptScheme,
}  # fmt: skip
DISJOINT = [
    "Person", "Organisation", "Place", "Event", "Claim", "Question", "Citation", "Source", "LegalInstrument",
    "Provision", "DefinitionElement", "Phase", "PolicyMeasure", "RecruitmentTechnique",
]  # fmt: skip
HEADER = (
    DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, DCTERMS.publisher, DCTERMS.created,
    DCTERMS.issued, DCTERMS.modified, DCTERMS.bibliographicCitation, BIBO.status, OWL.versionIRI, OWL.versionInfo,
)  # fmt: skip


def read(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


GRAPHS = {name: read(path) for name, path in FILES.items()}
TERMS = sorted(s for s in GRAPHS["kzkg"].subjects(RDFS.isDefinedBy, ONTOLOGY) if isinstance(s, URIRef))
PROPERTIES = [t for t in TERMS if (t, RDF.type, OWL.Class) not in GRAPHS["kzkg"]]
CLASSES = [t for t in TERMS if (t, RDF.type, OWL.Class) in GRAPHS["kzkg"]]
CONCEPTS = sorted(s for s in GRAPHS["vocab"].subjects(RDF.type, SKOS.Concept) if isinstance(s, URIRef))
SCHEMES = sorted(s for s in GRAPHS["vocab"].subjects(RDF.type, SKOS.ConceptScheme) if isinstance(s, URIRef))


def local(node: Node) -> str:
    return re.split(r"[#/]", str(node))[-1]


def texts(graph: Graph, subject: Node, predicate: Node, language: str) -> list[Node]:
    return [o for o in graph.objects(subject, predicate) if isinstance(o, Literal) and o.language == language]


def our(graph: Graph) -> set[URIRef]:
    """Every name of ours that a graph mentions, wherever it stands."""
    return {n for triple in graph for n in triple if isinstance(n, URIRef) and n.startswith(KZKG)}


# Header


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("predicate", HEADER, ids=local)
def test_header_is_complete(name: str, predicate: URIRef) -> None:
    graph = GRAPHS[name]
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    assert list(graph.objects(header, predicate))


def test_header_of_the_ontology() -> None:
    graph = GRAPHS["kzkg"]
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert graph.value(ONTOLOGY, VANN.preferredNamespacePrefix) == Literal("kzkg")
    assert graph.value(ONTOLOGY, VANN.preferredNamespaceUri) == Literal(str(KZKG))
    assert graph.value(ONTOLOGY, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")


@pytest.mark.parametrize("name", FILES)
def test_versions_agree(name: str) -> None:
    graph = GRAPHS[name]
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert graph.value(header, OWL.versionInfo) == Literal(version[1])
    assert graph.value(header, OWL.versionIRI) == URIRef(f"{header}/{version[1]}")


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_imported(name: str) -> None:
    assert not list(GRAPHS[name].objects(None, OWL.imports))


@pytest.mark.parametrize("name", FILES)
def test_prefixes_are_those_of_the_one_table(name: str) -> None:
    prefixes = dict(re.findall(r"^@prefix (\w+): <(.+)> \.$", FILES[name].read_text(), re.MULTILINE))
    assert prefixes
    assert prefixes.items() <= PREFIXES.items()


# Terms


@pytest.mark.parametrize("term", TERMS, ids=local)
class TestTerm:
    def test_label_in_three_languages(self, term: URIRef) -> None:
        for language in ("en", "ru", "kk"):
            assert len(texts(GRAPHS["kzkg"], term, RDFS.label, language)) == 1

    def test_definition(self, term: URIRef) -> None:
        assert len(texts(GRAPHS["kzkg"], term, SKOS.definition, "en")) == 1

    def test_one_type(self, term: URIRef) -> None:
        assert len(TERM_TYPES & set(GRAPHS["kzkg"].objects(term, RDF.type))) == 1

    def test_letter_case(self, term: URIRef) -> None:
        first = "[A-Z]" if term in CLASSES else "[a-z]"
        assert term.startswith(KZKG)
        assert re.fullmatch(rf"{first}[A-Za-z]*", local(term))


@pytest.mark.parametrize("term", PROPERTIES, ids=local)
def test_domain_and_range(term: URIRef) -> None:
    for predicate, exceptions in ((RDFS.domain, WITHOUT_DOMAIN), (RDFS.range, WITHOUT_RANGE)):
        expected = 0 if local(term) in exceptions else 1
        assert len(list(GRAPHS["kzkg"].objects(term, predicate))) == expected, predicate


@pytest.mark.parametrize("name", sorted({*WITHOUT_DOMAIN, *WITHOUT_RANGE}))
def test_exception_is_a_property(name: str) -> None:
    assert KZKG[name] in PROPERTIES


@pytest.mark.parametrize("term", PROPERTIES, ids=local)
def test_range_fits_the_type(term: URIRef) -> None:
    for kind in GRAPHS["kzkg"].objects(term, RDFS.range):
        literal = kind == RDFS.Literal or str(kind).startswith(str(XSD))
        is_object = (term, RDF.type, OWL.ObjectProperty) in GRAPHS["kzkg"]
        assert literal != is_object
        assert kind not in {XSD.date, XSD.gYear, RDF.langString}, "not in the datatype map of OWL 2"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_no_two_terms_share_a_label(language: str) -> None:
    labels = [str(o) for t in TERMS for o in texts(GRAPHS["kzkg"], t, RDFS.label, language)]
    classes = {str(o) for t in CLASSES for o in texts(GRAPHS["kzkg"], t, RDFS.label, language)}
    assert len(classes) == len(CLASSES)
    assert sorted(labels) == sorted(set(labels))


def test_every_name_is_a_term() -> None:
    for name, graph in GRAPHS.items():
        assert our(graph) <= {*TERMS}, name


# Axioms


@pytest.mark.parametrize("name", FILES)
def test_axioms_are_of_the_allowed_types(name: str) -> None:
    for s, p, o in GRAPHS[name]:
        if p == RDF.type:
            assert o in TYPES, (s, o)
        elif p not in AXIOMS:
            assert not str(p).startswith(str(OWL)) or local(p) in {"versionIRI", "versionInfo"}, (s, p, o)
            assert not str(p).startswith(str(RDFS)) or local(p) in {"label", "isDefinedBy"}, (s, p, o)
        elif p in {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.disjointWith}:
            assert isinstance(o, URIRef), "only named classes and properties"


def test_axioms_of_the_design() -> None:
    graph = GRAPHS["kzkg"]
    (members,) = graph.objects(None, OWL.members)
    assert {local(c) for c in graph.items(members)} == set(DISJOINT)
    assert set(graph.subject_objects(OWL.inverseOf)) == {
        (KZKG.designatedIn, KZKG.designates),
        (KZKG.banned, KZKG.bannedBy),
    }
    assert list(graph.subjects(RDF.type, OWL.TransitiveProperty)) == [KZKG.partOf]
    assert list(graph.subjects(RDF.type, OWL.SymmetricProperty)) == [KZKG.contradicts]
    ((banned, chain),) = graph.subject_objects(OWL.propertyChainAxiom)
    assert (banned, *graph.items(chain)) == (KZKG.bannedBy, KZKG.designatedIn, KZKG.byDecision, KZKG.issuedBy)


# Vocabularies


@pytest.mark.parametrize("concept", CONCEPTS, ids=local)
def test_concept(concept: URIRef) -> None:
    graph = GRAPHS["vocab"]
    (scheme,) = graph.objects(concept, SKOS.inScheme)
    assert scheme in SCHEMES
    assert re.fullmatch(re.escape(f"{scheme}-") + r"[a-z0-9]+(-[a-z0-9]+)*", concept)
    for language in ("en", "ru", "kk"):
        assert len(texts(graph, concept, SKOS.prefLabel, language)) == 1
    assert len(texts(graph, concept, SKOS.definition, "en")) == 1
    broader = list(graph.objects(concept, SKOS.broader))
    assert list(graph.objects(concept, SKOS.topConceptOf)) == ([] if broader else [scheme])
    assert all((wider, SKOS.inScheme, scheme) in graph and wider != concept for wider in broader)


@pytest.mark.parametrize("scheme", SCHEMES, ids=local)
def test_scheme(scheme: URIRef) -> None:
    graph = GRAPHS["vocab"]
    assert re.fullmatch(re.escape(str(V)) + "[a-z]+", scheme)
    for language in ("en", "ru", "kk"):
        assert len(texts(graph, scheme, SKOS.prefLabel, language)) == 1
    assert len(texts(graph, scheme, SKOS.definition, "en")) == 1
    concepts = list(graph.subjects(SKOS.inScheme, scheme))
    assert concepts
    for language in ("en", "ru", "kk"):
        labels = [str(o) for c in concepts for o in texts(graph, c, SKOS.prefLabel, language)]
        assert sorted(labels) == sorted(set(labels)), "two codes of one scheme must not look alike"


# Other vocabularies


@pytest.mark.parametrize("name", FILES)
def test_terms_of_others_are_declared(name: str) -> None:
    """A description logic tool rejects a file that uses an undeclared name; rdf:, rdfs:, owl:, xsd: need none."""
    graph = GRAPHS[name]
    reserved = tuple(map(str, (RDF, RDFS, OWL, XSD, KZKG)))
    used = set(graph.predicates()) | set(graph.objects(None, RDF.type))
    for predicate in (SKOS.closeMatch, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        used |= set(graph.objects(None, predicate))
    for node in used:
        if not str(node).startswith(reserved):
            assert TERM_TYPES & set(graph.objects(node, RDF.type)), node


@pytest.mark.parametrize("name", FILES)
def test_one_schema_org(name: str) -> None:
    assert "http://schema.org" not in FILES[name].read_text()


def test_nothing_is_declared_for_others_without_use() -> None:
    graph = GRAPHS["alignments"]
    for node in graph.subjects(RDF.type, None):
        if (node, RDF.type, OWL.Ontology) not in graph:
            assert (None, None, node) in graph or (None, node, None) in graph, node
