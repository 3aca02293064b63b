"""The picture of the page: how the time of a question, of a load and of a check grows with the number of statements."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.scale import times

if TYPE_CHECKING:
    from tests.bench.scale import Measured

INK = "#808790"
"""A grey that is read on white and on black alike."""
COLOURS = ["#3b82f6", "#f59e0b", "#10b981", "#ef4444", "#a855f7", "#14b8c4"]
POWERS = [10.0**power for power in range(-5, 9)]
TITLE = "How time grows with the number of statements"


NAMES = {
    "kzkg load": "kzkg",
    "Oxigraph's bulk loader": "oxigraph",
    "rdflib, in memory": "rdflib",
    "kzkg load into Virtuoso": "Virtuoso",
}
PANELS = ["a look-up", "a saved query", "loading", "checking"]


def points(done: list[Measured]) -> list[dict[str, Any]]:
    """Give what is drawn: for each size and tool the seconds of a look-up, a saved query, a load, a check."""
    found: list[tuple[str, str, float, int]] = []
    for each in done:
        for name, answers in each.answers.items():
            for what, seconds in zip(PANELS, (times(answers, look=True), times(answers, look=False)), strict=False):
                found += [(what, name, median(seconds), each.size)] if seconds else []
        found += [("loading", name, made.wall, each.size) for name, made in each.loading.items()]
        found += [("checking", name, made.wall, each.size) for name, made in each.checks.items()]
    return [
        {"what": what, "tool": NAMES.get(tool, tool), "seconds": seconds, "statements": size}
        for what, tool, seconds, size in found
    ]


def draw(done: list[Measured]) -> str:
    """Draw it as SVG without a ground of its own, with its title and what it shows in words."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec(points(done)), allowed_base_urls=[])
    head, rest = drawn.split(">", 1)
    about = (
        "Four panels with logarithmic axes: "
        + ", ".join(PANELS)
        + "; a line for each tool. The tables give the figures."
    )
    words = f' role="img" aria-labelledby="t d"><title id="t">{TITLE}</title><desc id="d">{about}</desc>'
    return head + words + rest + "\n"


def spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe the picture to Vega-Lite."""
    log = {"type": "log", "base": 10}
    axis = {"grid": True, "values": POWERS}
    mark = {"type": "line", "point": {"filled": True, "size": 45}, "strokeWidth": 2}
    across = {"field": "statements", "type": "quantitative", "scale": log, "axis": {**axis, "format": "~s"}}
    up = {
        "field": "seconds",
        "type": "quantitative",
        "scale": log,
        "axis": {**axis, "format": "~s"},
        "title": "seconds",
    }
    tools = sorted({value["tool"] for value in values}, key=lambda tool: (tool != "kzkg", tool))
    colour = {
        "field": "tool",
        "type": "nominal",
        "sort": tools,
        "scale": {"domain": tools, "range": COLOURS},
        "legend": {"orient": "bottom", "title": None},
    }
    panel = {"mark": mark, "width": 250, "height": 170, "encoding": {"x": across, "y": up, "color": colour}}
    text = {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "data": {"values": values},
        "facet": {"field": "what", "type": "nominal", "sort": PANELS, "title": None},
        "columns": 2,
        "spec": panel,
        "resolve": {"scale": {"y": "independent"}},
        "config": {
            "font": "Roboto, Arial, sans-serif",
            "view": {"stroke": None},
            "axis": {**text, "gridColor": INK, "gridOpacity": 0.25},
            "legend": text,
            "header": {"labelColor": INK, "labelFontSize": 13},
        },
    }
