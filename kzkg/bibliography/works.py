"""The documents behind an answer or a thing, described as bibliographies need them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kzkg import terms
from kzkg.labels import about, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kzkg.store import Graph
    from kzkg.terms import Term

DATASET = "https://w3id.org/kzkg/dataset"
OURS = "https://w3id.org/kzkg/"
SELF = "kzkg"
"""The key of the data set itself in a bibliography."""
PROPERTIES = (
    "dcterms:title", "dc:publisher", "dcterms:publisher", "dcterms:creator", "dcterms:issued", "dcterms:modified",
    "dcterms:language", "dcterms:identifier", "dcterms:license", "bibo:authorList", "bibo:doi", "schema:url",
    "kzkg:kind", "kzkg:access", "dcat:version",
)  # fmt: skip
DESCRIBED = (
    "SELECT ?thing ?property ?value WHERE { VALUES ?thing { $things } ?thing ?property ?value "
    f"FILTER (?property IN ({', '.join(PROPERTIES)})) }}"
)
UNKNOWN_LANGUAGE = "und"
ORDER = ("en", "ru", "kk", "")


@dataclass(frozen=True, slots=True)
class Author:
    """A person by family name and initials, or a body by its one name."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True, slots=True)
class Work:
    """A document, or the data set itself; what nobody knows is empty."""

    iri: str
    key: str
    title: str
    kind: str = "other"
    authors: tuple[Author, ...] = ()
    publisher: str = ""
    issued: str = ""
    language: str = ""
    address: str = ""
    doi: str = ""
    issn: str = ""
    access: str = ""
    version: str = ""
    licence: str = ""
    places: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        """Give the name under which the work stands in a list: its authors, else its publisher, else its title."""
        return "; ".join(str(author) for author in self.authors) or self.publisher or self.title

    @property
    def day(self) -> tuple[int, ...]:
        """Give the date as year, month and day, as far as it is known."""
        return tuple(int(part) for part in self.issued.split("-")) if self.issued else ()


def works(graph: Graph, cited: Mapping[str, Iterable[str]], lang: str = "en") -> list[Work]:
    """Describe these documents, in the order of a bibliography."""
    known: dict[str, dict[str, list[Term]]] = {iri: defaultdict(list) for iri in cited}
    for thing, name, value in about(graph, DESCRIBED, cited, "all"):
        if isinstance(thing, NamedNode) and isinstance(name, NamedNode) and value is not None:
            known[thing.value][terms.shrink(name)].append(value)
    values = [value for each in known.values() for found in each.values() for value in found]
    linked = {value.value for value in values if isinstance(value, NamedNode) and value.value.startswith(OURS)}
    names = labels(graph, linked, lang, "all")
    found = [work(iri, each, names, cited[iri], lang) for iri, each in known.items()]
    return sorted(found, key=lambda each: (each.lead.casefold(), each.issued, each.key))


def work(iri: str, known: Mapping[str, list[Term]], names: Mapping[str, str], at: Iterable[str], lang: str) -> Work:
    """Describe one document from what the graph says of it."""
    itself = iri == DATASET

    def first(*properties: str) -> str:
        found = [spoken(value, names, lang) for name in properties for value in known.get(name, [])]
        return min((each for each in found if each[1]), default=(0, ""))[1]

    identifier = re.sub(r"^ISSN\s*", "", first("dcterms:identifier"))
    language = "" if itself else first("dcterms:language")
    return Work(
        iri=iri,
        key=SELF if itself else iri.rpartition("/")[2].removeprefix("source-"),
        title=first("dcterms:title") or terms.shrink(iri),
        kind="data-set" if itself else kind_of(known),
        authors=authors(first("dcterms:creator" if itself else "bibo:authorList")),
        publisher="" if itself else first("dc:publisher"),
        issued=first("dcterms:modified", "dcterms:issued") if itself else first("dcterms:issued"),
        language="" if language == UNKNOWN_LANGUAGE else language,
        address=DATASET if itself else first("schema:url"),
        doi=first("bibo:doi"),
        issn=identifier if re.fullmatch(r"\d{4}-\d{3}[\dXx]", identifier) else "",
        access=first("kzkg:access"),
        version=first("dcat:version"),
        licence=short(first("dcterms:license")),
        places=tuple(sorted(at, key=in_order)),
    )


def spoken(value: Term, names: Mapping[str, str], lang: str) -> tuple[int, str]:
    """Give a value as text, and how far its language is from the reader's; a thing without a name is unknown."""
    if isinstance(value, NamedNode):
        name = names.get(value.value, value.value)
        return 0, "" if name == terms.shrink(value) != value.value else name
    if not isinstance(value, Literal):
        return 0, str(value)
    order = (lang, *ORDER)
    tag = value.language or ""
    return order.index(tag) if tag in order else len(order), " ".join(value.value.split())


def kind_of(known: Mapping[str, list[Term]]) -> str:
    """Give the kind of a document in one word."""
    kinds = (value.value for value in known.get("kzkg:kind", []) if isinstance(value, NamedNode))
    return min((terms.shrink(kind).removeprefix("v:source-") for kind in kinds), default="other")


def authors(written: str) -> tuple[Author, ...]:
    """Read the authors of a document, written as `Aris, S.; Dunay, P.`; a name without a comma is a body's."""
    found = []
    for name in (part.strip() for part in written.split(";")):
        family, comma, given = name.partition(",")
        if name:
            found.append(Author(family.strip(), given.strip()) if comma else Author(name))
    return tuple(found)


def short(licence: str) -> str:
    """Give the short name of a Creative Commons licence; any other address stays as it is."""
    found = re.search(r"creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)", licence)
    return f"CC {found[1].upper()} {found[2]}" if found else licence


def in_order(place: str) -> tuple[str, int, str]:
    """Put p9 before p10."""
    letters, digits = re.match(r"(\D*)(\d*)", place).groups()  # type: ignore[union-attr]
    return letters, int(digits or 0), place
