"""Folders that were filled with `kzkg load`: which of the generations in them is the one to open."""

import json
from pathlib import Path

from kzkg.errors import DataError

POINTER = "kzkg.json"
"""Names the generation that counts; it is written beside and renamed, so that it is always whole."""
GENERATION = "generation-"
GRAPH_FOLDER = "graph"
"""In a generation that was loaded from a graph folder with queries and rules of its own: these."""


def is_loaded(place: Path | str | None) -> bool:
    """Whether a place is such a folder."""
    return place is not None and (Path(place) / POINTER).is_file()


def current(folder: Path) -> Path:
    """Give the generation of a folder that counts."""
    try:
        name = json.loads((folder / POINTER).read_text(encoding="utf-8"))["generation"]
        generation = folder / str(name)
        whole = isinstance(name, str) and name.startswith(GENERATION) and generation.is_dir()
    except (ValueError, KeyError, TypeError):
        whole = False
    except OSError as error:
        raise DataError(f"{folder / POINTER}: cannot be read: {error.strerror}") from error
    if not whole:
        raise DataError(f"{folder}: is damaged, its {POINTER} names no generation; load the files again")
    return generation


def catalog_folder(place: Path | str) -> Path | None:
    """Give the graph folder with the queries and rules of a place; None where those of the package are meant."""
    own = current(Path(place)) / GRAPH_FOLDER
    return own if own.is_dir() else None
