"""Processes that write pages, each with the graph open; they end when the one that has started them does."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import traceback
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from kzkg.errors import DataError, KzkgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import SpawnProcess

SELDOM = (20_000, 20, 20)
"""When Python looks for garbage in circles: pages make much, but hardly any in circles."""
Job = tuple[str, tuple[Any, ...]]


class Task(NamedTuple):
    """What a process has to know before its first job."""

    graph: str
    new: str
    before: str
    base: str
    languages: tuple[str, ...]


class Pool:
    """Some processes; `run` gives the results in the order of the jobs, whatever order they are done in."""

    def __init__(self, count: int, task: Task) -> None:
        # A process that is forked from one with an open store could not use it: each begins anew.
        context = multiprocessing.get_context("spawn")
        self._hands: dict[Connection, SpawnProcess] = {}
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, task), daemon=True)
            process.start()
            theirs.close()
            self._hands[ours] = process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for channel, process in self._hands.items():
            channel.close()
            process.terminate()
        for process in self._hands.values():
            process.join()

    def run(self, jobs: Iterable[Job]) -> Iterator[Any]:
        """Do all jobs; few results wait for an earlier one, as the jobs are handed out in their order."""
        waiting = iter(enumerate(jobs))
        doing: dict[Connection, int] = {}
        done: dict[int, Any] = {}
        following = 0
        for channel in self._hands:
            hand_out(channel, waiting, doing)
        while doing:
            ready = wait(list(doing))
            for free in [each for each in doing if each in ready]:
                number = doing.pop(free)
                done[number] = result(free)
                hand_out(free, waiting, doing)
            while following in done:
                yield done.pop(following)
                following += 1


def hand_out(channel: Connection, waiting: Iterator[tuple[int, Job]], doing: dict[Connection, int]) -> None:
    """Give the next job, if there is one, to a process that is free."""
    found = next(waiting, None)
    if found is not None:
        doing[channel] = found[0]
        channel.send(found[1])


def result(channel: Connection) -> Any:
    """Take a result; a fault over there is one here."""
    try:
        fine, told = channel.recv()
    except (EOFError, OSError):
        raise DataError("a process that wrote pages has ended; is there enough memory?") from None
    if fine:
        return told
    raise told


def work(channel: Connection, task: Task) -> None:
    """Do jobs until whoever gives them has gone; Ctrl-C is the matter of that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from kzkg.server.confinement import end_with_parent
    from kzkg.static.jobs import Jobs
    from kzkg.static.shelf import Shelf
    from kzkg.store import open_graph

    end_with_parent()
    jobs: Jobs | None = None
    while True:
        try:
            name, given = channel.recv()
        except (EOFError, OSError):
            return
        try:
            if jobs is None:
                shelf = Shelf(Path(task.new), Path(task.before) if task.before else None)
                jobs = Jobs(open_graph(task.graph), shelf, task.base, task.languages)
                gc.freeze()  # what is there for good is not looked through again and again
                gc.set_threshold(*SELDOM)
            answer = (True, getattr(jobs, name)(*given))
        except (KzkgError, OSError) as error:
            answer = (False, error)
        except Exception as error:  # noqa: BLE001 - told over there, with where it was
            answer = (False, RuntimeError("".join(traceback.format_exception(error))))
        channel.send(answer)
