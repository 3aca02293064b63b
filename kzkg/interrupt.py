"""Lets Ctrl-C end a process also while the engine computes, when Python itself would not hear it."""

import os
import signal
import threading
import time

INTERRUPTED = 130
GRACE = 0.5
"""Seconds in which Python may end by itself and clear up; it does unless the engine is at work."""


def watch() -> None:
    """End this process a moment after Ctrl-C, for commands that answer one question; call it from the main thread."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    threading.Thread(target=_end_on_interrupt, args=(reading,), daemon=True).start()


def _end_on_interrupt(reading: int) -> None:
    while signals := os.read(reading, 64):
        if signal.SIGINT in signals:
            time.sleep(GRACE)
            os._exit(INTERRUPTED)
