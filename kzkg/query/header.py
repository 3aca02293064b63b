"""Reads the `#+` lines of a saved query and checks that they and the slots of its text belong together."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kzkg import terms
from kzkg.errors import DataError, nearest
from kzkg.query import DATASETS, SLOT, TYPES, Days, Distance, Parameter, SavedQuery, distance_of

_ANY_SLOT = re.compile(r"\bVALUES\s+[?$](\w+)\s*\{\s*(UNDEF)?", re.IGNORECASE)
_HEADER_KEYS = {
    "summary", "description", "tags", "group", "params", "example", "evidence", "evidence_from", "graph", "distance",
    "days",
}  # fmt: skip
_DISTANCE_KEYS = {"from", "to", "within", "column"}
_DAYS_KEYS = {"variable", "from", "to"}
_PARAMETER_KEYS = {"type", "class", "scheme", "help", "round"}


def _texts(words: Any) -> Iterator[str]:
    """Give every text in what YAML has read; a list may hold itself there."""
    waiting, seen = [words], set[int]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif id(one) not in seen:
            seen.add(id(one))
            waiting += [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else []


class Header:
    """The `#+` lines of one file while they are read; each fault is one line that begins with the file."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text.replace("\r\n", "\n"), path
        self.words = self._words()

    def _fault(self, message: str) -> DataError:
        return DataError(f"{self.path}: {message}")

    def _words(self) -> dict[str, Any]:
        import yaml

        lines = self.text.split("\n")
        height = next((n for n, line in enumerate(lines) if not line.startswith("#+")), len(lines))
        try:
            words = yaml.load("\n".join(line[2:] for line in lines[:height]), Loader=yaml.BaseLoader)  # noqa: S506
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise DataError(f"{self.path}:{line}: the header is not YAML: {error.problem}") from error
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # a sign, or an escape, that is no letter
            what = getattr(error, "reason", error)
            raise self._fault(f"the header is not YAML: {' '.join(str(what).split())}") from error
        except RecursionError as error:
            raise self._fault("the header is nested too deeply") from error
        if any(0xD800 <= ord(letter) <= 0xDFFF for text in _texts(words) for letter in text):
            raise self._fault("the header holds half a letter, an escape from \\ud800 to \\udfff")
        if not isinstance(words, dict):
            raise self._fault("no header; a saved query begins with lines such as '#+ summary: Which courts …?'")
        self._known("header", words, _HEADER_KEYS)
        return words

    def _known(self, where: str, words: dict[str, Any], keys: set[str]) -> None:
        for key in words:
            if key not in keys:
                # YAML takes a comma inside braces for the end of a value, so half a help text ends up as a word.
                comma = "; a text with a comma stands in quotes" if " " in key else nearest(key, sorted(keys))
                raise self._fault(f"unknown word {terms.quoted(key)} in the {where}{comma}")

    def _text(self, key: str, *, needed: bool = False) -> str:
        value = self.words.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self._fault(f"'{key}' in the header must be a text")
        return " ".join(value.split())

    def _list(self, key: str) -> tuple[str, ...]:
        value = self.words.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fault(f"'{key}' in the header must be a list of words, such as [designation, court]")
        return tuple(value)

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self.words.get(key) or {}
        if not isinstance(value, dict):
            raise self._fault(f"'{key}' in the header must be a mapping of names")
        return value

    def query(self) -> SavedQuery:
        """Give the query, or the first fault."""
        parameters = tuple(self._parameter(name, words) for name, words in self._mapping("params").items())
        days = self._days(parameters)
        self._check_slots({parameter.name for parameter in parameters} | ({days.variable} if days else set()))
        graph = self._text("graph") or "accepted"
        if graph not in DATASETS:
            raise self._fault(f"unknown graph {terms.quoted(graph)}, one of {', '.join(DATASETS)}")
        evidence = () if self.words.get("evidence") == "computed" else self._list("evidence")
        source = self._text("evidence_from") or None
        if not evidence and not source and self.words.get("evidence") != "computed":
            raise self._fault("the header says neither 'evidence: [variable]' nor 'evidence: computed'")
        for name in evidence:
            self._occurs("evidence", name)
        return SavedQuery(
            name=self.path.stem,
            text=self.text,
            summary=self._text("summary", needed=True),
            description=self._text("description"),
            group=self._text("group"),
            tags=self._list("tags"),
            parameters=parameters,
            example=self._example(parameters),
            evidence=evidence,
            evidence_from=source,
            graph=graph,
            distance=self._distance({parameter.name for parameter in parameters}),
            days=days,
        )

    def _days(self, parameters: Sequence[Parameter]) -> Days | None:
        words = self._mapping("days")
        if not words:
            return None
        self._known("'days' of the header", words, _DAYS_KEYS)
        dates = {parameter.name for parameter in parameters if parameter.type == "date"}
        found: list[Any] = [words.get(key) for key in ("variable", "from", "to")]
        if not all(isinstance(word, str) for word in found) or not set(found[1:]) <= dates or found[0] in dates:
            raise self._fault("'days' is {variable: name, from: parameter, to: parameter}, and both are dates")
        self._occurs("days", found[0])
        return Days(*found)

    def _distance(self, parameters: set[str]) -> Distance | None:
        words = self._mapping("distance")
        if not words:
            return None
        self._known("'distance' of the header", words, _DISTANCE_KEYS)
        try:
            found = distance_of(words["from"], words["to"], words["within"], words["column"])
        except (KeyError, ValueError) as error:
            form = "{from: [latitude, longitude], to: [latitude, longitude], within: parameter, column: name}"
            raise self._fault(f"'distance' is {form}") from error
        if not all(isinstance(word, str) for word in (*found.origin, *found.place, found.within, found.column)):
            raise self._fault("'distance' takes single words")
        if found.within not in parameters:
            raise self._fault(f"'distance' names {terms.quoted(found.within)}, which is no parameter")
        for name in (*found.origin, *found.place):
            self._occurs("distance", name)
        return found

    def _occurs(self, key: str, name: str) -> None:
        if not re.search(rf"[?$]{re.escape(name)}\b", self.text):
            raise self._fault(f"'{key}' names ?{name}, which does not occur in the query")

    def _parameter(self, name: str, words: Any) -> Parameter:
        if not isinstance(words, dict) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise self._fault(f"parameter {terms.quoted(name)} must be a plain word with {{type: …, help: …}}")
        self._known(f"parameter {name}", words, _PARAMETER_KEYS)
        for key, word in words.items():
            if not isinstance(word, str):
                raise self._fault(f"parameter {name}: '{key}' must be a text")
        kind, of, rounded = words.get("type", ""), words.get("class") or words.get("scheme"), words.get("round")
        if kind not in TYPES:
            raise self._fault(f"parameter {name} has the unknown type {terms.quoted(kind)}, one of {', '.join(TYPES)}")
        if not words.get("help"):
            raise self._fault(f"parameter {name} has no help")
        if ("class" in words) != (kind == "iri") or ("scheme" in words) != (kind == "concept"):
            raise self._fault(f"parameter {name}: an iri names its class, a concept its scheme, no other type does")
        if rounded not in (None, "down", "up") or (rounded and kind != "date"):
            raise self._fault(f"parameter {name}: 'round' is down or up, and only for a date")
        if of:
            terms.expand(of)
        return Parameter(name=name, type=kind, help=" ".join(words["help"].split()), of=of, round=rounded)

    def _example(self, parameters: tuple[Parameter, ...]) -> tuple[tuple[str, str], ...]:
        known = {parameter.name: parameter for parameter in parameters}
        example = self._mapping("example")
        for name, value in example.items():
            if name not in known:
                close = nearest(name, list(known))
                raise self._fault(f"'example' fills {terms.quoted(name)}, which is no parameter{close}")
            if not isinstance(value, str):
                raise self._fault(f"'example' must give one word for {name}")
            if known[name].type in ("date", "integer", "string") or terms.is_name(value):
                known[name].term(value)
        return tuple(example.items())

    def _check_slots(self, parameters: set[str]) -> None:
        filled = set()
        for number, line in enumerate(self.text.split("\n"), 1):
            for name, undefined in _ANY_SLOT.findall("" if line.lstrip().startswith("#") else line):
                if name not in parameters and undefined:
                    raise DataError(f"{self.path}:{number}: the slot ?{name} has no parameter in the header")
                if name in parameters and not SLOT.fullmatch(line):
                    raise DataError(f"{self.path}:{number}: the slot ?{name} must stand alone on its line")
                filled.add(name)
        for name in sorted(parameters - filled):
            raise self._fault(f"parameter {name} has no slot, a line 'VALUES ?{name} {{ UNDEF }}'")
