"""Query texts of strangers: what is let through opens no connection, and whatever is refused is refused on one line."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QuerySolutions, QueryTriples, Store

from kzkg.errors import KzkgError, RequestError
from kzkg.remote.text import declared, parted
from kzkg.server import querying
from kzkg.server.problems import Refusal
from kzkg.store import guard
from kzkg.store.disk import BASE
from kzkg.store.engine import needed
from tests.fuzz import one_line, refused

if TYPE_CHECKING:
    from kzkg.store import Graph

HERE = b"@@"
"""Stands in an input for the address of a listener, which must never hear of it."""
WORDS = [
    b"SELECT * ", b"ASK ", b"CONSTRUCT ", b"DESCRIBE ", b"SERVICE ", b"SILENT ", b"sErViCe", b"FROM ", b"FROM NAMED ",
    b"LOAD ", b"INSERT ", b"WHERE ", b"VALUES ?x ", b"FILTER(", b"BIND(", b"PREFIX service:", b"PREFIX x: <", b"BASE <",
    b"{", b"}", b"{ ?s ?p ?o }", b"<http://@@/>", b"<", b">", b"<a#b>", b"<a'b>", b"\\u0053", b"\\U00000053", b"\\",
    b'"', b"'", b'"""', b"'''", b"#", b"\n", b"\r", b"?a<?b", b"true", b"?x", b"$y", b":x", b"x:y", b"@en", b"^^",
    b"GRAPH ", b"OPTIONAL ", b"UNION ", b"MINUS ", b"EXISTS ", b"GROUP BY ", b"ORDER BY ", b"LIMIT 1", b"OFFSET 1",
    b"1e3", b"_:b", b"[]", b"()", b"*", b"/", b"|", b"!", b"+", b"<<", b">>", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xd0\xb5",
    b"%20", b"\x0c",
]  # fmt: skip
SHOWN = 50
"""Rows of an answer that are looked at; the store is empty."""


class Listener:
    """Hears whether anybody connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = b"127.0.0.1:%d" % self._socket.getsockname()[1]
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.heard += 1
                connection.close()


@lru_cache(maxsize=1)
def listener() -> Listener:
    """The one of this process."""
    return Listener()


class Named:
    """A graph of which only the names of its graphs are asked."""

    named_graphs = (NamedNode("https://w3id.org/kzkg/graph/paper"),)


def check(data: bytes) -> None:
    """Look at a text as the server, the command line and the client of an endpoint do, and run what may run."""
    text = data.replace(HERE, listener().address).decode("utf-8", "replace")
    blank = guard.blanked(text)
    assert len(blank) == len(text)
    graphs(text)
    try:
        rest = guard.checked(text)
    except RequestError as error:
        one_line(error)
        return
    assert isinstance(rest, str)
    if "\r" not in text:
        assert declared(text).count("\n") == text.count("\n")
    runs(text)


def graphs(text: str) -> None:
    """Graphs that there are not are refused, and nothing else."""
    graph: Graph = Named()  # type: ignore[assignment]
    try:
        querying.check_from(graph, text)
    except Refusal as error:
        refused(error, 400)
    except KzkgError as error:
        one_line(error)


def runs(text: str) -> None:
    """What may run is a query or a syntax error for the engine; nobody hears of it."""
    before = listener().heard
    try:
        begun = Store().query(text, base_iri=BASE, prefixes=needed(text))
        if isinstance(begun, QuerySolutions):
            assert all(len(row) == len(begun.variables) for row in islice(begun, SHOWN))
            parted(text)
        elif isinstance(begun, QueryTriples):
            assert all(islice(begun, SHOWN)) in {True, False}
    except (SyntaxError, ValueError, RuntimeError):
        pass  # the engine has its own words for what it does not take
    assert listener().heard == before, f"a connection was opened by {text!r}"
