"""Checks data files: can they be read, do they keep the house rules, do they fit the shapes; with file and line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kzkg.catalog import Catalog
from kzkg.errors import DataError, nearest
from kzkg.terms import PREFIXES, shrink
from kzkg.validation import houserules, reference
from kzkg.validation.constraints import Checker
from kzkg.validation.houserules import Breach, DataFile
from kzkg.validation.locate import Term
from kzkg.validation.shacl import Result, read_shapes, refuse_faulty, show

ACCEPTED = "ontology/shapes/accepted-warnings.tsv"
SHAPE_WORDS = {NamedNode(PREFIXES["sh"] + word) for word in ("targetClass", "targetSubjectsOf", "path", "property")}
ORDER = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, what it is about, and what would be right."""

    file: Path | None
    line: int | None
    severity: str
    shape: str
    message: str
    focus: str = ""
    path: str = ""
    value: str = ""
    component: str = ""

    @property
    def place(self) -> str:
        """The file, as seen from the folder where the user stands, and the line, as far as they are known."""
        here = Path.cwd()
        file = self.file.relative_to(here) if self.file and self.file.is_relative_to(here) else self.file
        return ":".join(str(part) for part in (file, self.line) if part is not None)


@dataclass(frozen=True)
class Report:
    """Everything found, worst first, and how much was checked."""

    faults: tuple[Fault, ...]
    accepted: tuple[Fault, ...]
    files: int
    triples: int
    shapes: int

    @property
    def conforms(self) -> bool:
        """Whether nothing was found that stops the build."""
        return not any(fault.severity == "Violation" for fault in self.faults)

    @property
    def counts(self) -> Counter[str]:
        """How many faults of each severity there are."""
        return Counter(fault.severity for fault in self.faults)


def validate(catalog: Catalog, files: Sequence[Path] = (), *, alone: bool = False, engine: str = "kzkg") -> Report:
    """Check the graph of a folder, with files added to it or, if alone, those files by themselves.

    The engine `pyshacl` asks the reference implementation instead of ours: the same answer, much later.
    """
    data = _read_all(catalog, files, alone=alone)
    shape_triples = _shape_triples(catalog)
    shapes = read_shapes(shape_triples)
    refuse_faulty(shapes)
    _refuse_unknown_terms(shape_triples, data)
    faults = [_breach(breach) for breach in houserules.breaches(data)]
    triples = [triple for file in data for triple in file.triples]
    results = reference.results(triples, shape_triples) if engine == "pyshacl" else Checker(triples, shapes).results()
    wanted = {path.resolve() for path in files}
    added = {file.path for file in data if wanted and file.path.resolve() in wanted}
    faults += _located(results, data, added)
    faults, accepted = _without_accepted(faults, catalog.folder / ACCEPTED, whole=not files)
    if files:  # who adds a file need not hear again what is remarked on the rest
        faults = [fault for fault in faults if fault.severity != "Info" or fault.file in added]
    faults.sort(key=lambda fault: (ORDER.get(fault.severity, 3), str(fault.file or ""), fault.line or 0, fault.shape))
    return Report(tuple(dict.fromkeys(faults)), tuple(accepted), len(data), len(triples), len(shapes.targeted))


def _read_all(catalog: Catalog, files: Sequence[Path], *, alone: bool) -> list[DataFile]:
    """Read ontology, data and added files; what cannot be read is one error that names the first place."""
    shipped = list(catalog.graph_files.values())
    wanted = [path for path in shipped if not alone or path.parent.name == "ontology"]
    there = {path.resolve() for path in wanted}
    wanted += [path for path in dict.fromkeys(files) if path.resolve() not in there]
    read, unreadable = [], []
    for path in wanted:
        try:
            read.append(read_file(path))
        except DataError as error:
            unreadable.append(str(error))
    if unreadable:
        more = f" (and {len(unreadable) - 1} more files that cannot be read)" if unreadable[1:] else ""
        raise DataError(unreadable[0] + more)
    return read


