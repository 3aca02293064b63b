"""Takes from a worker what no query needs: the network, new programs, memory without end.

Each measure is taken where the system has it, for the worker's own privileges suffice; none is relied on alone, as
the guard refuses SERVICE and LOAD before the engine sees them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
import threading
import time

NEW_NET, NEW_USER = 0x40000000, 0x10000000
NO_NEW_PRIVILEGES, SET_SECCOMP, SET_DEATH_SIGNAL = 38, 22, 1
KILL = 9
NICE = 15
"""The priority of a thread that gives way; where the process itself has less, that of the process."""
REFUSED_CALLS = {
    "x86_64": (0xC000003E, {"socket": 41, "connect": 42, "bind": 49, "listen": 50, "accept": 43, "accept4": 288,
                            "execve": 59, "execveat": 322, "ptrace": 101, "io_uring_setup": 425}),
    "aarch64": (0xC00000B7, {"socket": 198, "connect": 203, "bind": 200, "listen": 201, "accept": 202, "accept4": 242,
                             "execve": 221, "execveat": 281, "ptrace": 117, "io_uring_setup": 425}),
}  # fmt: skip
"""For each machine how the kernel calls it, and the numbers of the calls that a worker may not make."""
CLIENT = frozenset({"socket", "connect", "bind"})
"""What a client calls; the resolver of names binds, too."""
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, DENY = 0x7FFF0000, 0x00050000 | 1  # EPERM
OTHER_NUMBERS = 0x40000000
"""From here on x86_64 counts the same calls once more, for another kind of program."""


def confine(*, asks: bool = False) -> list[str]:
    """Take the network and new programs from this process, and say what worked; before any thread is started.

    A process that `asks` an endpoint keeps what a client needs, and nothing that a server would.
    """
    if not sys.platform.startswith("linux"):
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    done = []
    if not asks and (libc.unshare(NEW_NET) == 0 or libc.unshare(NEW_USER | NEW_NET) == 0):
        done.append("no network")
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if _filter_calls(libc, CLIENT if asks else frozenset()):
        done.append("no listening, no programs" if asks else "no sockets, no programs")
    return done


def end_with_parent() -> None:
    """Let the system end this process when the one that started it ends."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, KILL, 0, 0, 0)


def _filter_calls(libc: ctypes.CDLL, allowed: frozenset[str]) -> bool:
    """Let the kernel answer "not permitted" to the calls of the table but those that are allowed."""
    known = REFUSED_CALLS.get(platform.machine())
    if known is None or struct.calcsize("P") != 8:
        return False
    machine, calls = known
    numbers = sorted(number for name, number in calls.items() if name not in allowed)
    last = len(numbers) + 1
    # Each jump says how many steps it skips on its way to the last one, which denies.
    steps = [(LOAD, 0, 0, 4), (JUMP_IF_EQUAL, 0, last + 2, machine), (LOAD, 0, 0, 0)]
    steps.append((JUMP_IF_AT_LEAST, last, 0, OTHER_NUMBERS))
    steps += [(JUMP_IF_EQUAL, last - 1 - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, DENY)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(kept))
    return bool(libc.prctl(SET_SECCOMP, 2, ctypes.create_string_buffer(program, len(program)), 0, 0) == 0)


def limit(memory: int) -> None:
    """Bound what this process may take: no core is dumped, and no memory taken far beyond the limit.

    The serving process looks at the memory of its workers and ends one that holds too much; the bound here is for one
    that takes it faster than anybody looks.
    """
    with contextlib.suppress(ImportError):
        import resource

        now = held(os.getpid(), mapped=True) or (1 << 30)
        # A limit below what is held already, or above what the system grants, is refused by it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (now + 2 * memory, now + 2 * memory))
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_seconds(seconds: float) -> None:
    """Bound the processor's time from now on, for the case that nobody is left who would look at the clock."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        most = int(time.process_time() + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def thread() -> int:
    """Tell which thread this is to those who may lower its priority; 0 where only that of a process can be lowered."""
    return threading.get_native_id() if sys.platform.startswith("linux") else 0


def give_way(one: int) -> bool:
    """Leave a thread what others do not need of the processor, for as long as it lives; whether that was possible."""
    with contextlib.suppress(OSError):
        if one:
            os.setpriority(os.PRIO_PROCESS, one, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
            return True
    return False


def held(process: int, *, mapped: bool = False) -> int:
    """Tell how many bytes a process holds, or has mapped; 0 where the system does not say, or the process has gone."""
    try:
        size, resident = _read(f"/proc/{process}/statm").split()[:2]
        return int(size if mapped else resident) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def spent(process: int, thread: int) -> float | None:
    """Tell how many seconds of a processor a thread of a process took; None where the system does not say."""
    try:
        return int(_read(f"/proc/{process}/task/{thread}/schedstat").split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return None


def _read(path: str) -> bytes:
    """Read a small file of the system, without what a file object costs: this is done many times a second."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, 4096)
    finally:
        os.close(handle)
