"""The words of the pages themselves, in the three languages of the graph, from one small table."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from kzkg.labels import LANGUAGES
from kzkg.pictures.words import COLUMNS, heading

NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
"""What each language calls itself."""


@lru_cache(maxsize=4)
def table(name: str) -> dict[str, tuple[str, ...]]:
    """Read a table: a word, and what is said for it in each language."""
    lines = (files("kzkg.pages") / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:] if line)
    return {key: tuple(said) for key, *said in rows}


def say(word: str, lang: str) -> str:
    """Give a word or a sentence in the reader's language."""
    return table("words")[word][place(lang)]


def place(lang: str) -> int:
    """Give the column of a language."""
    return LANGUAGES.index(lang) if lang in LANGUAGES else 0


def said(kind: str, word: str, lang: str) -> str:
    """Give a word of some kind if the table has it, else as it stands."""
    known = table("words").get(f"{kind}.{word}")
    return known[place(lang)] if known else word


def column(variable: str, lang: str) -> str:
    """Give the heading of a column."""
    if variable not in COLUMNS:
        return said("column", variable, lang).replace("_", " ")
    return heading(variable, lang)


def question(name: str, summary: str, lang: str) -> tuple[str, str]:
    """Give the question of a saved query and the language that it is in."""
    known = table("questions").get(name)
    if lang == "en" or known is None:
        return summary, "en"
    return known[place(lang) - 1], lang


def help_text(text: str, lang: str) -> tuple[str, str]:
    """Give what is said of a parameter and the language that it is in: English where the table does not have it."""
    known = table("helps").get(text)
    if lang == "en" or known is None:
        return text, "en"
    return known[place(lang) - 1], lang
