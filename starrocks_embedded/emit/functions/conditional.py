"""Choosing between values."""

from starrocks_embedded.emit.functions import templates

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
        "null_or_empty": "({0} IS NULL OR {0} = '')",
        "assert_true/1": "CASE WHEN {0} THEN true ELSE error('assert_true failed due to false value') END",
        "assert_true/2": "CASE WHEN {0} THEN true ELSE error({1}) END",
        "is_null_pred": "({0} IS NULL)",
        "not": "(NOT {0})",
        "and": "({0} AND {1})",
        "or": "({0} OR {1})",
    },
    same=[("is_null", "isnull"), ("is_not_null", "isnotnull")],
)
