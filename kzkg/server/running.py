"""Runs the server: a socket, the application, and uvicorn with the connections of ours."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kzkg.errors import DataError
from kzkg.extras import library
from kzkg.output import say

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from kzkg.server.limits import Limits
    from kzkg.server.site import Site

GRACE = 10
KEEP_ALIVE = 15


def serve(store: str | None, host: str, port: int, limits: Limits, base: str = "") -> None:
    """Serve a graph, wherever it lies, until the process is told to end."""
    uvicorn = library("uvicorn", "serve", "the server")
    library("starlette.applications", "serve", "the server")
    library("httptools", "serve", "the server")
    from kzkg.server.app import application
    from kzkg.server.doors import MOST, MOST_EACH, Doors
    from kzkg.server.metrics import Metrics
    from kzkg.server.places import place_of
    from kzkg.server.site import Site

    logging.basicConfig(level=logging.WARNING, format="kzkg: %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a line for each broken request would fill the disk
    more_files()
    metrics = Metrics()
    place = place_of(store)
    site = Site(limits, metrics, place, place.now(), base)
    # Behind a proxy all connections come from one address.
    doors = Doors(metrics, MOST if base else MOST_EACH)
    listening = listen(host, port)
    config = uvicorn.Config(
        application(site, pages(site)), http=doors.make, loop=loop_name(), ws="none", lifespan="on",
        log_config=None, access_log=False, server_header=False, timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    server: Any = uvicorn.Server(config)
    say(f"kzkg serves {place} at {address(listening)}; end it with Ctrl-C")
    server.run(sockets=[listening])
    if not server.started:
        raise DataError("the server could not start; the messages above say why")


def pages(site: Site) -> list[BaseRoute]:
    """Give the addresses of the pages, where the template engine is installed; the endpoint works without them."""
    if find_spec("jinja2") is None:
        say("the server has no pages, as a part is not installed: pip install 'kzkg[serve]'")
        return []
    from functools import partial

    from kzkg.server import pages as rooms

    site.editor = partial(rooms.editor, site)
    return rooms.routes(site)


def listen(host: str, port: int) -> socket.socket:
    """Open the socket, so that its port is known and a fault is one line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise DataError(f"{host}:{port}: cannot be listened on: {getattr(error, 'strerror', None) or error}") from error


def address(listening: socket.socket) -> str:
    """Give the address of a socket as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def loop_name() -> str:
    """Choose the faster event loop where it is installed."""
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: F401

        return "uvloop"
    return "asyncio"


def more_files() -> None:
    """Let the process have as many connections as the system allows."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 65536 if most == resource.RLIM_INFINITY else min(most, 65536)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
