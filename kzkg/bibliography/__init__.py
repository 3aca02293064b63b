"""Writes documents as a bibliography: plain sentences, BibTeX, CSL-JSON and RIS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kzkg.errors import RequestError, nearest
from kzkg.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kzkg.bibliography.works import Author, Work


@dataclass(frozen=True, slots=True)
class Type:
    """What the three formats call a kind of document; `field` is where BibTeX has its publisher."""

    bibtex: str
    field: str
    csl: str
    ris: str


LOOSE = Type("misc", "howpublished", "article", "GEN")
TYPES = {
    "academic": Type("article", "journal", "article-journal", "JOUR"),
    "news": Type("misc", "howpublished", "article-newspaper", "NEWS"),
    "encyclopedia": Type("misc", "howpublished", "entry-encyclopedia", "ENCYC"),
    "official-text": Type("misc", "howpublished", "legislation", "STAT"),
    "official-list": Type("misc", "howpublished", "webpage", "ELEC"),
    "government-report": Type("techreport", "institution", "report", "RPRT"),
    "think-tank": Type("techreport", "institution", "report", "RPRT"),
    "ngo": Type("techreport", "institution", "report", "RPRT"),
    "data-set": Type("misc", "howpublished", "dataset", "DATA"),
    "other": Type("misc", "howpublished", "webpage", "ELEC"),
}
CONTAINED = {"article-journal", "article-newspaper", "entry-encyclopedia", "JOUR", "NEWS", "ENCYC"}
"""The types in which the publisher of a document is the name of what it appeared in."""
JOURNAL = re.compile(r"(?P<name>.+?),? (?:(?P<volume>\d+)(?: \((?P<issue>\d+)\))?|[Nn]o\. (?P<number>\d[^,]*))")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# BibTeX counts braces whether or not a backslash stands before them, so a lone one needs a word in its place.
ESCAPES = str.maketrans(
    {
        "\\": "{\\textbackslash}",
        "{": "{\\textbraceleft}",
        "}": "{\\textbraceright}",
        "~": "{\\textasciitilde}",
        "^": "{\\textasciicircum}",
        **{letter: f"\\{letter}" for letter in "&%$#_"},
    }
)
LANGUAGES = {
    "en": "english", "ru": "russian", "kk": "kazakh", "de": "german", "fr": "french", "it": "italian",
    "pt": "portuguese", "ar": "arabic", "fa": "persian", "uk": "ukrainian", "hy": "armenian", "tk": "turkmen",
    "tr": "turkish",
}  # fmt: skip
VERSION = {"en": "version", "ru": "версия", "kk": "нұсқа"}


def text(works: Sequence[Work], lang: str = "en") -> str:
    """Write one sentence for each document, for a report that keeps no bibliography file."""
    return "".join(f"{sentence(work, lang)}\n" for work in works)


def sentence(work: Work, lang: str = "en") -> str:
    """Write who, when, what, where in it, and how far the document was read; what nobody knows is left out."""
    date = f" ({work.issued})" if work.issued else ""
    version = f" ({VERSION.get(lang, VERSION['en'])} {work.version})" if work.version else ""
    parts = [f"{work.lead}{date}"]
    parts += [f"{work.title}{version}"] if work.lead != work.title else []
    parts += [work.publisher] if work.authors and work.publisher else []
    parts += [", ".join(work.places)] if work.places else []
    told = "".join(f"{part}{'' if part.endswith(('.', '?', '!')) else '.'} " for part in parts)
    address = f"https://doi.org/{work.doi}" if work.doi else work.address
    rest = (address, f"[{work.access}]" if work.access else "", work.licence)
    return told + " ".join(part for part in rest if part) if any(rest) else told.rstrip()


def bibtex(works: Sequence[Work], lang: str = "en") -> str:
    """Write BibTeX, with the dates and languages of biblatex beside the old fields."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field
    from bibtexparser.writer import BibtexFormat

    del lang
    library = Library()
    for work in works:
        kind, fields = entry(work)
        library.add(Entry(kind, work.key, [Field(name, value) for name, value in fields.items() if value]))
    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent = "  "
    layout.trailing_comma = True
    layout.block_separator = "\n"
    # The values are ready as they stand; the library's own layer would put braces round the names of months.
    return write_string(library, unparse_stack=[], bibtex_format=layout)


def entry(work: Work) -> tuple[str, dict[str, str]]:
    """Give the kind of entry, and its fields as BibTeX writes them."""
    kind = type_of(work)
    whole = kind.bibtex == "misc" or (work.authors and work.publisher and work.issued)
    kind = kind if whole else LOOSE
    name, volume, number = container(work) if kind.bibtex == "article" else (work.publisher, "", "")
    year, month = work.issued[:4], work.day[1:2]
    notes = [", ".join(work.places), work.access, f"Version {work.version}" if work.version else "", work.licence]
    return kind.bibtex, {
        "author": braced(" and ".join(author(each) for each in work.authors)),
        "key": braced(escaped(work.lead) if not work.authors else ""),
        "title": braced(braced(escaped(work.title))),
        kind.field: braced(escaped(name)),
        "volume": braced(volume),
        "number": braced(number),
        "year": braced(year),
        "month": MONTHS[month[0] - 1] if month else "",
        "date": braced(work.issued),
        "langid": braced(LANGUAGES.get(work.language, "")),
        "doi": braced(work.doi),
        "issn": braced(work.issn),
        "url": braced(address(work.address)),
        "note": braced(escaped("; ".join(note for note in notes if note))),
    }


