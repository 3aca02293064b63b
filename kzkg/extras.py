"""Parts that are installed only where they are wanted: their libraries, or one line with the command to get them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kzkg.errors import KzkgError


def library(module: str, extra: str, purpose: str) -> Any:
    """Import a library of an optional part."""
    try:
        return import_module(module)
    except ImportError as error:
        raise KzkgError(f"{purpose} needs a part that is not installed: pip install 'kzkg[{extra}]'") from error
