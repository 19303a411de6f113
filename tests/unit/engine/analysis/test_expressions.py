"""Random expressions over all types mean the same as constants, over a column, through a view and through CTAS."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from starrocks_embedded.types import describe

SEEDS = range(8)
EACH = 15
DEPTH = 3
COLUMNS = {
    "b": ("boolean", "true"),
    "ti": ("tinyint", "cast(7 as tinyint)"),
    "si": ("smallint", "cast(-300 as smallint)"),
    "i": ("int", "cast(70000 as int)"),
    "bi": ("bigint", "cast(-5000000000 as bigint)"),
    "li": ("largeint", "cast(99999999999999999999 as largeint)"),
    "f": ("float", "cast(1.5 as float)"),
    "d": ("double", "cast(-2.25 as double)"),
    "d9": ("decimal(9,2)", "cast(12.34 as decimal(9,2))"),
    "d18": ("decimal(18,4)", "cast(-7.1234 as decimal(18,4))"),
    "d38": ("decimal(38,9)", "cast(3.000000001 as decimal(38,9))"),
    "ch": ("char(5)", "cast('ab' as char(5))"),
    "v": ("varchar(20)", "cast('12' as varchar(20))"),
    "s": ("string", "cast('2024-03-01' as string)"),
    "dt": ("date", "cast('2024-02-29' as date)"),
    "ts": ("datetime", "cast('2024-02-29 13:45:59' as datetime)"),
    "j": ("json", "parse_json('{\"a\": 1}')"),
    "a": ("array<int>", "array<int>[1, null, 3]"),
    "st": ("struct<x int, y varchar(10)>", "named_struct('x', cast(1 as int), 'y', cast('b' as varchar(10)))"),
    "n": ("int", "cast(null as int)"),
    "nv": ("varchar(5)", "cast(null as varchar(5))"),
}
FAMILIES = {
    "number": ["b", "ti", "si", "i", "bi", "li", "f", "d", "d9", "d18", "d38", "n"],
    "text": ["ch", "v", "s", "nv"],
    "moment": ["dt", "ts"],
    "truth": ["b"],
    "any": list(COLUMNS),
}
TARGETS = (
    "boolean", "tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "decimal(9,2)", "decimal(27,9)",
    "varchar(10)", "string", "char(3)", "date", "datetime", "json",
)  # fmt: skip
FORMS = {
    "number": (
        "({number} + {number})", "({number} - {number})", "({number} * {number})", "({number} / {number})",
        "({number} % {number})", "({number} div {number})", "({number} & {number})", "({number} ^ {number})",
        "abs({number})", "-{number}", "floor({number})", "round({number})", "sign({number})",
        "mod({number}, {number})", "length({text})", "year({moment})", "datediff({moment}, {moment})",
        "array_length(<a>)", "<a>[1]", "<st>.x",
    ),
    "text": (
        "concat({text}, {text})", "upper({text})", "substr({text}, 1, 2)", "replace({text}, 'a', 'b')",
        "trim({text})", "date_format({moment}, '%Y')", "left({text}, 1)", "lpad({text}, 5, 'x')", "<st>.y",
    ),
    "moment": (
        "date_add({moment}, interval 1 day)", "date_trunc('month', {moment})", "to_date({moment})",
        "last_day({moment})",
    ),
    "truth": (
        "({number} < {number})", "({text} = {text})", "({moment} >= {moment})", "({number} <=> {number})",
        "({truth} and {truth})", "({truth} or {truth})", "(not {truth})", "({any} is null)",
        "({number} between {number} and {number})", "({number} in ({number}, {number}))", "({text} like 'a%')",
    ),
}  # fmt: skip
ANY_FORMS = (
    "case when {truth} then {same} else {same} end", "coalesce({same}, {same})", "if({truth}, {same}, {same})",
    "nullif({same}, {same})", "ifnull({same}, {same})", "greatest({same}, {same})", "least({same}, {same})",
    "cast({any} as {target})",
)  # fmt: skip
UNTRIED = "This form of the statement"  # what the backend says of a text that DuckDB does not understand


class Generator:
    """Expressions in which <c> stands for a column; now and then an operand is of a family that does not fit."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, family: str, depth: int = DEPTH) -> str:
        if self.random.random() < 0.08:
            family = "any"
        if depth == 0 or self.random.random() < 0.15:
            return f"<{self.random.choice(FAMILIES[family])}>"
        same = self.random.choice(("number", "text", "moment")) if family == "any" else family
        forms = FORMS[same] if family == "truth" or self.random.random() < 0.7 else ANY_FORMS
        return self.filled(self.random.choice(forms), same, depth - 1)

    def filled(self, form: str, same: str, depth: int) -> str:
        head, brace, rest = form.partition("{")
        if not brace:
            return head
        name, _, tail = rest.partition("}")
        if name == "target":
            inner = self.random.choice(TARGETS)
        else:
            inner = self.expression(same if name == "same" else name, depth)
        return head + inner + self.filled(tail, same, depth)


def spelled(expression: str, spelling: Callable[[str], str]) -> str:
    for name in COLUMNS:
        expression = expression.replace(f"<{name}>", spelling(name))
    return expression


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    columns = ", ".join(f"{name} {type_}" for name, (type_, _) in COLUMNS.items())
    values = ", ".join(value for _, value in COLUMNS.values())
    for statement in (
        "create database q", "use q", f"create table t ({columns}) duplicate key (b)", f"insert into t select {values}",
    ):  # fmt: skip
        list(session.run(statement))
    yield session
    engine.close()


def answer(session: Session, query: str) -> tuple[str, Any]:
    (result,) = session.run(query)
    assert result.columns is not None
    ((value,),) = result.rows
    return describe(result.columns[0].type), value


def alike(one: Any, two: Any) -> bool:
    """Equal; numbers as far as a stored DECIMAL(38, 9) keeps a DOUBLE."""
    if isinstance(one, int | float | Decimal) and isinstance(two, int | float | Decimal):
        return math.isclose(one, two, rel_tol=1e-6, abs_tol=1e-8)
    return bool(one == two)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_expression_means_one_thing(session: Session, seed: int) -> None:
    generator = Generator(seed)
    for _ in range(EACH):
        expression = generator.expression(generator.random.choice(("number", "number", "text", "moment", "truth")))
        check(session, spelled(expression, str), spelled(expression, lambda name: COLUMNS[name][1]))


def check(session: Session, over_columns: str, constant: str) -> None:
    refusal = refused(session, f"select {over_columns} as x from t")
    assert UNTRIED not in refusal, over_columns
    if refusal:
        return
    type_, value = answer(session, f"select {over_columns} as x from t")
    list(session.run(f"create or replace view w as select {over_columns} as x from t"))
    list(session.run("drop table if exists kept force"))
    list(session.run(f"create table kept as select 1 as k, {over_columns} as x from t"))
    for query in (f"select {constant} as x", "select x from w"):
        other_type, other = answer(session, query)
        assert other_type == type_, query
        assert alike(other, value), query
    assert alike(answer(session, "select x from kept")[1], value), over_columns


def refused(session: Session, query: str) -> str:
    try:
        answer(session, query)
    except StarRocksError as error:
        return error.message
    return ""