def type_of(work: Work) -> Type:
    """Give the type of a document; for a paper without authors, maybe a copy or a draft, no journal is claimed."""
    return LOOSE if work.kind == "academic" and not work.authors else TYPES.get(work.kind, LOOSE)


def container(work: Work) -> tuple[str, str, str]:
    """Take a journal apart into its name, volume and number, where the graph names them in one line."""
    found = JOURNAL.fullmatch(work.publisher) if type_of(work).bibtex == "article" else None
    if not found:
        return work.publisher, "", ""
    return found["name"], found["volume"] or "", found["number"] or found["issue"] or ""


def author(each: Author) -> str:
    """Write a name so that a body is never taken apart into first and last names."""
    return f"{escaped(each.family)}, {escaped(each.given)}" if each.given else braced(escaped(each.family))


def escaped(words: str) -> str:
    """Write text so that TeX sets it as it is."""
    return words.translate(ESCAPES)


def address(url: str) -> str:
    """Write an address so that its braces and backslashes end no field; everything else is taken as it stands."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def braced(words: str) -> str:
    """Put braces round a value; an empty one stays empty, and is left out."""
    return f"{{{words}}}" if words else ""


def csl(work: Work) -> dict[str, Any]:
    """Give a document as an item of CSL-JSON."""
    kind = type_of(work).csl
    name, volume, number = container(work)
    names = [{"family": a.family, "given": a.given} if a.given else {"literal": a.family} for a in work.authors]
    item: dict[str, Any] = {
        "id": work.key,
        "type": kind,
        "title": work.title,
        "author": names,
        "container-title" if kind in CONTAINED else "publisher": name,
        "volume": volume,
        "issue": number,
        "issued": {"date-parts": [list(work.day)]} if work.day else None,
        "language": work.language,
        "DOI": work.doi,
        "ISSN": work.issn,
        "URL": work.address,
        "version": work.version,
        "note": "; ".join(part for part in (", ".join(work.places), work.access, work.licence) if part),
    }
    return {field: value for field, value in item.items() if value}


def csl_json(works: Sequence[Work], lang: str = "en") -> str:
    """Write CSL-JSON, which reference managers and citation processors read."""
    from json import dumps

    del lang
    return dumps([csl(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def ris(works: Sequence[Work], lang: str = "en") -> str:
    """Write RIS."""
    import rispy

    del lang

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        """Leaves out the numbers that rispy writes between records, which RIS does not have."""

        def set_header(self, count: int) -> None:
            """Write nothing."""

    return str(rispy.dumps([ris_record(work) for work in works], implementation=Writer))


def ris_record(work: Work) -> dict[str, Any]:
    """Give a document as a record of RIS; a date has slashes, also where it is not whole."""
    kind = type_of(work).ris
    name, volume, number = container(work)
    record: dict[str, Any] = {
        "type_of_reference": kind,
        "id": work.key,
        "title": work.title,
        "authors": [str(each) for each in work.authors],
        "secondary_title" if kind in CONTAINED else "publisher": name,
        "volume": volume,
        "number": number,
        "year": work.issued[:4],
        "date": "/".join([*work.issued.split("-"), *[""] * (4 - len(work.day))]) if work.day else "",
        "language": work.language,
        "doi": work.doi,
        "issn": work.issn,
        "urls": [work.address] if work.address else [],
        "edition": work.version,
        "notes": [part for part in (", ".join(work.places), work.access, work.licence) if part],
    }
    return {field: value for field, value in record.items() if value}


WRITERS: dict[str, tuple[Callable[[Sequence[Work], str], str], tuple[str, ...]]] = {
    "text": (text, ("txt",)),
    "bibtex": (bibtex, ("bib",)),
    "csl-json": (csl_json, ("json",)),
    "ris": (ris, ("ris",)),
}
"""Every form of a bibliography: its writer, and the suffixes that ask for it."""


def choose(name: str | None, file: str | None) -> str:
    """Choose the form that was asked for by name, else by the suffix of the file, else plain sentences."""
    if name is None and file is not None and file != "-":
        suffix = file.rpartition("/")[2].rpartition(".")[2].lower()
        name = next((form for form, (_, suffixes) in WRITERS.items() if suffix in suffixes), None)
        if name is None:
            allowed = ", ".join(f".{suffixes[0]}" for _, suffixes in WRITERS.values())
            raise RequestError(f"no bibliography has the suffix of {quoted(file)}: name one with -f, or use {allowed}")
    name = name or "text"
    if name not in WRITERS:
        hint = nearest(name, list(WRITERS))
        raise RequestError(f"no bibliography format {quoted(name)}{hint}; there are {', '.join(WRITERS)}")
    return name


def write(works: Sequence[Work], form: str, lang: str = "en") -> str:
    """Write a bibliography in the form of that name."""
    return WRITERS[choose(form, None)][0](works, lang)
