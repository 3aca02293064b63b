"""Where workers come from: a process that has all imported and the views in memory, and forks when it is told to.

A fork takes some milliseconds of a processor where a new Python takes a hundred and fifty, and those would be missing
to everybody else each time that a query is killed.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kzkg.server import memory, worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store

BORN, DIED = b"B", b"D"
RECORD = struct.Struct(">cii")
"""Kind, number of the process, and its exit code, as it goes to the serving process."""
LONGEST = 1 << 16


def main() -> None:
    """Fork a worker for each message, until the serving process has gone; then all workers go, also busy ones."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        worker.imported()
        gc.collect()
        gc.freeze()
        wakened, waker = socket.socketpair()
        wakened.settimeout(0)
        waker.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        while True:
            found, _, _ = select.select([control, wakened], [], [])
            if wakened in found:
                wakened.recv(4096)
                bury(control)
            if control in found and not bear(control):
                os.killpg(0, signal.SIGKILL)


def bear(control: socket.socket) -> bool:
    """Fork one worker; False when there is nobody any more to have it."""
    try:
        message, handles, _, _ = socket.recv_fds(control, LONGEST, 1)
    except ConnectionError:
        return False
    if not message or not handles:
        return False
    told = json.loads(message)
    views = memory.views(Path(told["store"])) if told["store"] else {}
    child = os.fork()
    if child == 0:
        control.close()
        live(handles[0], told, views)
    os.close(handles[0])
    control.sendall(RECORD.pack(BORN, child, 0))
    return True


def live(handle: int, told: Mapping[str, Any], views: Mapping[str, Store]) -> None:
    """Be a worker, and end as one."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        worker.work(handle, told, views)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as a second nursery
        traceback.print_exc()
    finally:
        os._exit(code)


def bury(control: socket.socket) -> None:
    """Say of each worker that has ended how it did."""
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        control.sendall(RECORD.pack(DIED, child, os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
