"""A JSON document is spelled alike whether it was a literal or a column's value."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.backend import Connection
from starrocks_embedded.emit import documents
from starrocks_embedded.engine import Engine

TEXTS = [
    "1", "abc", "", "null", '{"b": 1, "a": 2}', "[1,]", "[nan]", '{"a": 1e999}', '"x', '["\\u00e9\\u0001\\/"]', "  {} ",
    "[[[]]]", '{"a": {"b": []}}', "[01]", "[1.]", "[.5]", "[1 2]", '{"a" 1}', '{"a": tru}', '{"a": 2, "a": 1}',
    "[-0, -0.0, 1e7, 1e8, 12345.678901234, 1.5e-7, 0.1, 123456789012345678901, 9007199254740993.0, 1e20, -12.50, 1e-5]",
    '{"a": {"d": 1, "c": [2, {"z": 1, "y": 2}]}, "B b": "c:, {", "a!": 1, "\\u0041": " \\/"}',
]  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = Engine()
    engine.ready()
    yield engine.backend.connect()
    engine.close()


def test_both_spellings_agree(connection: Connection) -> None:
    texts = TEXTS + [json.dumps(document(random.Random(seed)), ensure_ascii=seed % 2 == 0) for seed in range(150)]
    sql = "SELECT x, documents.parse_json(x) FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS x)"
    answers = dict(connection.rows(sql, [texts]))
    assert {text: answers[text] for text in texts} == {text: documents.parsed(text) for text in texts}


def document(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if depth > 3 or kind < 0.4:
        numbers = chance.randint(-(10**18), 10**19), chance.uniform(-1, 1) * 10 ** chance.randint(-12, 25)
        strings = "", "a b", '"q"', "\n\t", "é中", "x:y, {", "\\"
        return chance.choice([None, True, False, *numbers, *strings])
    if kind < 0.7:
        return [document(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    keys = "a", "b", "a!", "a ", "B", "é", "\n", 'k"'
    return {chance.choice(keys): document(chance, depth + 1) for _ in range(chance.randint(0, 4))}
