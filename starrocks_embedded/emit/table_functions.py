"""Table functions: unnest and generate_series, lateral to what stands before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.expression import identifier
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter


def table_function_text(emitter: Emitter, relation: ast.TableFunction) -> str:
    key = identifier(relation.key)
    if relation.name == "unnest":
        return f"(SELECT {unnested(emitter, relation)}) AS {key}"
    if relation.name == "generate_series":
        bounds = [f"CAST({emitter.sql(a)} AS BIGINT)" for a in (relation.args or list(relation.named.values()))]
        return f"(SELECT unnest(generate_series({', '.join(bounds)})) AS o0) AS {key}"
    raise unsupported(f"table function {relation.name}()")


def unnested(emitter: Emitter, relation: ast.TableFunction) -> str:
    """Several arrays run side by side; a NULL array is an empty one."""
    return ", ".join(f"unnest({emitter.sql(a)}) AS o{i}" for i, a in enumerate(relation.args))