def read_file(path: Path) -> DataFile:
    """Read a Turtle file, or say on which line it is broken."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8 (byte {error.start})") from error
    try:
        quads = parse(text.encode(), format=RdfFormat.TURTLE, rename_blank_nodes=True)
        triples = tuple(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        message = str(error.msg).split(": ", 1)[-1]
        raise DataError(f"{path}:{error.lineno}:{error.offset}: {' '.join(message.split())}") from error
    if any(triple.predicate in SHAPE_WORDS for triple in triples):
        raise DataError(f"{path}: holds SHACL shapes; this command checks data by the shapes of the graph folder")
    return DataFile(path, _purpose(path), text, triples)


def _purpose(path: Path) -> str:
    folder = path.resolve().parent.name
    if folder in ("ontology", "entities"):
        return folder
    return path.stem if path.stem in ("curation", "meta") else "source"


def _shape_triples(catalog: Catalog) -> list[Triple]:
    triples: list[Triple] = []
    for path in catalog.shapes:
        try:
            read = [q.triple for q in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)]
        except SyntaxError as error:
            raise DataError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error}") from error
        # A file that lost its content would take its promises away without a word.
        if not any(triple.predicate.value.startswith(PREFIXES["sh"]) for triple in read):
            raise DataError(f"{path}: says nothing in SHACL: nothing would be checked by it")
        triples += read
    return triples


def _refuse_unknown_terms(shape_triples: Iterable[Triple], data: Sequence[DataFile]) -> None:
    """Refuse shapes that name a class, property or concept which does not exist: they would find nothing."""
    known = {subject for file in data if file.purpose == "ontology" for subject in file.types}
    for triple in shape_triples:
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and shrink(term).startswith(("kzkg:", "v:")) and term not in known:
                names = [show(one) for one in known if isinstance(one, NamedNode)]
                raise DataError(f"{show(triple.subject)}: {show(term)} does not exist{nearest(show(term), names)}")


def _breach(breach: Breach) -> Fault:
    line = breach.line
    if line is None and breach.subject is not None:
        line = breach.file.lines.line(breach.subject, breach.predicate, breach.value)
    words = [show(term) if term is not None else "" for term in (breach.subject, breach.predicate, breach.value)]
    return Fault(breach.file.path, line, "Violation", breach.rule, breach.message, *words)


def _located(results: Sequence[Result], data: Sequence[DataFile], added: set[Path]) -> list[Fault]:
    """Turn results into faults: find the file that says the faulty thing, and the line."""
    stating: dict[Term, list[DataFile]] = defaultdict(list)
    owners: dict[Term, Term] = {}
    wanted = {term for result in results for term in (result.focus, result.value)}
    if wanted:
        for file in sorted(data, key=lambda file: file.path not in added):
            for triple in file.triples:
                if isinstance(triple.object, BlankNode):
                    owners[triple.object] = triple.subject
                if triple.subject in wanted and file not in stating[triple.subject][-1:]:
                    stating[triple.subject].append(file)
    return [_fault(result, stating, owners, added) for result in results]


def _fault(result: Result, stating: dict[Term, list[DataFile]], owners: dict[Term, Term], added: set[Path]) -> Fault:
    subject: Term = result.focus
    files = stating.get(subject, [])
    while isinstance(subject, BlankNode) and subject in owners:
        subject = owners[subject]
    # What an addition brings about is shown where the addition speaks, of the thing or else of its rival.
    ours = [file for file in files if file.path in added]
    rivals = [file for file in stating.get(result.value, []) if file.path in added] if result.value else []
    if result.value and rivals and not ours:
        file, line = _best_place(rivals, result.value, replace(result, path=None))
    else:
        file, line = _best_place(ours or files, subject, result)
    path = show(result.path) if isinstance(result.path, NamedNode) else ""
    value = show(result.value) if result.value is not None else ""
    shape = show(result.shape)
    return Fault(file, line, result.severity, shape, result.message, show(result.focus), path, value, result.component)


def _best_place(files: Sequence[DataFile], subject: Term, result: Result) -> tuple[Path | None, int | None]:
    """Prefer the file that says the faulty value, then one that uses the property, then one with the class."""
    if isinstance(result.path, NamedNode):
        for file in files:
            if result.value in file.said.get((subject, result.path), []):
                return file.path, file.lines.line(subject, result.path, result.value)
        for file in files:
            if (subject, result.path) in file.said:
                return file.path, file.lines.line(subject, result.path)
    for file in files:
        if subject in file.types:
            return file.path, file.lines.line(subject)
    return (files[0].path, files[0].lines.line(subject)) if files else (None, None)


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
