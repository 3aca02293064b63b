"""What pictures are made of: refusals, the command, words, signs, widths, layouts, the map."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal

from kzkg.answer import Answer
from kzkg.commands.asking import Request
from kzkg.commands.plot import plot_query
from kzkg.errors import KzkgError, RequestError
from kzkg.pictures import KINDS, draw, ready, refusal, room
from kzkg.pictures.caption import Subject
from kzkg.pictures.labelling import Label, placed
from kzkg.pictures.layers import acyclic, laid_out
from kzkg.pictures.maps import borders, on_paper
from kzkg.pictures.places import Spot
from kzkg.pictures.text import Ruler, ranges
from kzkg.pictures.theme import COLOURS, MOST_KEYS, keys
from kzkg.pictures.words import COLUMNS, WORDS
from tests.drawings import BANS, COUNTS, ID, WHOLE, made, texts, thing
from tests.parts import module, needs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs(module("vl_convert", "vl-convert-python"))


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("timeline", COUNTS, "column of days"),
        ("map", BANS, "column of places"),
        ("network", COUNTS, "two columns of things"),
        ("bars", made((Literal("3", datatype=WHOLE),), variables=("things",)), "to count by"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_the_missing_column(kind: str, subject: Subject, words: str) -> None:
    assert words in (refusal(kind, subject) or "")
    with pytest.raises(RequestError, match=words):
        draw(kind, subject)


def test_the_command_names_queries_that_fit(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        plot_query("map", ["decisions-by-court"], Request(output=f"{tmp_path}/x.svg"))
    assert "decisions-by-court: a map needs" in str(error.value)
    assert "it fits" in str(error.value)
    assert "attacks" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("output", "form", "words"),
    [("x.pdf", None, "use .svg, .png or .html"), (None, "jpg", "there are svg, png, html")],
)
def test_the_command_names_its_formats(output: str | None, form: str | None, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        plot_query("bars", ["attacks"], Request(output=output, form=form))


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot_query("bars", ["decisions-by-court"], Request(output=f"{tmp_path}/x.svg", lang="ru", everything=True))
    told = capsys.readouterr()
    assert told.out == ""
    assert "x.svg: bars of decisions-by-court" in told.err
    assert "решения" in (tmp_path / "x.svg").read_text(encoding="utf-8")


def test_a_missing_library_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(KzkgError, match=r"pip install 'kzkg\[plot\]'") as error:
        ready()
    assert error.value.exit_code == 4


def test_nothing_of_it_is_imported_by_other_commands() -> None:
    script = "import kzkg.cli, sys; print([name for name in sys.modules if 'vl_convert' in name or 'pictures' in name])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_word_is_there_in_three_languages() -> None:
    for table in (WORDS, COLUMNS):
        assert all(len(words) == 3 and all(words) for words in table.values())


def test_signs_differ_in_more_than_colour() -> None:
    names = [f"n{number:02}" for number in range(MOST_KEYS + 2)]
    found = keys(names, "other")
    assert len({(key.colour, key.shape) for key in found.values()}) == MOST_KEYS + 1
    first = [found[name] for name in names[: len(COLOURS)]]
    assert len({key.shape for key in first}) == len({key.dash for key in first}) == len(COLOURS)
    assert found[names[-1]].text == "other"


def test_colours_are_dark_enough_on_paper_and_apart_for_the_colour_blind() -> None:
    def channels(colour: str) -> list[float]:
        values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]

    def blind(colour: str, matrix: tuple[tuple[float, ...], ...]) -> list[float]:
        return [sum(a * b for a, b in zip(line, channels(colour), strict=True)) for line in matrix]

    # Machado, Oliveira and Fernandes 2009, full protanopia and deuteranopia.
    red = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
    green = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
    for matrix in (red, green):
        seen = [blind(colour, matrix) for colour in COLOURS]
        apart = [
            sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
            for number, one in enumerate(seen)
            for other in seen[number + 1 :]
        ]
        assert min(apart) > 0.05
    for colour in COLOURS:
        light = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), channels(colour), strict=True))
        assert 1.05 / (light + 0.05) > 2.0


def test_numbers_in_short() -> None:
    assert ranges([3, 1, 2, 7, 2]) == "[1–3, 7]"
    assert ranges([1, 2]) == "[1, 2]"
    assert ranges([]) == ""
    assert Ruler().short("[1–3, 7, 12]", 40) == "[1–3, …]"


def test_lines_break_and_end_where_they_must() -> None:
    ruler = Ruler()
    lines = ruler.wrapped("Specialized Inter-District Economic Court of East Kazakhstan Region", 200)
    assert " ".join(lines) == "Specialized Inter-District Economic Court of East Kazakhstan Region"
    assert all(ruler.width(line) <= 200 for line in lines)
    cut = ruler.wrapped("Specialized Inter-District Economic Court of East Kazakhstan Region", 100, most=2)
    assert len(cut) == 2
    assert cut[1].endswith("…")
    assert ruler.wrapped("", 100) == [""]
    assert ruler.width("ұлттық қауіпсіздік") > ruler.width("ұлттық")


def test_a_circle_of_links_is_laid_out() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "b"), ("d", "d")]
    assert acyclic(links) == [("a", "b"), ("b", "c"), ("a", "c")]
    layout = laid_out(links[:4], dict.fromkeys("abc", 20.0))
    assert [layout.ranks[node] for node in "abc"] == [0, 1, 2]
    assert next(iter(layout.bends["a", "c"]))[0] == 1


def test_boxes_of_a_column_keep_apart() -> None:
    links = [(f"a{n % 3}", f"b{n}") for n in range(12)] + [("b1", "c"), ("a2", "c")]
    layout = laid_out(links, {node: 30.0 for link in links for node in link})
    for rank in range(3):
        middles = sorted(layout.middles[node] for node, its in layout.ranks.items() if its == rank)
        assert all(b - a >= 30 for a, b in pairwise(middles))
    assert min(layout.middles.values()) >= 15
    assert max(layout.middles.values()) <= layout.height


def test_names_in_a_crowd_do_not_meet() -> None:
    labels = [Label((400 + n % 4 * 9.0, 300 + n // 4 * 9.0), 6, 90, 15, []) for n in range(24)]
    boxes = placed(labels, 900, 600)
    assert not [1 for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.meets(b, 0)]


def test_the_map_is_the_right_way_round() -> None:
    almaty, astana, aktobe = on_paper(76.91, 43.25), on_paper(71.45, 51.18), on_paper(57.21, 50.28)
    assert aktobe[0] < astana[0] < almaty[0]
    assert astana[1] < almaty[1]
    assert borders()["licence"] == "public domain"
    assert len(borders()["regions"]) > 10


def test_a_map_says_what_it_leaves_out() -> None:
    answer = Answer("Q?", ("place",), ((thing("here"),), (thing("far"),), (thing("nowhere"),)))
    where = {
        ID + "here": (Spot("here", "Here", 48.0, 67.0),),
        ID + "far": (Spot("far", "Far", 33.3, 44.4),),
        ID + "nowhere": (Spot("nowhere", "Nowhere"),),
    }
    shown = [box.text for box in texts(draw("map", Subject(answer, spots=where), "svg"))]
    assert "Here" in shown
    assert "Outside this map: Far." in shown
    assert "Without coordinates, not drawn: Nowhere." in shown
    assert any("Natural Earth" in text for text in shown)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_room(kind: str) -> None:
    assert callable(room(KINDS[kind]).fits)
    assert callable(room(KINDS[kind]).draw)
