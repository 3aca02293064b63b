"""What would end the process in the engine's readers is refused before it gets there, wherever a piece ends."""

import io
import json

import pytest
from pyoxigraph import RdfFormat

from kzkg.loading.bounds import DEEPEST, bounded
from kzkg.loading.squeezed import Damaged


def read(text: bytes, form: RdfFormat, piece: int) -> bytes:
    """Read a text in pieces of some bytes."""
    stream, found = bounded(io.BytesIO(text), form), b""
    while data := stream.read(piece):
        found += data
    return found


def nested(depth: int, word: str) -> bytes:
    """JSON of that depth, with a string in the middle."""
    return ("[" * depth + json.dumps(word) + "]" * depth).encode()


@pytest.mark.parametrize("piece", [1, 2, 7, 1 << 16])
@pytest.mark.parametrize("word", ["", '"', "\\", '\\"[[{', "[" * 3 * DEEPEST, '"' + "{" * 2 * DEEPEST])
def test_the_depth_of_json(word: str, piece: int) -> None:
    assert read(nested(DEEPEST, word), RdfFormat.JSON_LD, piece) == nested(DEEPEST, word)
    with pytest.raises(Damaged, match="nested more than 500 deep"):
        read(nested(DEEPEST + 1, word), RdfFormat.JSON_LD, piece)


PLAIN = b'<!DOCTYPE r [<!ENTITY owl "http://www.w3.org/2002/07/owl#"> <!ENTITY a "&#65;&amp;">]><r>&owl;</r>'
LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"> <!ENTITY b "&a;&a;">]><r>&b;</r>'


@pytest.mark.parametrize("piece", [1, 5, 1 << 16])
def test_entities_of_xml(piece: int) -> None:
    assert read(PLAIN, RdfFormat.RDF_XML, piece) == PLAIN
    for text in (
        LAUGHS,
        PLAIN.replace(b"owl#", b"o" * 3000),
        LAUGHS.replace(b"ENTITY b", b"ENTITY % b"),
        LAUGHS.replace(b"&a;&a;", b">&a;"),
    ):
        with pytest.raises(Damaged, match="an entity"):
            read(text, RdfFormat.RDF_XML, piece)


def test_other_formats_are_not_looked_at() -> None:
    source = io.BytesIO(b"[" * 5000)
    assert bounded(source, RdfFormat.TURTLE) is source
