"""Puts the nodes of a network into columns so that links run from left to right and cross each other little."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Link = tuple[str, str]
GAP, BEND, APART = 9.0, 6.0, 16.0
"""Space between two boxes; room for a link that passes by; space between two groups that nothing links."""
SWEEPS = 14


@dataclass(slots=True)
class Slot:
    """A place in a column: for a node, or for a link that only passes."""

    name: str
    rank: int
    high: float
    y: float = 0.0
    before: list[Slot] = field(default_factory=list)
    after: list[Slot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """The column and the middle of each node, the bends of each link, and the height of the whole."""

    ranks: Mapping[str, int]
    middles: Mapping[str, float]
    bends: Mapping[Link, Sequence[tuple[int, float]]]
    height: float


def laid_out(links: Sequence[Link], heights: Mapping[str, float]) -> Layout:
    """Give the layout of a network whose nodes are so high; groups that nothing links stand below each other."""
    ranks: dict[str, int] = {}
    middles: dict[str, float] = {}
    bends: dict[Link, Sequence[tuple[int, float]]] = {}
    top = 0.0
    for group in groups(links):
        forward = acyclic(group)
        ranked = ranks_of(forward)
        slots, chains = columns(forward, ranked, heights)
        settle(slots)
        least = min(slot.y - slot.high / 2 for column in slots for slot in column)
        for column in slots:
            for slot in column:
                slot.y += top - least
        ranks |= ranked
        middles |= {slot.name: slot.y for column in slots for slot in column if slot.name}
        bends |= {link: [(slot.rank, slot.y) for slot in chain] for link, chain in chains.items()}
        top = max(slot.y + slot.high / 2 for column in slots for slot in column) + APART
    return Layout(ranks, middles, bends, max(top - APART, 0))


def groups(links: Sequence[Link]) -> list[list[Link]]:
    """Give the links in groups that share no node, the largest first."""
    home: dict[str, str] = {}

    def root(node: str) -> str:
        while home.setdefault(node, node) != node:
            node = home[node]
        return node

    for a, b in links:
        home[root(b)] = root(a)
    found: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        found[root(link[0])].append(link)
    return sorted(found.values(), key=lambda group: -len(group))


def acyclic(links: Iterable[Link]) -> list[Link]:
    """Give the links with those turned round that would close a circle; of two between the same nodes one is kept."""
    after: dict[str, list[str]] = defaultdict(list)
    kept: list[Link] = []
    for a, b in links:
        if a == b or b in after[a] or a in after[b]:
            continue
        start, end = (b, a) if reaches(after, b, a) else (a, b)
        after[start].append(end)
        kept.append((start, end))
    return kept


def reaches(after: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    """Whether one can walk from one node to another."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        if node == end:
            return True
        fresh = [each for each in after.get(node, ()) if each not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def ranks_of(links: Sequence[Link]) -> dict[str, int]:
    """Give the column of each node: right of all that link to it, and no farther left than it needs to be."""
    nodes = list(dict.fromkeys(node for link in links for node in link))
    ranks = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for a, b in links:
            ranks[b] = max(ranks[b], ranks[a] + 1)
    targets = {b for _, b in links}
    for node in nodes:
        if node not in targets:
            ranks[node] = min(ranks[b] for a, b in links if a == node) - 1
    return ranks


def columns(
    links: Sequence[Link], ranks: Mapping[str, int], heights: Mapping[str, float]
) -> tuple[list[list[Slot]], dict[Link, list[Slot]]]:
    """Give the slots of each column, and for each link the slots it passes through."""
    nodes = {node: Slot(node, rank, heights[node]) for node, rank in ranks.items()}
    slots: list[list[Slot]] = [[] for _ in range(max(ranks.values()) + 1)]
    for slot in nodes.values():
        slots[slot.rank].append(slot)
    chains: dict[Link, list[Slot]] = {}
    for a, b in links:
        passed = [Slot("", rank, BEND) for rank in range(ranks[a] + 1, ranks[b])]
        for slot in passed:
            slots[slot.rank].append(slot)
        chain = [nodes[a], *passed, nodes[b]]
        for left, right in pairwise(chain):
            left.after.append(right)
            right.before.append(left)
        chains[a, b] = passed
    return slots, chains


def settle(slots: Sequence[list[Slot]]) -> None:
    """Order each column by the middle of its neighbours, then draw each slot towards them as far as there is room."""
    for column in slots:
        stack(column)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in slots if forward else reversed(slots):
            wishes = {id(slot): wish(slot, forward=forward) for slot in column}
            column.sort(key=lambda slot: wishes[id(slot)])
            stack(column)
    for sweep in range(SWEEPS):
        for column in slots if sweep % 2 == 0 else reversed(slots):
            spread(column, [wish(slot, forward=sweep % 2 == 0) for slot in column])


def wish(slot: Slot, *, forward: bool) -> float:
    """Where a slot would like to be: the middle of its neighbours on one side, else where it is."""
    beside = (slot.before or slot.after) if forward else (slot.after or slot.before)
    return sum(each.y for each in beside) / len(beside) if beside else slot.y


def stack(column: Sequence[Slot]) -> None:
    """Put the slots of a column below each other, from the middle outwards."""
    y = -sum(slot.high + GAP for slot in column) / 2
    for slot in column:
        slot.y = y + slot.high / 2
        y += slot.high + GAP


def spread(column: Sequence[Slot], wishes: Sequence[float]) -> None:
    """Move the slots towards their wishes in their order: those that would meet share the way as one block."""
    blocks: list[list[float]] = []  # the sum of the wishes for the first slot, how many slots, the height of all
    offsets: list[float] = []
    for slot, wanted in zip(column, wishes, strict=True):
        high = slot.high + GAP
        blocks.append([wanted - high / 2, 1, high])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] + blocks[-2][2] > blocks[-1][0] / blocks[-1][1]:
            total, count, size = blocks.pop()
            first = blocks[-1]
            blocks[-1] = [first[0] + total - first[2] * count, first[1] + count, first[2] + size]
    for total, count, _ in blocks:
        offsets += [total / count] * int(count)
    done, block = 0.0, None
    for slot, start in zip(column, offsets, strict=True):
        if start != block:
            done, block = 0.0, start
        slot.y = start + done + (slot.high + GAP) / 2
        done += slot.high + GAP
