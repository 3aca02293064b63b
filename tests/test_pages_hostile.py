"""Data that means harm: on no page does a text become markup, a script or a link that a browser must not follow."""

from harm import HOSTILE
from reading import addresses, faults, parsed, written

from kzkg.labels import LANGUAGES
from kzkg.pages import Site, Target
from kzkg.pages.embedded import harmless
from kzkg.pages.linking import BASE, outside
from kzkg.store import open_graph


def test_hostile_data_does_nothing(own_world):
    (own_world / "data" / "sources" / "bad.ttl").write_text(HOSTILE)
    site = Site(open_graph(own_world))
    for name in ("org-bad", "source-bad", "cite-bad"):
        for lang in LANGUAGES:
            html = written(site, Target("thing", f"{BASE}id/{name}"), lang)
            tree = parsed(html)
            assert faults(tree) == []
            assert "<script>alert" not in html
            assert not any(each.get("onerror") or each.get("onload") for each in tree.iter())
            assert "\x07" not in html
    for target in (Target("sources"), Target("timeline"), Target("thing", f"{BASE}graph/bad"), Target("search")):
        wishes = {"words": "<script>alert(1)</script>"} if target.kind == "search" else {}
        html = site.page(target, "en", addresses(), **wishes).html
        assert faults(parsed(html)) == []
        assert "<script>alert" not in html


def test_only_addresses_of_the_web_become_links():
    assert outside("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for bad in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://a b",
        'https://a"b',
        " https://a",
    ):
        assert outside(bad) == ""


def test_embedded_json_cannot_end_its_element():
    text = harmless({"a": "</script><!-- ]]> & \u2028"})
    assert not set(text) & set("<>&\u2028")
