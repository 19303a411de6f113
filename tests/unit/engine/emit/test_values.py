"""What constant expressions answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from starrocks_embedded.wire.text import text_of


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    yield Session(engine, 1, "root")
    engine.close()


def value(session: Session, expression: str) -> str | None:
    result = list(session.run(f"select {expression}"))[-1]
    assert result.columns is not None
    (row,) = result.rows
    return None if row[0] is None else text_of(result.columns[0].type)(row[0])


VALUES = [
    ("1 + 1", "2"),
    ("9223372036854775807 + 1", "-9223372036854775808"),
    ("-9223372036854775807 - 2", "9223372036854775807"),
    ("cast(9223372036854775807 as bigint) * cast(9223372036854775807 as bigint)", "1"),
    ("7 div 2", "3"),
    ("123456789.125 * 123456789.125", "15241578781054718.265625"),
    ("cast(99999999999999999999999999999999999999 as decimal(38, 0)) * 10.5", None),
    ("127 % cast(0.07 as decimal(38, 20))", "0.02000000000000000000"),
    ("cast(12345678901234.1234 as decimal(18, 4)) % 3", "1.1234"),
    ("cast(0.1 as string)", "0.1"),
    ("round(15, -1)", "20"),
    ("days_add('0000-01-01 00:00:00', 100)", "0000-04-10 00:00:00"),
    ("st_circle(0, null, 0.1)", None),
    ("typeof(cast(1 as decimal(9, 2)))", "decimal64(9, 2)"),
    ("typeof(1.5)", "decimal32(2, 1)"),
    ("1 / 0", None),
    ("cast(parse_json('[1, \"x\"]') as struct<a int, b int, c int>)", '{"a":1,"b":null,"c":null}'),
    ('cast(parse_json(\'{"b": ["y"], "a": 1}\') as struct<a int, b array<string>>)', '{"a":1,"b":["y"]}'),
    ('cast(parse_json(\'{"b": 2, "a": null}\') as map<string, int>)', '{"a":null,"b":2}'),
    ("cast(parse_json('1') as map<string, int>)", None),
    ("conv(substr(md5('a'), 1, 15), 16, 10)", "57446577476672362"),
    ("5 % 0", None),
    ("json_length(parse_json('{\"a\": [1, 2], \"b\": 5}'), '$.a')", "2"),
    ("json_length(parse_json('{\"a\": [1, 2], \"b\": 5}'), '$.b')", "1"),
    ("json_length(parse_json('{\"a\": [1, 2]}'), '$.none')", "0"),
    ("get_json_int(parse_json('{\"a\": 1}'), '$13')", None),
    ("cast('2024-01-01 24:00:00' as datetime)", None),
    ("array_distinct([3, 1, null, 3, null])", "[3,1,null]"),
    ("(select array_length(array_distinct(array_agg(n % 700))) from table(generate_series(1, 20000)) t(n))", "700"),
    ("(select array_distinct(array_agg(n % 3)) from table(generate_series(1, 2000)) t(n))", "[1,2,0]"),
    ("(select sum(n) from table(generate_series(10, 1, -3)) t(n))", "22"),
    ("(select count(*) from table(generate_series(1, 100000000)) t(n))", "100000000"),
    ("cast(10 as decimal(9, 2)) / 3", "3.33333333"),
    ("cast('1.5' as int)", None),
    ("cast(1.9 as int)", "1"),
    ("cast(' 12 ' as int)", "12"),
    ("cast('abc' as double)", None),
    ("cast('20240105' as datetime)", "2024-01-05 00:00:00"),
    ("cast('24-1-2' as date)", "2024-01-02"),
    ("cast('2024-02-30' as date)", None),
    ("concat(true, 'x')", "1x"),
    ("length('é')", "2"),
    ("char_length('é')", "1"),
    ("substr('hello', 0)", ""),
    ("substr('hello', -3, 2)", "ll"),
    ("split_part('a,b,c', ',', -1)", "c"),
    ("split_part('abc', ',', 1)", "abc"),
    ("concat_ws('-', 'a', null, 'b')", "a-b"),
    ("'a_b' like 'a\\\\_b'", "1"),
    ("date_add('2024-01-31', interval 1 month)", "2024-02-29 00:00:00"),
    ("date_diff('month', '2024-03-30', '2024-01-31')", "1"),
    ("datediff('2024-03-01', '2024-02-28')", "2"),
    ("date_trunc('week', date '2026-08-19')", "2026-08-17"),
    ("date_format('2026-01-01', '%Y-%m %W')", "2026-01 Thursday"),
    ("week('2026-01-01')", "0"),
    ("week('2026-01-01', 3)", "1"),
    ("yearweek('2026-01-01')", "202552"),
    ("next_day('2023-04-05', 'Mo')", "2023-04-10"),
    ("round(2.5)", "3"),
    ("array_append([1], null)", "[1,null]"),
    ("array_map(x -> x + 1, [1, 2])", "[2,3]"),
    ("parse_json('{\"a\":[1,2]}')", '{"a": [1, 2]}'),
    ("get_json_int('{\"a\":{\"b\":3}}', '$.a.b')", "3"),
    ("greatest(1, null, 3)", None),
]


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_value(session: Session, expression: str, expected: str | None) -> None:
    assert value(session, expression) == expected


def test_a_function_without_a_twin_is_refused(session: Session) -> None:
    with pytest.raises(StarRocksError, match=r"function sm3\(\) is not supported by the embedded engine"):
        value(session, "sm3('a')")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "select date_sub(max(d), interval 3 day) from (select timestamp('2024-01-04') d) t",
            [("2024-01-01 00:00:00",)],
        ),
        ("select sqrt(sum(n)), sqrt(min(n) - 9) from (select 4 n) t", [("2", None)]),
        ("select date_add((select max(d) from (select timestamp('2024-01-01') d) t), 1)", [("2024-01-02 00:00:00",)]),
        ("select sqrt(sum(n) over ()) from (select 4 n) t", [("2",)]),
        ("select max(sqrt(n)) from (select 4 n) t", [("2",)]),
    ],
)
def test_calls_that_may_fail_take_aggregates_windows_and_subqueries(session, sql, rows) -> None:
    result = list(session.run(sql))[-1]
    types = [text_of(column.type) for column in result.columns]
    shown = [tuple(None if v is None else text(v) for text, v in zip(types, row, strict=True)) for row in result.rows]
    assert shown == rows
