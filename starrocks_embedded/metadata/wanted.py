"""Which databases and tables a query over a system table can be about: what its WHERE says of their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.analysis.trees import walk_everything
from starrocks_embedded.syntax import ast

DATABASE_COLUMNS = ("TABLE_SCHEMA", "DB_NAME")


@dataclass(frozen=True)
class Wanted:
    """None means all. Rows beyond what is wanted do no harm: the query's WHERE is applied all the same."""

    databases: frozenset[str] | None = None
    tables: frozenset[str] | None = None
    columns: frozenset[str] | None = None  # in upper case
    catalog: str = "default_catalog"

    @property
    def is_nothing(self) -> bool:
        return self.databases == frozenset() or self.tables == frozenset()

    def has_database(self, name: str) -> bool:
        return self.databases is None or name in self.databases

    def has_table(self, name: str) -> bool:
        return self.tables is None or name in self.tables

    def reads(self, column: str) -> bool:
        return self.columns is None or column in self.columns


EVERYTHING = Wanted()
NOTHING: frozenset[str] = frozenset()


def wanted(query: ast.Node, ref: ast.TableRef) -> Wanted:
    """What the WHERE of the block that reads `ref` leaves of it. A condition drops the rows where its column is NULL
    too, so it holds for either side of an outer join."""
    databases: frozenset[str] | None = None
    tables: frozenset[str] | None = None
    if any(_is_never(term) for term in _conditions(query, ref)):
        return Wanted(NOTHING, NOTHING, catalog=ref.home[0])
    for column, values in _named_values(query, ref):
        if column.name.upper() in DATABASE_COLUMNS:
            databases = values if databases is None else databases & values
        elif column.name.upper() == "TABLE_NAME":
            tables = values if tables is None else tables & values
    return Wanted(databases, tables, catalog=ref.home[0])


def _named_values(query: ast.Node, ref: ast.TableRef) -> Iterator[tuple[OutputColumn, frozenset[str]]]:
    if ref.column_aliases:  # the columns go by other names
        return
    for term in _conditions(query, ref):
        named = _named(term)
        if named is not None and named[0].relation is ref:
            yield named


def _conditions(query: ast.Node, ref: ast.TableRef) -> Iterator[ast.Expr]:
    for node in walk_everything(query):
        if isinstance(node, ast.Select) and node.where is not None and ref in _relations(node.source):
            yield from _terms(node.where)


def _is_never(term: ast.Expr) -> bool:
    """1 = 0, by which clients ask for the columns alone."""
    sides = (term.left, term.right) if isinstance(term, ast.Binary) and term.op == "=" else ()
    values = [side.value for side in sides if isinstance(side, ast.Literal) and side.kind == "int"]
    return len(values) == 2 and values[0] != values[1]


def _relations(source: ast.Relation | None) -> Iterator[ast.Relation]:
    if isinstance(source, ast.Join):
        yield from _relations(source.left)
        yield from _relations(source.right)
    elif source is not None:
        yield source


def _terms(where: ast.Expr) -> Iterator[ast.Expr]:
    if isinstance(where, ast.Binary) and where.op == "and":
        yield from _terms(where.left)
        yield from _terms(where.right)
    else:
        yield where


def _named(term: ast.Expr) -> tuple[OutputColumn, frozenset[str]] | None:
    """The column and its values, of `column = 'text'` and `column in ('text', …)`."""
    if isinstance(term, ast.Binary) and term.op == "=":
        sides = (term.left, term.right) if isinstance(term.left, ast.ColumnRef) else (term.right, term.left)
        column, values = sides[0], [sides[1]]
    elif isinstance(term, ast.InList) and not term.negated:
        column, values = term.operand, term.items
    else:
        return None
    texts = [v.value for v in values if isinstance(v, ast.Literal) and isinstance(v.value, str)]
    if not isinstance(column, ast.ColumnRef) or column.path or len(texts) < len(values):
        return None
    return column.slot, frozenset(texts)
