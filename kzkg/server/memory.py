"""Reads the views of a generation into memory before workers are forked, which then share it."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING

from kzkg.store.disk import LAYERED
from kzkg.store.engine import VIEWS
from kzkg.store.held import read_views, write_views

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Store

MOST = 64 << 20
"""Bytes of N-Triples, some 300,000 statements; a view of more stays on disk, as reading it would hold up all births."""


@lru_cache(maxsize=2)
def views(prepared: Path) -> dict[str, Store]:
    """Read the views, of each generation once; none where that fails, as a worker that opens the store says why."""
    if (prepared / LAYERED).is_file():
        return {}  # it was too large to be loaded whole into memory, so it is to be asked
    try:
        return _read(prepared)
    except OSError:
        return {}


def _read(prepared: Path) -> dict[str, Store]:
    with ExitStack() as stack:
        files = {name: stack.enter_context(tempfile.TemporaryFile()) for name in VIEWS}
        # An open store has threads of its own, which no fork would take along: another process reads it.
        child = os.fork()
        if child == 0:
            code = 1
            try:
                write_views(prepared, files, MOST)
                code = 0
            finally:
                os._exit(code)
        return read_views(files) if os.waitpid(child, 0)[1] == 0 else {}
