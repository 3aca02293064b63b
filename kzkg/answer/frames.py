"""An answer as a data frame of pandas or Polars, each column with its real type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.answer.columns import columns
from kzkg.extras import library

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from kzkg.answer import Answer

PANDAS = {"day": "datetime64[s]", "whole": "Int64", "number": "Float64", "truth": "boolean", "text": "string"}


def to_pandas(answer: Answer, *, citations: bool = False) -> pd.DataFrame:
    """Make a pandas frame; its `attrs` carry the question and the sources."""
    made = library("pandas", "pandas", "a pandas frame")
    arrays = library("numpy", "pandas", "a pandas frame")
    series = {}
    for column in columns(answer, cite=citations):
        values: object = list(column.values)
        if column.kind == "day":
            # Through whole days, because pandas alone would refuse a day before 1677.
            values = arrays.array(values, dtype="datetime64[D]")
        series[column.name] = made.Series(values, dtype=PANDAS[column.kind])
    frame: pd.DataFrame = made.DataFrame(series)
    frame.attrs.update(title=answer.title, sources=[each.line() for each in answer.numbered()[0]])
    return frame


def to_polars(answer: Answer, *, citations: bool = False) -> pl.DataFrame:
    """Make a Polars frame."""
    made = library("polars", "polars", "a Polars frame")
    kinds = {"day": made.Date, "whole": made.Int64, "number": made.Float64, "truth": made.Boolean, "text": made.String}
    found = columns(answer, cite=citations)
    frame: pl.DataFrame = made.DataFrame(
        [made.Series(column.name, list(column.values), dtype=kinds[column.kind]) for column in found]
    )
    return frame
