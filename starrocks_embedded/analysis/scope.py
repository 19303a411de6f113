"""What names mean at a place of a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type


@dataclass(eq=False)
class OutputColumn:
    """A column that a relation offers. In the DuckDB text it is `<relation.key>.<physical>`. The column of a
    FULL JOIN … USING has `merged`: the references whose first that is not NULL is its value."""

    name: str
    type: Type
    nullable: bool
    physical: str
    relation: ast.Relation | None = None
    column: Any = None  # the catalog's column where it comes straight from a stored table
    merged: tuple[ast.Expr, ast.Expr] | None = None
    starred_nullable: bool = True  # what SELECT * says of it; a stored column always counts as nullable there


@dataclass(eq=False)
class AnalyzedQuery:
    """A query whose tree is annotated: types, slots, implicit casts. `columns` are its outputs in order; in the
    DuckDB text they are named o0, o1, …"""

    query: ast.Query
    columns: list[OutputColumn] = field(default_factory=list)
    tables: list[ast.TableRef] = field(
        default_factory=list
    )  # every table, view and system table it reads, at any depth
    recursive: list[ast.Query] = field(default_factory=list)  # those whose WITH has a recursive expression


@dataclass(eq=False)
class Field:
    """A column under the names that reach it. `bare` is false where it answers to its qualified name only, `starred`
    where a star passes it by: it holds the value of a partition expression."""

    column: OutputColumn
    qualifier: tuple[str, ...] = ()
    bare: bool = True
    starred: bool = True

    @property
    def shown(self) -> str:
        return ".".join(f"`{part}`" for part in (*self.qualifier[-2:], self.column.name))

    def answers_to(self, name: str, prefix: tuple[str, ...]) -> bool:
        if self.column.name.lower() != name.lower():
            return False
        if not prefix:
            return self.bare
        return self.qualifier[-len(prefix) :] == prefix


@dataclass(eq=False)
class Scope:
    """The fields of a FROM clause; `parent` is the scope around a subquery or the body of a lambda."""

    fields: list[Field] = field(default_factory=list)
    parent: Scope | None = None
    is_lambda: bool = False

    def find(self, parts: tuple[str, ...]) -> tuple[Field, tuple[str, ...]] | None:
        """The field of that name and the struct fields that follow; None where there is none in reach. A subquery
        sees one level out, a lambda everything around it."""
        found = self.here(parts)
        if found is not None or self.parent is None:
            return found
        if self.is_lambda:
            return self.parent.find(parts)
        around: Scope | None = self.parent
        while around is not None:
            found = around.here(parts)
            if found is not None or not around.is_lambda:
                return found
            around = around.parent
        return None

    def here(self, parts: tuple[str, ...]) -> tuple[Field, tuple[str, ...]] | None:
        for split in range(min(3, len(parts) - 1), -1, -1):
            path = parts[split + 1 :]
            matching = [
                f for f in self._named(parts[split], parts[:split]) if not path or has_path(f.column.type, path)
            ]
            if len(matching) > 1:
                raise ambiguous(parts[split])
            if matching:
                return matching[0], path
        return None

    def _named(self, name: str, prefix: tuple[str, ...]) -> Iterator[Field]:
        return (f for f in self.fields if f.answers_to(name, prefix))

    def of_table(self, qualifier: tuple[str, ...]) -> list[Field]:
        """The fields that t.* means."""
        return [f for f in self.fields if f.starred and f.qualifier and f.qualifier[-len(qualifier) :] == qualifier]


def ambiguous(name: str) -> StarRocksError:
    return analysis_error(f"Column '{name}' is ambiguous")


def has_path(type_: Type, path: tuple[str, ...]) -> bool:
    return not path or field_type(type_, path) is not None


def field_type(type_: Type, path: tuple[str, ...]) -> Type | None:
    """The type at the end of a path of struct fields."""
    for name in path:
        if type_.name != "struct":
            return None
        names = [f.lower() for f in type_.fields]
        if name.lower() not in names:
            return None
        type_ = type_.children[names.index(name.lower())]
    return type_
