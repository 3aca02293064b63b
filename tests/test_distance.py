"""Exact distances: against known ones, and the box of the query never cuts what lies within."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kzkg import terms
from kzkg.answer import ask
from kzkg.answer.distance import kilometres

if TYPE_CHECKING:
    from kzkg.store import Graph


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0.0, 0.0), (0.0, 0.0), 0.0),
        ((0.0, 0.0), (0.0, 180.0), 20015.1),  # half of the Earth's round
        ((51.18, 71.446), (43.2525, 76.9115), 973.0),  # Astana and Almaty, 973 km apart
        ((43.2525, 76.9115), (51.18, 71.446), 973.0),
    ],
)
def test_kilometres(one: tuple[float, float], other: tuple[float, float], expected: float) -> None:
    assert kilometres(*one, *other) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("km", [5, 30, 300, 3000])
@pytest.mark.parametrize("place", ["id:place-almaty", "id:place-aktobe", "id:place-astana"])
def test_the_box_never_cuts_what_lies_within(place: str, km: int, repo_graph: Graph) -> None:
    def near(distance: int) -> dict[str, float]:
        given = {"place": terms.expand(place), "km": terms.whole(str(distance))}
        answer = ask(repo_graph, repo_graph.catalog.query("near-place"), given)
        site, column = answer.variables.index("site"), answer.variables.index("kilometres")
        return {answer.plain(row[site]): float(answer.plain(row[column])) for row in answer.rows}

    everything = near(20000)
    assert near(km) == {site: far for site, far in everything.items() if far <= km}
