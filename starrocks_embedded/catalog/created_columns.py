"""The columns that a query gives to what is created from it: tables by CTAS, materialized views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, decimal, varchar
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery

LONGEST = 1048576


@dataclass(frozen=True)
class CreatedColumn:
    name: str
    type: Type
    nullable: bool


def stored_type(type_: Type, version: Version, keep_float: bool = False) -> Type:
    """FLOAT and DOUBLE become decimal(38, 9); strings get the greatest length, always from 4.0 on."""
    if type_.is_nested:
        return replace(type_, state=None, children=tuple(stored_type(c, version, keep_float) for c in type_.children))
    if type_.is_float and not keep_float:
        return decimal(38, 9)
    if type_.is_null:
        return varchar(LONGEST)
    if type_.is_string:
        if version.at_least("4.0") or type_.length is None or type_.length > LONGEST:
            return varchar(LONGEST)
        return type_
    if type_.name == "varbinary":
        return Type("varbinary")
    return type_ if type_.state is None else type_.keeping(None)


def created_columns(version: Version, analyzed: AnalyzedQuery, shape: list[ast.SelectItem]) -> list[CreatedColumn]:
    loosened = _loosened(shape, len(analyzed.columns))
    made = []
    for column, forced in zip(analyzed.columns, loosened, strict=True):
        if column.type.name == "time":
            raise analysis_error(f"Type:TIME of column:{column.name} does not support")
        made.append(CreatedColumn(column.name, stored_type(column.type, version), column.nullable or forced))
    return made


# ---- nullability as the server sees it


def shape_of(query: ast.Query) -> list[ast.SelectItem]:
    """The select list as written, before analysis spreads its stars; of a set operation the first branch counts."""
    select = first_select(query)
    return [] if select is None else [_With(i.expr, i.alias, i.text, select.source) for i in select.items]


@dataclass(eq=False)
class _With(ast.SelectItem):
    source: Any = None


def first_select(node: ast.Node) -> ast.Select | None:
    while True:
        if isinstance(node, ast.Query):
            node = node.body
        elif isinstance(node, ast.SetOperation):
            node = node.left
        else:
            return node if isinstance(node, ast.Select) else None


def _loosened(shape: list[ast.SelectItem], count: int) -> list[bool]:
    """Which outputs are nullable whatever their expression: stars over stored tables, names out of subqueries."""
    flags: list[bool] = []
    for item in shape:
        if isinstance(item.expr, ast.Star):
            flags.extend(_star(item.expr, getattr(item, "source", None)))
        else:
            flags.append(isinstance(item.expr, ast.ColumnRef) and _is_derived(item.expr))
    return flags if len(flags) == count else [False] * count


def _is_derived(reference: ast.ColumnRef) -> bool:
    relation = getattr(reference.slot, "relation", None)
    if isinstance(relation, ast.Derived):
        return True
    return isinstance(relation, ast.TableRef) and (relation.view is not None or relation.cte is not None)


def _star(star: ast.Star, source: Any) -> list[bool]:
    flags: list[bool] = []
    excluded = {e.lower() for e in star.exclude}
    for relation in _leaves(source):
        if star.qualifier and star.qualifier[-1] != (relation.alias or getattr(relation, "parts", ("",))[-1]):
            continue
        stored = isinstance(relation, ast.TableRef) and relation.table is not None and relation.table.kind != "view"
        flags.extend(stored for c in relation.columns if c.name.lower() not in excluded)
    return flags


def _leaves(source: Any) -> list[ast.Relation]:
    if isinstance(source, ast.Join):
        return _leaves(source.left) + _leaves(source.right)
    return [source] if isinstance(source, ast.Relation) else []
