"""Rows with two things as a network: boxes in columns, and a line from the one to the other in each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kzkg.errors import RequestError
from kzkg.pictures.layers import Layout, laid_out
from kzkg.pictures.theme import BODY, COLOURS, FAINT, INK, PAPER, QUIET, SMALL, Body, Canvas, Key, keys
from kzkg.pictures.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzkg.pictures.caption import Subject

MOST_BOXES = 120
NAME_ROOM, LINE, PAD, BETWEEN = 215.0, 15.0, 8.0, 84.0


@dataclass(slots=True)
class Tie:
    """A line of the network, and the rows that say so."""

    a: str
    b: str
    kind: str
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Node:
    """A box of the network: its name in lines, its sources, its size."""

    lines: list[str]
    mark: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about the network that its marks are drawn from."""

    ties: Sequence[Tie]
    names: Mapping[str, str]
    nodes: Mapping[str, Node]
    layout: Layout
    lefts: Sequence[float]


def fits(subject: Subject) -> None:
    """Refuse an answer whose rows do not hold two things."""
    if pair(subject) is None:
        raise RequestError("a network needs two columns of things, such as court and group")


def pair(subject: Subject) -> tuple[int, int] | None:
    """Give the two columns whose things are linked: names before kinds."""
    columns = subject.columns
    chosen = [*columns.names, *columns.kinds][:2]
    return (min(chosen), max(chosen)) if len(chosen) == 2 else None


def kind_of(subject: Subject) -> int | None:
    """Give the column that tells in which way they are linked."""
    left = [column for column in subject.columns.kinds if column not in (pair(subject) or ())]
    return left[0] if left else None


def draw(subject: Subject) -> Body:
    """Draw the network of an answer."""
    all_ties, names = ties_of(subject)
    ties = first(all_ties)
    names = {node: names[node] for tie in ties for node in (tie.a, tie.b)}
    kind, chosen = kind_of(subject), colours(subject, ties, names)
    nodes = boxes(subject, ties, names)
    layout = laid_out([(tie.a, tie.b) for tie in ties], {name: node.height for name, node in nodes.items()})
    lefts, width = sides(layout, nodes)
    canvas = Canvas()
    canvas.signals = [{"name": "near", "value": None, "on": pointing()}]
    plan = Plan(ties, names, nodes, layout, lefts)
    lines(subject, canvas, plan, chosen)
    box_marks(subject, canvas, plan)
    drawn = sorted({row for tie in ties for row in tie.rows})
    body = Body(height=layout.height + 8, canvas=canvas, width=max(width, BODY), drawn=len(drawn))
    if kind is not None:
        body.legend = list(dict.fromkeys(chosen.values()))
    if len(ties) < len(all_ties):
        body.notes.append(f"{len(drawn)} / {len(subject.answer.rows)}: {say('first', subject.lang)}")
    elif missing := len(subject.answer.rows) - len(drawn):
        body.notes.append(f"{say('no pair', subject.lang)}: {missing}")
    told = [f"{names[tie.a]} → {names[tie.b]}" + (f" ({tie.kind})" if kind is not None else "") for tie in ties[:40]]
    body.about = f"{say('network', subject.lang)}: {'; '.join(told)}"
    return body


def ties_of(subject: Subject) -> tuple[list[Tie], dict[str, str]]:
    """Give the lines of the network, each once, and the names of its nodes."""
    first, second = pair(subject) or (0, 0)
    kind, found, names = kind_of(subject), dict[tuple[str, str, str], Tie](), dict[str, str]()
    for number, row in enumerate(subject.answer.rows):
        a, b = (subject.answer.plain(row[column]) for column in (first, second))
        if not a or not b or a == b:
            continue
        names |= {a: subject.columns.name(number, first), b: subject.columns.name(number, second)}
        word = ", ".join(part for part in (subject.columns.name(number, kind), subject.rank(number)) if part)
        found.setdefault((a, b, word), Tie(a, b, word)).rows.append(number)
    return list(found.values()), names


def first(ties: Sequence[Tie]) -> list[Tie]:
    """Give the ties that come before there are too many boxes to read."""
    kept, nodes = list[Tie](), set[str]()
    for tie in ties:
        if len(nodes | {tie.a, tie.b}) <= MOST_BOXES:
            nodes |= {tie.a, tie.b}
            kept.append(tie)
    return kept


def colours(subject: Subject, ties: Sequence[Tie], names: Mapping[str, str]) -> dict[str, Key]:
    """How a line is drawn: by the way of linking, else by the node on the side that has few."""
    if kind_of(subject) is not None:
        chosen = keys([tie.kind for tie in ties], say("other", subject.lang))
        return {name: Key(key.text, key.colour, "line", key.dash) for name, key in chosen.items()}
    starts, ends = {tie.a for tie in ties}, {tie.b for tie in ties}
    for side, few in (("a", starts), ("b", ends)):
        if len(few) <= len(COLOURS):
            for tie in ties:
                tie.kind = names[getattr(tie, side)]
            chosen = keys([tie.kind for tie in ties], "")
            return {name: Key(key.text, key.colour, "line") for name, key in chosen.items()}
    return {"": Key("", QUIET, "line")}


