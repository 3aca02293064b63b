"""Runs a program for as long as a process lives, so that nothing is left over however the tests end.

`python -m tests.keeper PID FOLDER PROGRAM [WORD…]`: ends the program, and removes the folder, when PID is no more.
"""

import os
import shutil
import signal
import subprocess
import sys
import time


def alive(process: int) -> bool:
    """Whether a process is still there."""
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def keep(process: int, folder: str, words: list[str]) -> None:
    """Run the program until it ends by itself, the process has ended, or this one is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    program = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL)
    try:
        while program.poll() is None and alive(process):
            time.sleep(0.5)
    finally:
        program.kill()
        program.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
