"""What the server says about itself in RDF: Service Description, VoID with counts, DCAT with checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kzkg.server.graphwriter import Description, iri, number, typed
from kzkg.server.media import GRAPHS, ROWS
from kzkg.server.statistics import DATASET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from kzkg.server.site import Site

LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")


class Described(Protocol):
    """What is described: a server, or a folder without one."""

    endpoint: str
    """The path of the endpoint below the root; nothing where there is none."""
    dumps_path: str
    """The path of the dumps below the root."""

    @property
    def manifest(self) -> dict[str, Any]:
        """What there is to know of each dump."""

    @property
    def making(self) -> bool:
        """Whether the usual dumps are still being written."""

    async def counts(self) -> dict[str, Any]:
        """Give the counts of the accepted view, and what the data say about themselves."""


async def describe_service(site: Site, endpoint: str, form: str) -> bytes:
    """Describe the endpoint under the address that was asked; only what works is listed."""
    counts = await site.counts()
    about = Description()
    graphs = [
        about.new(("rdf:type", iri("sd:NamedGraph")), ("sd:name", NamedNode(name)), ("sd:graph", sized(about, triples)))
        for name, triples in counts["graphs"]
    ]
    dataset = about.add(
        DATASET,
        ("rdf:type", iri("sd:Dataset")),
        ("rdf:type", iri("void:Dataset")),
        ("sd:defaultGraph", sized(about, counts["totals"][0])),
        *(("sd:namedGraph", graph) for graph in graphs),
    )
    about.add(
        NamedNode(endpoint),
        ("rdf:type", iri("sd:Service")),
        ("sd:endpoint", NamedNode(endpoint)),
        ("sd:supportedLanguage", iri("sd:SPARQL11Query")),
        ("sd:defaultDataset", dataset),
        *(("sd:resultFormat", iri(f"formats:{media.iri}")) for media in (*ROWS.values(), *GRAPHS.values())),
    )
    return about.write(form)


def sized(about: Description, triples: int) -> Any:
    """Describe a graph by its size."""
    return about.new(("rdf:type", iri("sd:Graph")), ("void:triples", number(triples)))


async def describe_data(site: Described, root: str, form: str) -> bytes:
    """Describe the accepted view as a VoID data set, every count as SPARQL gives it, and the ways to the data."""
    counts = await site.counts()
    about = Description()
    about.extend(own_words(counts))
    triples, subjects, objects = counts["totals"]
    about.add(
        DATASET,
        ("rdf:type", iri("void:Dataset")),
        ("void:triples", number(triples)),
        ("void:distinctSubjects", number(subjects)),
        ("void:distinctObjects", number(objects)),
        ("void:entities", number(counts["entities"])),
        ("void:classes", number(len(counts["classes"]))),
        ("void:properties", number(len(counts["properties"]))),
        *((("void:sparqlEndpoint", NamedNode(root + site.endpoint)),) if site.endpoint else ()),
        *(("void:classPartition", part) for part in class_parts(about, counts)),
        *(("void:propertyPartition", part) for part in property_parts(about, counts)),
        *(
            ("void:dataDump", NamedNode(f"{root}{site.dumps_path}/{name}"))
            for name in ("accepted.nt", "accepted.nt.gz")
            if name in site.manifest or site.making
        ),
    )
    about.add(
        NamedNode(f"{root}/.well-known/void"),
        ("rdf:type", iri("void:DatasetDescription")),
        ("foaf:primaryTopic", DATASET),
    )
    return about.write(form)


def class_parts(about: Description, counts: dict[str, Any]) -> Iterator[Any]:
    """Describe the part of each class."""
    for name, entities in counts["classes"]:
        yield about.new(("void:class", NamedNode(name)), ("void:entities", number(entities)))


def property_parts(about: Description, counts: dict[str, Any]) -> Iterator[Any]:
    """Describe the part of each property."""
    for name, triples, subjects, objects in counts["properties"]:
        yield about.new(
            ("void:property", NamedNode(name)),
            ("void:triples", number(triples)),
            ("void:distinctSubjects", number(subjects)),
            ("void:distinctObjects", number(objects)),
        )


def own_words(counts: dict[str, Any]) -> Iterator[Triple]:
    """Give what the data say about themselves."""
    for quad in parse("\n".join(counts["words"]), RdfFormat.N_TRIPLES):
        yield quad.triple


async def describe_catalog(site: Described, root: str, form: str) -> bytes:
    """Describe the data set as DCAT 3: the endpoint where there is one, every dump with its size and checksum."""
    about = Description()
    about.extend(own_words(await site.counts()))
    parts = [
        distribution(about, f"{root}{site.dumps_path}/{name}", name, entry) for name, entry in site.manifest.items()
    ]
    services = [serving(about, f"{root}{site.endpoint}", parts)] if site.endpoint else []
    about.add(DATASET, ("rdf:type", iri("dcat:Dataset")), *(("dcat:distribution", part) for part in parts))
    about.add(
        NamedNode(f"{root}/.well-known/dcat"),
        ("rdf:type", iri("dcat:Catalog")),
        ("dcterms:title", Literal("kzkg", language="en")),
        ("dcterms:description", Literal("The data set of kzkg, and the ways to get it.", language="en")),
        ("dcat:dataset", DATASET),
        *(("dcat:service", service) for service in services),
    )
    return about.write(form)


def serving(about: Description, endpoint: str, parts: list[Any]) -> Any:
    """Describe the endpoint as a service, and as one more way to the data."""
    service = about.add(
        NamedNode(endpoint),
        ("rdf:type", iri("dcat:DataService")),
        ("dcterms:title", Literal("SPARQL endpoint", language="en")),
        ("dcterms:conformsTo", NamedNode("http://www.w3.org/TR/sparql11-protocol/")),
        ("dcat:endpointURL", NamedNode(endpoint)),
        ("dcat:endpointDescription", NamedNode(endpoint)),
        ("dcat:servesDataset", DATASET),
    )
    parts.append(
        about.add(
            NamedNode(f"{endpoint}#distribution"),
            ("rdf:type", iri("dcat:Distribution")),
            ("dcterms:title", Literal("SPARQL endpoint", language="en")),
            ("dcat:accessURL", NamedNode(endpoint)),
            ("dcat:accessService", service),
            ("dcterms:license", LICENCE),
        )
    )
    return service


def distribution(about: Description, address: str, name: str, entry: dict[str, Any]) -> Any:
    """Describe one file."""
    checksum = about.new(
        ("rdf:type", iri("spdx:Checksum")),
        ("spdx:algorithm", iri("spdx:checksumAlgorithm_sha256")),
        ("spdx:checksumValue", typed(entry["sha256"], "hexBinary")),
    )
    packed = [("dcat:compressFormat", NamedNode(f"{TYPES}application/gzip"))] if name.endswith(".gz") else []
    return about.add(
        NamedNode(address),
        ("rdf:type", iri("dcat:Distribution")),
        ("dcterms:title", Literal(name)),
        ("dcat:accessURL", NamedNode(address)),
        ("dcat:downloadURL", NamedNode(address)),
        ("dcat:mediaType", NamedNode(TYPES + entry["media"])),
        ("dcat:byteSize", typed(str(entry["size"]), "nonNegativeInteger")),
        ("dcterms:license", LICENCE),
        ("spdx:checksum", checksum),
        *packed,
    )


TYPES = "https://www.iana.org/assignments/media-types/"
