"""The few words that a picture itself says, in the three languages of the graph."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str, str]] = {
    "sources": ("Sources", "Источники", "Дереккөздер"),
    "table": ("The same as a table", "То же в виде таблицы", "Дәл осы мәліметтер кесте түрінде"),
    "rows": ("Rows", "Строк", "Жолдар"),
    "known by": ("as known by", "по сведениям на", "мына күнгі мәліметтер бойынша:"),
    "all claims": (
        "all claims, also those not accepted",
        "все утверждения, включая непринятые",
        "қабылданбағандарын қоса, барлық тұжырым",
    ),
    "other": ("other", "прочие", "басқалары"),
    "none": ("not stated", "не указано", "көрсетілмеген"),
    "no date": ("Without a date, not drawn", "Без даты, не показаны", "Күні жоқ, көрсетілмеген"),
    "no point": ("Without coordinates, not drawn", "Без координат, не показаны", "Координаты жоқ, көрсетілмеген"),
    "outside": ("Outside this map", "За пределами карты", "Картадан тыс"),
    "no pair": (
        "With one end only, not drawn",
        "Только с одной стороной, не показаны",
        "Бір ғана жағы бар, көрсетілмеген",
    ),
    "inexact": (
        "a pale bar: the day is known only to the month or year",
        "бледная полоса: день известен лишь с точностью до месяца или года",
        "бозғылт жолақ: күні айға не жылға дейін ғана белгілі",
    ),
    "open": ("an arrow: no end is recorded", "стрелка: конец не указан", "көрсеткі: аяқталуы көрсетілмеген"),
    "dots": (
        "one mark for each, by year; narrow the question to see names",
        "по одному знаку, по годам; сузьте вопрос, чтобы увидеть названия",
        "әрқайсысына бір белгі, жыл бойынша; атауларын көру үшін сұрақты тарылтыңыз",
    ),
    "spot": ("a place", "место", "орын"),
    "area": (
        "a region, a district or the country, drawn at its middle",
        "область, район или страна, показаны в центре",
        "облыс, аудан не ел, ортасында көрсетілген",
    ),
    "size": ("a larger mark: more rows", "знак крупнее: больше строк", "белгі үлкенірек: жол көбірек"),
    "borders": (
        "Borders: Natural Earth, public domain; regions as they were before June 2022.",
        "Границы: Natural Earth, общественное достояние; области по состоянию до июня 2022 года.",
        "Шекаралар: Natural Earth, қоғамдық игілік; облыстар 2022 жылғы маусымға дейінгі күйінде.",
    ),
    "largest": (
        "the largest are drawn, all are in the table of the HTML form",
        "показаны крупнейшие, все — в таблице HTML-вида",
        "ең ірілері көрсетілген, барлығы HTML түріндегі кестеде",
    ),
    "first": (
        "the first are drawn, all are in the table of the HTML form; narrow the question to see others",
        "показаны первые, все — в таблице HTML-вида; сузьте вопрос, чтобы увидеть остальные",
        "алғашқылары көрсетілген, барлығы HTML түріндегі кестеде; қалғанын көру үшін сұрақты тарылтыңыз",
    ),
    "counted": ("number of rows", "число строк", "жол саны"),
    "more sources": (
        "documents support these rows; the HTML form of this picture lists them all.",
        "документов подтверждают эти строки; полный список — в HTML-виде этой иллюстрации.",
        "құжат осы жолдарды растайды; толық тізімі осы суреттің HTML түрінде.",
    ),
    "timeline": ("Timeline", "Хронология", "Хронология"),
    "map": ("Map", "Карта", "Карта"),
    "network": ("Network", "Сеть связей", "Байланыстар желісі"),
    "bars": ("Bar chart", "Столбчатая диаграмма", "Бағанды диаграмма"),
    "from to": ("from", "с", "басы"),
    "to": ("to", "по", "соңы"),
    "nearer": ("Nearer", "Ближе", "Жақындату"),
    "farther": ("Farther", "Дальше", "Алыстату"),
    "whole": ("Whole picture", "Всё целиком", "Толық көрініс"),
    "hint": (
        "Point at a mark to read its row; click it to find the row in the table.",
        "Наведите на знак, чтобы прочесть строку; щёлкните, чтобы найти её в таблице.",
        "Жолды оқу үшін белгіні нұсқаңыз; кестеден табу үшін басыңыз.",
    ),
}

COLUMNS: dict[str, tuple[str, str, str]] = {
    "attack": ("attack", "нападение", "шабуыл"),
    "body": ("body", "орган", "орган"),
    "class": ("class", "класс", "класс"),
    "court": ("court", "суд", "сот"),
    "date": ("date", "дата", "күні"),
    "decision": ("decision", "решение", "шешім"),
    "decisions": ("decisions", "решения", "шешімдер"),
    "designation": ("designation", "признание", "тану"),
    "documents": ("documents", "документы", "құжаттар"),
    "event": ("event", "событие", "оқиға"),
    "from": ("from", "с", "басы"),
    "group": ("group", "группа", "топ"),
    "groups": ("groups", "группы", "топтар"),
    "identifier": ("identifier", "идентификатор", "сәйкестендіргіш"),
    "incident": ("incident", "происшествие", "оқиға"),
    "kind": ("kind", "вид", "түрі"),
    "language": ("language", "язык", "тіл"),
    "latitude": ("latitude", "широта", "ендік"),
    "longitude": ("longitude", "долгота", "бойлық"),
    "listing": ("listing", "включение в список", "тізімге енгізу"),
    "match": ("match", "соответствие", "сәйкестік"),
    "member": ("member", "член", "мүше"),
    "membership": ("membership", "членство", "мүшелік"),
    "organisation": ("organisation", "организация", "ұйым"),
    "phase": ("phase", "этап", "кезең"),
    "place": ("place", "место", "орны"),
    "records": ("records", "записи", "жазбалар"),
    "related": ("related to", "связана с", "байланысты"),
    "relation": ("relation", "связь", "байланыс"),
    "role": ("role", "роль", "рөлі"),
    "site": ("place", "место", "орны"),
    "source": ("source", "источник", "дереккөз"),
    "sources": ("sources", "источники", "дереккөздер"),
    "text": ("text", "текст", "мәтін"),
    "things": ("things", "объекты", "нысандар"),
    "until": ("until", "до", "дейін"),
    "year": ("year", "год", "жыл"),
}
LANGUAGES = ("en", "ru", "kk")


def say(word: str, lang: str) -> str:
    """Give a word or a sentence of the table above."""
    return WORDS[word][LANGUAGES.index(lang) if lang in LANGUAGES else 0]


def heading(variable: str, lang: str) -> str:
    """Give the name of a column for a reader; one that is not in the table is told as the query has it."""
    known = COLUMNS.get(variable)
    return known[LANGUAGES.index(lang) if lang in LANGUAGES else 0] if known else variable.replace("_", " ")
