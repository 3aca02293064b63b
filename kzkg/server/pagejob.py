"""Jobs of a worker: a page, the data of a thing, and whether there is such a thing at all."""

from __future__ import annotations

import time
from copy import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from kzkg import terms
from kzkg.errors import NotFound, RequestError
from kzkg.formats import FORMATS
from kzkg.labels import LANGUAGES, rows
from kzkg.pages import assets
from kzkg.pages.addresses import path_of
from kzkg.pages.beside import FORMS, in_form, statements_of
from kzkg.pages.linking import Target
from kzkg.pages.looking import Looked
from kzkg.pages.site import Site
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.pages.linking import Dump, Values
    from kzkg.pages.site import Page
    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

HTML = "text/html; charset=utf-8"
WITH_VALUES = {"query", "search", "sparql"}
"""Pages whose address carries values; on all others what stands behind the question mark means nothing."""
GONE = "SELECT ?new WHERE {{ {0} owl:deprecated true OPTIONAL {{ {0} dcterms:isReplacedBy ?new }} }}"
SITES: dict[str, Site] = {}
"""The site of the graph that this process has open, in its newest state: what several pages need is asked once."""


class Addresses:
    """Writes the addresses of pages as a server has them; a language is said in them where the reader chose it."""

    still, up, engine = False, "", ""
    languages: Sequence[str] = LANGUAGES
    dumps: Sequence[Dump] = ()

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

    def feed(self, _lang: str) -> str:
        """Give nothing: a server has no feed."""
        return ""

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
    key = graph.state or str(int(time.time()) // 60)
    if key not in SITES:
        today = copy(graph)
        today.known_by = None
        SITES.clear()
        SITES[key] = Site(today, Looked(today) if graph.large else None)
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
    outlet.begin(f"{form.media}; charset=utf-8" if form.media.startswith("text/") else form.media)
    for part in in_form(statements, job["form"]):
        outlet.write(part)
