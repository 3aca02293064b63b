"""The Graph Store Protocol, as far as it reads: the accepted view, and the graph of each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.server import negotiation
from kzkg.server.answering import etag, header, matches, send_reply, send_unchanged
from kzkg.server.endpoint import KEPT, VARY, parameters, single, wanted_forms
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from kzkg.server.site import Site


class GraphStore:
    """The application at `/graphs`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise Refusal(405, "the graphs are read-only", {"allow": "GET, HEAD, OPTIONS"})
        pairs = parameters(scope["query_string"])
        given = {name: [value for each, value in pairs if each == name] for name, _ in pairs}
        graph = single(given, "graph")
        if ("default" in given) == (graph is not None) or graph == "":
            detail = "name one graph: ?default for the accepted view, or ?graph=IRI"
            raise Refusal(400, detail, parameter="graph", example="https://w3id.org/kzkg/graph/vocab")
        form = wanted_forms(header(scope, b"accept"), pairs)["graphs"]
        job = {
            "do": "graph", "graph": graph, "graphs": form,
            "packed": negotiation.packs(header(scope, b"accept-encoding")),
        }  # fmt: skip
        tag = etag(self._site.generation.name, *job.values())
        headers = [VARY, (b"etag", tag.encode()), KEPT]
        reply = self._site.ask(job, scope["kzkg.client"])
        await reply.begun()
        if matches(scope, tag):
            reply.drop()
            await send_unchanged(send, headers)
            return
        await send_reply(scope, receive, send, reply, headers)
