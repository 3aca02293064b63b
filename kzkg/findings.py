"""What the graph holds around one thing: its statements, what points to it, rival claims, identifiers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from kzkg import terms
from kzkg.inexact import Day, inexact_records
from kzkg.labels import about, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzkg.store import Graph
    from kzkg.terms import Term

OUT = "SELECT ?thing ?property ?value WHERE { VALUES ?thing { $things } ?thing ?property ?value }"
MANY = """SELECT ?thing (COUNT(*) AS ?count) WHERE { VALUES ?thing { $things } ?record ?property ?thing }
GROUP BY ?thing"""
IN = """SELECT ?thing ?record ?property ?class ?day ?until ?claimed ?value WHERE {
  VALUES ?thing { $things } ?record ?property ?thing ; a ?class
  OPTIONAL { ?record kzkg:date|kzkg:validFrom ?day }
  OPTIONAL { ?record kzkg:validUntil ?until }
  OPTIONAL { ?record kzkg:property ?claimed }
  OPTIONAL { ?record kzkg:value ?value }
}"""
# Two patterns in one OPTIONAL are joined over the whole graph, and a FILTER on a subject reads all of it.
MOST = 3000
"""Records that point to a thing, on a page and in the data beside it; more of them nobody reads."""
FIRST = IN.replace(
    "VALUES ?thing { $things } ?record ?property ?thing ; a ?class",
    f"""{{ SELECT ?thing ?record ?property WHERE {{ VALUES ?thing {{ $things }} ?record ?property ?thing }}
    ORDER BY ?record ?property LIMIT {MOST} }} ?record a ?class""",
)
RIVALS = """SELECT DISTINCT ?thing ?question ?why ?claim ?rank ?reason WHERE {
  { VALUES ?thing { $things } ?mine ?link ?thing . ?mine kzkg:answers ?question }
  UNION { VALUES ?thing { $things } ?thing kzkg:answers ?question }
  UNION { VALUES ?thing { $things } ?thing a kzkg:Question BIND (?thing AS ?question) }
  ?claim kzkg:answers ?question
  OPTIONAL { ?question kzkg:rationale ?why }
  OPTIONAL { ?claim kzkg:rank ?rank }
  OPTIONAL { ?claim kzkg:rationale ?reason }
}"""
MINE = "  { VALUES ?thing { $things } ?mine ?link ?thing . ?mine kzkg:answers ?question }\n  UNION "
OWN_RIVALS = RIVALS.replace(MINE, "  ")
"""Without the questions that a record about the thing answers: of what many records speak these are too many."""
IDENTIFIERS = """SELECT ?thing ?record ?scheme ?identifier ?match ?address WHERE {
  VALUES ?thing { $things } ?record kzkg:about ?thing ; a kzkg:Identification ; dcterms:identifier ?identifier
  OPTIONAL { ?record kzkg:scheme ?scheme }
  OPTIONAL { ?record kzkg:match ?match }
  OPTIONAL { ?record schema:url ?address }
}"""
BANS = """SELECT ?thing ?link ?other ?designation WHERE {
  { VALUES ?thing { $things } ?designation kzkg:designates ?thing ; kzkg:byDecision/kzkg:issuedBy ?other
    BIND (kzkg:bannedBy AS ?link) }
  UNION { VALUES ?thing { $things } ?designation kzkg:byDecision/kzkg:issuedBy ?thing ; kzkg:designates ?other
    BIND (kzkg:banned AS ?link) }
}"""
# What stands in the place of `$things` may be many things at once: a folder of pages asks so.
CLASSES = "SELECT ?class ?above WHERE { ?class rdfs:subClassOf ?above }"
AS_TURTLE = """SELECT DISTINCT ?thing ?s ?p ?o WHERE {
  { VALUES ?thing { $things } ?thing ?p ?o BIND (?thing AS ?s) }
  UNION { VALUES ?thing { $things } ?s ?link ?thing . ?s ?p ?o } }"""

FIRST_AS_TURTLE = AS_TURTLE.replace(
    "VALUES ?thing { $things } ?s ?link ?thing . ",
    f"""{{ SELECT DISTINCT ?thing ?s WHERE {{ VALUES ?thing {{ $things }} ?s ?link ?thing }}
    ORDER BY ?s LIMIT {MOST} }} """,
)

TURNED = {"kzkg:banned", "kzkg:bannedBy", "kzkg:designatedIn", "skos:example"}
"""Shortcuts that only turn round what another statement says, and examples in the ontology."""


@dataclass(slots=True)
class Link:
    """A record that points to the thing."""

    record: str
    properties: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    until: str = ""
    claimed: tuple[str, Term] | None = None


@dataclass(slots=True)
class Findings:
    """The rows behind a card, before anything has a name."""

    thing: NamedNode
    out: list[tuple[NamedNode, Term]]
    links: dict[str, Link]
    rivals: list[tuple[Term | None, ...]]
    identifiers: list[tuple[Term | None, ...]]
    above: dict[str, set[str]]
    days: dict[str, dict[str, Day]]
    behind: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The records from which a shortcut follows, by its property and value."""
    left: int = 0
    """How many links to the thing there are, where these are only the first of them."""

    def records(self) -> set[str]:
        """All records whose citations the card may show."""
        claims = {row[2].value for row in self.rivals if isinstance(row[2], NamedNode)}
        return {self.thing.value, *self.links, *claims}.union(*self.behind.values())

    def things(self) -> set[str]:
        """All IRIs that need a name."""
        found = {term.value for pair in self.out for term in pair if isinstance(term, NamedNode)}
        for row in (*self.rivals, *self.identifiers):
            found.update(term.value for term in row if isinstance(term, NamedNode))
        for link in self.links.values():
            found |= {link.record} | link.classes | link.properties
        return found | {self.thing.value}


