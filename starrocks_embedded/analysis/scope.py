"""What names mean at a place of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type


@dataclass(eq=False)
class OutputColumn:
    """A column that a relation offers. In the DuckDB text it is `<relation.key>.<physical>`."""

    name: str
    type: Type
    nullable: bool
    physical: str
    relation: ast.Relation | None = None
    column: Any = None  # the catalog's column where it comes straight from a stored table


@dataclass(eq=False)
class AnalyzedQuery:
    """A query whose tree is annotated: types, slots, implicit casts. `columns` are its outputs in order; in the
    DuckDB text they are named o0, o1, …"""

    query: ast.Query
    columns: list[OutputColumn] = field(default_factory=list)
    tables: list[ast.TableRef] = field(default_factory=list)  # every table, view and system table it reads, at any depth
