"""Large arrays of a result: the same on the wire as small ones, but made without holding up others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.emit.large_arrays import LARGE
from starrocks_embedded.engine import Engine
from starrocks_embedded.session import Session
from starrocks_embedded.wire.text import text_of

MANY = LARGE + 1


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    yield Session(engine, 1, "root")
    engine.close()


def value(session: Session, query: str) -> Any:
    [result] = session.run(query)
    [row] = result.rows
    return row[0]


@pytest.mark.parametrize(
    "element",
    [
        "x",
        "cast(x as largeint)",
        "if(x % 2 = 0, null, x)",
        "concat('v', x)",
        "concat('it''s é', x)",
        "[x, null]",
    ],
)
def test_the_text_is_that_of_python(session: Session, element: str) -> None:
    made = "array_map(x -> {}, array_generate(1, {}))"
    large = value(session, f"select {made.format(element, MANY)}")
    [small] = session.run(f"select array_slice({made.format(element, MANY)}, 1, {LARGE})")
    [[kept]] = small.rows
    spell = text_of((small.columns or [])[0].type)
    assert isinstance(kept, list)
    assert spell(large)[: len(spell(kept)) - 1] == spell(kept)[:-1]


@pytest.mark.parametrize("element", ["concat('a\\n', x)", "concat('\\\\', x)", "x / 2", "x > 5", "row(x)"])
def test_what_json_would_spell_otherwise_stays_an_array(session: Session, element: str) -> None:
    found = value(session, f"select array_map(x -> {element}, array_generate(1, {MANY}))")
    assert len(found) == MANY


def test_null_and_rows_in_order(session: Session) -> None:
    [result] = session.run(
        "select n, if(n = 2, null, array_generate(1, n, 1)) from (select 1 n union all select 2 union all select 3) t"
        " order by n desc"
    )
    assert [tuple(r) for r in result.rows] == [(3, [1, 2, 3]), (2, None), (1, [1])]
