"""Prepares what a cold answer needs, a store to open read-only and the query headers, once for each state of the files.

Nothing prepared is ever changed: it is built beside, renamed to a name that says its content, and opened after that.
So two processes may prepare at once, and one that is killed leaves nothing but a folder that a later one clears away.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph

from kzkg.catalog import Catalog
from kzkg.errors import DataError

PACKED = "prepared"
"""The folder inside a packed graph folder, made by the build of the wheel."""

_CODE = tuple(
    Path(__file__).parent.parent / f"{room}.py"
    for room in (
        "names/naming",
        "names/spelling",
        "query/__init__",
        "query/header",
        "store/build",
        "store/ranges",
        "terms",
        "view/__init__",
        "view/knowledge",
    )
)
_RACY = 0.1
"""Seconds in which a second change of a file might keep its times, so that its stat cannot be trusted yet."""


Places = tuple[tuple[str, str], ...]
"""Folders inside a graph folder, and the suffix of the files in them that count."""


class _Part(NamedTuple):
    """One of the prepared things: which files it is made of, and how."""

    name: str
    places: Places
    files: Callable[[Path], list[Path]]
    build: Callable[[Path, Path], None]


def prepared_store(folder: Path) -> Path:
    """Give the folder of the prepared store, made now if the files have changed."""
    return _prepared(folder, _STORE)


def prepared_headers(folder: Path) -> Path:
    """Give the file of the prepared query headers, made now if a query has changed."""
    return _prepared(folder, _QUERIES) / "queries.json"


def pack(folder: Path, target: Path) -> None:
    """Prepare both parts for a wheel that will hold this folder."""
    for part in (_STORE, _QUERIES):
        home = target / part.name
        home.mkdir(parents=True)
        part.build(folder, home)
        _write_json(home / "packed.json", _packed_sign(folder, part))


def _prepared(folder: Path, part: _Part) -> Path:
    packed = folder / PACKED / part.name
    sign = _read_json(packed / "packed.json")
    if sign and sign == _packed_sign(folder, part):
        return packed
    trouble: OSError | None = None
    # Beside an installed package nothing is written: an uninstaller would not know of it.
    homes = [_cache] if (folder / PACKED).is_dir() else [_beside, _cache]
    for home in homes:
        try:
            return _generation(home(folder), folder, part)
        except OSError as error:
            trouble = error
    raise DataError(f"{folder}: cannot be prepared, neither there nor in the user's cache: {trouble}")


def _store_files(folder: Path) -> list[Path]:
    catalog = Catalog(folder)
    return [*catalog.graph_files.values(), *catalog.view_rules]


def _query_files(folder: Path) -> list[Path]:
    return list(Catalog(folder).query_files.values())


def _build_headers(folder: Path, target: Path) -> None:
    records = [query.record() for query in Catalog(folder).queries.values()]
    _write_json(target / "queries.json", records)


def _build_store(folder: Path, target: Path) -> None:
    from kzkg.store.build import build_store

    build_store(Catalog(folder), target)


_TURTLE = (("ontology", ".ttl"), ("data", ".ttl"), ("data/entities", ".ttl"), ("data/sources", ".ttl"))
_STORE = _Part("store", (*_TURTLE, ("ontology/view", ".rq")), _store_files, _build_store)
_QUERIES = _Part("queries", (("queries", ".rq"),), _query_files, _build_headers)


def _entries(folder: Path, places: Places) -> Iterator[os.DirEntry[str]]:
    """List the files that may count, twice as fast as by paths."""
    for place, suffix in places:
        with contextlib.suppress(FileNotFoundError), os.scandir(folder / place) as found:
            yield from sorted((entry for entry in found if entry.name.endswith(suffix)), key=lambda entry: entry.name)


def _packed_sign(folder: Path, part: _Part) -> dict[str, object]:
    """Describe the files of a packed folder without their times, which an installer sets as it likes."""
    start = len(str(folder)) + 1
    sizes = {entry.path[start:].replace(os.sep, "/"): entry.stat().st_size for entry in _entries(folder, part.places)}
    return {"pyoxigraph": pyoxigraph.__version__, "sizes": sizes}


def _generation(home: Path, folder: Path, part: _Part) -> Path:
    """Find or make what belongs to the files as they are; the sizes and times of all files are the quick way."""
    newest, sign = _quick_sign(folder, part)
    record = home / f"{part.name}.json"
    seen = _read_json(record)
    if isinstance(seen, dict) and seen.get("sign") == sign and (home / str(seen.get("generation"))).is_dir():
        return home / str(seen["generation"])
    generation = _made(home, folder, part)
    # A file changed in the same tick as it was read keeps its times: the record waits until the times are past.
    if newest < time.time() - _RACY and _quick_sign(folder, part)[1] == sign:
        _write_json(record, {"sign": sign, "generation": generation.name})
    _clear(home, part.name, generation)
    return generation


def _made(home: Path, folder: Path, part: _Part) -> Path:
    """Find the generation of this content, or make it; once more when a file changes meanwhile."""
    for _ in range(5):
        content = _content_sign(folder, part)
        generation = home / f"{part.name}-{content}"
        if generation.is_dir() or _make(home, generation, folder, part):
            return generation
    raise DataError(f"{folder}: its files keep changing while they are read")


def _make(home: Path, generation: Path, folder: Path, part: _Part) -> bool:
    import shutil

    from kzkg.leftovers import held, settle, settled

    beside = home / f"building-{os.getpid()}-{_token()}"
    beside.mkdir(parents=True)
    try:
        with held(beside):
            part.build(folder, beside)
            if not generation.name.endswith(_content_sign(folder, part)):
                return False
            settled(beside)
            # When another process was faster its result is as good: a rename onto a filled folder fails.
            _rename(beside, generation)
        settle(home)
        return True
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _rename(beside: Path, generation: Path) -> None:
    try:
        beside.rename(generation)
    except OSError:
        if not generation.is_dir():
            raise


def _clear(home: Path, name: str, current: Path) -> None:
    """Remove all but the two newest generations, and what killed processes left, or some process an hour ago."""
    import shutil

    from kzkg import leftovers

    leftovers.clear((*home.glob("building-*"), *home.glob(f"{name}.json.*")))
    old = sorted(home.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime if path.exists() else 0, reverse=True)
    dead = [path for path in home.glob("building-*") if path.exists() and path.stat().st_mtime < time.time() - 3600]
    for path in [*[path for path in old if path != current][1:], *dead]:
        # Out of sight first, so that nobody opens what is half removed.
        away = home / f"building-{_token()}-old"
        with contextlib.suppress(OSError):
            path.rename(away)
            shutil.rmtree(away, ignore_errors=True)


def _quick_sign(folder: Path, part: _Part) -> tuple[float, str]:
    """Give the newest time of the files, and all sizes and times as text: importing a hash would cost more."""
    newest, sign = 0.0, [pyoxigraph.__version__]
    stats = [(entry.path, entry.stat()) for entry in _entries(folder, part.places)]
    for path, stat in (*stats, *((str(path), path.stat()) for path in _CODE)):
        newest = max(newest, stat.st_mtime, stat.st_ctime)
        sign.append(f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}")
    return newest, "\n".join(sign)


def _content_sign(folder: Path, part: _Part) -> str:
    import hashlib

    sign = hashlib.sha256(pyoxigraph.__version__.encode())
    for path in (*part.files(folder), *_CODE):
        try:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from error
        sign.update(f"{path.relative_to(folder) if path.is_relative_to(folder) else path.name}\0{content}\n".encode())
    return sign.hexdigest()[:20]


def _beside(folder: Path) -> Path:
    return folder / ".kzkg"


def _cache(folder: Path) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or (
        os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else str(Path("~/.cache").expanduser())
    )
    import hashlib

    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(base or ".") / "kzkg" / name


def _token() -> str:
    return os.urandom(4).hex()


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_json(path: Path, content: object) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.{_token()}")
    beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)
