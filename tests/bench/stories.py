"""Fills a scene with what documents tell: bodies and laws, bans and liftings, attacks and their toll, trials, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.scenes import KINDS, PUBLISHERS, Document, Facts, Scene
from tests.bench.wording import date, number, word

if TYPE_CHECKING:
    from collections.abc import Iterator


def fill(scene: Scene) -> None:
    """Tell everything, each in its turn: what is spoken of comes first."""
    for story in (sources, places, bodies, laws, decisions, attacks, trials, persons, measures, claims, views, figures):
        story(scene)


def times(scene: Scene, name: str) -> range:
    """Count the things of a class that this scene has."""
    return range(scene.counts[name])


def sources(scene: Scene) -> None:
    """Describe documents, some three or four of each publisher."""
    publishers = scene.chance.sample(range(PUBLISHERS), 10)
    for _ in times(scene, "Source"):
        source(scene, scene.chance.choice(publishers))


def source(scene: Scene, publisher: int) -> None:
    """Describe one document: eleven statements."""
    issued, name = scene.a_day(), scene.name("source")
    graph = word(f"g:publisher-{publisher}")
    title = f"Report {scene.index}-{len(scene.made['source'])}"
    facts: Facts = {
        "rdf:type": word("Source"),
        "skos:prefLabel": f'"Publisher {publisher}: {title}"@en',
        "dcterms:title": f'"{title}"@en',
        "kind": scene.kind("source"),
        "dc:publisher": f'"Publisher {publisher}"',
        "dcterms:issued": date(issued),
        "dcterms:language": f'"{scene.chance.choice(("en", "en", "ru", "kk"))}"',
        "access": word("v:access-excerpt"),
        "schema:url": scene.address("source"),
    }
    if scene.chance.random() < 0.6:
        facts["dc:rights"] = '"copyright, all rights reserved (facts only reused)"'
    scene.say(graph, name, facts)
    cited_by = scene.chance.choice(("", "", "", "place", "speaker" if scene.index else ""))
    scene.documents.append(Document(name, graph, issued, cited_by))


def places(scene: Scene) -> None:
    """Name places in Kazakhstan, with a point where they are cities or regions."""
    country = word("id:place-kazakhstan")
    if scene.index == 0:
        told = ['"Kazakhstan"@en', '"Казахстан"@ru', '"Қазақстан"@kk']
        facts: Facts = {"skos:prefLabel": told, "kind": word("v:place-country")}
        scene.say(word("g:entities-places"), country, {"rdf:type": word("Place"), **facts})
        scene.tell(country, {})
    for _ in times(scene, "Place"):
        kind = scene.chance.choice(("city", "region", "district", "settlement"))
        facts = {"skos:prefLabel": scene.labels("place", "place"), "kind": word(f"v:place-{kind}"), "partOf": country}
        place = scene.entity("place", "Place", "places", facts)
        if kind in ("city", "region"):
            link = f"<https://www.wikidata.org/entity/Q{scene.index}{len(scene.made['place'])}>"
            shown: Facts = {"geo:hasDefaultGeometry": scene.somewhere(), "schema:sameAs": link}
            scene.say(word("g:entities-places"), place, shown)
        scene.tell(place, alias(scene, "place"), 2.5)


def alias(scene: Scene, kind: str) -> Facts:
    """Give, in one case of two, another spelling that a document uses."""
    number_of = f"{scene.index}-{len(scene.made[kind])}"
    return {"skos:altLabel": f'"{kind.capitalize()} no. {number_of}"@en'} if scene.chance.random() < 0.5 else {}


def bodies(scene: Scene) -> None:
    """Name courts and organisations, and tell how organisations came about and relate."""
    for _ in times(scene, "Court"):
        kind = scene.chance.choice(("district", "city", "regional", "specialised"))
        facts: Facts = {
            "skos:prefLabel": scene.labels("court", "court"),
            "kind": word(f"v:court-{kind}"),
            "seat": scene.one("place"),
        }
        scene.tell(scene.entity("court", "Court", "courts", facts), alias(scene, "court"), 2.5)
    for at in times(scene, "Organisation"):
        body = at % 4 == 3
        kind = word("v:organisation-state-body") if body else scene.kind("org", "organisation")
        file, sort = ("bodies", "body") if body else ("orgs", "org")
        facts = {"skos:prefLabel": scene.labels("org", sort), "kind": kind}
        scene.tell(scene.entity(sort, "Organisation", file, facts), alias(scene, sort), 3)
    for _ in times(scene, "OrganisationChange"):
        org = scene.one("org")
        label = f'"Change {scene.index}-{len(scene.made["change"]) + 1}"@en'
        told: Facts = {"skos:prefLabel": label, "kind": scene.kind("change"), "successor": org}
        scene.record("change", "OrganisationChange", {**told, **scene.dated(scene.a_day())})
    for one, other in pairs(scene, "OrganisationRelation"):
        facts = {"kind": scene.kind("relation"), "about": one, "related": other, "dcterms:description": scene.note()}
        scene.record("relation", "OrganisationRelation", facts)
    for one, other in pairs(scene, "Membership"):
        from_day = date(scene.a_day())
        facts = {"actor": one, "role": word("v:role-member"), "takesPartIn": other, "validFrom": from_day}
        scene.record("membership", "Membership", facts)


def pairs(scene: Scene, name: str) -> Iterator[tuple[str, str]]:
    """Give two different organisations for each claim that joins two."""
    orgs = scene.made["org"] or list(scene.recent.things["org"])
    for _ in times(scene, name):
        at = scene.chance.randrange(len(orgs))
        yield orgs[at], orgs[at - 1] if len(orgs) > 1 else scene.one("body")


def laws(scene: Scene) -> None:
    """Name instruments, their provisions, and what they define."""
    for _ in times(scene, "LegalInstrument"):
        labels = scene.labels("law", "law")
        facts: Facts = {"skos:prefLabel": labels, "kind": scene.kind("instrument")}
        law = scene.entity("law", "LegalInstrument", "instruments", facts)
        scene.tell(law, {**alias(scene, "law"), "date": date(scene.a_day())}, 2)
    for _ in times(scene, "Provision"):
        label = f'"Article {scene.index}-{len(scene.made["provision"]) + 1}"@en'
        facts = {"skos:prefLabel": label, "partOf": scene.one("law")}
        scene.tell(scene.entity("provision", "Provision", "instruments", facts), {})
    for _ in times(scene, "LegalDefinition"):
        definition(scene)
    for _ in times(scene, "LegalStatus"):
        facts = {"kind": word("v:status-in-force"), "about": scene.one("law"), "validFrom": date(scene.a_day())}
        scene.record("status", "LegalStatus", {**facts, "dcterms:description": scene.note()}, 2)
    for _ in times(scene, "LegalStep"):
        label = f'"Step {scene.index}-{len(scene.made["step"]) + 1}"@en'
        about = [scene.one("law"), scene.kind("topic")]
        facts = {"skos:prefLabel": label, "kind": word("v:step-legal-act"), "about": about}
        told = {**facts, "dcterms:description": scene.note(), **scene.dated(scene.a_day())}
        scene.record("step", "LegalStep", told, 2)


def definition(scene: Scene) -> None:
    """Let one document take a definition apart."""
    (paper, *_) = scene.papers(1)
    elements = []
    for order in range(1, 3 + scene.chance.randrange(3)):
        elements.append(scene.name("element"))
        facts: Facts = {"rdf:type": word("DefinitionElement"), "kind": scene.kind("element"), "order": number(order)}
        scene.say(paper.graph, elements[-1], {**facts, "dcterms:description": scene.note()})
    told: Facts = {"definedIn": scene.one("provision"), "defines": scene.kind("topic"), "hasElement": elements}
    scene.tell(scene.name("definition"), {"rdf:type": word("LegalDefinition"), **told}, papers=[paper])


def decisions(scene: Scene) -> None:
    """Tell of bans with their designations, of rulings, and now and then of a lifting."""
    for at in times(scene, "Decision"):
        kind = ("ban", "criminal-sentence", "ruling-on-a-name")[(scene.index + at) % 3]
        taken = scene.a_day()
        facts: Facts = {"kind": word(f"v:decision-{kind}"), "issuedBy": scene.one("court"), "date": date(taken)}
        label = f'"Decision {scene.index}-{len(scene.made["decision"]) + 1}"@en'
        told = {"skos:prefLabel": label, **facts, "dcterms:description": scene.note()}
        decision = scene.record("decision", "CourtDecision", told, 3)
        scene.made[kind].append(decision)
        scene.recent.things[kind].append(decision)
        if kind == "ban":
            designations(scene, decision, taken)
    for _ in times(scene, "Lifting"):
        lifting(scene)


def designations(scene: Scene, decision: str, taken: str) -> None:
    """Designate some organisations by one decision, from its day on."""
    orgs = scene.made["org"] or list(scene.recent.things["org"])
    for org in scene.chance.sample(orgs, min(3 + scene.index % 2, len(orgs))):
        kind = scene.chance.choice(("terrorist", "extremist"))
        facts: Facts = {"kind": word(f"v:designation-{kind}"), "byDecision": decision, "designates": org}
        scene.record("designation", "Designation", {**facts, "validFrom": date(taken)}, 3)


def lifting(scene: Scene) -> None:
    """Take one designation back, at the end of the years that all this happens in."""
    taken = f"2024-{1 + scene.index % 12:02}-15"
    label = f'"Removal {scene.index}"@en'
    facts: Facts = {"kind": word("v:decision-removal"), "issuedBy": scene.one("body"), "date": date(taken)}
    removal = scene.record("decision", "Decision", {"skos:prefLabel": label, **facts}, 3)
    if not scene.made["designation"] and not scene.recent.things["designation"]:
        ban = scene.record("decision", "CourtDecision", {"skos:prefLabel": '"Ban"@en', **banning(scene)}, 2)
        designations(scene, ban, "2005-03-15")
    lifts = scene.one("designation")
    if lifts in scene.recent.things["lifted"]:
        return
    scene.recent.things["lifted"].append(lifts)
    scene.record("lifting", "Lifting", {"byDecision": removal, "lifts": lifts, "validFrom": date(taken)}, 6)


def banning(scene: Scene) -> Facts:
    """Say what makes a decision a ban."""
    return {"kind": word("v:decision-ban"), "issuedBy": scene.one("court"), "date": date("2005-03-15")}


def attacks(scene: Scene) -> None:
    """Tell of attacks and other incidents, as many documents do, and count who was hurt."""
    for at in times(scene, "Incident"):
        of = "Attack" if (scene.index + at) % 19 % 3 == 1 else "Incident"
        facts: Facts = {
            "kind": scene.kind("attack"),
            "date": date(scene.a_day()),
            "place": scene.one("place"),
            "means": scene.kind("means"),
            "dcterms:description": scene.note(),
        }
        kind = of.lower()
        labels: Facts = {"rdf:type": word(of), "skos:prefLabel": scene.labels("event", kind)}
        happened = scene.name(kind)
        scene.made["event"].append(happened)
        scene.recent.things["event"].append(happened)
        scene.tell(happened, {**labels, **facts}, 1)
        scene.tell(happened, {"rdf:type": word(of), "date": facts["date"], "place": facts["place"]}, 7)
    events = scene.made["event"] or list(scene.recent.things["event"])
    room = [(e, k, g) for g in KINDS["group"] for k in KINDS["counted"] for e in events if (e, g) not in told(scene)]
    scene.chance.shuffle(room)
    count(scene, room)


def told(scene: Scene) -> set[tuple[str, str]]:
    """Give what an earlier scene has already counted: the first half of the groups of its own events."""
    if scene.made["event"]:
        return set()
    return {(event, group) for event in scene.recent.things["event"] for group in KINDS["group"]}


def count(scene: Scene, room: list[tuple[str, str, str]]) -> None:
    """Count casualties: documents that agree, and some that differ and answer one question."""
    left = scene.counts["CasualtyReport"]
    while left > 0 and room:
        event, kind, group = room.pop()
        counted: Facts = {"kind": word(f"v:quantity-{kind}"), "about": event, "group": word(f"v:group-{group}")}
        least = scene.chance.randrange(9)
        rivals = 2 + scene.chance.randrange(2) if scene.counts["Question"] > len(scene.made["question"]) * 2 else 1
        made = []
        for at in range(min(rivals, left)):
            bounds: Facts = {"minimum": number(least + at), "maximum": number(least + at)}
            made.append(scene.record("count", "CasualtyReport", {**counted, **bounds}, 2))
        left -= len(made)
        decide(scene, event, f"the number of {kind} ({group})", made)


def decide(scene: Scene, about: str, what: str, rivals: list[str]) -> None:
    """Let the curators decide between rivals: one accepted, with a reason, the others alternatives or rejected."""
    if len(rivals) < 2:
        return
    question = scene.ask(about, what)
    for at, claim in enumerate(rivals):
        rank = "accepted" if at == 0 else "rejected" if at == 2 else "alternative"
        scene.verdict(claim, question, rank, why=True)


def trials(scene: Scene) -> None:
    """Tell of trials about incidents and of the sentences passed in them."""
    for _ in times(scene, "Trial"):
        label = f'"Trial {scene.index}-{len(scene.made["trial"]) + 1}"@en'
        facts: Facts = {
            "skos:prefLabel": label,
            "about": scene.one("event"),
            "heardBy": scene.one("court"),
            "hearing": word("v:hearing-open"),
            "place": scene.one("place"),
            "dcterms:description": scene.note(),
        }
        scene.record("trial", "Trial", {**facts, **scene.dated(scene.a_day())}, 2)
    for _ in times(scene, "Sentence"):
        least = 1 + scene.chance.randrange(10)
        facts = {
            "kind": word("v:sentence-imprisonment"),
            "about": scene.one("trial"),
            "persons": number(1 + scene.chance.randrange(9)),
            "yearsMinimum": number(least),
            "yearsMaximum": number(least + scene.chance.randrange(6)),
            "dcterms:description": scene.note(),
        }
        scene.record("sentence", "Sentence", facts, 1.5)
    for _ in times(scene, "Repatriation"):
        label = f'"Return {scene.index}-{len(scene.made["repatriation"]) + 1}"@en'
        facts = {"skos:prefLabel": label, "about": scene.one("body"), "place": scene.one("place")}
        scene.record("repatriation", "Repatriation", {**facts, **scene.dated(scene.a_day())}, 1.7)


def persons(scene: Scene) -> None:
    """Name persons, and what an accepted claim says of some: convicted, by a sentence, as two publishers report."""
    for _ in times(scene, "Person"):
        facts: Facts = {"skos:prefLabel": scene.labels("person", "person")}
        person = scene.entity("person", "Person", "persons", facts)
        scene.tell(person, alias(scene, "person"), 3)
        if not scene.made["criminal-sentence"]:
            continue
        papers = list({paper.graph: paper for paper in scene.documents}.values())[:2]
        by = scene.made["criminal-sentence"][-1]
        role: Facts = {"actor": person, "role": word("v:role-convicted"), "byDecision": by}
        claim = scene.name("participation")
        facts = {"rdf:type": word("Participation"), **role, "takesPartIn": scene.one("event")}
        if len(papers) == 2:
            scene.tell(claim, facts, papers=papers)
            reason: Facts = {"rank": word("v:rank-accepted"), "rationale": '"Both report the judgment."@en'}
            scene.say(word("g:curation"), claim, reason)
    for _ in range(scene.counts["Participation"] - len(scene.made["participation"])):
        facts = {"actor": scene.one("body"), "role": scene.kind("role"), "takesPartIn": scene.one("law")}
        scene.record("participation", "Participation", {**facts, "dcterms:description": scene.note()}, 1.7)


def measures(scene: Scene) -> None:
    """Name phases, measures, programmes and ways of recruitment."""
    for _ in times(scene, "Phase"):
        year = 1990 + scene.chance.randrange(25)
        span: Facts = {"validFrom": date(f"{year}-01-01"), "validUntil": date(f"{year + 5}-01-01")}
        wording: Facts = {"datePrecision": word("v:precision-year"), "dateText": f'"{year} to {year + 4}"@en'}
        facts: Facts = {"skos:prefLabel": scene.labels("phase", "phase"), "kind": word("v:phase-terrorism")}
        phase = scene.entity("phase", "Phase", "phases", facts)
        scene.tell(phase, {**span, **wording, "order": number(1 + scene.chance.randrange(5))})
    for of, kind, file in (
        ("PolicyMeasure", "measure", "programmes"),
        ("StateProgramme", "programme", "programmes"),
        ("RecruitmentTechnique", "technique", "techniques"),
    ):
        for _ in times(scene, of):
            facts = {"skos:prefLabel": scene.labels("measure", kind)}
            scene.tell(scene.entity(kind, of, file, facts), {"about": scene.kind("topic")}, 1.5)


def claims(scene: Scene) -> None:
    """Make bare claims: remarks on things, and days of instruments on which documents differ."""
    left, signed = scene.counts["Claim"], list(scene.made["law"])
    while left > 0 and signed and scene.counts["Question"] > len(scene.made["question"]):
        law, rivals, first = signed.pop(), [], scene.a_day()
        for at in range(min(left, 2 + scene.chance.randrange(2))):
            said = date(f"{int(first[:4]) + at}{first[4:]}")
            facts: Facts = {"about": law, "property": word("dateSigned"), "value": said}
            rivals.append(scene.record("claim", "Claim", facts))
        left -= len(rivals)
        decide(scene, law, "the day of signing", rivals)
    for _ in range(left):
        about = scene.one(scene.chance.choice(("law", "org", "court", "body", "place")))
        prop = word(scene.chance.choice(("remark", "function", "dcterms:description")))
        facts = {"about": about, "property": prop, "value": scene.note()}
        scene.record("claim", "Claim", facts)


def views(scene: Scene) -> None:
    """Tell what somebody said, found, identified or listed."""
    for at in times(scene, "Statement"):
        about = scene.one("event" if at % 2 else "org")
        kind = word("v:statement-classification") if at % 4 == 0 else scene.kind("observed", "statement")
        extra: Facts = {"classifiedAs": word("v:classification-crime")} if at % 4 == 0 else {}
        spoken: Facts = {"speaker": scene.one("body")} if at % 2 else {"speakerText": '"a report"@en'}
        facts: Facts = {"kind": kind, "about": about, "dcterms:description": scene.note(), **spoken, **extra}
        scene.record("statement", "Statement", {**facts, **scene.dated(scene.a_day())})
    for of in ("Finding", "Recommendation"):
        for _ in times(scene, of):
            facts = {"kind": scene.kind("finding"), "about": [scene.one("law"), scene.kind("topic")]}
            order: Facts = {"order": number(1 + scene.chance.randrange(9))} if of == "Recommendation" else {}
            scene.record(of.lower(), of, {**facts, "dcterms:description": scene.note(), **order})
    for _ in times(scene, "Identification"):
        about = scene.one(scene.chance.choice(("org", "law", "place")))
        code = f'"Q{scene.index}-{len(scene.made["identification"])}"'
        facts = {"about": about, "dcterms:identifier": code, "scheme": scene.kind("scheme")}
        scene.record("identification", "Identification", {**facts, "match": word("v:match-exact")})
    for _ in times(scene, "Listing"):
        code = f'"L{scene.index}.{len(scene.made["listing"])}"'
        facts = {"kind": scene.kind("scheme"), "listedBy": scene.one("body"), "lists": scene.one("org")}
        named: Facts = {"dcterms:identifier": code, "match": word("v:match-close"), "validFrom": date(scene.a_day())}
        scene.record("listing", "Listing", {**facts, **named, "remark": scene.note()}, 1.4)


def figures(scene: Scene) -> None:
    """Estimate how many people a body speaks of; no two figures of one kind for one body, so none are rivals."""
    bodies_of = [*scene.made["body"], *scene.made["org"]] or [scene.one("org")]
    room = [(body, kind) for kind in KINDS["quantity"] for body in bodies_of]
    for body, kind in room[: scene.counts["Estimate"]]:
        least = scene.chance.randrange(900)
        facts: Facts = {
            "kind": word(f"v:quantity-{kind}"),
            "about": body,
            "group": word("v:group-citizens-of-kazakhstan"),
            "minimum": number(least),
            "maximum": number(least + scene.chance.randrange(300)),
            "dcterms:description": scene.note(),
            "qualifier": word("v:qualifier-about"),
        }
        scene.record("estimate", "Estimate", {**facts, **scene.dated(scene.a_day())})
