"""Checks that hold for any bytes a stranger may send: of headers, of values, of requests, of query texts.

Each module has `check(data)`, which raises where something is found, and `WORDS`, of which good input is made. The
tests feed it with Hypothesis; `python -m tests.fuzz` with atheris, guided by what the code does with each input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kzkg.errors import KzkgError


def one_line(error: KzkgError) -> None:
    """A fault is one line that can be shown, with an exit code of the table."""
    line = str(error)
    assert line
    assert len(line.splitlines()) == 1, line
    assert len(line) < 5000
    assert error.exit_code in {1, 2, 3, 4, 5}


def refused(refusal: KzkgError, *statuses: int) -> None:
    """A refusal has one of these statuses, and can be sent."""
    one_line(refusal)
    assert refusal.status in statuses, refusal  # type: ignore[attr-defined]
    assert refusal.body()  # type: ignore[attr-defined]
