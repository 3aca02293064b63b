"""Kills a command with SIGKILL at moments drawn from a seed, and looks after each that nothing is lost or half done.

    deaths(Victim(["load", …], check=whole, mend=again), kills=200, seed=7)

Each moment is a share of the time that the command takes when nobody kills it, so that on a slow machine, too, all of
its parts are met. How many kills a test makes is `KILLS`: some in the suite, 200 under `make hard-days`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
KILLS = int(os.environ.get("KZKG_KILLS", "8"))
TELLING = "KZKG_KILLS" in os.environ
"""Whether each moment is printed."""
BEYOND = 1.05
"""Some moments lie a little after the usual end."""


class Victim(NamedTuple):
    """A command that is killed, and what has to be so after it."""

    words: Sequence[str]
    """What follows `kzkg`."""
    check: Callable[[], str]
    """Looks at what the command left, fails unless all of it is whole, and says which state that is."""
    before: Callable[[], object] = lambda: None
    """Makes what the command starts from."""
    mend: Callable[[], object] = lambda: None
    """Does the same again without a kill, and fails where that does not succeed or leaves litter."""


class Death(NamedTuple):
    """One kill: after how many seconds, whether the command had ended before, and the state that was found."""

    number: int
    seconds: float
    ended: bool
    state: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.number:4}  {self.seconds:7.3f} s  {'had ended' if self.ended else 'killed   '}  {self.state}"


def command(words: Sequence[str], **more: object) -> subprocess.Popen[str]:
    """Start `kzkg` with these words, in a group of its own so that all of its processes can be killed at once."""
    return subprocess.Popen(
        [sys.executable, "-m", "kzkg", *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True, **more,
    )  # type: ignore[call-overload,no-any-return]  # fmt: skip


def done(words: Sequence[str]) -> str:
    """Run `kzkg` to its end, which must be a good one; give what it said."""
    process = command(words)
    said = process.communicate()[0]
    assert process.returncode == 0, (words, said)
    return str(said)


def killed(words: Sequence[str], seconds: float) -> bool:
    """Start a command and kill it, and all that it has started, after some seconds; whether it had ended before."""
    process = command(words)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, (words, process.returncode)
    return process.returncode == 0


def usual(victim: Victim) -> float:
    """Measure how long the command takes, the longer of two times."""
    found = []
    for _ in range(2):
        victim.before()
        begun = time.monotonic()
        done(victim.words)
        found.append(time.monotonic() - begun)
        victim.mend()
    return max(found)


def deaths(victim: Victim, kills: int = KILLS, seed: int = 1) -> Counter[str]:
    """Kill a command that often; give how often each state was found after it."""
    chance, length, states = random.Random(seed), usual(victim), Counter[str]()
    if TELLING:
        print(f"\n{' '.join(map(str, victim.words))}: {length:.2f} s undisturbed, seed {seed}")
    for number in range(1, kills + 1):
        victim.before()
        # One draw in each slice of the time, in an order of its own: no part of the command is left out.
        slice_ = (number * 37 % kills + chance.random()) / kills
        seconds = slice_ * length * BEYOND
        ended = killed(victim.words, seconds)
        state = victim.check()
        states[state] += 1
        if TELLING:
            print(Death(number, seconds, ended, state), flush=True)
        victim.mend()
    return states
