"""The graph for people who program: questions with Python values, answers as rows, data frames and bibliographies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from operator import index
from typing import TYPE_CHECKING, Any, Self
from warnings import warn

from pyoxigraph import Literal, NamedNode

from kzkg import answer as plain
from kzkg import store
from kzkg.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from kzkg.answer.columns import Cell
    from kzkg.citations import Citation

    One = str | int | dt.date | NamedNode | Literal
    Given = One | Iterable[One] | None


@dataclass(frozen=True, slots=True, repr=False)
class Answer(plain.Answer):
    """An answer that can be read as rows, turned into a data frame, shown in a notebook, cited and saved."""

    @classmethod
    def of(cls, found: plain.Answer) -> Self:
        """Give an answer of the engine these abilities."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    def __len__(self) -> int:
        return len(self.rows if self.statements is None else self.statements)

    def __bool__(self) -> bool:
        return self.boolean if self.boolean is not None else len(self) > 0

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        return iter(self.to_dicts())

    def __repr__(self) -> str:
        what = "row" if self.statements is None else "statement"
        held = f"{len(self)} {what}{'' if len(self) == 1 else 's'}"
        return f"<Answer {self.title!r}: {held if self.boolean is None else self.boolean}>"

    def __str__(self) -> str:
        return str(self._written("table" if self.statements is None else "ttl"))

    def _repr_html_(self) -> str:
        from kzkg.answer.display import fragment

        return fragment(self)

    @property
    def sources(self) -> list[Citation]:
        """The documents, and the places in them, that support the answer, each once."""
        return self.numbered()[0]

    def to_dicts(self) -> list[dict[str, Cell]]:
        """Give each row as a dictionary with days, numbers and text; `x_label` is the name of the thing `x`."""
        from kzkg.answer.columns import columns

        found = columns(self, cite=False)
        names = [column.name for column in found]
        return [dict(zip(names, row, strict=True)) for row in zip(*(each.values for each in found), strict=True)]

    def to_pandas(self, *, citations: bool = False) -> pd.DataFrame:
        """Make a pandas frame, if wanted with the citations of each row in a last column."""
        from kzkg.answer.frames import to_pandas

        return to_pandas(self, citations=citations)

    def to_polars(self, *, citations: bool = False) -> pl.DataFrame:
        """Make a Polars frame, if wanted with the citations of each row in a last column."""
        from kzkg.answer.frames import to_polars

        return to_polars(self, citations=citations)

    def cite(self, form: str = "text") -> str:
        """Write the documents behind the answer as text, bibtex, csl-json or ris."""
        from kzkg.bibliography import write
        from kzkg.bibliography.citing import behind
        from kzkg.bibliography.works import works

        if self.asked is None:
            raise RequestError("the answer does not know which graph it came from")
        graph, lang = self.asked.graph, self.asked.lang
        return write(works(graph, behind(graph, self), lang), form, lang)

    def save(self, file: Path | str, form: str | None = None, *, cite: bool = False) -> None:
        """Write the answer to a file in any format of the command line; the suffix picks one."""
        from kzkg.output import deliver

        deliver(self._written(form, str(file), cite=cite), str(file))

    def _written(self, form: str | None, file: str | None = None, *, cite: bool = False) -> Any:
        from kzkg.formats import Layout, check, choose, rowed

        row = choose(form, file, holds="rows" if self.statements is None else "graph", default="csv")
        layout = Layout(cite=cite, width=120, lang=self.asked.lang if self.asked else "en")
        check(row, layout)
        written = row.write(rowed(self, row), layout)
        return written if isinstance(written, bytes) else "".join(written)


class Graph(store.Graph):
    """A graph that is open for questions of a program."""

    def ask(  # noqa: PLR0913 - the options mean the same as on the command line
        self,
        name: str,
        /,
        *,
        lang: str = "en",
        cite: bool = True,
        dataset: str | None = None,
        sort: Iterable[str] | str = (),
        limit: int | None = None,
        columns: Iterable[str] | str = (),
        **values: Given,
    ) -> Answer:
        """Ask a saved query; a parameter takes a word as on the command line, a number, a day, or several of them.

        A parameter that is a word of Python gets a line below behind it: `from_="2011-01-01"`.
        """
        from kzkg.labels import resolve

        query = self.catalog.query(name)
        wish = plain.Wish(lang, dataset, cite, listed(sort), limit, listed(columns))
        return Answer.of(plain.ask(self, query, resolve(self, query, spoken(values), warn), wish))

    def sparql(  # noqa: PLR0913 - the options mean the same as on the command line
        self,
        text: str,
        /,
        *,
        lang: str = "en",
        cite: bool = True,
        dataset: str | None = None,
        sort: Iterable[str] | str = (),
        limit: int | None = None,
        columns: Iterable[str] | str = (),
    ) -> Answer:
        """Ask a SPARQL query of your own; the prefixes of the graph need not be declared."""
        wish = plain.Wish(lang, dataset, cite, listed(sort), limit, listed(columns))
        return Answer.of(plain.ask_text(self, text, wish))

    def queries(self, *words: str) -> dict[str, str]:
        """Give the saved queries that speak of all these words: each name with its question."""
        wanted = [word.casefold() for word in words]
        found = self.catalog.queries.values()
        return {
            query.name: query.summary
            for query in sorted(found, key=lambda query: query.name)
            if all(word in f"{query.name} {query.summary} {query.description}".casefold() for word in wanted)
        }

    def thing(self, name: str) -> str:
        """Give the IRI of the one thing that a name, a prefixed name or an IRI means."""
        from kzkg.labels import thing

        return thing(self, name, told=warn).value

    def cite(self, name: str = "dataset", /, form: str = "text", *, lang: str = "en", **values: Given) -> str:
        """Write what to cite for a thing, one document, the answer of a saved query, or the data set itself."""
        from kzkg.bibliography import write
        from kzkg.bibliography.citing import meant
        from kzkg.bibliography.works import works

        return write(works(self, meant(self, name, spoken(values), lang, told=warn), lang), form, lang)


def open_graph(place: Path | str | None = None, *, known_by: dt.date | str | None = None) -> Graph:
    """Open the shipped graph, or the graph of a place, as of today or as it could be known on a day."""
    catalog = store.open_catalog(place)
    return Graph(catalog, store.open_engine(place, catalog), store.day(known_by))


def listed(words: Iterable[str] | str) -> tuple[str, ...]:
    """Give names as a tuple; they may stand between commas."""
    return tuple(word.strip() for word in words.split(",")) if isinstance(words, str) else tuple(words)


def spoken(values: dict[str, Given]) -> dict[str, str | list[str]]:
    """Turn Python values into the words that a person would type; None is no value."""
    found: dict[str, str | list[str]] = {}
    for name, value in values.items():
        plain_name = name.removesuffix("_")
        if value is None:
            continue
        if isinstance(value, list | tuple | set | frozenset):
            found[plain_name] = [word(plain_name, each) for each in value]
        else:
            found[plain_name] = word(plain_name, value)
    return found


def word(name: str, value: object) -> str:
    """Turn one value into a word."""
    if isinstance(value, str):
        return value
    if isinstance(value, NamedNode):
        return f"<{value.value}>"
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    # Numbers of other libraries are whole numbers too, when they can count; True and False would count as 1 and 0.
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return str(index(value))
    raise RequestError(f"{name}: takes a word, a whole number or a day, not a value of type {type(value).__name__}")
