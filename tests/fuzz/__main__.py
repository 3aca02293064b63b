"""`make fuzz`: feeds every check with bytes that atheris finds by what the code does with them, for an hour together.

    python -m tests.fuzz [headers|values|requests|texts]… [--seconds 3600] [--corpus FOLDER]

Each check runs in a process of its own for its share of the time. What was found, an exception, a crash, an input
that takes more than twenty seconds or two gigabytes, is kept in the folder, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("headers", "values", "requests", "texts")
LONGEST = 4096
SLOWEST = 20
"""Seconds of the processor that one input may take; libFuzzer itself counts those in which others have it, too."""
HANGS = 1200
LARGEST = 2048
READERS = ("kzkg",)
"""What guides: the code of ours, not that of the libraries."""


def one(name: str, arguments: list[str]) -> None:
    """Feed one check until libFuzzer ends; only called in a process of its own."""
    import atheris

    with atheris.instrument_imports(include=list(READERS)):
        module = import_module(f"tests.fuzz.{name}")
        for each in ("kzkg.query.header", "kzkg.server.savedjob", "kzkg.server.pagejob", "kzkg.names.searching"):
            import_module(each)

    def fed(data: bytes) -> None:
        begun = time.process_time()
        module.check(data)
        spent = time.process_time() - begun
        assert spent < SLOWEST, f"it took {spent:.0f} seconds"

    atheris.Setup([sys.argv[0], *arguments], fed)
    atheris.Fuzz()


def dictionary(name: str, folder: Path) -> Path:
    """Write the words of a check as libFuzzer reads them, and each as an input to begin with."""
    words = import_module(f"tests.fuzz.{name}").WORDS
    path = folder / f"{name}.dict"
    spelt = ["".join(rf"\x{byte:02x}" for byte in word) for word in words]
    path.write_text("".join(f'"{word}"\n' for word in spelt), encoding="ascii")
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, word in enumerate(words):
        for kind in range(8):
            (corpus / f"word-{number}-{kind}").write_bytes(bytes([kind]) + word)
    return path


def fuzzed(name: str, seconds: int, folder: Path) -> bool:
    """Run one check for some time; whether nothing was found."""
    folder.mkdir(parents=True, exist_ok=True)
    log, begun, spent = folder / f"{name}.log", time.monotonic(), children()
    words = [
        sys.executable, "-m", "tests.fuzz", "--one", name, f"-dict={dictionary(name, folder)}",
        f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={HANGS}", f"-rss_limit_mb={LARGEST}",
        f"-artifact_prefix={folder}/found-{name}-", "-print_final_stats=1", str(folder / name),
    ]  # fmt: skip
    with log.open("wb") as out:
        code = subprocess.run(words, cwd=ROOT, stdout=out, stderr=out, check=False).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", text)
    covered = re.findall(r"cov: (\d+)", text)
    took = f"{time.monotonic() - begun:.0f} s, {children() - spent:.0f} s of the processor"
    print(
        f"{name}: {took}, {runs[1] if runs else '?'} inputs, "
        f"{covered[-1] if covered else '?'} edges, {'nothing found' if not code else f'FOUND, see {log}'}",
        flush=True,
    )
    return not code


def children() -> float:
    """Seconds of the processor that all processes took which were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Feed all that are named, one after another."""
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="; ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=3600, help="for all of them together")
    parser.add_argument("--corpus", type=Path, default=ROOT / "build" / "fuzz", help="where inputs are kept")
    asked = parser.parse_args()
    names = asked.names or NAMES
    fine = [fuzzed(name, asked.seconds // len(names), asked.corpus.resolve()) for name in names]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
