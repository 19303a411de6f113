"""SQL functions: a body is one expression over the arguments, which the server puts in the place of each call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.views import OPAQUE

SELECT = re.compile(r"^\s*select\b", re.I)
QUERY_WORDS = re.compile(r"\b(from|with|union|where|select)\b", re.I)


def expression(model: Mapping[str, Any]) -> str:
    """The body without the `select` that others want in front, typed as the model says it returns."""
    body = SELECT.sub("", str(model["compiled_code"]).strip().rstrip(";"), count=1).strip()
    if QUERY_WORDS.search(OPAQUE.sub("x", body)):
        raise CompilationError(
            f"The function {model['name']} reads tables or holds a query. A SQL function of StarRocks is one "
            "expression over its arguments; what needs a query is a view or a model."
        )
    returns = (model.get("returns") or {}).get("data_type")
    return f"cast({body} as {_type(returns)})" if returns else body


def arguments(model: Mapping[str, Any]) -> str:
    return ", ".join(f"{argument['name']} {_type(argument['data_type'])}" for argument in model.get("arguments") or [])


def _type(text: str) -> str:
    return StarRocksColumn.create("", text).data_type
