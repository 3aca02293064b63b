"""What a check found: plain records with file, line, and a hint how to mend."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kzkg.validation.shacl import Facts, Result


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
    hint: str = field(default="", compare=False)
    """How to mend it, with the words of this very case."""
    result: Result | None = field(default=None, compare=False, repr=False)
    """The same in terms of RDF; a line of the list of accepted warnings has none."""

    @property
    def place(self) -> str:
        """The file, as seen from the folder where the user stands, and the line, as far as they are known."""
        return ":".join(str(part) for part in (self.seen, self.line) if part is not None)

    @property
    def seen(self) -> Path | None:
        """The file as an editor who stands in the current folder would write it."""
        here = Path.cwd()
        return self.file.relative_to(here) if self.file and self.file.is_relative_to(here) else self.file


@dataclass(frozen=True)
class Report:
    """Everything found, worst first, and how much was checked."""

    faults: tuple[Fault, ...]
    accepted: tuple[Fault, ...]
    files: int
    triples: int
    shapes: int
    paths: Facts | None = field(default=None, compare=False, repr=False)
    """The graph of the shapes, for the paths in a report that is RDF."""

    @property
    def conforms(self) -> bool:
        """Whether nothing was found that stops the build."""
        return not any(fault.severity == "Violation" for fault in self.faults)

    @property
    def counts(self) -> Counter[str]:
        """How many faults of each severity there are."""
        return Counter(fault.severity for fault in self.faults)
