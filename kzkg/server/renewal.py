"""Prepares a graph folder and writes its dumps, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from kzkg.errors import KzkgError
from kzkg.server.dumps import write_dumps
from kzkg.server.generation import prepare
from kzkg.store import Graph
from kzkg.store.disk import Disk


def main() -> int:
    """Prepare, write the dumps, and say on standard output where all of it lies."""
    folder, target = Path(sys.argv[1]), sys.argv[2]
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    try:
        generation = prepare(folder)
        dumps = write_dumps(Graph(generation.catalog, Disk(generation.store)), Path(target)) if target else {}
    except (KzkgError, OSError) as error:
        print(f"kzkg: {error}", file=sys.stderr)
        return 4
    print(json.dumps({"store": str(generation.store), "headers": str(generation.headers), "dumps": dumps}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
