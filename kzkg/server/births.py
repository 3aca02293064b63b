"""The nursery from the serving process's side: asks for workers, and hears how each of them ended."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kzkg.server.nursery import BORN, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = (
    "KZKG_USER", "KZKG_PASSWORD", "KZKG_PLAIN_PASSWORD", "NETRC", "HOME", "XDG_CACHE_HOME", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    "NO_PROXY",
)  # fmt: skip
"""What a client of an endpoint reads from the environment; workers that ask none get nothing of it."""
PACKAGE = str(Path(__file__).resolve().parents[2])


class Births(asyncio.Protocol):
    """One nursery; when it is lost, the workers that it bore go on, and the next one bears the others."""

    def __init__(self, ended: Callable[[int, int], None], *, open_to: str = "") -> None:
        self._ended = ended
        self._open_to = open_to
        """The address of the endpoint that the workers ask, for which they need what its clients need."""
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: list[asyncio.Future[int]] = []
        self._rest = b""
        self._lock = asyncio.Lock()

    async def bear(self, told: bytes) -> tuple[int, socket.socket]:
        """Have a worker; give its number and the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            async with self._lock:
                if self._control is None:
                    await self._open()
            born: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._waiting.append(born)
            try:
                if self._control is None:
                    raise ConnectionResetError("the nursery has gone")
                socket.send_fds(self._control, [told], [theirs.fileno()])
            except OSError:
                self._waiting.remove(born)
                ours.close()
                raise
        try:
            return await born, ours
        except OSError:
            ours.close()
            raise

    async def _open(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": PACKAGE, "LANG": "C.UTF-8"}
            environment |= {name: os.environ[name] for name in CLIENTS if self._open_to and name in os.environ}
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - it returns at once; our own program
                [sys.executable, "-s", "-P", "-m", "kzkg.server.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment,
                start_new_session=True,
            )  # fmt: skip
        self._rest = b""
        self._control = ours
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours.dup())

    def data_received(self, data: bytes) -> None:
        """Take records."""
        self._rest += data
        while len(self._rest) >= RECORD.size:
            kind, process, code = RECORD.unpack_from(self._rest)
            self._rest = self._rest[RECORD.size :]
            if kind == BORN:
                born = self._waiting.pop(0)
                if not born.done():
                    born.set_result(process)
            else:
                self._ended(process, code)

    def connection_lost(self, _error: Exception | None) -> None:
        """Let all that wait for a worker ask again."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.poll()
        waiting, self._waiting = self._waiting, []
        for born in waiting:
            if not born.done():
                born.set_exception(ConnectionResetError("the nursery has gone"))

    async def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait, 5)
