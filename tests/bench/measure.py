"""Runs a command as a process of its own and tells how long it took, how much memory it held, and what it said."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
KZKG = [sys.executable, "-m", "kzkg"]
# A user's Python keeps its bytecode.
SURROUNDINGS = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
SURROUNDINGS["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"


class Run(NamedTuple):
    """One process: seconds of the clock and of processors, the most megabytes at a time, what it said, how it ended."""

    wall: float
    cpu: float
    peak: int
    out: str
    errors: str
    code: int
    least: int = 0
    """Megabytes of this process, which the system counts as those of the other until it begins: less is not seen."""

    @property
    def memory(self) -> str:
        """The megabytes, as they are written in a table."""
        return f"{self.peak:,} MB" if self.peak > self.least + 2 else f"at most {self.peak:,} MB"


def run(words: list[str], seconds: float = 900, environment: dict[str, str] | None = None) -> Run | None:
    """Run a command; None when it took longer than it may."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        least = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        start = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=out, stderr=errors, env=environment or SURROUNDINGS, start_new_session=True
        )
        while True:
            found, status, used = os.wait4(process.pid, os.WNOHANG)
            wall = time.perf_counter() - start
            if found:
                break
            if wall > seconds:
                os.killpg(process.pid, signal.SIGKILL)
                os.wait4(process.pid, 0)
                process.returncode = -9
                return None
            time.sleep(min(0.05, 0.002 + wall / 50))
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, errors):
            stream.seek(0)
        told = [stream.read().decode("utf-8", "replace") for stream in (out, errors)]
        return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, *told, process.returncode, least)


def amount(seconds: float | None) -> str:
    """Write a length of time with two digits that matter."""
    if seconds is None:
        return "–"
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:.0f} s"
