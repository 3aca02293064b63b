"""Names in three languages, neutral sentences, days and addresses for data that is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from random import Random

NS = {prefix: f"<{space}" for prefix, space in PREFIXES.items()}
DATE = f'"^^{NS["xsd"]}date>'
STEMS = [
    ("Aksu", "Аксу", "Ақсу"), ("Karatau", "Каратау", "Қаратау"), ("Zhanatas", "Жанатас", "Жаңатас"),
    ("Tobyl", "Тобыл", "Тобыл"), ("Sarkand", "Сарканд", "Сарқан"), ("Kulsary", "Кульсары", "Құлсары"),
    ("Esik", "Есик", "Есік"), ("Zaysan", "Зайсан", "Зайсаң"), ("Shalkar", "Шалкар", "Шалқар"),
    ("Aral", "Арал", "Арал"), ("Ridder", "Риддер", "Риддер"), ("Balkash", "Балхаш", "Балқаш"),
    ("Temirtau", "Темиртау", "Теміртау"), ("Kentau", "Кентау", "Кентау"), ("Arys", "Арысь", "Арыс"),
    ("Ushtobe", "Уштобе", "Үштөбе"), ("Stepnyak", "Степняк", "Степняк"), ("Atbasar", "Атбасар", "Атбасар"),
]  # fmt: skip
FORMS = {
    "place": ("{}", "{}", "{}"),
    "court": ("{} District Court", "Районный суд {}", "{} аудандық соты"),
    "org": ("{} Association", "Объединение «{}»", "«{}» бірлестігі"),
    "law": ("Law on the register of {}", "Закон о реестре {}", "{} тізілімі туралы заң"),
    "event": ("Events in {}", "События в {}", "{} оқиғалары"),
    "person": ("{}bek", "{}бек", "{}бек"),
    "measure": ("Plan of {}", "План {}", "{} жоспары"),
    "phase": ("Years of {}", "Годы {}", "{} жылдары"),
}
TEXT = (
    "the report says that a court heard the case and gave its reasons in writing while officials spoke of another day "
    "and two papers named a second place which no later document confirms or denies in its own words about this matter"
)
WORDS = TEXT.split()
REASONS = ("The later and fuller document.", "Both reports of the first days say so.", "The text of the act shows it.")


def word(prefixed: str) -> str:
    """Write a prefixed name as N-Quads do; a word without a colon is one of our own properties."""
    prefix, colon, local = prefixed.partition(":")
    return f"{NS[prefix]}{local}>" if colon else f"{NS['kzkg']}{prefix}>"


def names(form: str, chance: Random, number: str) -> list[str]:
    """Name a thing in English, Russian and Kazakh."""
    stem = chance.choice(STEMS)
    return [
        f'"{shape.format(name)} {number}"@{language}'
        for shape, name, language in zip(FORMS[form], stem, ("en", "ru", "kk"), strict=True)
    ]


def sentence(chance: Random, number: str) -> str:
    """Say something of about the length of a description in the data, with a number that makes it the only one."""
    start = chance.randrange(len(WORDS) - 12)
    return f'"{" ".join(WORDS[start : start + 8 + chance.randrange(5)]).capitalize()} ({number})."@en'


def day(chance: Random, first: int = 1995, last: int = 2023) -> str:
    """Give a day of some years, as plain text."""
    return f"{first + chance.randrange(last - first + 1)}-{1 + chance.randrange(12):02}-{1 + chance.randrange(28):02}"


def date(plain: str) -> str:
    """Write a day as a literal."""
    return f'"{plain}{DATE}'


def number(value: int) -> str:
    """Write a whole number as a literal."""
    return f'"{value}"^^{NS["xsd"]}integer>'


def point(chance: Random) -> str:
    """Write a point within Kazakhstan."""
    longitude, latitude = 50 + chance.randrange(350000) / 10000, 42 + chance.randrange(110000) / 10000
    return f'"POINT({longitude} {latitude})"^^{NS["geo"]}wktLiteral>'
