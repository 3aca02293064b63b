"""A worker: a process of its own that opens the graph, gives up what no query needs, and runs one job after another."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.errors import DataError, KzkgError
from kzkg.server import confinement, wire
from kzkg.server.jobs import JOBS
from kzkg.server.outlet import Outlet
from kzkg.server.problems import Refusal, refusal
from kzkg.store import Graph
from kzkg.store.held import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from io import BufferedReader

    from pyoxigraph import Store

    from kzkg.server.passing import Passing

    Look = Callable[[], None]

Answer = TypeVar("Answer")


def work(handle: int, told: Mapping[str, Any], views: Mapping[str, Store]) -> None:
    """Run jobs from the channel that was inherited, until the serving process closes it."""
    with socket.socket(fileno=handle) as channel, channel.makefile("rb") as jobs:
        measures = confinement.confine(asks=bool(told["address"]))
        engine = passing(told) if told["address"] else Held(Path(told["store"]), views)
        graph = Graph(Catalog(Path(told["folder"]), Path(told["headers"])), engine)
        look = None if isinstance(engine, Held) else engine.fresh
        in_a_thread(lambda: begin(graph, channel, told, measures))
        while in_a_thread(lambda: run_jobs(graph, channel, jobs, told, look)):
            continue


def passing(told: Mapping[str, Any]) -> Passing:
    """Give the endpoint that this worker asks; what holds for a query holds there, too."""
    from kzkg.remote.client import Limits
    from kzkg.server.passing import Passing

    return Passing(told["address"], Limits(whole=told["time"], size=told["bytes"]))


def in_a_thread(do: Callable[[], Answer]) -> Answer:
    """Do something in a thread of its own: everybody may lower its priority, which goes with it."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()


def begin(graph: Graph, channel: socket.socket, told: Mapping[str, Any], measures: list[str]) -> None:
    """Do what the first job would have to wait for, and say that jobs may come; those that have a worker go first."""
    confinement.give_way(confinement.thread())
    if not told["address"]:
        graph.evaluate("ASK { ?s a owl:Ontology }")
    confinement.limit(told["memory"])
    channel.sendall(wire.frame(wire.READY, json.dumps({"confined": measures}).encode()))


def run_jobs(
    graph: Graph, channel: socket.socket, jobs: BufferedReader, told: Mapping[str, Any], look: Look | None
) -> bool:
    """Run one job after another; whether another thread is to go on, as this one was told to give way."""
    thread = confinement.thread()
    priority = os.getpriority(os.PRIO_PROCESS, thread)
    channel.sendall(wire.frame(wire.THREAD, str(thread).encode()))
    bounded = 0.0
    while (job := wire.take(jobs)) is not None:
        if time.process_time() > bounded:
            confinement.limit_seconds(told["time"] + 1)
            bounded = time.process_time() + 1
        run(graph, json.loads(job), channel, told, look)
        if os.getpriority(os.PRIO_PROCESS, thread) != priority:
            return True
    return False


def imported() -> None:
    """Import what the jobs import when they run."""
    for name in JOBS:
        JOBS[name]
    import kzkg.citations
    import kzkg.formats.delimited
    import kzkg.formats.objects  # noqa: F401


def run(
    graph: Graph, job: Mapping[str, Any], channel: socket.socket, told: Mapping[str, Any], look: Look | None = None
) -> None:
    """Run one job and send its answer; a fault of the request is an answer, any other ends this process.

    What lies elsewhere is looked at first, and that it cannot be used now is an answer, too.
    """
    bounds = told if not job.get("trusted") else {"rows": sys.maxsize, "bytes": sys.maxsize}
    outlet = Outlet(channel, most_rows=bounds["rows"], most_bytes=bounds["bytes"], packed=bool(job.get("packed")))
    try:
        if look is not None and job["do"] != "page-fault":
            look()
        JOBS[job["do"]](as_known(graph, job.get("day")), job, outlet)
        outlet.end()
    except KzkgError as error:
        found = refusal(error)
        outlet.fail(found if look is None or not isinstance(error, DataError) else unreachable(found.detail))


def unreachable(detail: str) -> Refusal:
    """Say that the endpoint that has the graph cannot be asked now."""
    return Refusal(503, detail, {"retry-after": "10"})


def as_known(graph: Graph, day: str | None) -> Graph:
    """Give the graph as known by a day: another look at the same store."""
    if not day:
        return graph
    past = copy(graph)
    past.known_by = dt.date.fromisoformat(terms.day(day).value)
    return past
