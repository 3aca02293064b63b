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
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
KILLS = int(os.environ.get("KZKG_KILLS", "8"))
TELLING = "KZKG_KILLS" in os.environ
"""Whether each moment is printed."""
BEYOND = 1.05
"""Some moments lie a little after the usual end."""
EARLY = 0.1
"""The share of the first slice in which one of the moments lies."""


KZKG = (sys.executable, "-m", "kzkg")


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
    program: Sequence[str] = KZKG
    environment: Mapping[str, str] = {}


class Death(NamedTuple):
    """One kill: after how many seconds, whether the command had ended before, and the state that was found."""

    number: int
    seconds: float
    ended: bool
    state: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.number:4}  {self.seconds:7.3f} s  {'had ended' if self.ended else 'killed   '}  {self.state}"


def command(victim: Victim) -> subprocess.Popen[str]:
    """Start it in a group of its own, so that all of its processes can be killed at once."""
    return subprocess.Popen(
        [*victim.program, *victim.words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True, env={**os.environ, **victim.environment},
    )  # fmt: skip


def finished(victim: Victim) -> str:
    """Run it to its end, which must be a good one; give what it said."""
    process = command(victim)
    said = process.communicate()[0]
    assert process.returncode == 0, (victim.words, said)
    return said


def killed(victim: Victim, seconds: float) -> bool:
    """Start it, and kill it and all that it has started after some seconds; whether it had ended before."""
    process = command(victim)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, (victim.words, process.returncode)
    return process.returncode == 0


def usual(victim: Victim) -> float:
    """Measure how long it takes when nobody kills it."""
    victim.before()
    begun = time.monotonic()
    finished(victim)
    length = time.monotonic() - begun
    victim.check()
    victim.mend()
    return length


def deaths(victim: Victim, kills: int = KILLS, seed: int = 1) -> Counter[str]:
    """Kill a command that often; give how often each state was found after it."""
    chance, length, states = random.Random(seed), usual(victim), Counter[str]()
    if TELLING:
        print(f"\n{' '.join(map(str, victim.words))}: {length:.2f} s undisturbed, {kills} kills, seed {seed}")
    for number in range(1, kills + 1):
        victim.before()
        # One draw in each slice of the time, in an order of its own: no part of the command is left out. That in the
        # first comes before the command has done anything, however much slower the machine was at the first run.
        part, drawn = number * 37 % kills, chance.random()
        seconds = (part + (drawn if part else drawn * EARLY)) / kills * length * BEYOND
        ended = killed(victim, seconds)
        state = victim.check()
        states[state] += 1
        if TELLING:
            print(Death(number, seconds, ended, state), flush=True)
        victim.mend()
    if TELLING:
        print(f"found: {dict(states)}", flush=True)
    return states
