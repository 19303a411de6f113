"""Every link of the documentation leads somewhere: files are there, and so are the headings that anchors name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import pages

LINKS = [(page, link) for page in pages.pages() for link in pages.links(page) if "://" not in link]


@pytest.mark.parametrize(
    ("page", "link"), LINKS, ids=lambda value: pages.name(value) if isinstance(value, Path) else value
)
def test_leads_somewhere(page: Path, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists(), f"{pages.name(page)}: {path} is not there"
    if anchor:
        assert anchor in pages.anchors(target), f"{pages.name(target)} has no heading #{anchor}"


def test_every_page_of_docs_is_reachable_from_the_readme() -> None:
    reached, found = set(), [pages.ROOT / "README.md"]
    while found:
        page = found.pop()
        reached.add(page)
        targets = [(page.parent / link.partition("#")[0]).resolve() for link in pages.links(page) if "://" not in link]
        found += [target for target in targets if target.suffix == ".md" and target not in reached]
    lost = [pages.name(page) for page in pages.pages() if page not in reached]
    assert lost == []
