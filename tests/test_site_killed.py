"""A folder of pages whose writing is killed: the one of before, or the new one, whole; 200 kills: `make site-kills`."""

import pytest
from folders import Links, files
from killing import KILLS, TELLING, Victim, deaths

from kzkg.static import manifest
from kzkg.static.building import Plan, build

SOME = KILLS if TELLING else 4
"""Kills: few in the suite, as many as are asked for by name."""


class Written:
    """A folder of pages of a small graph that changes before each run."""

    def __init__(self, graph, home):
        self.graph, self.home, self.number = graph, home, 0
        self.source = next((graph / "data" / "sources").glob("*.ttl"))
        self.text = self.source.read_text()
        self.plan = Plan(graph, home, "", ("en",), 2)

    def change(self):
        """Let there be another thing in the data."""
        self.number += 1
        self.source.write_text(
            f'{self.text}\nid:org-new-{self.number} a kzkg:Organisation ; skos:prefLabel "New"@en .\n'
        )

    def check(self):
        """See that each file is what the folder says of it, that there is no other, and say whose folder it is."""
        told = manifest.read(self.home)
        assert told is not None
        lines = (self.home / manifest.SUMS).read_text().splitlines()
        listed = dict(reversed(line.split("  ", 1)) for line in lines)
        found = files(self.home)
        assert {path: found[path] for path in found if path not in {manifest.NAME, manifest.SUMS}} == listed
        assert told["files"] == len(listed)
        assert list(Links(self.home).broken(["index.html", "page/org-alpha.html"])) == []
        return "new" if f"page/org-new-{self.number}.html" in found else "old"


@pytest.fixture
def site(own_world, tmp_path):
    found = Written(own_world, tmp_path / "site")
    build(found.plan)
    return found


def test_killed_at_any_moment_the_folder_of_before_is_whole(site, tmp_path):
    words = ["--store", str(site.graph), "site", str(site.home), "--lang", "en", "--workers", "2"]
    found = deaths(Victim(words, site.check, before=site.change), SOME, seed=6)
    assert found.total() == SOME
    assert found["old"]
    build(site.plan)
    assert site.check() == "new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["site", "world"]


def test_a_file_that_is_cut_short_is_noticed(site):
    page = site.home / "index.html"
    page.write_bytes(page.read_bytes()[:-1])
    with pytest.raises(AssertionError):
        site.check()
