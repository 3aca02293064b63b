"""Counts the rows of an answer while the engine writes it, exactly, from the bytes that go by."""

from __future__ import annotations

from collections.abc import Callable

Tally = Callable[[bytes], int]
"""Takes the next bytes of an answer and gives the number of its rows so far."""


def tally(form: str) -> Tally:
    """Make a counter for a result format of the engine."""
    return {"srj": json_rows, "srx": xml_rows, "csv": csv_rows, "tsv": tsv_rows}[form]()


def json_rows() -> Tally:
    """Count objects: inside a string a quotation mark has a backslash before it, so `{"` begins one or ends a string.

    A string that ends is followed by one of two characters. The heads of the document are three objects, and every
    term is one that begins with its type.
    """
    found, rest = -3, b""

    def count(chunk: bytes) -> int:
        nonlocal found, rest
        data = rest + chunk
        cut = data.rfind(b'{"')
        cut = len(data) - 1 if cut < 0 else cut
        found += data.count(b'{"', 0, cut)
        found -= sum(data.count(other, 0, cut) for other in (b'{"type":"', b'{"}', b'{",'))
        rest = data[cut:]
        return max(found, 0)

    return count


def xml_rows() -> Tally:
    """Count elements: inside a text there is no `<`."""
    found, rest = 0, b""

    def count(chunk: bytes) -> int:
        nonlocal found, rest
        data = rest + chunk
        cut = max(data.rfind(b"<"), 0)
        found += data.count(b"<result>", 0, cut)
        rest = data[cut:]
        return found

    return count


def csv_rows() -> Tally:
    """Count line ends outside quotation marks; the first line is the head."""
    found, within = -1, False

    def count(chunk: bytes) -> int:
        nonlocal found, within
        for number, part in enumerate(chunk.split(b'"')):
            within = within if not number else not within
            found += 0 if within else part.count(b"\n")
        return max(found, 0)

    return count


def tsv_rows() -> Tally:
    """Count line ends, which a value does not hold; the first line is the head."""
    found = -1

    def count(chunk: bytes) -> int:
        nonlocal found
        found += chunk.count(b"\n")
        return max(found, 0)

    return count
