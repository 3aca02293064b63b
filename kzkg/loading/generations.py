"""Fills a folder: a new generation is built beside the old one, and counts from one rename on."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kzkg.errors import DataError, RequestError
from kzkg.store.loaded import GENERATION, POINTER, current, is_loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = "load.lock"
BUILDING = "building-"


def target(place: str | None) -> Path:
    """Give the folder to be filled, made if it is not there; one that holds something else is refused."""
    if place is None:
        raise RequestError("say where to load: kzkg load --store FOLDER FILE…; the shipped graph is not changed")
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise DataError(f"{folder}: cannot be filled: {error.strerror}") from error
    if {"ontology", "data"} <= held:
        raise RequestError(f"{folder}: is a graph folder, its own files are the graph; load into another folder")
    strange = sorted(name for name in held - {POINTER, LOCK} if not name.startswith((GENERATION, BUILDING, POINTER)))
    if strange:
        raise RequestError(f"{folder}: holds other things, such as {strange[0]}; load into a folder of its own")
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other load out of a folder; a process that dies lets go by itself."""
    try:
        lock = (folder / LOCK).open("ab")
    except OSError as error:
        raise DataError(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        try:
            _lock(lock.fileno())
        except OSError as error:
            raise DataError(f"{folder}: another load is filling this folder; wait until it has ended") from error
        yield


def _lock(file: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def generation(folder: Path) -> Iterator[Path]:
    """Give a new folder to build in; when all is well it becomes the generation that counts, else it is removed."""
    clear(folder, keep=1)
    token = os.urandom(4).hex()
    beside = folder / f"{BUILDING}{token}"
    beside.mkdir()
    try:
        yield beside
        safe(beside)
        finished = folder / f"{GENERATION}{token}"
        beside.rename(finished)
        _point(folder, finished.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    clear(folder, keep=2)


def _point(folder: Path, name: str) -> None:
    beside = folder / f"{POINTER}.{os.urandom(4).hex()}"
    try:
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"generation": name}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / POINTER)
    finally:
        beside.unlink(missing_ok=True)
    _sync(folder)


def safe(folder: Path) -> None:
    """Wait until all files of a folder are on the disk."""
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear(folder: Path, keep: int) -> None:
    """Remove what a killed load left, and all generations but the one that counts and, with `keep` 2, the one before.

    Who has the one before open goes on reading it.
    """
    counts = None
    with contextlib.suppress(DataError):
        counts = current(folder) if is_loaded(folder) else None
    old = [path for path in folder.glob(f"{GENERATION}*") if path != counts]
    old.sort(key=lambda path: path.stat().st_mtime)
    spared = old[-(keep - 1) :] if counts and keep > 1 else []
    left = [*folder.glob(f"{BUILDING}*"), *folder.glob(f"{POINTER}.*")]
    for path in [*(path for path in old if path not in spared), *left]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
