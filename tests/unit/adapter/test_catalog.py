"""Rows of the catalog: types, comments, figures."""

from __future__ import annotations

from dbt.adapters.starrocks import catalog


def asked(**changed):
    row = {
        "table_database": "default_catalog",
        "table_schema": "shop",
        "table_name": "orders",
        "table_type": "BASE TABLE",
        "table_comment": "",
        "column_name": "id",
        "column_index": 1,
        "column_type": "bigint(20) unsigned",
        "column_comment": "",
        "row_count": 3,
        "bytes": 120,
        "last_changed": "2024-01-01 00:00:00 UTC",
    }
    return {**row, **changed}


def shaped(**changed):
    (row,) = catalog.rows([asked(**changed)])
    return dict(zip((*catalog.COLUMNS, *catalog.STATS), row, strict=True))


def test_types_are_starrocks_own():
    assert shaped()["column_type"] == "largeint"
    assert shaped(column_type="tinyint(1)")["column_type"] == "boolean"
    assert shaped(column_type="array<varchar(65533)>")["column_type"] == "array<string>"


def test_no_comment_is_nothing():
    assert (shaped()["table_comment"], shaped()["column_comment"]) == (None, None)
    assert shaped(table_comment="OLAP")["table_comment"] is None


def test_figures_of_a_table_and_of_a_view():
    assert (shaped()["stats:row_count:value"], shaped()["stats:row_count:include"]) == (3, True)
    view = shaped(row_count=None, bytes=None, last_changed=None)
    assert not any(view[f"stats:{figure.id}:include"] for figure in catalog.FIGURES)


def test_hidden_partition_columns_are_not_shown():
    assert catalog.rows([asked(column_name="__generated_partition_column_0")]) == []


def test_a_single_relation():
    found = catalog.table([asked(), asked(column_name="name", column_index=2, column_type="varchar(20)")])
    assert found is not None
    assert {name: column.type for name, column in found.columns.items()} == {"id": "largeint", "name": "varchar(20)"}
    assert found.stats["has_stats"].value is True
    assert catalog.table([]) is None
