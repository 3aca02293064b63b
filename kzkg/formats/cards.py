"""A card as text for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from itertools import zip_longest
from typing import TYPE_CHECKING

from kzkg import terms
from kzkg.card import Line, sources_of
from kzkg.formats.markdown import escaped
from kzkg.formats.table import BOLD, DIM, PLAIN, folded, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.card import Card
    from kzkg.citations import Citation
    from kzkg.formats import Layout

MANY = 25
"""More records of one class than this are counted on a text card, not listed; JSON has them all."""


def text(card: Card, layout: Layout) -> Iterator[str]:
    """Write a card for a terminal."""
    bold, dim, plain = (BOLD, DIM, PLAIN) if layout.colour else ("", "", "")
    numbers = {each: number for number, each in enumerate(sources_of(card), 1)}
    width = max(layout.width or 100, 40)
    longest = max((len(line.name) for _, lines in parts(card) for line in lines), default=0)
    room = min(max(longest, 18), 22 if width >= 80 else 18)
    yield from (f"{bold}{part}{plain}\n" for part in folded(safe(card.title), width))
    kinds = safe(", ".join((*card.classes, *card.kinds)))
    name = terms.shrink(card.thing)
    yield f"{dim}{name}{plain}"
    yield (
        f"  {kinds}\n"
        if len(name) + 2 + len(kinds) <= width
        else "\n" + "".join(f"{k}\n" for k in folded(kinds, width))
    )
    for head, lines in parts(card):
        yield "\n" + "".join(f"{bold}{part}{plain}\n" for part in folded(safe(head), width))
        for line in lines[:MANY]:
            yield from wrapped(line, numbers, width, room)
        if len(lines) > MANY:
            yield f"  … and {len(lines) - MANY} more: -f json has them all\n"
    if card.citations:
        yield f"\n{bold}Mentioned in{plain}\n"
        marks = " ".join(f"[{numbers[each]}]" for each in card.citations)
        yield "".join(f"  {part}\n" for part in folded(marks, width - 2))
    if numbers:
        yield f"\n{bold}Sources{plain}\n"
        for each, number in numbers.items():
            mark = f"[{number}]".rjust(len(str(len(numbers))) + 2)
            for place, part in enumerate(folded(safe(cited(each)), width - len(mark) - 1)):
                yield f"{mark if not place else ' ' * len(mark)} {part}\n"


def cited(citation: Citation) -> str:
    """Write a citation with its address."""
    return f"{citation.line()}, {citation.address}" if citation.address else citation.line()


def parts(card: Card) -> Iterator[tuple[str, list[Line]]]:
    """Give the parts of a card that are lists of lines, with their headings."""
    if card.names:
        yield "Names", [line for entry in card.names for line in named(card, *entry)]
    if card.facts:
        yield "What is known", list(card.facts)
    for group, lines in card.links.items():
        yield f"{group} ({len(lines)})", list(lines)
    for dispute in card.disputes:
        why = [Line("open, because", dispute.reason)] if dispute.reason else []
        yield f"Sources disagree: {dispute.question}", [*why, *dispute.answers]
    if card.identifiers:
        yield "Identifiers", list(card.identifiers)


def named(card: Card, language: str, name: str, preferred: bool) -> Iterator[Line]:  # noqa: FBT001 - a row of the card
    """Write a name as a line, or as one for each time in which the thing was called so."""
    head = f"{language or '-'}{'' if preferred else ', also'}"
    for span in card.spans.get(name) or (Line("", name),):
        yield Line(head, name, note=span.date, citations=span.citations)


def wrapped(line: Line, numbers: dict[Citation, int], width: int, room: int) -> Iterator[str]:
    """Write one line of a card, broken to the width, with its name in a column of its own."""
    marks = "".join(f" [{numbers[each]}]" for each in line.citations if each in numbers)
    note = f" ({line.note})" if line.note else ""
    date = f"{line.date}  " if line.date else ""
    heads = folded(safe(line.name), room)
    texts = folded(safe(f"{date}{line.text}{note}{marks}"), width - room - 4)
    for head, part in zip_longest(heads, texts, fillvalue=""):
        yield f"  {head.ljust(room)}  {part}".rstrip() + "\n"


def md(card: Card, _layout: Layout) -> Iterator[str]:
    """Write a card as Markdown, its sources as footnotes."""
    numbers = {each: number for number, each in enumerate(sources_of(card), 1)}
    yield f"# {escaped(card.title)}\n\n`{terms.shrink(card.thing)}`"
    yield f" {escaped(', '.join((*card.classes, *card.kinds)))}\n"
    for head, lines in parts(card):
        yield f"\n## {escaped(head)}\n\n"
        for line in lines:
            marks = "".join(f" [^{numbers[each]}]" for each in line.citations if each in numbers)
            date = f"{line.date}: " if line.date else ""
            note = f" ({escaped(line.note)})" if line.note else ""
            yield f"- *{escaped(line.name)}* {date}{escaped(line.text)}{note}{marks}\n"
    if card.citations:
        yield "\n## Mentioned in\n\n" + " ".join(f"[^{numbers[each]}]" for each in card.citations) + "\n"
    yield "\n" if numbers else ""
    for each, number in numbers.items():
        address = f" <{each.address}>" if each.address else ""
        yield f"[^{number}]: {escaped(each.line())}.{address}\n"


def json(card: Card, _layout: Layout) -> Iterator[str]:
    """Write a card as one JSON object."""
    from json import dumps

    content = asdict(card)
    content["citations"] = [each.fields() for each in card.citations]
    content["facts"] = [entry(line) for line in card.facts]
    content["links"] = {group: [entry(line) for line in lines] for group, lines in card.links.items()}
    content["identifiers"] = [entry(line) for line in card.identifiers]
    for dispute, written in zip(card.disputes, content["disputes"], strict=True):
        written["answers"] = [entry(line) for line in dispute.answers]
    content["names"] = [
        {
            "lang": lang or None,
            "name": name,
            "preferred": best,
            "dated": [entry(line) for line in card.spans.get(name, ())],
        }
        for lang, name, best in card.names
    ]
    del content["spans"]
    yield dumps(content, ensure_ascii=False, indent=1) + "\n"


def entry(line: Line) -> dict[str, object]:
    """Give one line of a card for machines."""
    known = {name: value for name, value in asdict(line).items() if value}
    return {**known, "citations": [each.fields() for each in line.citations]}
