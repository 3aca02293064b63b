"""Runs `kzkg` as people do: in a terminal of some width, or into a pipe, with nothing of the tester's own settings."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
KZKG = [sys.executable, "-m", "kzkg"]
OURS = ("KZKG_", "LC_", "_KZKG", "_TYPER", "PYTHONIO", "PYTHONUTF8")
PERSONAL = {"NO_COLOR", "FORCE_COLOR", "LANG", "LANGUAGE", "COLUMNS", "LINES", "PAGER", "LESS", "TERM"}
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(OURS) and key not in PERSONAL}
PLAIN |= {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "TERM": "xterm", "PAGER": "cat"}
START = 2
"""Seconds of a processor that no start needs."""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Seen:
    """What a process wrote, and how it ended."""

    text: str
    errors: str
    code: int

    @property
    def plain(self) -> str:
        """The text without colours."""
        return COLOUR.sub("", self.text)


def piped(*words: str, **variables: str) -> Seen:
    """Run it into a pipe."""
    done = subprocess.run(
        [*KZKG, *words],
        env=PLAIN | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Seen(done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"), done.returncode)


def on_terminal(
    *words: str, width: int = 80, height: int = 1000, interrupt: Callable[[int], None] | None = None, **variables: str
) -> Seen:
    """Run it in a terminal; its errors are kept apart. When `interrupt` has waited for the process, Ctrl-C is typed."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    process = subprocess.Popen(
        [*KZKG, *words], stdin=follower, stdout=follower, stderr=subprocess.PIPE, env=PLAIN | variables,
        start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    if interrupt is not None:
        interrupt(process.pid)
        os.killpg(process.pid, signal.SIGINT)
    while select.select([leader], [], [], PATIENCE)[0]:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert process.stderr is not None
    errors = process.stderr.read().decode("utf-8", "replace")
    code = process.wait(PATIENCE)
    os.close(leader)
    return Seen(seen.decode("utf-8", "replace").replace("\r\n", "\n"), errors, code)


def waits(process: int) -> None:
    """Wait until a process waits itself: it sleeps, and has taken no time of a processor for a second."""
    quiet, before = 0, -1

    def rests() -> bool:
        nonlocal quiet, before
        state, _, spent = looked_at(process)
        quiet, before = quiet + 1 if state == "S" and spent == before > 0 else 0, spent
        return quiet == 20

    assert until(rests), "it is never at rest"


def works(process: int, but: int = 0) -> None:
    """Wait until the processes of a session, but for one, have taken more of a processor than their start needs."""

    def busy() -> bool:
        taken = sum(taken for each in numbers() if each != but for _, of, taken in [looked_at(each)] if of == process)
        return taken > START * os.sysconf("SC_CLK_TCK")

    assert until(busy), "it does nothing"


def numbers() -> list[int]:
    """The numbers of all processes."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def looked_at(process: int) -> tuple[str, int, int]:
    """The state of a process, its session and the ticks of a processor that it took."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0, 0
    return fields[0], int(fields[3]), int(fields[11]) + int(fields[12])
