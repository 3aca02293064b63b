"""An endpoint as a worker asks it for strangers: looked at anew for each job, and never asked for what is its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kzkg.errors import RequestError
from kzkg.remote.endpoint import Endpoint
from kzkg.store import guard

if TYPE_CHECKING:
    from kzkg.store.engine import Asked
    from kzkg.store.results import Begun

_OWN = re.compile(r"<(?:bif|sql):", re.IGNORECASE)
"""Under these names Virtuoso gives a query the functions of its SQL, which do more than compute."""


class Passing(Endpoint):
    """Passes on what the guard takes: read-only queries of the graphs of this data set."""

    def begin(self, text: str, bare: str, asked: Asked) -> Begun:
        """Pass a query on."""
        if _OWN.search(guard.unescaped(text)):
            raise RequestError("functions of one engine, such as <bif:…>, are refused")
        return super().begin(text, bare, asked)
