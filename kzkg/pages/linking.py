"""Where pages stand: what a link points to, and the promise of whoever writes the addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from kzkg import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = "https://w3id.org/kzkg/"
NS, VOCAB, SHAPES, DATASET, GRAPHS = BASE + "ns", BASE + "vocab", BASE + "shapes", BASE + "dataset", BASE + "graph/"
PLACES = ("front", "queries", "sources", "conflicts", "timeline", "map", "search", "sparql", "about")
"""The pages that are about no single thing."""
FORMS = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
"""The data that stands beside the page of a thing, by suffix."""
DOWNLOADS = {
    "csv": "CSV", "tsv": "TSV", "json": "JSON", "ndjson": "NDJSON", "xlsx": "Excel", "md": "Markdown", "html": "HTML",
    "srj": "SPARQL JSON", "srx": "SPARQL XML",
}  # fmt: skip

Values = tuple[tuple[str, str], ...]
"""Parameters of a question as a person would type them."""


class Target(NamedTuple):
    """What a page is about: a thing by its IRI, a saved query with values, or one of the places."""

    kind: str
    name: str = ""
    values: Values = ()


class Dump(NamedTuple):
    """A file with data, by its path from the root."""

    path: str
    size: int
    checksum: str


class Links(Protocol):
    """Writes the addresses of pages and files, as they are from the page that is being written."""

    still: bool
    """Whether the pages are files in a folder, with no server behind them that could answer."""
    up: str
    """In a folder the way from the page to the root of the folder: nothing, or `../` once or several times."""
    languages: Sequence[str]
    """The languages that there are pages in."""
    dumps: Sequence[Dump]
    """In a folder the data as files, which the page about the data lists."""
    engine: str
    """In a folder that can answer on its own, the way to its engine, such as `../engine/`; else nothing."""

    def to(self, target: Target, lang: str) -> str:
        """Give the address of a page in a language."""

    def data(self, iri: str, form: str) -> str:
        """Give the address of the data of a thing, by suffix."""

    def answer(self, name: str, values: Values, form: str, lang: str) -> str:
        """Give the address of the answer of a saved query as a file; nothing where there is none in this form."""

    def feed(self, lang: str) -> str:
        """Give the address of the feed of changes, which a folder has."""

    def asset(self, name: str) -> str:
        """Give the address of a style sheet, a script or a picture of ours."""

    def absolute(self, target: Target, lang: str) -> str:
        """Give the whole address of a page, as it can be sent to others; nothing where it is not known."""

    def endpoint(self) -> str:
        """Give the address of the SPARQL endpoint, or nothing where there is none."""


def outside(address: str) -> str:
    """Give an address that a browser may follow, else nothing: no script and no file ever becomes a link."""
    return address if address.startswith(("http://", "https://")) and not terms_out_of_place(address) else ""


def terms_out_of_place(address: str) -> bool:
    """Tell whether an address holds what no address may hold."""
    return any(letter.isspace() or ord(letter) < 32 or letter in '<>"`' for letter in address)


def home(iri: str) -> str:
    """Give the IRI whose page tells of this one: a version, a file and a checksum are told where they belong."""
    bare = iri.removesuffix("#sha256")
    if bare.startswith(GRAPHS):
        return bare.removesuffix(".ttl")
    if bare.startswith((NS + "/", VOCAB + "/")) and bare.rpartition("/")[2][:1].isdigit():
        return bare.rpartition("/")[0]
    if bare == terms.PREFIXES["kzkg"]:
        return NS
    return SHAPES if bare.startswith(SHAPES) else bare
