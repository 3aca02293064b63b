"""Data that means harm: on no page does a text become markup, a script or a link that a browser must not follow."""

from reading import addresses, faults, parsed, written

from kzkg.labels import LANGUAGES
from kzkg.pages import Site, Target
from kzkg.pages.embedded import harmless
from kzkg.pages.linking import BASE, outside
from kzkg.store import open_graph

HOSTILE = """
@prefix id: <https://w3id.org/kzkg/id/> .
@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:org-bad a kzkg:Organisation ;
  skos:prefLabel "<script>alert(1)</script>"@en , "</title><img src=x onerror=alert(2)>"@ru ;
  skos:altLabel "\\" onmouseover=\\"alert(3)"@en ;
  dcterms:description "]]></script><script>alert(4)</script> &lt;b&gt; \\u0007\\u202E end"@en ;
  schema:sameAs <javascript:alert(5)> ;
  schema:url "javascript:alert(6)"^^xsd:anyURI ;
  kzkg:evidence id:cite-bad .
id:cite-bad a kzkg:Citation ; kzkg:source id:source-bad ; kzkg:locator "<b>p1</b>" .
id:source-bad a kzkg:Source ; skos:prefLabel "<svg onload=alert(7)>"@en ;
  schema:url "data:text/html,<script>alert(8)</script>" .
"""


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
