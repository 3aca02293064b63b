"""Writes data/meta.ttl, the data set about itself: DCAT and VoID for the whole and for each named graph."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kzkg import turtle
from kzkg.terms import PREFIXES, expand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from kzkg.catalog import Catalog

DATASET = "https://w3id.org/kzkg/dataset"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TURTLE = "https://www.iana.org/assignments/media-types/text/turtle"
CREATED = "2026-11-24"
TYPE = PREFIXES["rdf"] + "type"
TITLES = {
    "en": "kzkg: courts, laws and state bodies of Kazakhstan on terrorism and extremism",
    "ru": "kzkg: суды, законы и государственные органы Казахстана о терроризме и экстремизме",
    "kk": "kzkg: Қазақстанның соттары, заңдары және мемлекеттік органдары терроризм мен экстремизм туралы",
}
DESCRIPTION = (
    "A cited knowledge graph: designations, decisions, attacks, laws, trials and estimates as documents report them, "
    "with the place in each document, rival claims side by side, and the reason for each verdict."
)
KEYWORDS = (
    "Kazakhstan", "designation of organisations", "court decisions", "counter-terrorism law", "extremism law",
    "provenance", "conflicting sources",
)  # fmt: skip
VOCABULARIES = ("kzkg", "skos", "dcterms", "prov", "geo", "schema", "bibo", "cito")
EXAMPLES = ("designation-taliban-2005-03-15", "attack-taraz-2011-11-12")

Facts = list[tuple[str, str, NamedNode | Literal]]


def _text(value: str, language: str = "en") -> Literal:
    return Literal(value, language=language)


def _typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(PREFIXES["xsd"] + datatype))


def _dataset(version: str, modified: str) -> Facts:
    """Describe the data set as a whole, as DCAT 3 and VoID do."""
    one: list[tuple[str, NamedNode | Literal]] = [
        *(("dcterms:title", _text(title, language)) for language, title in TITLES.items()),
        ("dcterms:description", _text(DESCRIPTION)),
        ("dcterms:creator", expand("id:org-kzkg-project")),
        ("dcterms:publisher", expand("id:org-kzkg-project")),
        ("dcterms:license", NamedNode(LICENCE)),
        ("dcterms:issued", _typed(CREATED, "date")),
        ("dcterms:modified", _typed(modified, "date")),
        ("dcterms:spatial", expand("id:place-kazakhstan")),
        ("dcat:version", Literal(version)),
        ("void:uriSpace", Literal(PREFIXES["id"])),
    ]
    several: dict[str, list[NamedNode | Literal]] = {
        "rdf:type": [expand("dcat:Dataset"), expand("void:Dataset")],
        "dcterms:conformsTo": [NamedNode("https://w3id.org/kzkg/ns"), NamedNode("https://w3id.org/kzkg/shapes")],
        "dcterms:language": [Literal(language) for language in TITLES],
        "dcat:keyword": [_text(word) for word in KEYWORDS],
        "dcat:theme": [expand(f"v:topic-{word}") for word in ("terrorism", "extremism", "counter-terrorism-policy")],
        "void:vocabulary": [NamedNode(PREFIXES[prefix]) for prefix in VOCABULARIES],
        "void:exampleResource": [expand(f"id:{name}") for name in EXAMPLES],
    }
    one += [(predicate, value) for predicate, values in several.items() for value in values]
    project = "id:org-kzkg-project"
    return [
        *((DATASET, predicate, value) for predicate, value in one),
        (expand(project).value, "rdf:type", expand("prov:Agent")),
        (expand(project).value, "skos:prefLabel", _text("The kzkg project")),
    ]


def _graph(
    graph: NamedNode, path: Path, catalog: Catalog, supported: dict[str, set[str]], modified: str
) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    """Describe one named graph: what it is part of, which documents it was derived from, its size and checksum."""
    content = path.read_bytes()
    triples = list(parse(content, format=RdfFormat.TURTLE))
    file = str(path.relative_to(catalog.folder))
    yield graph.value, "rdf:type", expand("dcat:Dataset")
    yield graph.value, "dcterms:title", _text(f"Named graph of {file}")
    yield graph.value, "dcterms:isPartOf", NamedNode(DATASET)
    yield graph.value, "dcterms:license", NamedNode(LICENCE)
    yield graph.value, "dcterms:modified", _typed(modified, "date")
    yield graph.value, "prov:wasAttributedTo", expand("id:org-kzkg-project")
    yield (
        graph.value,
        "void:triples",
        _typed(str(len({(t.subject, t.predicate, t.object) for t in triples})), "integer"),
    )
    for source in sorted(_sources(triples, supported)):
        yield graph.value, "prov:wasDerivedFrom", NamedNode(source)
    yield from _distribution(graph, file, content)


def _sources(triples: list[Triple], supported: dict[str, set[str]]) -> set[str]:
    """Name the documents a graph describes, else those that support its things, else the one in its header."""
    described = {
        str(t.subject)[1:-1] for t in triples if t.predicate.value == TYPE and t.object == expand("kzkg:Source")
    }
    behind = set().union(*(supported.get(str(t.subject), set()) for t in triples))
    named = {str(t.object)[1:-1] for t in triples if t.predicate == expand("dcterms:source")}
    return described or behind or named


def _supported(catalog: Catalog) -> dict[str, set[str]]:
    """For each record, by its N-Triples form, the sources that its citations point into."""
    source_of: dict[str, str] = {}
    evidence: list[tuple[str, str]] = []
    for path in catalog.graph_files.values():
        for triple in parse(path.read_bytes(), format=RdfFormat.TURTLE):
            if triple.predicate.value == PREFIXES["kzkg"] + "source":
                source_of[str(triple.subject)] = str(triple.object)[1:-1]
            elif triple.predicate.value == PREFIXES["kzkg"] + "evidence":
                evidence.append((str(triple.subject), str(triple.object)))
    found: dict[str, set[str]] = {}
    for record, citation in evidence:
        if citation in source_of:
            found.setdefault(record, set()).add(source_of[citation])
    return found


def _distribution(graph: NamedNode, file: str, content: bytes) -> Facts:
    """Describe the file of a graph as a distribution with its size and checksum."""
    distribution = f"{graph.value}.ttl"
    checksum = f"{distribution}#sha256"
    return [
        (graph.value, "dcat:distribution", NamedNode(distribution)),
        (distribution, "rdf:type", expand("dcat:Distribution")),
        (distribution, "dcterms:title", _text(file)),
        (distribution, "dcat:mediaType", NamedNode(TURTLE)),
        (distribution, "dcat:byteSize", _typed(str(len(content)), "integer")),
        (distribution, "spdx:checksum", NamedNode(checksum)),
        (checksum, "rdf:type", expand("spdx:Checksum")),
        (checksum, "spdx:algorithm", expand("spdx:checksumAlgorithm_sha256")),
        (checksum, "spdx:checksumValue", _typed(hashlib.sha256(content).hexdigest(), "hexBinary")),
    ]


def _written(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """From the present file: each graph's checksum and its day of modification."""
    checksums, days = {}, {}
    if path.exists():
        for triple in parse(path.read_bytes(), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
                if triple.predicate == expand("spdx:checksumValue"):
                    checksums[triple.subject.value.removesuffix(".ttl#sha256")] = triple.object.value
                if triple.predicate == expand("dcterms:modified"):
                    days[triple.subject.value] = triple.object.value
    return checksums, days


def describe(catalog: Catalog, version: str, today: dt.date) -> str:
    """Give the text of data/meta.ttl for the files as they are.

    A graph whose file has not changed keeps its day of modification, so that `today` shows only where something did.
    """
    meta = catalog.folder / "data" / "meta.ttl"
    checksums, days = _written(meta)
    facts: Facts = []
    modified = days.get(DATASET, today.isoformat())
    supported = _supported(catalog)
    for graph, path in catalog.graph_files.items():
        if path == meta:
            continue
        same = checksums.get(graph.value) == hashlib.sha256(path.read_bytes()).hexdigest()
        day = days.get(graph.value, today.isoformat()) if same else today.isoformat()
        modified = max(modified, day)
        facts += _graph(graph, path, catalog, supported, day)
    facts += _dataset(version, modified)
    return turtle.write(Triple(NamedNode(s), expand(p), o) for s, p, o in facts)
