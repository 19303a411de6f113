"""What holds for every macro file: it compiles, it is short, and it says nothing outside its macros."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from dbt_common.clients.jinja import extract_toplevel_blocks, get_environment
from jinja2 import nodes

FOLDER = Path(__file__).parents[3] / "dbt" / "include" / "starrocks" / "macros"
FILES = sorted(FOLDER.rglob("*.sql"))
LONGEST = {"macro": 60, "test": 60, "materialization": 50}


@dataclass(frozen=True)
class Block:
    """A macro, a generic test or a materialization, as it stands in its file."""

    kind: str
    name: str
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


def blocks(path: Path) -> list[Block]:
    found = extract_toplevel_blocks(path.read_text(encoding="utf-8"), set(LONGEST), collect_raw_data=False)
    return [Block(b.block_type_name, b.block_name, b.full_block) for b in found]


ALL = [block for path in FILES for block in blocks(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_compiles_and_holds_nothing_but_macros(path: Path) -> None:
    environment = get_environment(None, capture_macros=False)
    tree = environment.parse(path.read_text(encoding="utf-8"), str(path))
    ast.parse(environment.compile(tree, raw=True))
    stray = [node.lineno for node in tree.body if not isinstance(node, nodes.Macro) and not _blank(node)]
    assert not stray, f"{path.name}: text or code outside of any macro in lines {stray}"


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_opens_with_a_comment_that_says_why_it_exists(path: Path) -> None:
    assert path.read_text(encoding="utf-8").lstrip().startswith("{#")


def test_no_name_is_defined_twice() -> None:
    counts = Counter((block.kind, block.name) for block in ALL)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("block", ALL, ids=lambda b: b.name)
def test_is_short(block: Block) -> None:
    assert block.lines <= LONGEST[block.kind]
