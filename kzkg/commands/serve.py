"""`kzkg serve`: the graph on the web."""

from __future__ import annotations

import os
from typing import Annotated

import typer

EPILOG = "Behind a proxy, listen on loopback and give --base-url; docs/serving.md says what the limits do."

Seconds = Annotated[float, typer.Option("--time-limit", min=0.1, help="Seconds that a query may run.")]
Memory = Annotated[int, typer.Option("--memory-limit", min=64, help="Megabytes that a query may take.")]
Rows = Annotated[int, typer.Option("--rows", min=1, help="Rows that an answer may have.")]
Bytes = Annotated[int, typer.Option("--bytes", min=1000, help="Bytes that an answer may have.")]
Rate = Annotated[float, typer.Option("--rate", min=0, help="Requests a second from one address; 0: any number.")]
Queue = Annotated[int, typer.Option("--queue", min=1, help="Requests that may wait for a worker.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Queries that are begun at once.", show_default="two a processor")
]
Base = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="The address under which the outside reaches it.")
]


def serve(  # noqa: PLR0913 - each option is a promise of the interface
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0: any free one.")] = 8000,
    workers: Workers = None,
    time_limit: Seconds = 10.0,
    memory_limit: Memory = 512,
    rows: Rows = 1_000_000,
    bytes_: Bytes = 256 << 20,
    rate: Rate = 50.0,
    queue: Queue = 128,
    base_url: Base = None,
) -> None:
    """Serve the graph over HTTP, read-only: SPARQL, saved queries, dumps."""
    from kzkg.errors import RequestError
    from kzkg.server.limits import MEGABYTE, Limits
    from kzkg.server.running import serve as run

    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise RequestError("--base-url begins with http:// or https://")
    limits = Limits(
        workers=workers or 2 * (os.cpu_count() or 1),
        time=time_limit,
        memory=memory_limit * MEGABYTE,
        rows=rows,
        bytes=bytes_,
        queue=queue,
        rate=rate,
    )
    run(context.obj.store, host, port, limits, base_url or "")
