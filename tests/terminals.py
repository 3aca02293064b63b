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

ROOT = Path(__file__).resolve().parent.parent
KZKG = [sys.executable, "-m", "kzkg"]
OURS = ("KZKG_", "LC_", "_KZKG", "_TYPER", "PYTHONIO", "PYTHONUTF8")
PERSONAL = {"NO_COLOR", "FORCE_COLOR", "LANG", "LANGUAGE", "COLUMNS", "LINES", "PAGER", "LESS", "TERM"}
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(OURS) and key not in PERSONAL}
PLAIN |= {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "TERM": "xterm", "PAGER": "cat"}
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
        [*KZKG, *words], env=PLAIN | variables, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
    )
    return Seen(done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"), done.returncode)


def on_terminal(
    *words: str, width: int = 80, height: int = 1000, interrupt: float | None = None, **variables: str
) -> Seen:
    """Run it in a terminal; its errors are kept apart. After `interrupt` seconds Ctrl-C is typed."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    process = subprocess.Popen(
        [*KZKG, *words], stdin=follower, stdout=follower, stderr=subprocess.PIPE, env=PLAIN | variables,
        start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    if interrupt is not None:
        select.select([], [], [], interrupt)
        os.killpg(process.pid, signal.SIGINT)
    while select.select([leader], [], [], 60)[0]:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert process.stderr is not None
    errors = process.stderr.read().decode("utf-8", "replace")
    code = process.wait(30)
    os.close(leader)
    return Seen(seen.decode("utf-8", "replace").replace("\r\n", "\n"), errors, code)
