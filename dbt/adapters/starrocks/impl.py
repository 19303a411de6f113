"""The adapter: what dbt asks of StarRocks."""

from __future__ import annotations

from typing import Any

from dbt.adapters.sql import SQLAdapter

from dbt.adapters.starrocks.connections import StarRocksConnectionManager
from dbt.adapters.starrocks.relation import StarRocksRelation


class StarRocksAdapter(SQLAdapter):
    ConnectionManager = StarRocksConnectionManager
    Relation = StarRocksRelation

    @classmethod
    def date_function(cls) -> str:
        return "now(6)"

    @classmethod
    def is_cancelable(cls) -> bool:
        return True

    def quote(self, identifier: str) -> str:
        return f"`{identifier}`"

    @classmethod
    def convert_text_type(cls, agate_table: Any, col_idx: int) -> str:
        return "string"

    @classmethod
    def convert_number_type(cls, agate_table: Any, col_idx: int) -> str:
        import agate

        decimals = agate_table.aggregate(agate.MaxPrecision(col_idx))
        return "double" if decimals else "bigint"

    @classmethod
    def convert_integer_type(cls, agate_table: Any, col_idx: int) -> str:
        return "bigint"

    @classmethod
    def convert_boolean_type(cls, agate_table: Any, col_idx: int) -> str:
        return "boolean"

    @classmethod
    def convert_datetime_type(cls, agate_table: Any, col_idx: int) -> str:
        return "datetime"

    @classmethod
    def convert_date_type(cls, agate_table: Any, col_idx: int) -> str:
        return "date"

    def debug_query(self) -> None:
        self.execute("select 1 as id")
