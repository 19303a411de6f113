"""The type that the catalogue names for a call is the type of what runs: in DuckDB, in answers, in DESC and in CTAS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.analysis import functions
from starrocks_embedded.analysis.analyzer import analyze_query
from starrocks_embedded.catalog.created_columns import stored_type
from starrocks_embedded.emit.functions.information import type_text
from starrocks_embedded.emit.query import prepare, query_sql
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, describe, duckdb_type

TABLE = """create table every_type (k bigint not null, b boolean, ti tinyint, si smallint, i int, bi bigint,
li largeint, f float, d double, d9 decimal(9,2), d18 decimal(18,4), d38 decimal(38,9), d76 decimal(76,9), ch char(5),
v varchar(20), dt date, ts datetime, j json, vb varbinary, ai array<int>,
m map<varchar(10),int>, st struct<x int, y varchar(10)>) duplicate key(k) distributed by hash(k)"""
SAMPLES = {
    "boolean": "b", "tinyint": "ti", "smallint": "si", "int": "i", "bigint": "bi", "largeint": "li", "float": "f",
    "double": "d", "date": "dt", "datetime": "ts", "char": "ch", "varchar": "v", "json": "j", "varbinary": "vb",
    "bitmap": "to_bitmap(i)", "hll": "hll_hash(v)", "percentile": "percentile_hash(d)", "time": "timediff(ts, ts)",
    "any_element": "i", "any_array": "ai", "any_map": "m", "any_struct": "st", "map": "m",
}  # fmt: skip
DECIMALS = {9: "d9", 18: "d18", 38: "d38", 76: "d76"}
MOST_SIGNATURES = 6  # of one name: the rest differ in the width of a number
SEPARATOR = "a separator that is no constant"
BOOLEANS = "the spread of booleans"
DIGITS = "rounding decimals to a number of digits that is no constant"
GAPS = {
    **dict.fromkeys(("array_join", "concat_ws", "substring_index"), SEPARATOR),
    **dict.fromkeys(("round", "dround", "truncate"), DIGITS),
    **dict.fromkeys(
        ("corr", "covar_pop", "covar_samp", "std", "stddev", "stddev_pop", "stddev_samp", "var_pop", "var_samp",
         "variance", "variance_pop", "variance_samp"),
        BOOLEANS,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in ("create database q", "use q", TABLE):
        list(session.run(statement))
    yield session
    engine.close()


def sample(type_: Type) -> str | None:
    if type_.is_decimal:
        return DECIMALS[type_.precision]
    if type_.name == "array":
        inner = sample(type_.children[0])
        return inner and f"[{inner}]"
    return SAMPLES.get(type_.name)


def calls(session: Session) -> Iterator[tuple[str, str]]:
    """(name, call) of every built-in over columns of the types it takes."""
    version = session.engine.version
    for name in functions.names(version):
        for signature in functions.signatures(name, version)[:MOST_SIGNATURES]:
            arguments = [sample(a) for a in signature.arguments]
            if signature.kind != "table" and None not in arguments:
                over = " over (order by k)" if signature.kind == "window" else ""
                yield name, f"{name}({', '.join(map(str, arguments))}){over}"


def declared(session: Session, call: str) -> tuple[ast.Expr, str] | None:
    """The annotated call and its DuckDB text; None where StarRocks or the engine refuses it by name."""
    try:
        (statement,) = session.parse(f"select {call} as c from every_type")
        analyzed = analyze_query(session, statement.query)
        prepare(session, analyzed)
        return analyzed.query.body.items[0].expr, query_sql(session, analyzed)
    except StarRocksError:
        return None


@pytest.fixture(scope="module")
def runnable(session: Session) -> list[tuple[str, str, ast.Expr, str]]:
    """Name, call, annotated call and DuckDB text of all that the engine does not refuse."""
    found = ((name, call, declared(session, call)) for name, call in calls(session))
    return [(name, call, *both) for name, call, both in found if both is not None]


def kind(expr: ast.Expr) -> str:
    return expr.function.kind if isinstance(expr, ast.Call) else "scalar"


def plain(text: str) -> str:
    return text.replace(" ", "").replace('"', "").upper()


def test_calls_have_their_type_in_duckdb(session: Session, runnable: list[tuple[str, str, ast.Expr, str]]) -> None:
    wrong: dict[str, str] = {}
    for name, call, expr, sql in runnable:
        try:
            ((_, runs, *_),) = session.connection.rows(f"DESCRIBE {sql}")
        except StarRocksError as error:
            runs = error.message
        if plain(runs) != plain(duckdb_type(expr.type)):
            wrong.setdefault(name, f"{call} is {describe(expr.type)}, but {runs}")
    assert {n: w for n, w in wrong.items() if n not in GAPS} == {}
    assert set(GAPS) == set(wrong), "a gap was closed: take it out of GAPS"


def test_calls_have_their_type_wherever_it_is_shown(
    session: Session, runnable: list[tuple[str, str, ast.Expr, str]]
) -> None:
    """One call of each scalar function, many in one statement; of types that a table can keep."""
    chosen: dict[str, tuple[str, Type]] = {}
    for name, call, expr, _ in runnable:
        keeps = expr.type.name not in ("time", "variant") and not expr.type.is_metric_object
        if name not in GAPS and kind(expr) == "scalar" and keeps:
            chosen.setdefault(name, (call, expr.type))
    assert len(chosen) > 250
    pairs = list(chosen.values())
    for start in range(0, len(pairs), 60):
        agree(session, pairs[start : start + 60])


def agree(session: Session, pairs: list[tuple[str, Type]]) -> None:
    listed = ", ".join(f"{call} as c{i}" for i, (call, _) in enumerate(pairs))
    types = [type_ for _, type_ in pairs]
    (result,) = session.run(f"select {listed} from every_type")
    assert [c.type for c in result.columns or ()] == types
    list(session.run(f"create or replace view shown as select {listed} from every_type"))
    assert described(session, "shown") == [describe(t) for t in types]
    asked = ", ".join(f"typeof({call})" for call, _ in pairs)
    (answers,) = session.run(f"select {asked} from (select 1) one left join every_type on true")
    ((*texts,),) = answers.rows
    assert texts == [type_text(ast.Call("typeof", [ast.Literal("null", None, "", type=t)])) for t in types]
    list(session.run("drop table if exists made force"))
    list(session.run(f"create table made as select 1 as first, {listed} from every_type"))
    assert described(session, "made")[1:] == [describe(stored_type(t, session.engine.version)) for t in types]


def described(session: Session, name: str) -> list[str]:
    (result,) = session.run(f"desc {name}")
    return [row[1] for row in result.rows]
