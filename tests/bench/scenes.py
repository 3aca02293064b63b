"""One scene of made-up data: a sixteenth of what the shipped data holds, class by class, as quads of text."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from random import Random

from tests.bench.wording import REASONS, date, day, names, point, sentence, word

SHARE = 16
PUBLISHERS = 160
SHIPPED = {
    "Source": 545, "Claim": 631, "Identification": 231, "Statement": 142, "CasualtyReport": 117,
    "LegalInstrument": 117, "Organisation": 113, "Finding": 102, "Question": 82, "Estimate": 72, "Participation": 66,
    "Listing": 60, "Place": 53, "OrganisationChange": 49, "Membership": 33, "OrganisationRelation": 31,
    "Decision": 22, "Incident": 19, "Sentence": 19, "LegalStep": 16, "Provision": 16, "Court": 15, "Person": 14,
    "Trial": 9, "Repatriation": 8, "Phase": 8, "LegalStatus": 7, "PolicyMeasure": 7, "LegalDefinition": 6,
    "RecruitmentTechnique": 5, "Recommendation": 4, "StateProgramme": 2, "Lifting": 1,
}  # fmt: skip
"""How many things of each class the shipped data holds; courts' decisions and attacks stand under their parents."""
KINDS = {
    "org": ("movement", "party", "association", "public-association", "religious-movement", "charity"),
    "instrument": ("law", "amending-law", "decree", "order", "treaty", "government-resolution"),
    "source": ("news", "official-text", "think-tank", "ngo", "academic", "official-list", "government-report"),
    "finding": ("thesis", "assessment", "effect", "aim", "recommendation"),
    "change": ("founding", "renaming", "split", "merger", "dissolution", "revival"),
    "relation": ("affiliated-with", "associated-with", "splinter-of", "successor-of", "distinct-from"),
    "scheme": ("wikidata", "adilet", "viaf", "opensanctions", "us-sdn", "un-sc-list", "eu-881-2002", "uk-schedule-2"),
    "group": ("civilians", "security-forces", "attackers", "police-at-scene", "women", "children", "men", "guards"),
    "counted": ("killed", "injured", "victims"),
    "quantity": ("members", "detained", "convicted", "prosecuted", "departed", "returned", "fighters-abroad"),
    "topic": ("terrorism", "extremism", "financing", "internet", "prevention", "religion", "sanctions", "youth"),
    "role": ("issuer", "approver", "drafter", "initiator", "implementer", "supervisor", "signatory"),
    "element": ("act", "purpose", "means", "target", "form", "context"),
    "attack": ("bombing", "armed-attack", "explosion", "security-operation", "unrest"),
    "means": ("explosives", "firearms", "fire", "vehicle", "unknown"),
    "observed": ("observation", "assessment", "attribution"),
}
Quad = tuple[str, str, str, str]
Facts = dict[str, str | list[str]]
TYPE, EVIDENCE = word("rdf:type"), word("evidence")


@dataclass(frozen=True)
class Document:
    """A source, the graph of its publisher, its day, and how it is cited besides as a whole: a place, or a speaker."""

    name: str
    graph: str
    issued: str
    cited_by: str


@dataclass
class Recent:
    """The last things of each class, for a scene that has none of its own; never many."""

    things: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=4)))


