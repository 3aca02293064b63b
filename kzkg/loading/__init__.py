"""Loads files of statements into a folder: each file a graph, the views derived, and swapped in as a whole."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kzkg.catalog import Catalog
from kzkg.errors import DataError, oversized, reason
from kzkg.loading import exact
from kzkg.loading.generations import alone, generation, target
from kzkg.loading.inputs import Input, inputs
from kzkg.loading.progress import Progress
from kzkg.store import graph_folder
from kzkg.store.loaded import GRAPH_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable


SMALL = 200_000
"""Up to so many statements the views of every earlier day are kept, for --known-by."""
SMALL_TEXT = 50_000_000
"""More bytes of text than this are more statements than that, or else their literals are very long."""
SQUEEZED_BY = 8


class Loaded(NamedTuple):
    """What a load did."""

    files: int
    graphs: int
    statements: int
    shown: int
    """The statements of the accepted view."""
    seconds: float
    own_ontology: bool
    known_by: bool
    empty: tuple[str, ...] = ()
    """The files that hold no statement: those without a byte, or all of them."""


def load(place: str | None, files: Iterable[str | Path], form: str | None = None) -> Loaded:
    """Fill a folder with exactly these files; what it held before counts until all of it is there.

    Raises RequestError for what cannot be asked, and DataError for a file or a disk that cannot be used: then the
    folder is as it was.
    """
    began = time.monotonic()
    files = list(files)
    folder, given = target(place), inputs(files, form)
    with alone(folder):
        progress = Progress("loading", sum(each.path.stat().st_size for each in given))
        try:
            with generation(folder) as beside:
                done = _build(given, _catalog(files, beside), beside, progress)
            bare = [str(each.path) for each in given if not (done.statements and each.path.stat().st_size)]
            return done._replace(seconds=time.monotonic() - began, empty=tuple(bare))
        except MemoryError as error:
            raise oversized(f"{folder}: cannot be filled: one of the files", error) from error
        except (OSError, RuntimeError) as error:
            raise DataError(f"{folder}: cannot be filled: {reason(error)}") from error
        finally:
            progress.close()


def _catalog(files: Iterable[str | Path], beside: Path) -> Catalog:
    """Find the rules: those of a graph folder among the files, which are kept with its queries, or the package's."""
    folders = [Path(file) for file in files if Path(file).is_dir()]
    if not folders or folders[0].resolve() == graph_folder():
        return Catalog(graph_folder())
    for part in ("ontology", "queries"):
        if (folders[0] / part).is_dir():
            shutil.copytree(folders[0] / part, beside / GRAPH_FOLDER / part)
    (beside / GRAPH_FOLDER / "data").mkdir()
    return Catalog(beside / GRAPH_FOLDER)


def _build(given: list[Input], package: Catalog, beside: Path, progress: Progress) -> Loaded:
    text = sum(each.path.stat().st_size * (SQUEEZED_BY if each.squeezed else 1) for each in given)
    scratch = exact.read(given, progress) if text <= SMALL_TEXT else None
    if scratch is None or len(scratch) > SMALL:
        from kzkg.loading import large

        del scratch
        progress.again()
        built = large.build(given, package, beside, progress)
        return Loaded(
            len(given), len(built.graphs), built.statements, built.shown, 0.0, own_ontology=built.own, known_by=False
        )
    statements = len(scratch)
    progress.stage("deriving the views")
    own = exact.with_ontology(scratch, package)
    graphs, shown = exact.build(scratch, package, beside)
    return Loaded(len(given), len(graphs), statements, shown, 0.0, own_ontology=own, known_by=True)
