"""One canonical way to write Turtle, so that one changed fact is one changed block in a diff.

rdflib's `longturtle` was tried first. It orders blocks by how often others point at them, so a new fact can move
blocks it does not touch; it rewrites values (`007` becomes `7`), drops the head comment and takes 0.3 s to import.
Here blocks stand in the order of their subjects, values as they were written, blank nodes where they are used.
Only a prefix that is used for the first time, or for the last, changes a second place: the head of the file.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from kzkg.errors import DataError
from kzkg.terms import PREFIXES

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE, FIRST, REST, NIL = (NamedNode(RDF + word) for word in ("type", "first", "rest", "nil"))

# What opens a file and what opens and closes a block; everything else is in the order of its name.
CLASSES = ("owl:Ontology", "skos:ConceptScheme", "kzkg:Source", "kzkg:Citation")
OPENING = (
    "rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title", "skos:definition", "skos:inScheme",
    "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "sh:targetClass", "sh:targetSubjectsOf",
    "sh:targetObjectsOf", "sh:path", "kzkg:kind", "kzkg:about", "kzkg:property", "kzkg:value", "kzkg:source",
)  # fmt: skip
CLOSING = ("sh:severity", "sh:message", "kzkg:evidence", "rdfs:isDefinedBy")
LANGUAGES = ("en", "ru", "kk")

WIDTH = 100  # a list or a blank node up to this length stays on one line
DEEPEST = 40  # blank nodes nested deeper than this get labels, so that no file can exhaust the stack

LONGEST = 1000  # blank nodes in a chain longer than this get no labels: the engine needs the stack for them

LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
DIGITS = re.compile(r"([0-9]{1,18})")
BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
TO_ESCAPE = re.compile(r"[\x00-\x1f\x7f\\\"\ufeff]")
TO_ESCAPE_IN_LINES = re.compile(r'[\x00-\x09\x0b-\x1f\x7f\\\ufeff]|"(?="|\Z)')
SHORT_ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\\": r"\\", '"': r"\""}
TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]++|\\.|'(?!''))*+'''|"
    r'"(?:[^"\\\n]++|\\.)*+"|' + r"'(?:[^'\\\n]++|\\.)*+'|" + r"<[^<>\s]*+>|\\.|(?P<comment>#[^\n]*)",
    re.DOTALL,
)

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
Fact = tuple[Subject, NamedNode, Term]
Key = tuple[object, ...]


def canonical(text: str) -> str:
    """Bring a Turtle text into its canonical form; its head comment is kept."""
    head = header(text)
    for token in TOKEN.finditer(text, pos=len(head)):
        if token["comment"]:
            line = text.count("\n", 0, token.start()) + 1
            raise DataError(f"line {line}: only the head of a file holds comments; say it there or as rdfs:comment")
    return write(parse(text.encode(), format=RdfFormat.TURTLE), head)


def write(triples: Iterable[Triple | Quad], header: str = "") -> str:
    """Write triples (a graph name is ignored) as canonical Turtle below a head comment."""
    facts = {_fact(t) for t in triples}
    writer = _Writer(facts)
    if writer.labelled:  # only then are stable labels worth their time
        if writer.longest() > LONGEST:
            raise DataError(f"more than {LONGEST} blank nodes hang in a chain on each other; give some of them IRIs")
        writer = _Writer(_with_stable_labels(facts))
    blocks = [writer.block(subject) for subject in writer.roots()]
    used = sorted(writer.used)
    parts = [
        "\n".join(line.rstrip() for line in header.strip().splitlines()),
        "\n".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in used),
        *blocks,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def is_canonical(text: str) -> bool:
    """Say whether a Turtle text is written exactly as `canonical` would write it."""
    return canonical(text) == text


def check(path: Path) -> bool:
    """Say whether a Turtle file is in canonical form."""
    return is_canonical(path.read_bytes().decode())


def header(text: str) -> str:
    """Cut off the comment lines, and empty ones between them, that open a text."""
    lines = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        lines.append(line)
    return "".join(lines)


def natural(text: str) -> Key:
    """Make a sort key that puts p9 before p10."""
    return (tuple(int(part) if i % 2 else part for i, part in enumerate(DIGITS.split(text))), text)


class _Writer:
    """The triples of one file, and what is needed to put them into words."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.used: set[str] = set()
        self.names: dict[NamedNode, str] = {}
        self.keys: dict[NamedNode, Key] = {}
        self.nodes: dict[Subject, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in facts:
            self.nodes[subject][predicate].append(value)
        self.texts: dict[tuple[BlankNode, int], str] = {}
        self.uses: Counter[Term] = Counter(value for _, _, value in facts if isinstance(value, BlankNode))
        self.labelled = self._find_labelled()

    def _find_labelled(self) -> set[BlankNode]:
        """Find blank nodes that cannot be written where they are used: shared, part of a cycle, or too deep."""
        labelled = {node for node, count in self.uses.items() if count > 1 and isinstance(node, BlankNode)}
        waiting: list[tuple[Subject, int]] = [(s, 0) for s in self.nodes if s in labelled or not self.uses[s]]
        reached: set[Subject] = {subject for subject, _ in waiting}
        while waiting:
            node, depth = waiting.pop()
            for predicate, values in self.nodes[node].items() if node in self.nodes else ():
                deeper = depth + (predicate != REST)
                for value in values:
                    if isinstance(value, BlankNode) and value not in reached:
                        reached.add(value)
                        if deeper > DEEPEST:
                            labelled.add(value)
                        waiting.append((value, 0 if deeper > DEEPEST else deeper))
        return labelled | {node for node in self.nodes if isinstance(node, BlankNode) and node not in reached}

    def longest(self) -> int:
        """Count the blank nodes in a long chain of them: it is the way on which each was reached first."""
        longest, reached = 0, set[Subject]()
        for start in sorted(self.nodes, key=lambda node: self.uses[node] if isinstance(node, BlankNode) else 0):
            waiting = [(start, 0)] if start not in reached else []
            while waiting:
                node, depth = waiting.pop()
                longest = max(longest, depth)
                for values in self.nodes[node].values() if node in self.nodes else ():
                    found = [each for each in values if isinstance(each, BlankNode) and each not in reached]
                    reached.update(found)
                    waiting += [(each, depth + 1) for each in found]
        return longest

    def roots(self) -> list[Subject]:
        """List the subjects that get a block, in their order."""
        roots = [s for s in self.nodes if not isinstance(s, BlankNode) or s in self.labelled or not self.uses[s]]
        return sorted(roots, key=self._root_key)

    def _root_key(self, subject: Subject) -> Key:
        if isinstance(subject, BlankNode):
            return (len(CLASSES) + 1, self.block(subject))
        types = [self.name(t) for t in self.nodes[subject].get(TYPE, ()) if isinstance(t, NamedNode)]
        ranks = [CLASSES.index(t) for t in types if t in CLASSES]
        name = self.name(subject)
        return (min(ranks, default=len(CLASSES)), not name.startswith("<"), natural(name))

    def block(self, subject: Subject) -> str:
        """Write everything that is said about one subject."""
        if isinstance(subject, NamedNode):
            opening = self.name(subject)
        else:
            opening = f"_:{subject.value}" if subject in self.labelled else "[]"
        lines = self._facts(self.nodes[subject], 4)
        if TYPE in self.nodes[subject]:
            opening += " " + lines.pop(0)
            return " ;\n    ".join([opening, *lines]) + " ."
        return opening + "\n    " + " ;\n    ".join(lines) + " ."

    def _facts(self, node: dict[NamedNode, list[Term]], indent: int) -> list[str]:
        """Write one text for each predicate, in order."""
        inner = "\n" + " " * (indent + 4)
        facts = []
        for predicate in sorted(node, key=self._predicate_key):
            values = [self.term(value, indent) for value in self._in_order(node[predicate], indent)]
            if predicate == TYPE:
                facts.append("a " + ", ".join(values))
                continue
            name = self.name(predicate)
            if len(values) == 1:
                facts.append(f"{name} {values[0]}")
            elif any("\n" in value for value in values):
                facts.append(f"{name} " + " , ".join(values))
            else:
                facts.append(f"{name}{inner}" + f" ,{inner}".join(values))
        return facts

    def _predicate_key(self, predicate: NamedNode) -> Key:
        if predicate == TYPE:
            return (0,)
        if predicate not in self.keys:
            name = self.name(predicate)
            place, position = 2, 0
            if name in OPENING:
                place, position = 1, OPENING.index(name)
            elif name in CLOSING:
                place, position = 3, CLOSING.index(name)
            self.keys[predicate] = (place, position, natural(name))
        return self.keys[predicate]

    def _in_order(self, values: list[Term], indent: int) -> list[Term]:
        if len(values) == 1:
            return values
        return sorted(values, key=lambda value: self._value_key(value, indent))

    def _value_key(self, value: Term, indent: int) -> Key:
        """Sort things first, then texts by language, then blank nodes by what they hold."""
        if isinstance(value, NamedNode):
            return (0, natural(self.name(value)))
        if isinstance(value, Literal):
            tag = value.language or ""
            place = LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES)
            return (1, place, tag, natural(value.value), value.datatype.value)
        return (2, self.term(value, indent))

    def term(self, term: Term, indent: int) -> str:
        """Write one term in Turtle; what spans lines is indented by `indent`."""
        if isinstance(term, NamedNode):
            return self.name(term)
        if isinstance(term, Literal):
            return self._literal(term)
        if term in self.labelled:
            return f"_:{term.value}"
        if (term, indent) not in self.texts:
            self.texts[term, indent] = self._nested(term, indent)
        return self.texts[term, indent]

    def _nested(self, node: BlankNode, indent: int) -> str:
        """Write a collection, or a blank node with its facts, where it is used."""
        items = self._list(node)
        if items is not None:
            return _fold("(", [self.term(item, indent + 4) for item in items], "", ")", indent)
        return _fold("[", self._facts(self.nodes[node], indent + 4) if node in self.nodes else [], " ;", "]", indent)

    def _list(self, node: BlankNode) -> list[Term] | None:
        """List the items of a collection; None for any other node."""
        items: list[Term] = []
        here: Term = node
        while here != NIL:
            facts = self.nodes.get(here) if isinstance(here, BlankNode) and here not in self.labelled else None
            if facts is None or set(facts) != {FIRST, REST} or any(len(values) > 1 for values in facts.values()):
                return None
            items.append(facts[FIRST][0])
            here = facts[REST][0]
        return items

    def name(self, iri: NamedNode) -> str:
        """Shorten an IRI to a prefixed name where the prefix table has one that needs no escapes."""
        if iri not in self.names:
            self.names[iri] = self._name(iri.value)
        return self.names[iri]

    def _name(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = BY_NAMESPACE.get(iri[:cut])
        if prefix is None or not LOCAL.fullmatch(iri, cut):
            return f"<{iri}>"
        self.used.add(prefix)
        return f"{prefix}:{iri[cut:]}"

    def _literal(self, literal: Literal) -> str:
        value = literal.value
        if literal.language:
            return _quote(value) + "@" + _tag(literal.language)
        datatype = literal.datatype
        if datatype.value == XSD + "string":
            return _quote(value)
        if datatype.value in BARE and BARE[datatype.value].fullmatch(value):
            return value
        return f"{_quote(value)}^^{self.name(datatype)}"


def _fact(triple: Triple | Quad) -> Fact:
    if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
        raise DataError("a triple inside a triple (RDF 1.2) cannot stand in a file that every engine reads")
    return triple.subject, triple.predicate, triple.object


def _with_stable_labels(facts: Iterable[Fact]) -> set[Fact]:
    """Name blank nodes by what is said about them (RDFC-1.0) and not by chance."""
    dataset = Dataset(Quad(s, p, o, DefaultGraph()) for s, p, o in facts)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {_fact(quad) for quad in dataset}


def stable(triples: Iterable[Triple]) -> list[Triple]:
    """Give triples in the order of their text, their blank nodes named by what is said about them.

    The names that a store has for them are others each time it is made.
    """
    found = set(triples)
    if any(isinstance(term, BlankNode) for each in found for term in (each.subject, each.object)):
        found = {Triple(*fact) for fact in _with_stable_labels({_fact(each) for each in found})}
    return sorted(found, key=str)


def _fold(opening: str, words: list[str], end: str, closing: str, indent: int) -> str:
    """Put words between brackets, on one line where they fit."""
    line = " ".join([opening, f"{end} ".join(words), closing]) if words else opening + closing
    if len(line) <= WIDTH and "\n" not in line:
        return line
    inner = "\n" + " " * (indent + 4)
    return opening + inner + f"{end}{inner}".join(words) + "\n" + " " * indent + closing


def _quote(value: str) -> str:
    """Quote a string; one that has lines is written in lines."""
    if "\n" not in value:
        return '"' + TO_ESCAPE.sub(_escape, value) + '"'
    return '"""' + TO_ESCAPE_IN_LINES.sub(_escape, value) + '"""'


def _escape(match: re.Match[str]) -> str:
    return SHORT_ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"


def _tag(language: str) -> str:
    """Write a language tag as people do: kk-Latn, en-GB. Parsers keep small letters only."""
    first, *rest = language.split("-")
    return "-".join([first, *(p.title() if len(p) == 4 else p.upper() if len(p) == 2 else p for p in rest)])


BY_NAMESPACE = {namespace: prefix for prefix, namespace in PREFIXES.items()}
