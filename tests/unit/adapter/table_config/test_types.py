"""Type names of contracts, in StarRocks' words."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.table_config.types import kind_of, starrocks_type


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("int", "int"),
        ("INTEGER", "int"),
        ("int(11)", "int"),
        ("int4", "int"),
        ("int8", "bigint"),
        ("float8", "double"),
        ("double precision", "double"),
        ("real", "float"),
        ("float4", "float"),
        ("numeric", "decimal"),
        ("numeric(10, 2)", "decimal(10,2)"),
        ("NUMBER(38,0)", "decimal(38,0)"),
        ("text", "string"),
        ("string", "string"),
        ("varchar", "string"),
        ("varchar(65533)", "string"),
        ("character varying(20)", "varchar(20)"),
        ("nvarchar(5)", "varchar(5)"),
        ("char(3)", "char(3)"),
        ("uuid", "varchar(36)"),
        ("bool", "boolean"),
        ("timestamp", "datetime"),
        ("timestamp(6)", "datetime"),
        ("timestamp(6) without time zone", "datetime"),
        ("datetime(6)", "datetime"),
        ("jsonb", "json"),
        ("bytea", "varbinary"),
        ("text[]", "array<string>"),
        ("int[]", "array<int>"),
        ("array<numeric(5,1)>", "array<decimal(5,1)>"),
        ("map<text, array<int8>>", "map<string,array<bigint>>"),
        ("struct<a int, b text>", "struct<a int, b string>"),
        ("STRUCT<a: INT64>", "struct<a bigint>"),
        ("bitmap", "bitmap"),
    ],
)
def test_names_are_translated(written, type_):
    assert starrocks_type(written, "Column `x`") == type_


@pytest.mark.parametrize(
    ("written", "way_out"),
    [
        ("timestamptz", "keeps no time zone"),
        ("timestamp with time zone", "keeps no time zone"),
        ("timestamp(3) with time zone", "keeps no time zone"),
        ("time", "stores no time of day"),
        ("serial", "auto_increment: true"),
        ("int unsigned", "no unsigned types"),
        ("super", "use `json`"),
        ("varchar2(10 char)", "use one of boolean"),
        ("colour", "use one of boolean"),
        ("array<colour>", "use one of boolean"),
        ("list<int>", "write array<int>"),
        ("map<int>", "a map a key's and a value's"),
        ("struct<a>", "needs a name and a type"),
        ("", "use one of boolean"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_a_way_out(written, way_out):
    with pytest.raises(CompilationError) as caught:
        starrocks_type(written, "Column `x` of the contract")
    assert "Column `x` of the contract has the type" in str(caught.value)
    assert way_out in str(caught.value)


@pytest.mark.parametrize(
    ("type_", "kind"), [("decimal(10,2)", "decimal"), ("array<int>", "array"), ("string", "string")]
)
def test_kind_is_the_word_without_its_size(type_, kind):
    assert kind_of(type_) == kind