class Scene:
    """Quads of text, made in the order in which a newspaper, a court and a curator would bring them."""

    def __init__(self, seed: str, index: int, recent: Recent, *, scale: float = 1.0) -> None:
        self.chance = Random(f"{seed}/{index}")
        self.index, self.recent, self.scale = index, recent, scale
        self.quads: dict[Quad, None] = {}
        self.made: dict[str, list[str]] = defaultdict(list)
        self.documents: list[Document] = []
        self.cited: set[str] = set()
        self.expected: list[tuple[str, str]] = []
        self.counts = {name: self._count(name) for name in SHIPPED}

    def _count(self, name: str) -> int:
        """Spread the things of a class over sixteen scenes; the very first has one of each."""
        before, after = (at * SHIPPED[name] // SHARE for at in (self.index, self.index + 1))
        return max(int((after - before) * self.scale), self.index == 0)

    # ---- the ways to say something

    def name(self, kind: str) -> str:
        """Name a new thing."""
        made = self.made[kind]
        made.append(word(f"id:{kind}-g{self.index}-{len(made) + 1}"))
        self.recent.things[kind].append(made[-1])
        return made[-1]

    def one(self, kind: str) -> str:
        """Choose a thing of this scene, or else one of a scene before it."""
        return self.chance.choice(self.made[kind] or list(self.recent.things[kind]))

    def kind(self, scheme: str, prefix: str = "") -> str:
        """Choose a concept."""
        return word(f"v:{prefix or scheme}-{self.chance.choice(KINDS[scheme])}")

    def say(self, graph: str, thing: str, facts: Facts) -> None:
        """Put facts about a thing into a graph."""
        for prop, values in facts.items():
            predicate = word(prop)
            for value in values if isinstance(values, list) else [values]:
                self.quads[graph, thing, predicate, value] = None

    def entity(self, kind: str, of: str, file: str, facts: Facts) -> str:
        """Name a thing in the entities' files; what is said about it stands elsewhere."""
        thing = self.name(kind)
        self.say(word(f"g:entities-{file}"), thing, {"rdf:type": word(of), **facts})
        return thing

    def labels(self, form: str, kind: str) -> list[str]:
        """Name the next thing of a kind: always in English, mostly in Russian and Kazakh, too."""
        told = names(form, self.chance, f"{self.index}-{len(self.made[kind]) + 1}")
        return told if self.chance.random() < 0.6 else told[:1]

    def papers(self, mean: float) -> list[Document]:
        """Choose documents of different publishers; one, and more with a mean above one."""
        count = 1
        while self.chance.random() < 1 - 1 / mean and count < 12:
            count += 1
        found: dict[str, Document] = {}
        for _ in range(count):
            paper = self.chance.choice(self.documents)
            found.setdefault(paper.graph, paper)
        return list(found.values())

    def cite(self, paper: Document) -> str:
        """Cite a document, now and then at a place, on a day or by a speaker."""
        citation, extra = paper.name.replace("/id/source-", "/id/cite-"), {}
        if paper.cited_by and self.chance.random() < 0.5:
            place, citation = self.chance.randrange(1, 40), f"{citation[:-1]}-{paper.cited_by}>"
            extra = {"locator": f'"art{place}"', "asOf": date(paper.issued)}
            if paper.cited_by == "speaker":
                extra = {"speakerText": '"an official, as quoted"@en', "speaker": self.one("body")}
        if citation in self.cited:
            return citation
        self.cited.add(citation)
        self.say(paper.graph, citation, {"rdf:type": word("Citation"), "source": paper.name, **extra})
        return citation

    def tell(self, thing: str, facts: Facts, mean: float = 1.3, papers: list[Document] | None = None) -> str:
        """Let documents say the same of a thing, each with a citation of its own."""
        for paper in papers or self.papers(mean):
            self.say(paper.graph, thing, {**facts, "evidence": self.cite(paper)})
        return thing

    def record(self, kind: str, of: str, facts: Facts, mean: float = 1.3) -> str:
        """Make a claim or an event that documents tell."""
        return self.tell(self.name(kind), {"rdf:type": word(of), **facts}, mean)

    def note(self) -> str:
        """Give a sentence that nothing else has."""
        return sentence(self.chance, f"{self.index}-{len(self.quads)}")

    def dated(self, plain: str, prop: str = "date") -> Facts:
        """Give a date, in one case of two only to the month, with the words of the source."""
        if self.chance.random() < 0.5:
            return {prop: date(plain)}
        until = date(f"{int(plain[:4]) + 1}-01-01")
        inexact: Facts = {prop: date(f"{plain[:8]}01"), "datePrecision": word("v:precision-month")}
        return {**inexact, "dateText": f'"{plain[:7]}"@en', "validUntil": until}

    def verdict(self, claim: str, question: str, rank: str, *, why: bool) -> None:
        """Let the curators rank one of several answers."""
        facts: Facts = {"answers": question, "rank": word(f"v:rank-{rank}")}
        reason: Facts = {"rationale": f'"{self.chance.choice(REASONS)}"@en'} if why else {}
        self.say(word("g:curation"), claim, {**facts, **reason})

    def ask(self, about: str, what: str) -> str:
        """Ask what several claims answer."""
        question = self.name("question")
        label = f'"What is {what} ({self.index}-{len(self.made["question"])})?"@en'
        self.say(
            word("g:curation"),
            question,
            {"rdf:type": word("Question"), "skos:prefLabel": label, "about": about},
        )
        return question

    def somewhere(self) -> str:
        """Write a point; a geometry is a node without a name, as in the shipped files."""
        node = f"_:g{self.index}p{len(self.made['geometry'])}"
        self.made["geometry"].append(node)
        self.say(word("g:entities-places"), node, {"geo:asWKT": point(self.chance)})
        return node

    def address(self, kind: str) -> str:
        """Write an address that nobody answers."""
        return f'"https://{kind}.example/{self.index}/{len(self.made[kind])}"^^{word("xsd:anyURI")}'

    def a_day(self) -> str:
        """Choose a day."""
        return day(self.chance)
