"""The documentation as tests see it: pages, their fenced blocks, their links and what links can point to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "examples")
FENCE = re.compile(r"^```(\S*)(?: (.+?))?\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
IMAGE = re.compile(r"""<img[^>]*\bsrc=["']([^"']+)["']""")
HEADING = re.compile(r"^#{1,6} (.+)$", re.M)
CODE = re.compile(r"`[^`\n]*`")
# the first line of a block that is a file of a project: `-- models/orders.sql`, `# models/orders.yml`
FILE_NAME = re.compile(r"(?:--|#) ((?:\w+/)*[\w.]+\.(?:sql|yml|csv))$")


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    text: str
    info: str = ""

    @property
    def file(self) -> str | None:
        """The path in a project that the block says it has."""
        found = FILE_NAME.match(self.text.partition("\n")[0])
        return found[1] if found else self.info if "." in self.info else None

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md")]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*.md")
    return sorted(path for path in found if "node_modules" not in path.parts and "target" not in path.parts)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(*languages: str) -> list[Block]:
    return [block for page in pages() for block in _blocks(page) if block.language in languages]


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in _blocks(page)]


@cache
def _blocks(page: Path) -> tuple[Block, ...]:
    text = text_of(page)
    return tuple(
        Block(page, text.count("\n", 0, found.start()) + 1, found[1], found[3], found[2] or "")
        for found in FENCE.finditer(text)
    )


def prose_blocks() -> list[Block]:
    """Each page without its fenced blocks."""
    return [Block(page, 0, "", FENCE.sub("", text_of(page))) for page in pages()]


def prose(page: Path) -> str:
    """The page without its code."""
    return CODE.sub("", FENCE.sub("", text_of(page)))


def links(page: Path) -> Iterator[str]:
    yield from LINK.findall(prose(page))
    yield from IMAGE.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text_of(page))):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        number = 1
        unique = slug
        while unique in found:
            unique, number = f"{slug}-{number}", number + 1
        found.add(unique)
    return found
