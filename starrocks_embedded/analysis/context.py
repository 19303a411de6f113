"""What one analysis carries along: the session, names of relations, the tables it met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass(eq=False)
class Context:
    """`home` is the catalog and database in which bare table names are looked up; `ctes` those in reach."""

    session: Session
    home: tuple[str, str]
    ctes: list[dict[str, ast.Cte]] = field(default_factory=list)
    tables: list[ast.TableRef] = field(default_factory=list)
    keys: list[int] = field(default_factory=lambda: [0])
    view_depth: int = 0
    cte_columns: dict[int, list[OutputColumn]] = field(default_factory=dict)
    recursive: list[ast.Query] = field(default_factory=list)  # queries whose WITH has a recursive expression

    @classmethod
    def of(cls, session: Session) -> Context:
        return cls(session, (session.catalog_name, session.database_name))

    @property
    def version(self) -> Version:
        return self.session.engine.version

    def new_key(self) -> str:
        self.keys[0] += 1
        return f"r{self.keys[0]}"

    def inside_view(self, home: tuple[str, str]) -> Context:
        """The context in which a view's text is read: the view's names, nobody's CTEs."""
        return Context(self.session, home, [], self.tables, self.keys, self.view_depth + 1)

    def cte(self, name: str) -> ast.Cte | None:
        for level in reversed(self.ctes):
            if name in level:
                return level[name]
        return None

    def variable_type(self, variable: ast.Variable) -> tuple[Type, bool]:
        """The type of @x and @@x, and whether it may be NULL."""
        from starrocks_embedded.metadata import variables

        if variable.scope == "user":
            known = variables.user_variable(self.session, variable.name)
            return (t.VARCHAR, True) if known is None else (known[1], known[0] is None)
        return variables.variable_type(self.session, variable.name), True
