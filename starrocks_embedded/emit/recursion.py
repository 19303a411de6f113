"""WITH RECURSIVE, carried out as a server does: step after step into a temporary table, each over the rows of the step
before, until one adds nothing or the session's limit is reached."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from starrocks_embedded.emit.casts import cast_sql
from starrocks_embedded.emit.expression import Emitter
from starrocks_embedded.errors import failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def evaluate_recursions(session: Session, queries: list[ast.Query]) -> None:
    """Fills the temporary tables of a query's recursive expressions, those of views excepted: a server refuses them."""
    from starrocks_embedded.metadata.variables import is_on

    if not queries or not is_on(session, "enable_recursive_cte"):
        return
    numbers = itertools.count()
    for one in queries:
        emitter = Emitter(session)
        heads: list[str] = []
        for cte in one.ctes:
            if cte.steps and not cte.stored:
                _evaluate(session, emitter, heads, cte, f"rc{next(numbers)}")
            elif text := _head(emitter, cte):
                heads.append(text)


def _head(emitter: Emitter, cte: ast.Cte) -> str:
    from starrocks_embedded.emit.query import cte_text

    return cte_text(emitter, cte)


def _evaluate(session: Session, emitter: Emitter, heads: list[str], cte: ast.Cte, name: str) -> None:
    from starrocks_embedded.metadata.variables import is_on, value_text

    columns = ", ".join(f"o{i}" for i in range(len(cte.types)))
    definition = ", ".join(f"o{i} {duckdb_type(t)}" for i, t in enumerate(cte.types))
    session.connection.run(f"CREATE OR REPLACE TEMP TABLE {name} ({definition}, level INTEGER)")
    added = _add(session, emitter, heads, cte, name, [cte.anchor], 0)
    most = int(value_text(session, "recursive_cte_max_depth"))
    for level in range(1, most):
        emitter.ctes[id(cte)] = f"(SELECT {columns} FROM temp.{name} WHERE level = {level - 1})"
        added = _add(session, emitter, heads, cte, name, cte.steps, level)
        if not added:
            break
    if added and is_on(session, "recursive_cte_throw_limit_exception"):
        raise failure(f"Recursive query aborted after: {most} iterations.")
    cte.stored = emitter.ctes[id(cte)] = f"(SELECT {columns} FROM temp.{name})"


def _add(
    session: Session, emitter: Emitter, heads: list[str], cte: ast.Cte, name: str, operands: list[ast.Node], level: int
) -> int:
    """The rows that one step adds."""
    from starrocks_embedded.emit.query import body_text

    parts = []
    for operand, types in zip(operands, cte.step_types if level else [cte.types], strict=True):
        values = (cast_sql(f"s.o{i}", given, t) for i, (given, t) in enumerate(zip(types, cte.types, strict=True)))
        items = ", ".join(f"{value} AS o{i}" for i, value in enumerate(values))
        parts.append(f"SELECT {items} FROM ({body_text(emitter, operand)}) s")
    with_heads = f"WITH {', '.join(heads)} " if heads else ""
    distinct = "DISTINCT " if level and cte.is_distinct else ""
    rows = f"SELECT {distinct}*, {level} FROM ({' UNION ALL '.join(parts)}) u"
    return session.connection.run(f"INSERT INTO temp.{name} {with_heads}{rows}")
