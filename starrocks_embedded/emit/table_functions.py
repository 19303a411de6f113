"""Table functions, lateral to what stands before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.expression import identifier
from starrocks_embedded.emit.functions.spreads import MEMBERS, ROWS
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter


def table_function_text(emitter: Emitter, relation: ast.TableFunction) -> str:
    key = identifier(relation.key)
    if relation.files is not None and emitter.session is not None:
        from starrocks_embedded.files.reading import files_sql

        return f"({files_sql(emitter.session, relation.files, relation.key)}) AS {key}"
    if relation.name == "unnest":
        return f"(SELECT {unnested(emitter, relation)}) AS {key}"
    if relation.name == "generate_series":
        return f"({series(emitter, relation.args or list(relation.named.values()))}) AS {key}"
    if relation.name not in ROWS:
        raise unsupported(f"table function {relation.name}()")
    rows = ROWS[relation.name].format(*(emitter.sql(a) for a in relation.args))
    members = ", ".join(f"unnest({rows}){part} AS o{i}" for i, part in enumerate(MEMBERS.get(relation.name, ("",))))
    return f"(SELECT {members}) AS {key}"


def unnested(emitter: Emitter, relation: ast.TableFunction) -> str:
    """Several arrays run side by side; a NULL array is an empty one."""
    return ", ".join(f"unnest({emitter.sql(a)}) AS o{i}" for i, a in enumerate(relation.args))


def series(emitter: Emitter, args: list[ast.Expr]) -> str:
    """Between constants the numbers are made while they are read; of a list there would first be all of them."""
    start, stop, step = (f"CAST({emitter.sql(a)} AS BIGINT)" for a in args)
    if constant(args[2]) in ("", "0"):
        step = f"fn.series_step({step})"
    elif all(map(constant, args)):
        return f"SELECT generate_series AS o0 FROM generate_series({start}, {stop}, {step})"
    return f"SELECT unnest(generate_series({start}, {stop}, {step})) AS o0"


def constant(expr: ast.Expr) -> str:
    """The text of a literal, with its sign and through implicit casts; '' for anything else."""
    if isinstance(expr, ast.Cast) and expr.implicit:
        return constant(expr.operand)
    if isinstance(expr, ast.Unary) and expr.op == "-":
        return constant(expr.operand)
    return str(expr.value) if isinstance(expr, ast.Literal) else ""
