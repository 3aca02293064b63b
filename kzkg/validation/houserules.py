"""The promises that no shape can keep, because they are about files: where a thing may be said, and that it exists."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from kzkg.errors import nearest
from kzkg.terms import PREFIXES, expand, shrink
from kzkg.validation.datafile import DataFile
from kzkg.validation.literals import is_valid
from kzkg.validation.locate import Lines, Term
from kzkg.validation.shacl import TYPE, show

OURS, ID, VOCAB = PREFIXES["kzkg"], PREFIXES["id"], PREFIXES["v"]
ARTICLE = expand("id:source-kz2018")
PARAGRAPHS = 97
FOREIGN = {
    expand(name)
    for name in (
        "rdf:type", "skos:prefLabel", "skos:altLabel", "skos:exactMatch", "skos:closeMatch", "dcterms:title",
        "dcterms:description", "dcterms:identifier", "dcterms:issued", "dcterms:language", "dcterms:isReplacedBy",
        "dcterms:dateAccepted", "dc:publisher", "dc:rights", "bibo:authorList", "bibo:doi", "cito:cites",
        "geo:hasDefaultGeometry", "geo:asWKT", "schema:sameAs", "schema:url", "owl:deprecated",
    )
}  # fmt: skip
VERDICTS = {expand(name) for name in ("kzkg:rank", "kzkg:rationale", "kzkg:answers", "kzkg:contradicts")}
ASKING = {TYPE, expand("skos:prefLabel"), expand("kzkg:about"), expand("kzkg:rationale")}
EVIDENCE, SOURCE, LOCATOR = expand("kzkg:evidence"), expand("kzkg:source"), expand("kzkg:locator")
DECLARATION = re.compile(r"@?\bprefix\s+([A-Za-z0-9_.-]*):\s*<([^<>]*)>", re.IGNORECASE)
HAS_ELEMENT = expand("kzkg:hasElement")
QUESTION, CITATION, DOCUMENT, ELEMENT = (
    expand(f"kzkg:{name}") for name in ("Question", "Citation", "Source", "DefinitionElement")
)


@dataclass(frozen=True)
class Breach:
    """A broken house rule: where, which one, and what is wrong."""

    file: DataFile
    rule: str
    message: str
    subject: Term | None = None
    predicate: NamedNode | None = None
    value: Term | None = None
    line: int | None = None


def breaches(files: Sequence[DataFile]) -> Iterator[Breach]:
    """Check every house rule on some files that make up one graph."""
    world = _World(files)
    for file in files:
        yield from _prefixes(file)
        yield from _literals(file)
        if file.purpose != "ontology":
            yield from world.terms(file)
            yield from world.references(file)
        if file.purpose == "source":
            yield from world.sources(file)
        if file.purpose in ("source", "entities", "meta"):
            yield from _no_verdicts(file)
        if file.purpose == "curation":
            yield from world.only_verdicts(file)
        file.forget()


def _prefixes(file: DataFile) -> Iterator[Breach]:
    # What looks like a declaration may stand inside a text; only where one looks wrong the file is read with care.
    seen = dict(PREFIXES)
    declared = DECLARATION.findall(file.text)
    if all(seen.setdefault(prefix, iri) == iri for prefix, iri in declared) or not isinstance(file.lines, Lines):
        return
    for prefix, declared in file.lines.prefixes.declared.items():
        for line, namespace in declared:
            if namespace != declared[0][1]:
                yield Breach(file, "prefix", f"the prefix {prefix}: is declared twice, differently", line=line)
            elif namespace != PREFIXES.get(prefix, namespace):
                message = f"the prefix {prefix}: stands for {PREFIXES[prefix]} everywhere else, not for {namespace}"
                yield Breach(file, "prefix", message, line=line)


def _literals(file: DataFile) -> Iterator[Breach]:
    for triple in file.triples:
        value = triple.object
        if isinstance(value, Literal) and not is_valid(value):
            kind = show(value.datatype)
            hint = "no such day, or not written as 2010-01-31" if kind == "xsd:date" else f"no {kind}"
            message = f"{value.value[:60]!r} is {hint}"
            yield Breach(file, "literal", message, triple.subject, triple.predicate, value)


def _no_verdicts(file: DataFile) -> Iterator[Breach]:
    for triple in file.triples:
        if triple.predicate in VERDICTS or (triple.predicate == TYPE and triple.object == QUESTION):
            message = "questions, answers, ranks, reasons and contradictions stand in data/curation.ttl only"
            yield Breach(file, "G2", message, triple.subject, triple.predicate, triple.object)


class _World:
    """What exists in all files together."""

    def __init__(self, files: Sequence[DataFile]) -> None:
        self.typed: dict[Term, set[Term]] = defaultdict(set)
        for file in files:
            for subject, types in file.types.items():
                self.typed[subject] |= types
        self.hints: dict[NamedNode, str] = {}
        self.meant: dict[Term, str] = {}
        self.terms_known = {term for term in self.typed if isinstance(term, NamedNode) and term.value.startswith(OURS)}

    @staticmethod
    def _is_ours(term: Term) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(OURS) and term.value != OURS

    def terms(self, file: DataFile) -> Iterator[Breach]:
        """Find properties and classes that do not exist."""
        for triple in file.triples:
            for term in (triple.predicate, triple.object):
                if self._is_ours(term) and term not in self.terms_known:
                    message = f"the ontology has no {show(term)}{self._meant(term, ())}"
                    yield Breach(file, "term", message, triple.subject, triple.predicate, triple.object)
            foreign = triple.predicate not in FOREIGN and not triple.predicate.value.startswith(OURS)
            if foreign and file.purpose != "meta":
                same = triple.predicate == expand("owl:sameAs")
                hint = "; use schema:sameAs" if same else self._meant(triple.predicate, FOREIGN)
                message = f"data does not use {show(triple.predicate)}{hint}"
                yield Breach(file, "term", message, triple.subject, triple.predicate, triple.object)

    def _meant(self, term: Term, more: Iterable[NamedNode]) -> str:
        """Say what terms are like one; a large file may use the same wrong one everywhere."""
        if term not in self.meant:
            self.meant[term] = nearest(show(term), [shrink(one) for one in (*more, *self.terms_known)])
        return self.meant[term]

    def references(self, file: DataFile) -> Iterator[Breach]:
        """Find names of things, and of concepts, that nothing describes."""
        for triple in file.triples:
            value = triple.object
            if isinstance(value, NamedNode) and value.value.startswith((ID, VOCAB)) and value not in self.typed:
                message = f"{show(value)} is described nowhere{self._like(value)}"
                yield Breach(file, "reference", message, triple.subject, triple.predicate, value)
        for subject in dict.fromkeys(triple.subject for triple in file.triples):
            if isinstance(subject, NamedNode) and subject.value.startswith(ID) and subject not in self.typed:
                message = f"{show(subject)} is a thing without a class{self._like(subject)}"
                yield Breach(file, "reference", message, subject)

    def _like(self, term: NamedNode) -> str:
        if term not in self.hints:
            start = re.match(r".*/[a-z]*", term.value)
            alike = [t for t in self.typed if isinstance(t, NamedNode) and start and t.value.startswith(start[0])]
            self.hints[term] = nearest(shrink(term), [shrink(one) for one in alike[:5000]])
        return self.hints[term]

    def sources(self, file: DataFile) -> Iterator[Breach]:
        """Check G1 and G3: what a source file says is cited from that file's source, from a place that exists."""
        own = {subject for subject, types in file.types.items() if DOCUMENT in types}
        citations = {subject for subject, types in file.types.items() if CITATION in types}
        for citation in citations:
            for source in file.said.get((citation, SOURCE), []):
                if source not in own:
                    message = f"this file does not describe {show(source)}, so it does not say what that source says"
                    yield Breach(file, "G1", message, citation, SOURCE, source)
                if source == ARTICLE:
                    yield from _paragraphs(file, citation)
        used = _values(file, EVIDENCE)
        elements = _values(file, HAS_ELEMENT)
        for subject in dict.fromkeys(triple.subject for triple in file.triples):
            types = self.typed.get(subject, set())
            if isinstance(subject, BlankNode) or types & {DOCUMENT, QUESTION}:
                continue
            if CITATION in types and subject not in used:
                yield Breach(file, "G1", "nothing in this file has this citation as its kzkg:evidence", subject)
            elif ELEMENT in types and subject not in elements:
                yield Breach(file, "G1", "this file has no definition with this element", subject)
            elif not types & {CITATION, ELEMENT} and citations.isdisjoint(file.said.get((subject, EVIDENCE), [])):
                message = "this has no kzkg:evidence with a citation of this file: what a source's file says is cited"
                yield Breach(file, "G1", message, subject)

    def only_verdicts(self, file: DataFile) -> Iterator[Breach]:
        """Check G2 from the other side: the curators' file holds nothing that a source could say."""
        for triple in file.triples:
            allowed = ASKING if QUESTION in file.types.get(triple.subject, set()) else VERDICTS
            if triple.predicate not in allowed:
                message = f"data/curation.ttl holds verdicts only; {show(triple.predicate)} stands in a source's file"
                yield Breach(file, "G2", message, triple.subject, triple.predicate, triple.object)


def _values(file: DataFile, predicate: NamedNode) -> set[Term]:
    return {value for (_, used), values in file.said.items() if used == predicate for value in values}


def _paragraphs(file: DataFile, citation: Term) -> Iterator[Breach]:
    for locator in file.said.get((citation, LOCATOR), []):
        text = locator.value if isinstance(locator, Literal) else ""
        for part in text.split(","):
            found = re.fullmatch(r"p([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
            if not 1 <= first <= last <= PARAGRAPHS:
                message = f"the article has the paragraphs p1 to p{PARAGRAPHS}, no {part!r}"
                yield Breach(file, "G3", message, citation, LOCATOR, locator)
