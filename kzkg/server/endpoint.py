"""The SPARQL 1.1 Protocol: a query by GET or POST, the graphs it is about, and an answer in the wanted format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from kzkg.server import negotiation
from kzkg.server.answering import encoded, etag, header, matches, send_reply, send_unchanged, send_whole, stable
from kzkg.server.description import describe_service
from kzkg.server.media import GRAPHS, ROWS
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from kzkg.server.site import Site

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
TYPES = f"{FORM}, {QUERY}"
LONGEST_BODY = 1 << 20
LONGEST_DRAINED = 8 << 20
MOST_PARAMETERS = 1000
ELSEWHERE = ("cite", "lang", "limit", "sort", "columns", "excel", "store")
"""Options of the saved queries that a plain SPARQL answer has no place for."""
VARY = (b"vary", b"Accept, Accept-Encoding")
KEPT = (b"cache-control", b"public, no-cache")
"""An answer may be kept, but whoever keeps it asks each time whether it is still the answer."""

FORMAT_PARAMETERS = ("f", "format", "output")
WORDS: dict[str, tuple[str | None, str | None]] = {
    "json": ("srj", "jsonld"), "xml": ("srx", "rdfxml"), "sparql-results+json": ("srj", None),
    "sparql-results+xml": ("srx", None), "turtle": (None, "ttl"), "n3": (None, "ttl"), "rdf": (None, "rdfxml"),
    "rdf+xml": (None, "rdfxml"), "json-ld": (None, "jsonld"), "ntriples": (None, "nt"),
}  # fmt: skip
"""What clients call formats, for rows and for a graph."""

Pairs = list[tuple[str, str]]


class Endpoint:
    """The application at `/sparql`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method not in {"GET", "HEAD", "POST"}:
            raise Refusal(405, "the endpoint takes GET, HEAD and POST", {"allow": "GET, HEAD, POST, OPTIONS"})
        pairs = parameters(scope["query_string"])
        if method == "POST":
            pairs = await posted(scope, receive, pairs)
        elif all(name in FORMAT_PARAMETERS for name, _ in pairs):
            await self._describe(scope, receive, send, pairs)
            return
        job = asked(pairs)
        accept = header(scope, b"accept")
        job |= wanted_forms(accept, pairs)
        job["packed"] = negotiation.packs(header(scope, b"accept-encoding"))
        await self._answer(scope, receive, send, job)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, job: dict[str, Any]) -> None:
        headers, keep = [VARY], None
        key = tuple(str(job[name]) for name in ("query", "default", "named", "dataset", "day"))
        if scope["method"] != "POST" and stable(job["query"]):
            tag = etag(self._site.generation.name, key, job["rows"], job["graphs"], job["packed"])
            headers += [(b"etag", tag.encode()), KEPT]
            if matches(scope, tag):
                await send_unchanged(send, headers)
                return
            if kept := self._site.shelf.get(tag):
                await send_whole(send, 200, *kept)
                return
            keep = self._site.keeper(tag)
        reply = self._site.ask(job, scope["kzkg.client"], hash(key))
        await send_reply(scope, receive, send, reply, headers, keep=keep)

    async def _describe(self, scope: Scope, receive: Receive, send: Send, pairs: Pairs) -> None:
        """Without a query the endpoint describes itself: to a browser as a page, if there is one."""
        accept = header(scope, b"accept")
        if self._site.editor is not None and not pairs and negotiation.wants_page(accept):
            await self._site.editor(scope, receive, send)
            return
        name = wanted_forms(accept, pairs)["graphs"]
        if name is None:
            types = [media.type for media in GRAPHS.values()]
            raise Refusal(406, f"the description can be had as {', '.join(types)}", available=types)
        body = await describe_service(self._site, f"{self._site.root(scope)}{scope['path']}", name)
        await send_whole(send, 200, [*encoded([("content-type", GRAPHS[name].content_type)]), VARY], body)


def parameters(query: bytes) -> Pairs:
    """Read the parameters of an address or a form; what is not UTF-8 is refused, not guessed."""
    try:
        return parse_qsl(query.decode("utf-8"), True, errors="strict", max_num_fields=MOST_PARAMETERS)  # noqa: FBT003
    except UnicodeDecodeError as error:
        raise Refusal(400, "the parameters are not UTF-8, percent-encoded") from error
    except ValueError as error:
        raise Refusal(400, f"more than {MOST_PARAMETERS} parameters are not taken") from error


