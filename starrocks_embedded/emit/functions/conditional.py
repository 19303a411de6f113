"""Choosing between values."""

# ruff: noqa: E501 (a template is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite, templates
from starrocks_embedded.errors import RAISED

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

WHY = "CASE WHEN {0} IS NULL THEN 'null value' ELSE 'false value' END"

templates(
    {
        "if": "CASE WHEN {0} THEN {1} ELSE {2} END",
        "ifnull": "coalesce({0}, {1})",
        "coalesce": "coalesce({*})",
        "nullif": "nullif({0}, {1})",
        "isnull": "({0} IS NULL)",
        "isnotnull": "({0} IS NOT NULL)",
        "greatest": "CASE WHEN len(list_filter([{*}], lambda g: g IS NOT NULL)) = len([{*}]) THEN greatest({*}) END",
        "least": "CASE WHEN len(list_filter([{*}], lambda g: g IS NOT NULL)) = len([{*}]) THEN least({*}) END",
        "assert_true/1": f"CASE WHEN {{0}} THEN true ELSE error('{RAISED}assert_true failed due to ' || {WHY}) END",
        "assert_true/2": f"CASE WHEN {{0}} THEN true WHEN {{0}} IS NULL THEN error('{RAISED}assert_true failed due to null value') ELSE error('{RAISED}' || {{1}}) END",
        "is_null_pred": "({0} IS NULL)",
        "not": "(NOT {0})",
        "and": "({0} AND {1})",
        "or": "({0} OR {1})",
    },
    same=[("is_null", "isnull"), ("is_not_null", "isnotnull")],
)


@rewrite("null_or_empty")
def null_or_empty(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    empty = f"{value} = ''" if call.args[0].type.is_string or call.args[0].type.is_null else f"len({value}) = 0"
    return f"({value} IS NULL OR {empty})"
