"""Session variables that change what a query means, in ways that this engine does not follow."""

from __future__ import annotations

from collections.abc import Mapping

UNFOLLOWED = {
    "sql_dialect": ("trino",),
    "cbo_decimal_cast_string_strict": ("false",),
    "disable_function_fold_constants": ("true",),
    "enable_strict_order_by": ("false",),
    "enable_strict_type": ("true",),
    "large_decimal_underlying_type": ("double", "decimal"),
}


def unfollowed(variables: Mapping[str, str]) -> str:
    """The setting that keeps queries of such a session from being answered, if one does."""
    for name, values in UNFOLLOWED.items():
        if variables.get(name, "").lower() in values:
            return f"{name} = {variables[name]}"
    return ""
