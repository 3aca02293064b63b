"""Refuses what would end the process in the engine's readers: JSON nested too deeply, XML entities that multiply."""

from __future__ import annotations

import re
from typing import IO, cast

from pyoxigraph import RdfFormat

from kzkg.loading.squeezed import Damaged

DEEPEST = 500
"""Brackets of JSON; the engine recurses, and ends the process with a segmentation fault at some thousands."""
LONGEST = 2000
"""Bytes of the declaration of an entity; what files of ontologies use them for is the beginning of an IRI."""
_MARK = re.compile(rb'[\\"\[\]{}]')
_ENTITY = re.compile(rb'<!ENTITY[^">]*+(?:"[^"]*+"[^">]*+)*+(?:"[^"]*+)?+(>?)')
_OTHERS = re.compile(rb"%|&(?!#|amp;|lt;|gt;|quot;|apos;)")


def bounded(source: IO[bytes], form: RdfFormat) -> IO[bytes]:
    """Give the text of a file in some format, watched where the format needs it; Damaged is raised while it is read."""
    if form == RdfFormat.JSON_LD:
        return cast("IO[bytes]", _Json(source))
    return cast("IO[bytes]", _Xml(source)) if form == RdfFormat.RDF_XML else source


class _Json:
    """Counts the brackets that are open, outside of strings."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._depth, self._quoted, self._skip = 0, False, -1

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        skip = self._skip
        for mark in _MARK.finditer(data):
            at, sign = mark.start(), data[mark.start()]
            if at == skip:
                continue
            if sign == 0x5C:  # a backslash: the next sign is a letter, whatever it is
                skip = at + 1
            elif sign == 0x22:
                self._quoted = not self._quoted
            elif not self._quoted:
                self._depth += 1 if sign in b"[{" else -1
                if self._depth > DEEPEST:
                    raise Damaged(f"JSON nested more than {DEEPEST} deep is not taken")
        self._skip = skip - len(data) if skip >= len(data) else -1
        return data


class _Xml:
    """Looks for entities that are made of others, or are long: a few of them may stand for gigabytes."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._rest = source, b""

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        text = self._rest + data
        self._rest = text[-len(b"<!ENTITY") + 1 :]
        for found in _ENTITY.finditer(text):
            if len(found[0]) > LONGEST or (found[1] and _OTHERS.search(found[0])):
                raise Damaged(f"an entity made of others, or of more than {LONGEST} bytes, is not taken")
            if not found[1]:
                self._rest = found[0]
        return data
