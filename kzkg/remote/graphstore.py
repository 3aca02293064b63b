"""Writes graphs into an endpoint by the SPARQL 1.1 Graph Store HTTP Protocol, wherever the engine has put it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from kzkg.errors import RequestError
from kzkg.remote.address import checked, origin, shown
from kzkg.remote.client import Client, Limits
from kzkg.remote.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import NamedNode

TRIPLES = "application/n-triples"
SENDING = Limits(whole=600.0, patience=Patience(attempts=6, longest=120.0, altogether=300.0), stubborn=True)
KNOWN = "Virtuoso, Fuseki, GraphDB and RDF4J, Stardog, Neptune, Oxigraph"


def graph_store(address: str, server: str = "") -> str:
    """Find where the engine at a query address takes graphs, by what it calls itself and by the form of its address.

    Raises RequestError where that cannot be told.
    """
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    found = _by_name(path, server.lower()) or _by_path(path)
    if found is None:
        raise RequestError(
            f"{shown(address)}: where this engine takes graphs is not known; say it with --graph-store URL "
            f"(known are {KNOWN})"
        )
    return urlunsplit((parts.scheme, parts.netloc, found, "", ""))


def _by_name(path: str, server: str) -> str | None:
    if server.startswith("virtuoso"):
        return "/sparql-graph-crud-auth"
    if server.startswith("oxigraph"):
        return f"{path.rpartition('/')[0]}/store"
    if "fuseki" in server:
        return f"{path.rpartition('/')[0] if path.endswith(('/sparql', '/query')) else path}/data"
    return None


def _by_path(path: str) -> str | None:
    above, _, last = path.rpartition("/")
    if "/repositories/" in f"{path}/":
        return f"{path}/rdf-graphs/service"
    if last == "query" and above.count("/") == 1:
        return above  # Stardog: /DATABASE/query
    if path == "/sparql":
        return "/sparql/gsp/"  # Neptune
    return None


class GraphStore:
    """The graphs of an endpoint, to be written."""

    def __init__(self, endpoint: str, address: str, limits: Limits = SENDING) -> None:
        if origin(checked(address)) != origin(endpoint):
            raise RequestError(f"{shown(address)}: is on another host than {shown(endpoint)}")
        self._client = Client(address, limits)

    def put(self, graph: NamedNode, lines: Iterable[bytes]) -> None:
        """Replace a graph."""
        self._send("PUT", graph, b"".join(lines))

    def post(self, graph: NamedNode, lines: Iterable[bytes]) -> None:
        """Add statements to a graph."""
        self._send("POST", graph, b"".join(lines))

    def delete(self, graph: NamedNode) -> None:
        """Remove a graph; that it is not there is no fault."""
        self._send("DELETE", graph, None)

    def _send(self, method: str, graph: NamedNode, body: bytes | None) -> None:
        headers = {"Content-Type": TRIPLES} if body is not None else {}
        missing = 404 if method == "DELETE" else None
        self._client.send(method, fine=missing, params=[("graph", graph.value)], content=body, headers=headers)
