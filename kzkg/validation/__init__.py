"""Checks data files: can they be read, do they keep the house rules, do they fit the shapes; with file and line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from kzkg.catalog import Catalog
from kzkg.errors import DataError, nearest
from kzkg.terms import shrink
from kzkg.validation import houserules, reference
from kzkg.validation.constraints import Checker
from kzkg.validation.datafile import DataFile
from kzkg.validation.hints import Hints
from kzkg.validation.placing import Placing, breached
from kzkg.validation.reading import Reader, shape_triples
from kzkg.validation.report import Fault, Report
from kzkg.validation.shacl import Result, Said, Shapes, read_shapes, refuse_faulty, show

__all__ = ["ACCEPTED", "DataFile", "Fault", "Report", "validate"]

ACCEPTED = "ontology/shapes/accepted-warnings.tsv"
ORDER = {"Violation": 0, "Warning": 1, "Info": 2}

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and of how much."""


def silent(what: str, done: int, of: int) -> None:
    """Say nothing of how far a check is."""


def validate(  # noqa: PLR0913 - all but the catalog have a default
    catalog: Catalog,
    files: Sequence[Path] = (),
    *,
    alone: bool = False,
    engine: str = "kzkg",
    stored: Sequence[DataFile] | None = None,
    progress: Progress = silent,
) -> Report:
    """Check the graph of a folder, with files added to it or, if alone, those files by themselves.

    The engine `pyshacl` asks the reference implementation instead of ours: the same answer, much later. What is
    `stored` takes the place of the folder's own data files: the graphs of a store, without lines.
    """
    data = _read_all(catalog, files, alone=alone, stored=stored, progress=progress)
    wording = shape_triples(catalog.shapes)
    shapes = read_shapes(wording)
    refuse_faulty(shapes)
    _refuse_unknown_terms(wording, data)
    hints = Hints(shapes)
    progress("the rules of the house", 0, 1)
    faults = breached(houserules.breaches(data), hints)
    results = _results([triple for file in data for triple in file.triples], wording, shapes, engine, progress)
    wanted = {path.resolve() for path in files}
    added = {file.path for file in data if wanted and file.path.resolve() in wanted}
    placing = Placing(results, data, added, hints)
    for number, result in enumerate(results):
        progress("places", number, len(results))
        faults.append(placing.fault(result))
    faults, accepted = _without_accepted(faults, catalog.folder / ACCEPTED, whole=not (files or alone or stored))
    if files:  # who adds a file need not hear again what is remarked on the rest
        faults = [fault for fault in faults if fault.severity != "Info" or fault.file in added]
    faults.sort(key=lambda fault: (ORDER.get(fault.severity, 3), str(fault.file or ""), fault.line or 0, fault.shape))
    said = sum(len(file.triples) for file in data)
    return Report(tuple(dict.fromkeys(faults)), tuple(accepted), len(data), said, len(shapes.targeted), shapes.graph)


def _results(
    triples: Sequence[Said], wording: Sequence[Triple], shapes: Shapes, engine: str, progress: Progress
) -> list[Result]:
    if engine == "pyshacl":
        progress("pySHACL", 0, 1)
        return reference.results(triples, wording)
    return Checker(triples, shapes).results(progress)


def _read_all(
    catalog: Catalog, files: Sequence[Path], *, alone: bool, stored: Sequence[DataFile] | None, progress: Progress
) -> list[DataFile]:
    """Read ontology, data and added files; what cannot be read is one error that names the first place."""
    shipped = list(catalog.graph_files.values())
    wanted = [path for path in shipped if not (alone or stored) or path.parent.name == "ontology"]
    there = {path.resolve() for path in wanted}
    wanted += [path for path in dict.fromkeys(files) if path.resolve() not in there]
    reader, unreadable = Reader(), []
    read = list(stored or ())
    for number, path in enumerate(wanted):
        progress("files", number, len(wanted))
        try:
            read += reader.read(path)
        except DataError as error:
            unreadable.append(str(error))
    if unreadable:
        more = f" (and {len(unreadable) - 1} more files that cannot be read)" if unreadable[1:] else ""
        raise DataError(unreadable[0] + more)
    return read


def _refuse_unknown_terms(wording: Iterable[Triple], data: Sequence[DataFile]) -> None:
    """Refuse shapes that name a class, property or concept which does not exist: they would find nothing."""
    known = {subject for file in data if file.purpose == "ontology" for subject in file.types}
    for triple in wording:
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and shrink(term).startswith(("kzkg:", "v:")) and term not in known:
                names = [show(one) for one in known if isinstance(one, NamedNode)]
                raise DataError(f"{show(triple.subject)}: {show(term)} does not exist{nearest(show(term), names)}")


def _without_accepted(faults: Sequence[Fault], path: Path, *, whole: bool) -> tuple[list[Fault], list[Fault]]:
    """Set aside the warnings that a list accepts with a reason; of the whole graph, report lines that fit nothing."""
    listed: dict[tuple[str, str], int] = {}
    if path.exists():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            cells = line.split("\t")
            if line and not line.startswith("#"):
                if len(cells) != 3 or not cells[2].strip():
                    raise DataError(f"{path}:{number}: a line has a shape, a thing and a reason, with tabs between")
                listed[cells[0], cells[1]] = number
    warnings = [fault for fault in faults if fault.severity == "Warning"]
    accepted = [fault for fault in warnings if (fault.shape, fault.focus) in listed]
    rest = [fault for fault in faults if fault.severity != "Warning" or (fault.shape, fault.focus) not in listed]
    seen = {(fault.shape, fault.focus) for fault in accepted}
    for (shape, focus), number in listed.items():
        if whole and (shape, focus) not in seen:
            message = f"{focus} no longer breaks {shape}: take this line out"
            rest.append(replace(Fault(path, number, "Warning", "accepted", message), focus=focus))
    return rest, accepted
