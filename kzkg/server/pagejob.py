"""Jobs of a worker: a page, the data of a thing, and whether there is such a thing at all."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kzkg import terms
from kzkg.answer import Answer
from kzkg.errors import NotFound, RequestError
from kzkg.findings import as_turtle
from kzkg.formats import FORMATS, Layout
from kzkg.labels import rows
from kzkg.pages import assets
from kzkg.pages.addresses import path_of
from kzkg.pages.linking import NS, SHAPES, VOCAB, Target
from kzkg.pages.site import Site
from kzkg.server.problems import Refusal
from kzkg.store import Triples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.pages.linking import Values
    from kzkg.pages.site import Page
    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

HTML = "text/html; charset=utf-8"
FORMS = {"ttl": "ttl", "jsonld": "jsonld", "nt": "nt", "rdf": "rdfxml"}
"""The suffix of the data of a thing, and the format of ours that it is."""
WITH_VALUES = {"query", "search", "sparql"}
"""Pages whose address carries values; on all others what stands behind the question mark means nothing."""
GONE = "SELECT ?new WHERE {{ {0} owl:deprecated true OPTIONAL {{ {0} dcterms:isReplacedBy ?new }} }}"
OF_GRAPH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {0} {{ ?s ?p ?o }} }}"
SITES: dict[str, Site] = {}
"""The site of the graph that this process has open: what several pages need is asked once."""


class Addresses:
    """Writes the addresses of pages as a server has them; a language is said in them where the reader chose it."""

    still, up = False, ""
    scripts: Sequence[str] = ()

    def __init__(self, root: str, prefix: str, lang: str, *, chosen: bool) -> None:
        self.root, self.prefix, self.lang, self.chosen = root, prefix, lang, chosen

    def to(self, target: Target, lang: str) -> str:
        """Give the address of a page in a language."""
        pairs = [pair for pair in target.values if pair[1] and pair[0] != "lang"]
        if self.chosen or lang != self.lang:
            pairs.append(("lang", lang))
        path = f"{self.prefix}/{quote(path_of(target), safe='/~:@!$&()*+,;=')}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def data(self, iri: str, form: str) -> str:
        """Give the address of the data of a thing."""
        return f"{self.prefix}/{quote(path_of(Target('thing', iri)), safe='/~:@!$&()*+,;=')}.{form}"

    def answer(self, name: str, values: Values, form: str, lang: str) -> str:
        """Give the address of the answer of a saved query as a file."""
        pairs = [*values, ("f", form), *([] if form == "srx" else [("cite", "1")]), ("lang", lang)]
        return f"{self.prefix}/api/queries/{quote(name)}?{urlencode(pairs)}"

    def asset(self, name: str) -> str:
        """Give the address of a file of ours; without it, where it would be."""
        try:
            return f"{self.prefix}/static/{name}?v={assets.version(name)}"
        except NotFound:
            return f"{self.prefix}/static/{name}"

    def absolute(self, target: Target, lang: str) -> str:
        """Give the whole address of a page."""
        return self.root + self.to(target, lang).removeprefix(self.prefix)

    def endpoint(self) -> str:
        """Give the address of the endpoint."""
        return f"{self.root}/sparql"


def site_of(graph: Graph) -> Site:
    """Give the site of a graph, made once; the pages around an answer as known by a day are those of today."""
    key = str(graph.catalog.folder)
    if key not in SITES:
        today = copy(graph)
        today.known_by = None
        SITES[key] = Site(today)
    return SITES[key]


def write(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write a page."""
    site = site_of(graph)
    values = tuple((name, value) for name, value in job["values"] if job["kind"] in WITH_VALUES)
    target = Target(job["kind"], job["name"], values)
    links = Addresses(job["root"], job["prefix"], job["lang"], chosen=job["chosen"])
    given = dict(target.values)
    wishes: dict[str, Any] = {}
    if target.kind == "query":
        wishes["graph"] = graph
    elif target.kind == "search":
        wishes["words"] = given.get("q", "")
    elif target.kind == "sparql":
        wishes["text"] = given.get("query", "")
    if target.kind == "thing":
        still_used(graph, named(target.name).value)
    try:
        page = site.page(target, job["lang"], links, **wishes)
    except NotFound as error:
        raise Refusal(404, plain(error)) from error
    send(page, job, outlet)


def fault(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write a page that says what is wrong."""
    links = Addresses(job["root"], job["prefix"], job["lang"], chosen=job["chosen"])
    page = site_of(graph).fault(job["status"], job["message"], job["lang"], links, job["instead"])
    send(page, job, outlet)


def send(page: Page, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Hand a page over."""
    outlet.begin(HTML, ("content-language", job["lang"]), status=page.status)
    outlet.write(page.html.encode("utf-8", "replace"))


def plain(error: Exception) -> str:
    """Give a message without the hint at a command."""
    return " ".join(str(error).split()).partition("; 'kzkg ")[0]


def still_used(graph: Graph, iri: str) -> None:
    """Say that a thing is gone, and what took its place."""
    found = rows(graph, GONE.format(NamedNode(iri)), "all")
    if found:
        new = found[0][0].value if isinstance(found[0][0], NamedNode) else ""
        raise Refusal(410, f"{terms.shrink(iri)} is no longer used", instead=new)


def look(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Say whether there is such a thing."""
    node = named(job["name"])
    still_used(graph, node.value)
    if node.value not in site_of(graph).known:
        raise Refusal(404, f"{terms.shrink(node)} is not in the data")
    outlet.begin("text/plain; charset=utf-8").write(b"there\n")


def named(iri: str) -> NamedNode:
    """Take the IRI of an address."""
    try:
        return terms.expand(f"<{iri}>")
    except RequestError as error:
        raise Refusal(404, plain(error)) from error


def data(graph: Graph, job: Mapping[str, Any], outlet: Outlet) -> None:
    """Write the statements about a thing."""
    node = named(job["name"])
    still_used(graph, node.value)
    statements = statements_of(graph, node)
    if not statements:
        raise Refusal(404, f"{terms.shrink(node)} is not in the data")
    form = FORMATS[FORMS[job["form"]]]
    written = form.write(Answer(statements=tuple(statements)), Layout())
    media = f"{form.media}; charset=utf-8" if form.media.startswith("text/") else form.media
    outlet.begin(media)
    for part in [written] if isinstance(written, bytes) else written:
        outlet.write(part if isinstance(part, bytes) else part.encode())


def shapes_of(graph: Graph) -> Sequence[Triple]:
    """Read the files of the shapes; blank nodes get numbers, so that two readings are the same bytes."""
    found: dict[BlankNode, BlankNode] = {}

    def numbered(term: Any) -> Any:
        return found.setdefault(term, BlankNode(f"b{len(found)}")) if isinstance(term, BlankNode) else term

    return [
        Triple(numbered(quad.subject), quad.predicate, numbered(quad.object))
        for path in graph.catalog.shapes
        for quad in parse(path=path, format=RdfFormat.TURTLE)
    ]


def statements_of(graph: Graph, node: NamedNode) -> Sequence[Triple]:
    """Give the statements about a thing: of the ontology, a vocabulary or a file all, of the shapes all files."""
    whole = {NS: "g:ontology", VOCAB: "g:vocab"}.get(node.value)
    if node.value == SHAPES:
        return shapes_of(graph)
    if whole or node in graph.named_graphs:
        result = graph.evaluate(OF_GRAPH.format(whole or node), "files")
        return sorted(result.triples, key=str) if isinstance(result, Triples) else ()
    return as_turtle(graph, node, "accepted") or as_turtle(graph, node, "all")
