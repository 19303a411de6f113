"""The texts of the cross-database macros."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError


@pytest.mark.parametrize(
    ("macro", "arguments", "expected"),
    [
        ("array_concat", ("a", "b"), "array_concat(a, b)"),
        ("array_construct", (["1", "2"], "bigint"), "array<bigint>[1, 2]"),
        ("array_construct", ([], "string"), "array<string>[]"),
        ("bool_or", ("a > 1",), "max(cast(a > 1 as boolean))"),
        ("cast_bool_to_text", ("a",), "case when a then 'true' when not a then 'false' end"),
        ("concat", (["a", "b", "'c'"],), "concat(a, b, 'c')"),
        ("date", (2024, 2, 29), "cast('2024-02-29' as date)"),
        ("dateadd", ("DAY", "n + 1", "d"), "date_add(cast(d as datetime), interval (n + 1) day)"),
        ("date_trunc", ("month", "d"), "date_trunc('month', d)"),
        ("date_trunc", ("hour", "d"), "date_trunc('hour', cast(d as datetime))"),
        ("escape_single_quotes", ("it's a \\",), "it''s a \\\\"),
        ("generate_series", (7,), "select generated_number from table(generate_series(cast(1 as bigint), 7)) as series "
         "(generated_number)"),
        ("hash", ("a",), "md5(cast(a as string))"),
        ("last_day", ("d", "quarter"), "last_day(cast(d as datetime), 'quarter')"),
        ("length", ("a",), "char_length(a)"),
        ("listagg", ("a",), "array_join(array_agg(cast(a as string)), ',')"),
        ("listagg", ("distinct a", "'|'", "order by a", 3),
         "array_join(array_slice(array_agg(distinct cast(a as string) order by a), 1, 3), '|')"),
        ("position", ("'b'", "a"), "locate('b', a)"),
        ("split_part", ("a", "','", 2), "case when a is null then null else split_part(a, ',', 2) end"),
        (
            "split_part",
            ("a", "','", 1),
            "case when a is null then null when locate(',', a) = 0 then a else split_part(a, ',', 1) end",
        ),
        ("type_float", (), "double"),
        ("type_numeric", (), "numeric(28,6)"),
        ("type_string", (), "string"),
        ("type_timestamp", (), "datetime"),
        ("current_timestamp", (), "now(6)"),
        ("snapshot_get_time", (), "now(6)"),
    ],
)  # fmt: skip
def test_text(macros, macro, arguments, expected):
    assert macros.text(macro, *arguments) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("day", "days_diff(date_trunc('day', cast(b as datetime)), date_trunc('day', cast(a as datetime)))"),
        ("quarter", "(months_diff(date_trunc('quarter', cast(b as datetime)), "
         "date_trunc('quarter', cast(a as datetime))) div 3)"),
    ],
)  # fmt: skip
def test_datediff_cuts_both_ends(macros, part, expected):
    assert macros.text("datediff", "a", "b", part).replace("( ", "(").replace(" )", ")") == expected


def test_datediff_names_the_parts_it_knows(macros):
    with pytest.raises(CompilationError, match="'century' is not supported"):
        macros.call("datediff", "a", "b", "century")


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ("a", "int", "cast(a as int)"),
        ("'long'", "varchar(2)", "cast('long' as string)"),
        ("'{}'", "json", "parse_json('{}')"),
        ("null", "json", "cast(null as json)"),
        ("'{}'", "map<string,int>", "cast(parse_json('{}') as map<string,int>)"),
        ([1, 2], "array<int>", "cast('[1, 2]' as array<int>)"),
        ({"a": "it's"}, "json", """parse_json('{"a": "it''s"}')"""),
    ],
)
def test_safe_cast(macros, value, type_, expected):
    assert macros.text("safe_cast", value, type_) == expected


def test_a_spine_asks_for_its_length_first(macros):
    session = macros.session(results={"get_intervals_between": [[3]]})
    spine = session.call("date_spine", "day", "'2024-01-01'", "'2024-01-04'")
    assert "generate_series(cast(0 as bigint), 2)" in spine
    assert "interval (period) day" in spine
