"""Adds the graphs of single files to a large store: they cost as much as all the rest, and few questions name them."""

from __future__ import annotations

import gzip
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Store, parse

from kzkg.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

STATEMENTS = "statements.nq.gz"
"""All statements with the graphs of their files."""
BLANK = "blank.nq"
"""Those of them that speak of blank nodes, with the names that these have in the store."""
WHOLE = "store-with-files"


def added(generation: Path) -> Path:
    """Give the store that has these graphs, too; it is made beside the other, with which it shares what it can.

    Raises DataError where there is no room, or nothing may be written.
    """
    whole = generation / WHOLE
    if whole.is_dir():
        return whole
    beside = generation / f"{WHOLE}.{os.urandom(4).hex()}"
    try:
        Store.read_only(str(generation / "store")).backup(str(beside))
        store = Store(beside)
        with gzip.open(generation / STATEMENTS) as statements:
            store.bulk_load(input=statements, format=RdfFormat.N_QUADS, lenient=True)  # type: ignore[arg-type]
        store.extend(parse(path=generation / BLANK, format=RdfFormat.N_QUADS))
        store.flush()
        del store
        with suppress(OSError):  # another process was faster, and its result is as good
            beside.rename(whole)
    except (OSError, RuntimeError) as error:
        raise DataError(f"{generation}: the graphs of single files cannot be added: {error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return whole
