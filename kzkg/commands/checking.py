"""`kzkg validate` and `kzkg format`: the data as editors meet it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kzkg.errors import DataError, Found, RequestError, nearest
from kzkg.output import deliver, say
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.catalog import Catalog
    from kzkg.validation import Fault, Report


def check_data(store: str | None, files: list[str], form: str, *, alone: bool, strict: bool) -> None:
    """Check the graph with these files added to it, or the files alone; one line for each fault."""
    if form not in {"text", "json"}:
        raise RequestError(f"a report has no format {quoted(form)}{nearest(form, ['text', 'json'])}; use text or json")
    if alone and not files:
        raise RequestError("--alone needs the files that are to be checked")
    from kzkg.store import open_catalog
    from kzkg.validation import validate

    report = validate(open_catalog(store), [Path(file) for file in files], alone=alone)
    deliver(as_json(report) if form == "json" else as_text(report), None)
    counts = report.counts
    found = ", ".join(f"{counts[severity]} {severity.lower()}" for severity in counts) or "nothing"
    accepted = f", {len(report.accepted)} listed with a reason" if report.accepted else ""
    say(f"{report.files} files, {report.triples} statements, {report.shapes} shapes: found {found}{accepted}")
    if not report.conforms:
        raise Found("not conformant")
    if strict and counts["Warning"]:
        raise Found("not conformant: --strict counts warnings")
    say("conformant")


def as_text(report: Report) -> Iterator[str]:
    """Write one line for each fault: where, how bad, which shape, what is wrong, with which thing."""
    for fault in report.faults:
        about = f" [{fault.focus}]" if fault.focus and fault.focus not in fault.message else ""
        told = fault.value == fault.focus or fault.value in fault.message
        value = "" if told else f" (found {fault.value})"
        place = seen_from_here(fault.file) + (f":{fault.line}" if fault.line else "") if fault.file else "-"
        line = f"{place}: {fault.severity.lower()} {fault.shape}: {fault.message}{value}{about}"
        yield " ".join(line.split()) + "\n"


def seen_from_here(path: Path) -> str:
    """Write a path as an editor who stands in the current folder would."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def as_json(report: Report) -> Iterator[str]:
    """Write the report as one object."""
    from json import dumps

    content = {
        "conforms": report.conforms,
        "files": report.files,
        "statements": report.triples,
        "shapes": report.shapes,
        "faults": [fields(fault) for fault in report.faults],
        "accepted": [fields(fault) for fault in report.accepted],
    }
    yield dumps(content, ensure_ascii=False, indent=1) + "\n"


def fields(fault: Fault) -> dict[str, str | int | None]:
    """Give one fault for machines."""
    from dataclasses import asdict

    return {**asdict(fault), "file": str(fault.file) if fault.file else None}


def canonical(store: str | None, files: list[str], *, check: bool) -> None:
    """Write files in canonical form, or say which are not."""
    from kzkg.store import open_catalog

    if files:
        paths = [Path(file) for file in files]
    else:
        catalog = open_catalog(store)
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
    from kzkg.output import into_file

    try:
        text = path.read_bytes().decode()
        better = turtle.canonical(text)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8 (byte {error.start})") from error
    except SyntaxError as error:
        raise DataError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    if better == text:
        return False
    if write:
        into_file([better], str(path))
    return True
