"""Waits for what is to come about: as long as a slow, busy machine may need for it, and not a moment longer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 300.0
"""Seconds after which a test gives something up that takes less than one where nothing else runs."""


def until(
    condition: Callable[[], Any], seconds: float = PATIENCE, pause: Callable[[float], object] = time.sleep
) -> bool:
    """Wait until something is so; False when it is not even after a time that is long for any machine.

    `pause` is what waits a moment in the place of `time.sleep`, where something must go on meanwhile.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        pause(0.05)
    return True