def as_turtle(graph: Graph, thing: NamedNode, dataset: str, *, bounded: bool = False) -> tuple[Triple, ...]:
    """Give the statements of a card: those of the thing, and those of the records that point to it.

    With `bounded` it is the first `MOST` of these records.
    """
    text = FIRST_AS_TURTLE if bounded and pointing(graph, thing, dataset) > MOST else AS_TURTLE
    found = {Triple(*row[1:]) for row in about(graph, text, [thing.value], dataset)}  # type: ignore[arg-type]
    return tuple(sorted(found, key=str))


def pointing(graph: Graph, thing: NamedNode, dataset: str) -> int:
    """Count what points to a thing."""
    return sum(
        int(count.value) for _, count in about(graph, MANY, [thing.value], dataset) if isinstance(count, Literal)
    )


def gathered(graph: Graph, thing: NamedNode, dataset: str, *, bounded: bool = False) -> Findings:
    """Ask for all rows behind a card; with `bounded` for those of the first `MOST` links to it."""
    count = pointing(graph, thing, dataset) if bounded else 0
    many = count > MOST
    asked = [thing.value] if count or not bounded else []
    found = linked(about(graph, FIRST if many else IN, asked, dataset))
    out = statements(graph, thing, dataset)
    return Findings(
        thing,
        out,
        found,
        [row[1:] for row in about(graph, OWN_RIVALS if many else RIVALS, [thing.value], "all")],
        [row[1:] for row in about(graph, IDENTIFIERS, [thing.value], dataset)],
        graph.kept(("classes",), lambda: classes(graph)),
        inexact_records(graph, {thing.value, *found}, dataset),
        bans(graph, thing, out, dataset),
        count if many else 0,
    )


def linked(rows: Iterable[tuple[Term | None, ...]]) -> dict[str, Link]:
    """Bring together what points to a thing, by record."""
    links: dict[str, Link] = {}
    for _, record, name, kind, day, until, claimed, value in rows:
        if not isinstance(record, NamedNode) or not isinstance(name, NamedNode) or terms.shrink(name) in TURNED:
            continue
        link = links.setdefault(record.value, Link(record.value))
        link.properties.add(name.value)
        link.classes.update([kind.value] if isinstance(kind, NamedNode) else [])
        link.days.update([day.value] if isinstance(day, Literal) else [])
        link.until = until.value if isinstance(until, Literal) else link.until
        if isinstance(claimed, NamedNode) and value is not None and terms.shrink(name) == "kzkg:about":
            link.claimed = (claimed.value, value)
    return links


def statements(graph: Graph, thing: NamedNode, dataset: str) -> list[tuple[NamedNode, Term]]:
    """Give what is said of a thing: property and value."""
    return [
        (name, value)
        for _, name, value in about(graph, OUT, [thing.value], dataset)
        if isinstance(name, NamedNode) and value is not None
    ]


def classes(graph: Graph) -> dict[str, set[str]]:
    """Give the wider classes of each class."""
    above: dict[str, set[str]] = defaultdict(set)
    for each, over in rows(graph, CLASSES, "all"):
        if isinstance(each, NamedNode) and isinstance(over, NamedNode):
            above[each.value].add(over.value)
    return above


def bans(
    graph: Graph, thing: NamedNode, out: list[tuple[NamedNode, Term]], dataset: str
) -> dict[tuple[str, str], set[str]]:
    """Find the designations behind "banned" and "banned by", for what follows from a record is cited from it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    if any(terms.shrink(name) in {"kzkg:banned", "kzkg:bannedBy"} for name, _ in out):
        for _, link, other, designation in about(graph, BANS, [thing.value], dataset):
            if isinstance(link, NamedNode) and isinstance(designation, NamedNode):
                found[link.value, str(other)].add(designation.value)
    return found


def is_day(words: str) -> bool:
    """Tell whether words are written as a day."""
    return len(words) == 10 and words[4] == words[7] == "-" and words.replace("-", "").isdigit()
