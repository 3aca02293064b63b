"""A server over a real socket that does to a client whatever a test tells it to, one connection after another."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from typing import TYPE_CHECKING

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Deed = Callable[["Client"], object]

JSON = "application/sparql-results+json"
NOTHING = {"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}


class Client:
    """One connection of a client: what it asked, and what is done to it."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connection, self.over = connection, over
        self.head = ""
        self.body = b""

    def listen(self) -> bool:
        """Read one request."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.connection.recv(65536)
            if not part:
                return False
            data += part
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        while len(self.body) < int(self.header("content-length") or 0):
            self.body += self.connection.recv(65536)
        return True

    def header(self, name: str) -> str:
        """A header of the request."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return next((value.strip() for key, _, value in lines if key.lower() == name), "")

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(data)

    def say(self, status: str, body: bytes = b"", media: str = "text/plain", **headers: str) -> None:
        """Send a whole answer."""
        given = {"Content-Type": media, "Content-Length": str(len(body)), "Connection": "close"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.send(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)

    def answer(self, found: object = NOTHING, **headers: str) -> None:
        """Answer a query as an endpoint does."""
        self.say("200 OK", json.dumps(found).encode(), JSON, **headers)

    def reset(self) -> None:
        """Cut the connection in the rudest way."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def stall(self) -> None:
        """Say nothing more until the test is over."""
        self.over.wait(PATIENCE)

    def trickle(self) -> None:
        """Send a byte now and then, without an end."""
        with contextlib.suppress(OSError):
            while not self.over.wait(0.02):
                self.send(b" ")


class Misbehaving:
    """The server: its address, and the heads of all requests that it heard."""

    def __init__(self, deed: Deed) -> None:
        self.deed = deed
        self.heard: list[str] = []
        self.over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/sparql"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                connection.settimeout(PATIENCE)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            client = Client(connection, self.over)
            if client.listen():
                self.heard.append(client.head)
                self.deed(client)

    def close(self) -> None:
        """End it."""
        self.over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(PATIENCE)


@contextlib.contextmanager
def misbehaving(deed: Deed) -> Iterator[Misbehaving]:
    """Start a server that does this to every client."""
    server = Misbehaving(deed)
    try:
        yield server
    finally:
        server.close()
