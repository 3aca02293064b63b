"""Files into an endpoint: the views are derived here, in a folder that is thrown away, and then sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kzkg.leftovers import scratch
from kzkg.remote.address import shown
from kzkg.remote.endpoint import Endpoint
from kzkg.remote.graphstore import GraphStore, graph_store
from kzkg.remote.marks import Mark
from kzkg.remote.pushing import Push, Pushed
from kzkg.store.disk import Disk
from kzkg.store.loaded import current

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kzkg.loading import Loaded


class Sent(NamedTuple):
    """What was read from the files, and what was sent."""

    loaded: Loaded
    pushed: Pushed
    place: str

    def __str__(self) -> str:
        """Say it on one line."""
        if not self.pushed.sent and not self.pushed.removed:
            return f"all {self.pushed.graphs:,} graphs were there already"
        return (
            f"sent {self.pushed.statements:,} statements in {self.pushed.sent:,} of {self.pushed.graphs:,} graphs, "
            f"with the views and those of earlier days; removed {self.pushed.removed:,}"
        )


def load(
    address: str,
    files: Iterable[str | Path],
    form: str | None = None,
    into: str | None = None,
    *,
    history: bool = True,
) -> Sent:
    """Bring an endpoint to exactly these files and what follows from them; `into` is where it takes graphs.

    Without `history` the views of earlier days are not sent, and it cannot be asked as known by a day.

    Raises RequestError where the endpoint refuses or cannot be written to, DataError for files or an endpoint that
    cannot be used, TimeLimit for one that takes too long. What arrived is noted there, and a second load goes on.
    """
    from pathlib import Path

    from kzkg import loading

    endpoint = Endpoint(address)
    store = GraphStore(address, into or graph_store(address, endpoint.server()))
    mark = Mark(endpoint.asked, store)
    mark.look()
    with scratch("load") as folder:
        place = Path(folder) / "store"
        loaded = loading.load(str(place), files, form)
        disk = Disk(current(place), "load the files again")
        mark.take()
        try:
            return Sent(loaded, Push(disk, endpoint, store, history=history, beat=mark.keep).run(), shown(address))
        finally:
            mark.leave()