async def posted(scope: Scope, receive: Receive, pairs: Pairs) -> Pairs:
    """Read what was posted: a form, or a query as it is."""
    kind, _, rest = (header(scope, b"content-type") or "").partition(";")
    kind = kind.strip().lower()
    charset = dict(parse_qsl(rest.replace(" ", "").lower(), separator=";")).get("charset", "utf-8").strip('"')
    if kind == UPDATE:
        raise Refusal(403, "updates are refused: the graph is read-only")
    if not kind and header(scope, b"content-length") in {None, "0"} and header(scope, b"transfer-encoding") is None:
        return pairs
    if kind not in {FORM, QUERY}:
        raise Refusal(415, f"a query is posted as {TYPES}", {"accept-post": TYPES})
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Refusal(415, f"a query is posted in UTF-8, not in {charset[:40]}", {"accept-post": TYPES})
    if (header(scope, b"content-encoding") or "identity").lower() != "identity":
        raise Refusal(415, "a posted query is not taken in a content coding", {"accept-encoding": "identity"})
    body = await read_body(scope, receive)
    if kind == FORM:
        return [*pairs, *parameters(body)]
    try:
        return [*pairs, ("query", body.decode("utf-8-sig"))]
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the query is not UTF-8: byte {error.start} cannot be read") from error


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """Read a body of bounded size; one that is larger is read on for a while, so that its client reads the refusal."""
    length = header(scope, b"content-length") or ""
    size = int(length[:20]) if length.isdecimal() else 0
    parts: list[bytes] = []
    read, more = 0, size <= LONGEST_DRAINED
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the request ended too early")
        part = message.get("body", b"")
        read += len(part)
        if read <= LONGEST_BODY:
            parts.append(part)
        more = message.get("more_body", False) and read <= LONGEST_DRAINED
    if max(size, read) > LONGEST_BODY:
        raise Refusal(413, f"more than {LONGEST_BODY} bytes are not taken", {"connection": "close"})
    return b"".join(parts)


def asked(pairs: Pairs) -> dict[str, Any]:
    """Read from the parameters what is asked, of which graphs."""
    given = {name: [value for each, value in pairs if each == name] for name, _ in pairs}
    if any(name in given for name in ("update", "using-graph-uri", "using-named-graph-uri")):
        status, detail = (
            (400, "a request has a query or an update")
            if "query" in given
            else (403, "updates are refused: the graph is read-only")
        )
        raise Refusal(status, detail)
    queries = given.get("query", [])
    if len(queries) != 1 or not queries[0].strip():
        detail = (
            f"one parameter 'query' is needed, there are {len(queries)}" if len(queries) != 1 else "the query is empty"
        )
        raise Refusal(400, detail, parameter="query", example="ASK {}")
    for name in ELSEWHERE:
        if name in given:
            raise Refusal(
                400, f"the endpoint has no option {name!r}: saved queries under /api/queries have", parameter=name
            )
    return {
        "do": "sparql", "query": queries[0],
        "default": given.get("default-graph-uri"), "named": given.get("named-graph-uri"),
        "dataset": dataset(given), "day": single(given, "known-by"),
    }  # fmt: skip


def single(given: dict[str, list[str]], name: str) -> str | None:
    """Give the one value of a parameter, or None."""
    values = given.get(name, [])
    if len(values) > 1:
        raise Refusal(400, f"the parameter {name!r} is given {len(values)} times", parameter=name)
    return values[0] if values else None


def flag(given: dict[str, list[str]], name: str) -> bool:
    """Read a parameter that is on or off; bare, it is on."""
    value = (single(given, name) if name in given else "0") or "1"
    if value.lower() not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise Refusal(400, f"{name} is on or off", parameter=name, allowed=["1", "0"], example="1")
    return value.lower() in {"1", "true", "yes", "on"}


def dataset(given: dict[str, list[str]]) -> str:
    """Choose the dataset: all claims, or the files without a view, where the request says so."""
    if flag(given, "files"):
        return "files"
    return "all" if flag(given, "all") else "accepted"


def wanted_forms(accept: str | None, pairs: Pairs) -> dict[str, str | None]:
    """Choose a format for rows and one for a graph, for which of them is asked only the engine knows."""
    forms = {"rows": negotiation.for_rows(accept), "graphs": negotiation.for_graph(accept)}
    given = dict(reversed([pair for pair in pairs if pair[0] in FORMAT_PARAMETERS]))
    for name in FORMAT_PARAMETERS:
        word = given.get(name, "")
        if word in ROWS:
            return {**forms, "rows": word}
        if word in GRAPHS:
            return {**forms, "graphs": word}
        if word in WORDS:
            return {"rows": WORDS[word][0], "graphs": WORDS[word][1]}
        if "/" in word:
            return {"rows": negotiation.for_rows(word), "graphs": negotiation.for_graph(word)}
        # Under the other names clients send words of their own, with an Accept header that says the same.
        if word and name == "f":
            allowed = [*ROWS, *GRAPHS]
            raise Refusal(400, f"there is no format {word[:40]!r}", parameter="f", allowed=allowed, example="srj")
    return forms
