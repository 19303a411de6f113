"""What a statement sees of its session: variables by name and the values of user variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def session_value(session: Session | None, name: str, otherwise: str = "") -> str:
    """A session variable's text, as SHOW VARIABLES prints it."""
    if session is None:
        return otherwise
    from starrocks_embedded.metadata.variables import value_text

    return value_text(session, name)


def variable_value(session: Session | None, expr: ast.Variable) -> Any:
    """The Python value of @x or @@x."""
    from starrocks_embedded.metadata import variables

    if session is None:
        return None
    if expr.scope == "user":
        found = variables.user_variable(session, expr.name)
        return found[0] if found else None
    return variables.variable_value(session, expr.name, expr.scope)
