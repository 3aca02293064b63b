"""`kzkg validate` and `kzkg format`: the data as editors meet it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kzkg.errors import DataError, Found, RequestError, nearest, oversized
from kzkg.output import deliver, say
from kzkg.terms import quoted

if TYPE_CHECKING:
    from kzkg.catalog import Catalog


ENGINES = ("kzkg", "pyshacl")


class Check(NamedTuple):
    """What `kzkg validate` was asked for."""

    store: str | None
    files: list[str]
    form: str | None = None
    output: str | None = None
    alone: bool = False
    strict: bool = False
    engine: str = "kzkg"
    seconds: float | None = None
    megabytes: int | None = None


def check_data(wish: Check) -> None:
    """Check the graph with these files added to it, or the files alone, in a process that is held to its limits."""
    form = _form(wish)
    if wish.engine not in ENGINES:
        raise RequestError(f"no engine {quoted(wish.engine)}; {' or '.join(ENGINES)}")
    if wish.alone and not wish.files:
        raise RequestError("--alone needs the files that are to be checked")
    from kzkg.commands.confined import run
    from kzkg.loading.inputs import readable

    for file in wish.files:
        readable(Path(file))
    run(wish._replace(form=form))


def _form(wish: Check) -> str:
    """Choose the format: the one that is named, else by the suffix of the output, else text."""
    from kzkg.validation.reports import FORMATS, SUFFIXES

    form = wish.form or SUFFIXES.get(Path(wish.output or "").suffix, "text")
    if form not in FORMATS:
        raise RequestError(f"a report has no format {quoted(form)}{nearest(form, list(FORMATS))}; {', '.join(FORMATS)}")
    return form


def check(wish: Check) -> None:
    """Check, write the report, and raise when something was found that ends with an exit code of its own."""
    from kzkg.commands.checkline import Line
    from kzkg.store import open_catalog
    from kzkg.validation import validate
    from kzkg.validation.reports import FORMATS
    from kzkg.validation.stored import stored

    files = [Path(file) for file in wish.files]
    with Line() as progress:
        report = validate(
            open_catalog(wish.store),
            files,
            alone=wish.alone,
            engine=wish.engine,
            stored=None if wish.alone else stored(wish.store, progress),
            progress=progress,
        )
    deliver(FORMATS[wish.form or "text"](report), wish.output)
    counts = report.counts
    found = ", ".join(f"{counts[severity]} {severity.lower()}" for severity in counts) or "nothing"
    accepted = f", {len(report.accepted)} listed with a reason" if report.accepted else ""
    say(f"{report.files} files, {report.triples} statements, {report.shapes} shapes: found {found}{accepted}")
    if not report.conforms:
        raise Found("not conformant")
    if wish.strict and counts["Warning"]:
        raise Found("not conformant: --strict counts warnings")
    say("conformant")


def seen_from_here(path: Path) -> str:
    """Write a path as an editor who stands in the current folder would."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def canonical(store: str | None, files: list[str], *, check: bool) -> None:
    """Write files in canonical form, or say which are not."""
    from kzkg.store import folder_catalog

    if files:
        paths = [Path(file) for file in files]
    else:
        catalog = folder_catalog(store)
        paths = [*catalog.graph_files.values(), catalog.alignments, *catalog.shapes]
    changed = [path for path in paths if brought(path, write=not check)]
    if not files and described(catalog, write=not check):
        changed.append(catalog.folder / "data" / "meta.ttl")
    deliver((f"{seen_from_here(path)}\n" for path in changed), None)
    if changed and check:
        which = f"{len(changed)} of {len(paths)} files not in canonical form or up to date"
        raise Found(f"{which}; 'kzkg format' writes them")
    say(f"{len(changed)} of {len(paths)} files written anew" if changed else f"{len(paths)} files in canonical form")


def described(catalog: Catalog, *, write: bool) -> bool:
    """Bring data/meta.ttl, which describes the other files, up to date if it is not; tell whether it was not."""
    from datetime import UTC, datetime
    from importlib.metadata import version

    from kzkg.metadata import describe
    from kzkg.output import into_file

    meta = catalog.folder / "data" / "meta.ttl"
    if not meta.exists():
        return False
    text = describe(catalog, version("kzkg"), datetime.now(UTC).date())
    if text == meta.read_text(encoding="utf-8"):
        return False
    if write:
        into_file([text], str(meta))
    return True


def brought(path: Path, *, write: bool) -> bool:
    """Bring one file into canonical form if it is not; tell whether it was not."""
    from kzkg import turtle
    from kzkg.loading.inputs import readable
    from kzkg.output import into_file

    readable(path)
    try:
        text = path.read_bytes().decode()
        better = turtle.canonical(text)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8 (byte {error.start})") from error
    except SyntaxError as error:
        raise DataError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error
    except MemoryError as error:
        raise oversized(path, error) from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    if better == text:
        return False
    if write:
        into_file([better], str(path))
    return True
