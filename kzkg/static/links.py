"""Where pages and files stand in a folder, and the addresses between them: relative, so that any place will do."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from kzkg.labels import LANGUAGES
from kzkg.pages import assets
from kzkg.pages.addresses import path_of, target_of
from kzkg.pages.linking import FORMS, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kzkg.pages.linking import Dump, Values

HOME = "en"
"""The language whose pages stand at the root, with the data beside them."""
FIT = re.compile(r"(?!~)[\w~()@!$&'+,;=-][\w.~()@!$&'+,;=-]{0,150}")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""
ANSWERS = ("csv", "tsv", "json", "ndjson", "md", "srj", "srx")
"""The forms in which the answer of each saved query lies beside its page: those that are text."""


def segment(name: str) -> str:
    """Give a part of a path as the name of a file: as it is, or a checksum of what no file may be called."""
    if FIT.fullmatch(name) and not name.endswith(".") and not DEVICES.fullmatch(name):
        return name
    return "~" + sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def stem(target: Target, alike: Mapping[Target, str]) -> str:
    """Give the path of a page without language and suffix."""
    return safe(target) + alike.get(target, "") if alike else safe(target)


@lru_cache(maxsize=1 << 14)
def safe(target: Target) -> str:
    """Give the path of a page so that no IRI of the data leads out of its own room."""
    path = path_of(target) or "index"
    if target.kind == "thing" and target_of(path) != target:
        return f"page/~{sha256(target.name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    return "/".join(segment(part) for part in path.split("/"))


def told_apart(targets: Iterable[Target]) -> dict[Target, str]:
    """Find pages whose names differ in nothing but capitals, which many disks take for one, and what is put after."""
    seen: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        if target.kind == "thing" and not target.name.startswith("https://w3id.org/kzkg/id/"):
            seen[path_of(target).casefold()].append(target)
    return {
        target: "~" * number for found in seen.values() if len(found) > 1 for number, target in enumerate(sorted(found))
    }


def page_file(target: Target, lang: str, alike: Mapping[Target, str]) -> str:
    """Give the file of a page."""
    return ("" if lang == HOME else f"{lang}/") + stem(target, alike) + ".html"


@lru_cache(maxsize=1 << 14)
def written(path: str) -> str:
    """Write a path as an address."""
    return quote(path, safe="/~@!$&()*+,;='")


class Folder(NamedTuple):
    """What the addresses of all pages need: where the folder will stand, and what there is in it."""

    base: str = ""
    """The whole address, or only its path; nothing where neither is known."""
    alike: Mapping[Target, str] = MappingProxyType({})
    languages: Sequence[str] = LANGUAGES
    dumps: Sequence[Dump] = ()
    answers: bool = False
    """Whether the engine is there, with which the pages answer."""


class Addresses:
    """Writes the addresses of pages and files as they are from one page of the folder; see `kzkg.pages.Links`."""

    still = True
    languages: Sequence[str]
    dumps: Sequence[Dump]

    def __init__(self, file: str, folder: Folder, up: str | None = None) -> None:
        self.up = "../" * file.count("/") if up is None else up
        self.base, self.alike, self.languages, self.dumps, answers = folder
        self.engine = f"{self.up}engine/" if answers else ""

    def to(self, target: Target, lang: str) -> str:
        """Give the address of a page in a language."""
        path = self.up + written(page_file(target, lang, self.alike))
        pairs = [pair for pair in target.values if pair[1] and pair[0] != "lang"] if target.values else ()
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def data(self, iri: str, form: str) -> str:
        """Give the address of the data of a thing."""
        return f"{self.up}{written(stem(Target('thing', iri), self.alike))}.{form}"

    def answer(self, name: str, values: Values, form: str, lang: str) -> str:
        """Give the address of the answer of a saved query as a file; nothing where none was written."""
        if values or form not in ANSWERS:
            return ""
        return self.up + written(answer_file(name, form, lang))

    def asset(self, name: str) -> str:
        """Give the address of a file of ours."""
        return f"{self.up}static/{asset_sign(name)}"

    def absolute(self, target: Target, lang: str) -> str:
        """Give the whole address of a page; nothing where nobody said where the folder will stand."""
        if not self.base.startswith("http"):
            return ""
        pairs = [pair for pair in target.values if pair[1] and pair[0] != "lang"]
        path = self.base + whole(target, lang, self.alike)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def endpoint(self) -> str:
        """Give nothing: a folder has no endpoint."""
        return ""

    def feed(self, lang: str) -> str:
        """Give the address of the feed of changes."""
        return f"{self.up}{'' if lang == HOME else lang + '/'}feed.xml"


@lru_cache(maxsize=64)
def asset_sign(name: str) -> str:
    """Give the name of a file of ours with some letters that change with its content."""
    return f"{name}?v={assets.version(name)}" if name in assets.names() else name


def whole(target: Target, lang: str, alike: Mapping[Target, str]) -> str:
    """Give the path of a page as others should know it: the front page by its folder."""
    path = page_file(target, lang, alike)
    return written(path[: -len("index.html")] if target.kind == "front" else path)


def answer_file(name: str, form: str, lang: str) -> str:
    """Give the file of an answer."""
    return f"{'' if lang == HOME else lang + '/'}query/{segment(name)}.{form}"


def data_files(target: Target, alike: Mapping[Target, str]) -> dict[str, str]:
    """Give the files of the data of a thing, by suffix."""
    return {form: f"{stem(target, alike)}.{form}" for form in FORMS}
