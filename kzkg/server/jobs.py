"""What a worker can be told to do: each job by its name, with the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.server.outlet import Outlet
    from kzkg.store import Graph

    Job = Callable[[Graph, Mapping[str, Any], Outlet], None]

TABLE = {
    "sparql": "querying:answer",
    "graph": "querying:whole",
    "saved": "savedjob:answer",
    "statistics": "statistics:count",
    "page": "pagejob:write",
    "page-fault": "pagejob:fault",
    "page-look": "pagejob:look",
    "page-data": "pagejob:data",
}
"""A row for each job: the module of this package and the function; a page that needs the graph is one more row."""


class _Jobs(Mapping[str, "Job"]):
    """The functions, imported when they are first wanted."""

    def __getitem__(self, name: str) -> Job:
        module, _, function = TABLE[name].partition(":")
        return cast("Job", getattr(import_module(f"kzkg.server.{module}"), function))

    def __iter__(self) -> Iterator[str]:
        return iter(TABLE)

    def __len__(self) -> int:
        return len(TABLE)


JOBS = _Jobs()
