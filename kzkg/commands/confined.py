"""Runs a check in a process of its own, which is ended when it takes too long, or more memory than it may.

A new Python costs a tenth of a second; a fork of this one would cost less, but an engine that has begun threads does
not survive it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kzkg.errors import DataError, KzkgError, TimeLimit

if TYPE_CHECKING:
    from kzkg.commands.checking import Check

MEGABYTE = 1 << 20
SECONDS = 3600.0
"""So long may a check take where nothing else was said."""
PACKAGE = str(Path(__file__).resolve().parents[2])
FIRST_LOOK, EACH_LOOK, OWN_LOOK = 0.02, 0.2, 0.02
"""Seconds between two looks at the process from outside, at first and at last, and from inside."""
TOO_LARGE = 77
"""The exit code by which the process that checks says that it holds too much memory."""


class Silent(KzkgError):  # noqa: N818
    """The other process has said what there is to be said; only its exit code is left."""


def run(wish: Check) -> None:
    """Run a check within its limits: an hour, and three quarters of the machine's memory, where none are given.

    What the check raises is said by the process that ran it; here its exit code is raised, and a broken limit.
    """
    most = wish.megabytes * MEGABYTE if wish.megabytes else _memory() * 3 // 4
    told = json.dumps([wish, most, "--debug" in sys.argv, os.getpid()])
    paths = [PACKAGE, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    words = [sys.executable, "-P", "-m", "kzkg.commands.confined"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, env=environment) as process:  # noqa: S603 - our own program
        try:
            if process.stdin:
                process.stdin.write(told.encode())
                process.stdin.close()
            code = _wait(process, wish.seconds or SECONDS, most)
        except BaseException:
            process.kill()
            raise
    if code == TOO_LARGE:
        raise _too_large(most)
    if code < 0:
        raise DataError(f"the process that checked was ended by the system ({signal.Signals(-code).name})")
    if code:
        silent = Silent()
        silent.exit_code = code
        raise silent


def _wait(process: subprocess.Popen[bytes], seconds: float, most: int) -> int:
    """Wait for the end of a process; raise when it reaches a limit."""
    from kzkg.server.confinement import held

    end, pause = time.monotonic() + seconds, FIRST_LOOK
    while True:
        try:
            return process.wait(min(pause, max(0.0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                message = f"the check took longer than {seconds:g} seconds; --time-limit gives it more"
                raise TimeLimit(message) from None
            if held(process.pid) > most:
                raise _too_large(most) from None
        pause = min(EACH_LOOK, pause * 1.2)


def _too_large(most: int) -> DataError:
    return DataError(f"the check took more than {most // MEGABYTE} megabytes of memory; --memory-limit gives it more")


def _memory() -> int:
    """Tell how much memory the machine has; where it does not say, more than any has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 1 << 50


def _end_when_too_large(most: int) -> None:
    """End this process when it holds too much; the one outside may be too late to see it on a busy machine."""
    from kzkg.server.confinement import held

    while held(os.getpid()) <= most:
        time.sleep(OWN_LOOK)
    os._exit(TOO_LARGE)


def main() -> int:
    """Run the check that standard input tells of, and give the exit code of the command."""
    from kzkg.commands.checking import Check, check
    from kzkg.faults import told
    from kzkg.interrupt import watch
    from kzkg.server.confinement import end_with_parent, limit

    words, most, debug, parent = json.loads(sys.stdin.read())
    end_with_parent()
    if os.name == "posix" and os.getppid() != parent:
        return 4  # it ended before this process could ask to end with it
    watch()
    threading.Thread(target=_end_when_too_large, args=(most,), daemon=True).start()
    limit(4 * most)  # for a single step that takes it faster than anybody looks
    try:
        check(Check(*words))
    except MemoryError:
        return TOO_LARGE
    except BaseException as error:  # noqa: BLE001 - the last place that can turn a fault into a line
        if debug or os.environ.get("KZKG_DEBUG"):
            import traceback

            traceback.print_exc()
        return told(error)
    return 0


if __name__ == "__main__":
    ended = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            ended = ended or 4
    os._exit(ended)
