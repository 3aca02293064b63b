"""Faults put into made-up data on purpose, and what validation must find because of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.wording import date, number, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.scenes import Quad, Scene

Expected = tuple[str, str]
"""A shape or a rule of the house, and the thing that breaks it."""
Blunder = tuple[str, "Callable[[Scene, str], tuple[str, ...]]"]
"""The kind of thing that it happens to, and what does it: it tells which shapes it breaks, none if it cannot."""
CURATION = word("g:curation")


def put(scene: Scene, share: float, owed: float) -> float:
    """Make a share of the records of a scene faulty; give what is still owed, for the next scene."""
    owed += share * sum(len(things) for kind, things in scene.made.items() if kind != "geometry")
    tries, used = 0, set()
    while owed >= 1 and tries < 10 * len(BLUNDERS):
        kind, blunder = BLUNDERS[(scene.index + tries) % len(BLUNDERS)]
        tries += 1
        things = [thing for thing in _things(scene, kind) if thing not in used]
        for thing in scene.chance.sample(things, min(20, len(things))):
            broken = blunder(scene, thing)
            if broken:
                used |= {thing, *_beside(scene, thing)}
                scene.expected += [(shape, f"id:{thing.rpartition('/')[2][:-1]}") for shape in broken]
                owed -= 1
                break
    return owed


def _things(scene: Scene, kind: str) -> list[str]:
    return sorted(scene.cited) if kind == "cite" else scene.made.get(kind, [])


def _beside(scene: Scene, thing: str) -> set[str]:
    """Give what answers the same question, and the question: one fault there is enough."""
    answers, about = word("answers"), {thing}
    about |= {o for _, s, p, o in scene.quads if p == answers and s == thing}
    return about | {s for _, s, p, o in scene.quads if p == answers and o in about}


# ---- ways to change what is said


def _values(scene: Scene, thing: str, prop: str) -> list[str]:
    predicate = word(prop)
    return [o for _, s, p, o in scene.quads if s == thing and p == predicate]


def _change(scene: Scene, change: Callable[[Quad], Quad | None]) -> None:
    changed = (change(quad) for quad in scene.quads)
    scene.quads = dict.fromkeys(quad for quad in changed if quad is not None)


def _swap(scene: Scene, thing: str, prop: str, value: str) -> bool:
    """Put one value in the place of every one that the thing has."""
    predicate, there = word(prop), bool(_values(scene, thing, prop))
    _change(scene, lambda quad: (*quad[:3], value) if quad[1] == thing and quad[2] == predicate else quad)
    return there


def _drop(scene: Scene, thing: str, prop: str, ending: str = "") -> bool:
    """Leave out what is said by one property, or its values with an ending."""
    predicate, before = word(prop), len(scene.quads)
    _change(scene, lambda q: None if q[1] == thing and q[2] == predicate and q[3].endswith(ending) else q)
    return len(scene.quads) < before


def _add(scene: Scene, thing: str, prop: str, value: str) -> bool:
    """Say something more, in the file that names the class of the thing."""
    graph = next(g for g, s, p, _ in scene.quads if s == thing and p == word("rdf:type"))
    scene.quads[graph, thing, word(prop), value] = None
    return True


def _if(done: bool, *shapes: str) -> tuple[str, ...]:
    return tuple(f"kzs:{shape}" if shape[0] == "S" else shape for shape in shapes) if done else ()


# ---- the faults


def two_days(scene: Scene, trial: str) -> tuple[str, ...]:
    """Give a trial a second day; an inexact one has an end that the day might lie behind."""
    return _if(not _values(scene, trial, "validUntil") and _add(scene, trial, "date", date("1994-05-05")), "S05-date")


def upside_down(scene: Scene, figure: str) -> tuple[str, ...]:
    """Write the lower bound above the upper one."""
    return _if(_swap(scene, figure, "minimum", number(5000)), "S28")


def bad_place(scene: Scene, citation: str) -> tuple[str, ...]:
    """Name a place in a document by a word that nobody can follow."""
    return _if(_swap(scene, citation, "locator", '"chapter three"'), "S08-locator")


def foreign_property(scene: Scene, citation: str) -> tuple[str, ...]:
    """Say of a citation what belongs to a figure."""
    return _if(_add(scene, citation, "qualifier", word("v:qualifier-about")), "S40-citation")


def no_date(scene: Scene, source: str) -> tuple[str, ...]:
    """Leave out when a document was issued."""
    return _if(_drop(scene, source, "dcterms:issued"), "S38-dated")


def no_english(scene: Scene, org: str) -> tuple[str, ...]:
    """Leave out the English name."""
    return _if(_drop(scene, org, "skos:prefLabel", "@en"), "S03")


def two_names(scene: Scene, law: str) -> tuple[str, ...]:
    """Give two preferred names in English."""
    return _if(_add(scene, law, "skos:prefLabel", '"Another name"@en'), "S03-once")


def wrong_scheme(scene: Scene, org: str) -> tuple[str, ...]:
    """Give an organisation a kind that is one of means."""
    return _if(_swap(scene, org, "kind", word("v:means-fire")), "S07-organisation")


def no_rank(scene: Scene, claim: str) -> tuple[str, ...]:
    """Rank an alternative by something that is no rank."""
    alternative = _values(scene, claim, "rank") == [word("v:rank-alternative")]
    return _if(alternative and _swap(scene, claim, "rank", word("v:means-fire")), "S12")


def both_accepted(scene: Scene, question: str) -> tuple[str, ...]:
    """Accept a second answer."""
    answers = [s for _, s, p, o in scene.quads if p == word("answers") and o == question]
    other = [claim for claim in answers if _values(scene, claim, "rank") == [word("v:rank-alternative")]]
    return _if(bool(other) and _swap(scene, other[0], "rank", word("v:rank-accepted")), "S10")


def wrong_axes(scene: Scene, place: str) -> tuple[str, ...]:
    """Write the latitude first."""
    points = _values(scene, place, "geo:hasDefaultGeometry")
    value = f'"POINT(43.25 76.91)"^^{word("geo:wktLiteral")}'
    return _if(bool(points) and _swap(scene, points[0], "geo:asWKT", value), "S26-axes")


def commas(scene: Scene, place: str) -> tuple[str, ...]:
    """Write decimal commas."""
    points = _values(scene, place, "geo:hasDefaultGeometry")
    value = f'"POINT(76,91 43,25)"^^{word("geo:wktLiteral")}'
    return _if(bool(points) and _swap(scene, points[0], "geo:asWKT", value), "S26-point")


def too_early(scene: Scene, designation: str) -> tuple[str, ...]:
    """Let a designation begin before its decision."""
    return _if(_swap(scene, designation, "validFrom", date("1990-01-01")), "S20")


def bans_nobody(scene: Scene, ruling: str) -> tuple[str, ...]:
    """Call a ruling a ban, though it designates nobody."""
    return _if(_swap(scene, ruling, "kind", word("v:decision-ban")), "S22")


def no_role(scene: Scene, participation: str) -> tuple[str, ...]:
    """Leave out in which role somebody took part."""
    return _if(_values(scene, participation, "byDecision") == [] and _drop(scene, participation, "role"), "S30-role")


def no_speaker(scene: Scene, statement: str) -> tuple[str, ...]:
    """Leave out who made a statement."""
    observed = word("v:statement-observation") in _values(scene, statement, "kind")
    spoken = not observed and (_drop(scene, statement, "speaker") or _drop(scene, statement, "speakerText"))
    return _if(spoken, "S42-speaker")


def no_such_day(scene: Scene, step: str) -> tuple[str, ...]:
    """Write a day that no calendar has: a fault of the shape and of the literal."""
    exact = not _values(scene, step, "validUntil")
    files = len({g for g, s, _, _ in scene.quads if s == step})
    return _if(exact and _swap(scene, step, "date", date("2011-02-30")), "S05-date", *["literal"] * files)


def nobody(scene: Scene, finding: str) -> tuple[str, ...]:
    """Speak of a thing that nothing describes."""
    files = len({g for g, s, p, _ in scene.quads if s == finding and p == word("about")})
    return _if(_swap(scene, finding, "about", word("id:law-that-is-nowhere")), *["reference"] * files)


def uncited(scene: Scene, claim: str) -> tuple[str, ...]:
    """Leave out the citation of a claim: a fault of the record, and of every file that tells it."""
    files = {g for g, s, p, _ in scene.quads if s == claim and p == word("evidence")}
    if not all(_cited_elsewhere(scene, claim, graph) for graph in files):
        return ()
    return _if(_drop(scene, claim, "evidence"), "S01", *["G1"] * len(files))


def _cited_elsewhere(scene: Scene, claim: str, graph: str) -> bool:
    """Say whether something else in the file uses the same citations."""
    evidence = word("evidence")
    own = {o for g, s, p, o in scene.quads if g == graph and s == claim and p == evidence}
    others = {o for g, s, p, o in scene.quads if g == graph and s != claim and p == evidence}
    return own <= others


def other_web(scene: Scene, place: str) -> tuple[str, ...]:
    """Link to Wikidata in a form that is not its canonical one."""
    return _if(_swap(scene, place, "schema:sameAs", "<https://wikidata.org/wiki/Q1>"), "S52")


def a_number(scene: Scene, identification: str) -> tuple[str, ...]:
    """Write an identifier as a number."""
    return _if(_swap(scene, identification, "dcterms:identifier", number(140000012)), "S41-identifier")


def no_group(scene: Scene, count: str) -> tuple[str, ...]:
    """Leave out whom a figure counts; rivals would then be of another kind, so only of one that has none."""
    return _if(not _values(scene, count, "answers") and _drop(scene, count, "group"), "S29-group")


def to_itself(scene: Scene, relation: str) -> tuple[str, ...]:
    """Relate an organisation to itself."""
    return _if(_swap(scene, relation, "related", _values(scene, relation, "about")[0]), "S47-self")


def no_words(scene: Scene, step: str) -> tuple[str, ...]:
    """Leave out the wording of an inexact date."""
    return _if(_drop(scene, step, "dateText"), "S06")


BLUNDERS: list[Blunder] = [
    ("trial", two_days), ("estimate", upside_down), ("cite", bad_place), ("cite", foreign_property),
    ("source", no_date), ("org", no_english), ("law", two_names), ("org", wrong_scheme), ("claim", no_rank),
    ("question", both_accepted), ("place", wrong_axes), ("place", commas), ("designation", too_early),
    ("ruling-on-a-name", bans_nobody), ("participation", no_role), ("statement", no_speaker), ("step", no_such_day),
    ("finding", nobody), ("claim", uncited), ("place", other_web), ("identification", a_number),
    ("count", no_group), ("relation", to_itself), ("step", no_words),
]  # fmt: skip
