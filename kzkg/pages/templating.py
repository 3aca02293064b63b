"""The template engine: every text is escaped, and no text brings a character that a document may not hold."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from kzkg.formats.sparql import FORBIDDEN

UNFIT = re.compile(f"{FORBIDDEN.pattern}|[\x7f-\x9f\ufdd0-\ufdef]")


def tidy(value: Any) -> Any:
    """Replace the characters that no document may hold."""
    return UNFIT.sub("\ufffd", value) if type(value) is str and not value.isprintable() else value


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Make the engine once."""
    return Environment(
        loader=PackageLoader("kzkg.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=tidy,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def filled(template: str, **content: Any) -> str:
    """Fill a template."""
    return environment().get_template(template).render(**content)
