"""A worker: a process of its own that opens the graph, gives up what no query needs, and runs one job after another."""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
import time
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.errors import KzkgError
from kzkg.server import confinement, wire
from kzkg.server.jobs import JOBS
from kzkg.server.outlet import Outlet
from kzkg.server.problems import refusal
from kzkg.store import Graph
from kzkg.store.held import Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store


def work(handle: int, told: Mapping[str, Any], views: Mapping[str, Store]) -> None:
    """Run jobs from the channel that was inherited, until the serving process closes it."""
    with socket.socket(fileno=handle) as channel, channel.makefile("rb") as jobs:
        measures = confinement.confine()
        graph = Graph(Catalog(Path(told["folder"]), Path(told["headers"])), Held(Path(told["store"]), views))
        confinement.limit(told["memory"])
        # The first query would have to wait for what the engine reads now.
        graph.evaluate("ASK { ?s a owl:Ontology }")
        channel.sendall(wire.frame(wire.READY, json.dumps({"confined": measures}).encode()))
        bounded = 0.0
        while (job := wire.take(jobs)) is not None:
            if time.process_time() > bounded:
                confinement.limit_seconds(told["time"] + 1)
                bounded = time.process_time() + 1
            run(graph, json.loads(job), channel, told)


def imported() -> None:
    """Import what the jobs import when they run."""
    for name in JOBS:
        JOBS[name]
    import kzkg.citations
    import kzkg.formats.delimited
    import kzkg.formats.objects  # noqa: F401


def run(graph: Graph, job: Mapping[str, Any], channel: socket.socket, told: Mapping[str, Any]) -> None:
    """Run one job and send its answer; a fault of the request is an answer, any other ends this process."""
    bounds = told if not job.get("trusted") else {"rows": sys.maxsize, "bytes": sys.maxsize}
    outlet = Outlet(channel, most_rows=bounds["rows"], most_bytes=bounds["bytes"], packed=bool(job.get("packed")))
    try:
        JOBS[job["do"]](as_known(graph, job.get("day")), job, outlet)
        outlet.end()
    except KzkgError as error:
        outlet.fail(refusal(error))


def as_known(graph: Graph, day: str | None) -> Graph:
    """Give the graph as known by a day: another look at the same store."""
    if not day:
        return graph
    past = copy(graph)
    past.known_by = dt.date.fromisoformat(terms.day(day).value)
    return past