def boxes(subject: Subject, ties: Sequence[Tie], names: Mapping[str, str]) -> dict[str, Node]:
    """Give the boxes; the numbers of the sources stand in those of the side that has more of them."""
    many = "a" if len({tie.a for tie in ties}) > len({tie.b for tie in ties}) else "b"
    rows: dict[str, list[int]] = {}
    for tie in ties:
        rows.setdefault(getattr(tie, many), []).extend(tie.rows)
    ruler, nodes = subject.ruler, {}
    for name, text in names.items():
        told = ruler.wrapped(text, NAME_ROOM, most=3)
        mark = subject.sources.of(rows.get(name, ())) if subject.sources.listed else ""
        mark = ruler.short(mark, NAME_ROOM) if mark else ""
        wide = max([*(ruler.width(line) for line in told), ruler.width(mark, SMALL)])
        nodes[name] = Node(told, mark, wide + 2 * PAD, LINE * (len(told) + bool(mark)) + PAD)
    return nodes


def sides(layout: Layout, nodes: Mapping[str, Node]) -> tuple[list[float], float]:
    """Give the left edge of each column, and the width of all."""
    wide = [0.0] * (max(layout.ranks.values(), default=-1) + 1)
    for name, rank in layout.ranks.items():
        wide[rank] = max(wide[rank], nodes[name].width)
    between = max(BETWEEN, min((BODY - 2 - sum(wide)) / max(len(wide) - 1, 1), 260))
    lefts = [sum(wide[:n]) + between * n for n in range(len(wide))]
    return lefts, (lefts[-1] + wide[-1] + 2) if wide else 0.0


def pointing() -> list[dict[str, Any]]:
    """Follow the pointer, so that a page can pale the lines that do not belong to a box."""
    return [{"events": "rect:pointerover", "update": "datum.id"}, {"events": "rect:pointerout", "update": "null"}]


def lines(subject: Subject, canvas: Canvas, plan: Plan, chosen: Mapping[str, Key]) -> None:
    """Draw the lines with their heads; several between the same two boxes run side by side."""
    paths, heads, layout, nodes, lefts = [], [], plan.layout, plan.nodes, plan.lefts
    together: dict[frozenset[str], int] = {}
    for tie in plan.ties:
        both = frozenset((tie.a, tie.b))
        aside = together[both] = together.get(both, -1) + 1
        forward = layout.ranks[tie.a] < layout.ranks[tie.b]
        left, right = (tie.a, tie.b) if forward else (tie.b, tie.a)
        shift = 7.0 * ((aside + 1) // 2) * (1 if aside % 2 else -1)
        points = [(lefts[layout.ranks[left]] + nodes[left].width, layout.middles[left] + shift)]
        for rank, y in layout.bends.get((left, right), ()):
            points += [(lefts[rank] - 8, y), (lefts[rank] + NAME_ROOM * 0.6, y)]
        points.append((lefts[layout.ranks[right]], layout.middles[right] + shift))
        ends = (0.0, 7.0) if forward else (7.0, 0.0)
        points[0], points[-1] = (points[0][0] + ends[0], points[0][1]), (points[-1][0] - ends[1], points[-1][1])
        key = chosen.get(tie.kind) or next(iter(chosen.values()))
        title = f"{plan.names[tie.a]} → {plan.names[tie.b]}"
        paths.append(
            {
                "d": curve(points),
                "stroke": key.colour,
                "thick": 1.8,
                "dash": list(key.dash or ()),
                "tip": subject.tip(tie.rows, title),
                "row": tie.rows[0],
                "a": tie.a,
                "b": tie.b,
            }
        )
        x, y = points[-1] if forward else points[0]
        heads.append(
            {
                "x": x,
                "y": y,
                "px": 2 if forward else -2,
                "shape": "triangle-right" if forward else "triangle-left",
                "colour": key.colour,
                "area": 62,
            }
        )
    canvas.paths(paths, opacity="near == null || near == datum.a || near == datum.b ? 0.85 : 0.12")
    canvas.symbols(heads)


def curve(points: Sequence[tuple[float, float]]) -> str:
    """Give a line through the points that leaves and arrives level."""
    (x, y), rest = points[0], points[1:]
    told = [f"M{x:.1f},{y:.1f}"]
    for to_x, to_y in rest:
        middle = (x + to_x) / 2
        told.append(f"C{middle:.1f},{y:.1f} {middle:.1f},{to_y:.1f} {to_x:.1f},{to_y:.1f}")
        x, y = to_x, to_y
    return "".join(told)


def box_marks(subject: Subject, canvas: Canvas, plan: Plan) -> None:
    """Draw the boxes with their names."""
    frames, words, layout = [], [], plan.layout
    for name, node in plan.nodes.items():
        if name not in layout.ranks:
            continue
        x, y = plan.lefts[layout.ranks[name]], layout.middles[name]
        rows = [row for tie in plan.ties if name in {tie.a, tie.b} for row in tie.rows]
        frames.append(
            {
                "id": name,
                "x": x,
                "x2": x + node.width,
                "y": y - node.height / 2,
                "high": node.height,
                "fill": PAPER,
                "stroke": FAINT,
                "tip": subject.tip(rows, plan.names[name]),
                "row": rows[0],
            }
        )
        told = [(line, INK, 12) for line in node.lines] + ([(node.mark, FAINT, SMALL)] if node.mark else [])
        first = y - LINE * (len(told) - 1) / 2
        words += [
            {"x": x + PAD, "y": first + LINE * n, "text": text, "colour": colour, "size": size}
            for n, (text, colour, size) in enumerate(told)
        ]
    canvas.boxes(frames, round_by=4)
    canvas.texts(words)
