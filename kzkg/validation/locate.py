"""Finds the line of a Turtle file on which something is said."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kzkg.terms import PREFIXES

Term = NamedNode | BlankNode | Literal | Triple

TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]++|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]++|\\.|'(?!''))*+'''|"
    r'"(?:[^"\\\n]++|\\.)*+"|' + r"'(?:[^'\\\n]++|\\.)*+')"
    r"|(?P<iri><[^<>\s]*+>)|(?P<comment>#[^\n]*)|(?P<mark>[;,.\[\]()])"
    r"|(?P<word>@?(?:[^\s;,\[\]()\"'<>#\\.]|\\.|\.(?=[^\s;,\[\]()\"'<>#.])|:\#)+)|(?P<other>\S)",
    re.DOTALL,
)
RDF_TYPE = PREFIXES["rdf"] + "type"


@dataclass
class Block:
    """What one place of a file says about one subject: its line, and the lines of its properties and values."""

    line: int
    properties: dict[str, int] = field(default_factory=dict)
    values: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Prefixes:
    """The prefixes that a file declares, each with the line and the namespace of every declaration."""

    declared: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def expand(self, word: str) -> str:
        """Turn a word of the file into the IRI or text it stands for."""
        if word.startswith("<"):
            return word[1:-1]
        if word == "a":
            return RDF_TYPE
        prefix, colon, local = word.partition(":")
        if colon and prefix in self.declared:
            return self.declared[prefix][-1][1] + re.sub(r"\\(.)", r"\1", local)
        return word


class Lines:
    """Where a Turtle text says what. Made for files that parse; of others it says what it can."""

    def __init__(self, text: str) -> None:
        self.prefixes = Prefixes()
        self.blocks: dict[str, list[Block]] = defaultdict(list)
        self._read(_tokens(text))

    def line(self, subject: Term, predicate: Term | None = None, value: Term | None = None) -> int | None:
        """Give the line of a value, else of the property, else of the subject; None when nothing is said of it."""
        blocks = self.blocks.get(_word(subject), [])
        if isinstance(predicate, NamedNode):
            for block in blocks:
                if value is not None and (predicate.value, _word(value)) in block.values:
                    return block.values[predicate.value, _word(value)]
            for block in blocks:
                if predicate.value in block.properties:
                    return block.properties[predicate.value]
        return blocks[0].line if blocks else None

    def _read(self, tokens: Iterator[tuple[str, str, int]]) -> None:
        """Walk through the statements; what stands in brackets belongs to the block around it."""
        depth, block, predicate, place = 0, None, "", "subject"
        for kind, word, line in tokens:
            if place == "subject" and depth == 0 and word.lower() in ("@prefix", "prefix", "@base", "base"):
                self._directive(word, tokens)
            elif word in ("[", "("):
                if place == "subject" and depth == 0:
                    block, place = Block(line), "predicate"
                depth += 1
            elif word in ("]", ")"):
                depth -= 1
            elif depth == 0 and kind == "mark":
                place = {".": "subject", ";": "predicate"}.get(word, place)
            elif depth == 0 and place == "subject":
                block, place = Block(line), "predicate"
                self.blocks[self.prefixes.expand(word)].append(block)
            elif depth == 0 and place == "predicate" and block:
                predicate, place = self.prefixes.expand(word), "value"
                block.properties.setdefault(predicate, line)
            elif place == "value" and block:
                block.values.setdefault((predicate, _plain(kind, word, self.prefixes)), line)

    def _directive(self, word: str, tokens: Iterator[tuple[str, str, int]]) -> None:
        if word.lower().endswith("prefix"):
            _, name, line = next(tokens, ("", "", 0))
            _, iri, _ = next(tokens, ("", "", 0))
            self.prefixes.declared[name.rstrip(":")].append((line, iri[1:-1]))
        else:
            next(tokens, None)
        if word.startswith("@"):
            next(tokens, None)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line, seen = 1, 0
    for match in TOKEN.finditer(text):
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        if match.lastgroup and match.lastgroup != "comment":
            yield match.lastgroup, match[0], line


def _plain(kind: str, word: str, prefixes: Prefixes) -> str:
    if kind != "text":
        return prefixes.expand(word)
    quote = 3 if word.startswith(('"""', "'''")) else 1
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), word[quote:-quote])


def _word(term: Term) -> str:
    return "_:" + term.value if isinstance(term, BlankNode) else str(getattr(term, "value", term))
