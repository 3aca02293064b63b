"""A picture as a page: one file with the drawing, the library that moves it, the table and the sources; no network."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from kzkg.formats.html import linked
from kzkg.pictures.files import svg
from kzkg.pictures.frame import framed, subtitle
from kzkg.pictures.words import heading, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.pictures.caption import Subject
    from kzkg.pictures.frame import Picture
    from kzkg.pictures.theme import Body

# Whatever the page holds, a browser fetches nothing for it; the library compiles its formulas, hence the second word.
POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 Roboto,Arial,"Liberation Sans",Helvetica,sans-serif;color:#1f2328;background:#fff;
max-width:1040px;margin:2rem auto;padding:0 28px}
h1{font-size:1.5rem;line-height:1.25;margin:0}
p{margin:.3rem 0;color:#57606a}
figure{margin:1rem 0}
.picture{overflow-x:auto;margin:0 -28px}
.picture svg{display:block;max-width:none}
#vg-tooltip-element.vg-tooltip.custom-theme{font:13px/1.4 Roboto,Arial,sans-serif;max-width:26rem}
button{font:inherit;padding:.25rem .8rem;margin:0 .4rem .6rem 0;border:1px solid #8c959f;border-radius:5px;
background:#fff}
button:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid #0072b2;outline-offset:1px}
summary{cursor:pointer;font-weight:600;margin:1.2rem 0 .5rem}
.table{overflow-x:auto}
table{border-collapse:collapse;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;border-bottom:1px solid #e4e7eb}
td.day{white-space:nowrap}
tr:target{background:#fff3cd}
a{color:#0550ae}
ol{padding-left:2.4rem;font-size:14px}
li:target{background:#fff3cd}
"""
START = """
vegaEmbed("#drawing", SPEC, {mode: "vega", renderer: "svg", actions: false}).then(({view}) => {
  view.addEventListener("click", (event, item) => {
    if (!item || !item.datum || item.datum.row == null) return;
    document.getElementById("table").open = true;
    location.hash = "row-" + (item.datum.row + 1);
  });
  const zoom = (factor) => {
    const before = view.signal("zoom"), after = factor ? Math.min(Math.max(before * factor, 1), 16) : 1;
    const [x, y] = [MIDDLE_X, MIDDLE_Y], scale = after / before;
    const keep = (d, middle) => after === 1 ? 0 : middle - (middle - d) * scale;
    view.signal("dx", keep(view.signal("dx"), x)).signal("dy", keep(view.signal("dy"), y)).signal("zoom", after).run();
  };
  for (const button of document.querySelectorAll("button[data-by]"))
    button.addEventListener("click", () => zoom(Number(button.dataset.by)));
});
"""


def html(subject: Subject, body: Body) -> bytes:
    """Give the page; without scripts it shows the same picture at rest."""
    return "".join(parts(subject, body, framed(subject, body, alone=False))).encode("utf-8", "replace")


def parts(subject: Subject, body: Body, picture: Picture) -> Iterator[str]:
    """Give the page from its head to its end."""
    lang, title = subject.lang, escape(picture.title)
    yield f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    # Questions are asked in English, whatever the language of the names.
    yield f'<h1 lang="en">{title}</h1>\n<p>{escape(subtitle(subject, body))}</p>\n<figure>\n'
    if picture.zoom:
        for word, factor in (("nearer", "1.6"), ("farther", "0.625"), ("whole", "0")):
            yield f'<button type="button" data-by="{factor}">{escape(say(word, lang))}</button>\n'
    still = svg(picture, lang).decode("utf-8")
    yield f'<div class="picture"><div id="drawing" role="img" aria-label="{escape(picture.about)}">'
    yield f"{still}</div></div>\n"
    yield f"<figcaption><p>{escape(say('hint', lang))}</p></figcaption>\n</figure>\n"
    yield from table(subject)
    yield from sources(subject)
    spec = json.dumps(picture.spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    middle = START.replace("MIDDLE_X", f"{body.width / 2:.0f}").replace("MIDDLE_Y", f"{body.height / 2:.0f}")
    yield f"</main>\n<script>{library()}</script>\n<script>const SPEC = {spec};{middle}</script>\n</body>\n</html>\n"


@lru_cache(maxsize=1)
def library() -> str:
    """Give the text of the library that moves a picture in a browser."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").replace("</script", "<\\/script")


def table(subject: Subject) -> Iterator[str]:
    """Give the rows, each with the numbers of its sources; a mark of the picture leads to its row."""
    answer, lang = subject.answer, subject.lang
    marks = subject.sources.marks
    heads = [heading(variable, lang) for variable in answer.variables]
    heads += ["rank"] if answer.ranks else []
    heads += [say("sources", lang)] if subject.sources.documents else []
    yield f'<details id="table" open>\n<summary>{escape(say("table", lang))}</summary>\n'
    yield '<div class="table">\n<table>\n<thead><tr>'
    yield "".join(f'<th scope="col">{escape(head)}</th>' for head in heads) + "</tr></thead>\n<tbody>\n"
    for number, row in enumerate(answer.rows):
        cells = []
        for column, term in enumerate(row):
            address = answer.plain(term) if answer.is_thing(term) else ""
            day = ' class="day"' if column in subject.columns.days else ""
            cells.append(f"<td{day}>{linked(address, answer.shown(number, column))}</td>")
        if answer.ranks:
            cells.append(f"<td>{escape(answer.ranks[number])}</td>")
        if subject.sources.documents:
            cited = " ".join(f'<a href="#source-{mark}">[{mark}]</a>' for mark in marks[number])
            cells.append(f"<td>{cited}</td>")
        yield f'<tr id="row-{number + 1}">' + "".join(cells) + "</tr>\n"
    yield "</tbody>\n</table>\n</div>\n</details>\n"


def sources(subject: Subject) -> Iterator[str]:
    """Give the numbered documents."""
    if not subject.sources.documents:
        return
    yield f"<h2>{escape(say('sources', subject.lang))}</h2>\n<ol>\n"
    for number, document in enumerate(subject.sources.documents, 1):
        yield f'<li id="source-{number}">{linked(document.address, document.line)}</li>\n'
    yield "</ol>\n"
