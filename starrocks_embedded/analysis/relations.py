"""The relations of FROM: what each offers, under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion, functions
from starrocks_embedded.analysis.aggregates import before_cast, can_group, forbid
from starrocks_embedded.analysis.coercion import can_cast, loud_text
from starrocks_embedded.analysis.expressions import annotate, checked_cast, coerce, refer_to
from starrocks_embedded.analysis.scope import AnalyzedQuery, Field, OutputColumn, Scope
from starrocks_embedded.analysis.special_joins import check_asof, check_null_aware
from starrocks_embedded.analysis.text import qualifier_of
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, no_database, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

SYSTEM_DATABASES = ("information_schema", "sys", "_statistics_")


def analyze_relation(
    relation: ast.Relation, outer: Scope | None, context: Context, names: set[tuple[str, ...]]
) -> list[Field]:
    """Annotates a relation and returns the fields it brings. `names` are those taken by its neighbours."""
    if isinstance(relation, ast.Join):
        return _join(relation, outer, context, names)
    relation.key = context.new_key()
    if isinstance(relation, ast.Pivot):
        from starrocks_embedded.analysis.pivot import analyze_pivot

        return analyze_pivot(relation, outer, context)
    if isinstance(relation, ast.TableRef):
        _table(relation, context, names)
    elif isinstance(relation, ast.Derived):
        _derived(relation, outer, context, names)
    elif isinstance(relation, ast.ValuesRelation):
        _values(relation, outer, context)
    elif isinstance(relation, ast.TableFunction):
        if relation.properties is not None:
            _files(relation, context, names)
            return _fields(relation)
        if not relation.normalized:
            raise failure("Table function must be used with lateral join")
        return _table_function(relation, outer or Scope(), context, names)
    else:
        raise unsupported(type(relation).__name__)
    return _fields(relation)


def _fields(relation: ast.Relation) -> list[Field]:
    qualifier = qualifier_of(relation)
    fields = [Field(c, qualifier) for c in relation.columns]
    if isinstance(relation, ast.TableRef) and relation.table is not None:
        hidden = (c for c in relation.table.columns if c.hidden)
        fields += [Field(_stored_column(c, relation), qualifier, starred=False) for c in hidden]
    return fields


def _offer(relation: ast.Relation, columns: list[tuple[str, Type, bool]]) -> None:
    """The columns o0, o1, … of a relation, renamed where it has column aliases."""
    renamed = relation.column_aliases
    if renamed and len(renamed) != len(columns):
        what = "In definition of view, derived table or common table expression"
        message = f"{what}, SELECT list and column names list have different column counts"
        raise analysis_error(message)
    relation.columns = [
        OutputColumn(renamed[i] if renamed else name, type_, nullable, f"o{i}", relation)
        for i, (name, type_, nullable) in enumerate(columns)
    ]


def _claim(name: tuple[str, ...], names: set[tuple[str, ...]]) -> None:
    if name in names:
        raise analysis_error(f"Not unique table/alias: '{name[-1]}'", code=1066)
    names.add(name)


# ---- tables ----------------------------------------------------------------------------------------------------------


def _table(ref: ast.TableRef, context: Context, names: set[tuple[str, ...]]) -> None:
    if len(ref.parts) == 1 and (cte := context.cte(ref.parts[0])) is not None:
        ref.cte = cte
        _claim((ref.alias or ref.parts[0],), names)
        _offer(ref, [(c.name, c.type, True) for c in context.cte_columns[id(cte)]])
        _remember_origin(ref, context.cte_columns[id(cte)])
        return
    catalog, database, name = _full_name(ref.parts, context)
    ref.home = (catalog, database)
    _claim((catalog, database, ref.alias or name), names)
    context.tables.append(ref)
    if catalog != "default_catalog":
        _external(ref, catalog, database, name, context)
        return
    if database.lower() in SYSTEM_DATABASES and _system_table(ref, database.lower(), name, context):
        return
    if any(h.upper() == "_SYNC_MV_" for h in ref.hints):
        _rollup(ref, database, name, context)
        return
    table = _find(database, name, context)
    if table.kind == "view":
        _view(ref, table, database, context)
        return
    _stored(ref, table)


def _external(ref: ast.TableRef, catalog: str, database: str, name: str, context: Context) -> None:
    from starrocks_embedded.catalog.external import SYSTEM_TABLES

    external = context.session.engine.externals.get(catalog)
    if external is None:
        raise _unknown_catalog(catalog, context)
    if not external.has_database(database):
        raise analysis_error(f"Unknown database '{database}'", code=5501)
    if database.lower() == "information_schema":
        if name.lower() not in SYSTEM_TABLES or not _system_table(ref, database.lower(), name, context):
            raise _unknown_table(database.lower(), name, context)
        ref.home = (catalog, database.lower())
        return
    table = external.table(database, name)
    if table is None and "$" in name and external.type == "iceberg":
        raise unsupported(f"The metadata table {name} of the Iceberg catalog {catalog}")
    if table is None:
        raise _unknown_table(database, name, context)
    if table.kind == "view":
        _view(ref, table, database, context)
        return
    if ref.travel is not None or ref.partitions:
        raise unsupported(f"Time travel or PARTITION in {catalog}.{database}.{name}")
    for column in table.columns:
        if isinstance(table, model.ExternalTable) and column.id in table.unreadable:
            raise unsupported(f"Reading {catalog}.{database}.{name}, whose column {column.name} has no type there,")
    _stored(ref, table)


def _full_name(parts: tuple[str, ...], context: Context) -> tuple[str, str, str]:
    if len(parts) > 3:
        raise analysis_error(f"Invalid table name '{'.'.join(parts)}'")
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    if len(parts) == 2:
        return context.home[0], parts[0], parts[1]
    if not context.home[1]:
        raise no_database(context.version.at_least("3.4"))
    return context.home[0], context.home[1], parts[0]


def _unknown_catalog(catalog: str, context: Context) -> StarRocksError:
    code = 5078 if context.version.at_least("3.2") else 1064
    return analysis_error(f"Unknown catalog '{catalog}'", code=code)


def _find(database: str, name: str, context: Context) -> model.Table:
    found = context.session.engine.catalog.database(database)
    if found is None and database.lower() in SYSTEM_DATABASES:
        raise _unknown_table(database.lower(), name, context)
    if found is None:
        code = 5501 if context.version.at_least("3.2") else 1049
        raise analysis_error(f"Unknown database '{database}'", code=code)
    table = context.session.engine.catalog.table(found.id, name, context.session.id)
    if table is None:
        raise _unknown_table(database, name, context)
    return table


def _unknown_table(database: str, name: str, context: Context) -> StarRocksError:
    code = 5502 if context.version.at_least("3.2") else 1051
    return analysis_error(f"Unknown table '{database}.{name}'", code=code)


def _system_table(ref: ast.TableRef, database: str, name: str, context: Context) -> bool:
    from starrocks_embedded.metadata.system_tables import find_system_table

    found = find_system_table(context.version, database, name)
    if found is None:
        return False
    ref.system = found
    ref.home = ("default_catalog", database)
    _offer(ref, [(column, type_, nullable) for column, type_, nullable in found.columns])
    return True


def _stored(ref: ast.TableRef, table: model.Table) -> None:
    ref.table = table
    if ref.travel is not None:
        raise failure("Unsupported table type for temporal clauses, table type: OLAP")
    for partition in ref.partitions:
        if table.partition(partition, ref.temporary_partitions) is None:
            raise analysis_error(f"Unknown partition '{partition}' in table '{table.name}'")
    ref.columns = [_stored_column(c, ref) for c in table.visible_columns]


def _stored_column(column: model.Column, ref: ast.TableRef) -> OutputColumn:
    return OutputColumn(column.name, column.type, column.nullable, column.physical, ref, column=column)


def _view(ref: ast.TableRef, view: model.Table, database: str, context: Context) -> None:
    from starrocks_embedded.analysis.queries import analyze_text

    if context.view_depth > 60:
        raise unsupported("A view that reads itself")
    home = view.query_home if view.query_home[1] else ("default_catalog", database)
    try:
        ref.view = analyze_text(view.query, context.inside_view(home), frozenset(view.sql_mode))
    except StarRocksError as error:
        reason = (
            "references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them"
        )
        raise analysis_error(f"View {database}.{view.name} {reason}: {error.message}", code=error.code) from None
    ref.table = None
    # the list of columns is what it was at creation, whatever a star in the query spreads to by now
    kept = list(zip(view.visible_columns, ref.view.columns, strict=False))
    _offer(ref, [(named.name, _real(found.type), True) for named, found in kept])
    for offered, nullable in zip(ref.columns, _nullable_outputs(ref.view), strict=False):
        offered.starred_nullable = nullable


def _nullable_outputs(view: AnalyzedQuery) -> list[bool]:
    """A view is read with its stars spread to names, so that a column in it stays NOT NULL."""
    body = view.query.body
    if not isinstance(body, ast.Select) or len(body.items) != len(view.columns):
        return [c.nullable for c in view.columns]
    return [_nullable_output(item.expr) for item in body.items]


def _nullable_output(expr: ast.Expr) -> bool:
    plain = isinstance(expr, ast.ColumnRef) and isinstance(expr.slot, OutputColumn) and not expr.path
    return bool(expr.slot.nullable if plain else expr.nullable)  # type: ignore[attr-defined]


def _rollup(ref: ast.TableRef, database: str, name: str, context: Context) -> None:
    """A rollup by its own name; a table is not found this way."""
    from starrocks_embedded.analysis.queries import analyze_text
    from starrocks_embedded.catalog.rollups import find_rollup, rollup_query

    owner = context.session.engine.catalog.database(database)
    found = find_rollup(context.session.engine.catalog, owner.id, name) if owner is not None else None
    if found is None:
        raise _unknown_table(database, name, context)
    table, rollup = found
    text = rollup_query(database, table, rollup)
    ref.view = analyze_text(text, context.inside_view(("default_catalog", database)))
    ref.table = None
    _offer(ref, [(c.name, _real(c.type), True) for c in ref.view.columns])


def _real(type_: Type) -> Type:
    return t.BOOLEAN if type_.is_null else type_


# ---- derived relations -----------------------------------------------------------------------------------------------


def _derived(relation: ast.Derived, outer: Scope | None, context: Context, names: set[tuple[str, ...]]) -> None:
    from starrocks_embedded.analysis.queries import analyze_query_node

    if relation.alias is None:
        raise analysis_error("Every derived table must have its own alias", code=1248)
    _claim((relation.alias,), names)
    columns = analyze_query_node(relation.query, None, context)
    _offer(relation, [(c.name, c.type, True) for c in columns])
    _remember_origin(relation, columns)


def _remember_origin(relation: ast.Relation, columns: list[OutputColumn]) -> None:
    for offered, origin in zip(relation.columns, columns, strict=True):
        offered.starred_nullable = origin.nullable


def _values(relation: ast.ValuesRelation, outer: Scope | None, context: Context) -> None:
    types = analyze_rows(relation.rows, outer or Scope(), context)
    given = len(relation.column_aliases)
    if 0 < given < len(types):
        raise failure(f"Index {given} out of bounds for length {given}")
    relation.column_aliases = relation.column_aliases[: len(types)]
    _offer(relation, [(f"column_{i}", type_, nullable) for i, (type_, nullable) in enumerate(types)])
    for offered, cell in zip(relation.columns, relation.rows[0], strict=True):
        offered.starred_nullable = before_cast(cell).nullable


def analyze_rows(rows: list[list[ast.Expr]], scope: Scope, context: Context) -> list[tuple[Type, bool]]:
    """The common types of VALUES rows, whose cells are cast to them."""
    for row in rows:
        row[:] = [annotate(cell, scope, context) for cell in row]
        if len(row) != len(rows[0]):
            raise analysis_error("Values have unequal number of columns")
    described = []
    for i in range(len(rows[0])):
        common = rows[0][i].type
        for row in rows[1:]:
            merged = coercion.common_type(common, row[i].type)
            if merged == coercion.INVALID:
                shape = f"'{loud_text(common)}' and '{loud_text(row[i].type)}'"
                raise analysis_error(f"Incompatible return types {shape}")
            common = merged
        common = coercion.lengthened(common, [row[i].type for row in rows], context.version)
        for row in rows:
            row[i] = coerce(row[i], common)
        described.append((common, any(row[i].nullable for row in rows)))
    return described


# ---- table functions -------------------------------------------------------------------------------------------------

NAMED_ARGUMENTS = {"generate_series": ("start", "end", "step")}
FILES_NAME = "table_function_table"
RESULT_NAMES = {"json_each": ("key", "value"), "generate_series": ("generate_series",)}


def _table_function(
    relation: ast.TableFunction, left: Scope, context: Context, names: set[tuple[str, ...]]
) -> list[Field]:
    relation.key = context.new_key()
    if relation.properties is not None:
        _files(relation, context, names)
        return _fields(relation)
    relation.alias = relation.alias or relation.name
    _claim((relation.alias,), names)
    _place_named(relation)
    relation.args = [annotate(a, left, context) for a in relation.args]
    for argument in relation.args:
        forbid(argument, "Table Function", "aggregate", "window", "grouping")
    results = _results(relation, context)
    default = RESULT_NAMES.get(relation.name, (relation.name,) * len(results))
    if relation.column_aliases and len(relation.column_aliases) != len(results):
        counted = f"{len(results)} columns available but {len(relation.column_aliases)} columns specified"
        raise analysis_error(f"table {relation.alias} has {counted}")
    _offer(relation, [(default[i] if i < len(default) else f"column_{i}", x, True) for i, x in enumerate(results)])
    return _fields(relation)


def _files(relation: ast.TableFunction, context: Context, names: set[tuple[str, ...]]) -> None:
    """FILES(): what the files have for columns is found out now."""
    from starrocks_embedded.files.reading import look

    relation.alias = relation.alias or FILES_NAME
    _claim((relation.alias,), names)
    relation.files = look(context.session, relation.properties or {})
    _offer(relation, [(name, type_, True) for name, type_ in relation.files.columns])


def _place_named(relation: ast.TableFunction) -> None:
    if not relation.named:
        return
    order = NAMED_ARGUMENTS.get(relation.name, ())
    given = {k.lower(): v for k, v in relation.named.items()}
    if not set(given) <= set(order) or not {"start", "end"} <= set(given):
        raise _unknown_function(relation, ",".join(f"{k}=>{_brief(v)}" for k, v in relation.named.items()), named=True)
    relation.args = [given[name] for name in order if name in given]
    relation.named = {}


def _brief(expr: ast.Expr) -> str:
    from starrocks_embedded.analysis.text import shown

    return shown(expr)


def _unknown_function(relation: ast.TableFunction, inner: str, named: bool = False) -> StarRocksError:
    more = ", the function doesn't support named arguments or has invalid arguments" if named else ""
    return analysis_error(f"Unknown table function '{relation.name}({inner})'{more}")


def _results(relation: ast.TableFunction, context: Context) -> list[Type]:
    types = [a.type for a in relation.args]
    refused = _unknown_function(relation, ",".join(loud_text(x) for x in types))
    if relation.name == "unnest":
        if not types or any(x.name != "array" for x in types):
            raise refused
        return [x.children[0] for x in types]
    if relation.name == "generate_series" and len(types) == 2:
        one = ast.Literal("int", 1, "1", type=t.TINYINT, nullable=False)
        relation.args.append(one)
        types.append(t.TINYINT)
    found = functions.find(relation.name, types, context.version)
    if found is None:
        raise refused
    if found.kind != "table":
        inner = ",".join(loud_text(x) for x in types)
        raise analysis_error(f"'{relation.name}({inner})' is not table function")
    relation.args = [coerce(a, found.argument(i)) for i, a in enumerate(relation.args)]
    return list(found.results)


# ---- joins -----------------------------------------------------------------------------------------------------------


def _join(join: ast.Join, outer: Scope | None, context: Context, names: set[tuple[str, ...]]) -> list[Field]:
    join.key = context.new_key()
    left = analyze_relation(join.left, outer, context, names)
    if isinstance(join.right, ast.TableFunction) and not _stands_alone(join):
        _check_lateral(join)
        right = _table_function(join.right, Scope(left, outer), context, names)
    elif join.lateral:
        raise analysis_error("Only support lateral join with UDTF")
    else:
        right = analyze_relation(join.right, outer, context, names)
    _check_on(join)
    _check_hint(join)
    if join.skew is not None:
        _check_skew(join.skew, Scope([*left, *right], outer), context)
    if join.on is not None:
        join.on = _condition(join.on, Scope([*left, *right], outer), context)
    fields = _using(join, left, right, context) if join.using else _visible(join, left, right)
    if join.kind.startswith("asof"):
        check_asof(join.on)
    elif join.kind.startswith("null aware"):
        check_null_aware(join.on)
    _outer_nulls(join, left, right)
    join.columns = [f.column for f in fields if f.bare and f.starred]
    return fields


def _stands_alone(join: ast.Join) -> bool:
    """TABLE(…) in an outer join is a relation like others, which sees nothing of the left side."""
    return getattr(join.right, "normalized", False) and join.kind not in ("inner", "cross")


def _check_lateral(join: ast.Join) -> None:
    name = getattr(join.right, "name", "")
    if join.kind in ("inner", "cross"):
        return
    if name != "unnest":
        raise analysis_error("Not support lateral join except inner or cross")
    if join.kind != "left":
        raise analysis_error("unnest support inner join, cross join and left join on true")
    if not (isinstance(join.on, ast.Literal) and join.on.value is True):
        raise analysis_error("left join unnest only support on true")


def _check_on(join: ast.Join) -> None:
    if join.on is None and not join.using and join.kind not in ("inner", "cross"):
        raise analysis_error(f"{join.kind.upper()} JOIN requires an ON or USING clause.")


KINDS = {
    "right": "RIGHT OUTER JOIN",
    "full": "FULL OUTER JOIN",
    "right semi": "RIGHT SEMI JOIN",
    "right anti": "RIGHT ANTI JOIN",
}
HINTS = ("BROADCAST", "SHUFFLE", "BUCKET", "COLOCATE", "SKEW", "UNREORDER")


def _check_hint(join: ast.Join) -> None:
    hint = join.hint.upper()
    if not hint:
        return
    if hint not in HINTS:
        raise analysis_error(f"JOIN hint not recognized: {hint}")
    if hint == "BROADCAST" and join.kind in KINDS:
        raise analysis_error(f"{KINDS[join.kind]} does not support BROADCAST.")
    if hint == "SHUFFLE" and join.kind == "cross":
        raise analysis_error("CROSS JOIN does not support SHUFFLE.")
    if hint in ("BUCKET", "COLOCATE") and join.kind == "cross":
        raise analysis_error(f"CROSS JOIN does not support {hint}.")
    if hint == "SKEW" and join.kind.startswith("right"):
        raise analysis_error("RIGHT JOIN does not support SKEW JOIN optimize")
    if hint == "SKEW" and join.skew is None:
        raise analysis_error("Skew join column must be specified")


def _check_skew(skew: ast.Skew, scope: Scope, context: Context) -> None:
    column = annotate(skew.column, scope, context)
    for value in skew.values:
        checked_cast(annotate(value, scope, context), column.type)


def _condition(on: ast.Expr, scope: Scope, context: Context) -> ast.Expr:
    on = annotate(on, scope, context)
    forbid(on, "JOIN", "aggregate", "window", "grouping")
    if on.type.name not in ("boolean", "null"):
        raise analysis_error(f"WHERE clause must evaluate to a boolean: actual type {loud_text(on.type)}")
    _check_comparable(on)
    return coerce(on, t.BOOLEAN)


def _check_comparable(on: ast.Expr) -> None:
    if isinstance(on, ast.Binary) and on.op in ("and", "or"):
        _check_comparable(on.left)
        _check_comparable(on.right)
        return
    compares = isinstance(on, ast.Binary) and on.op in ("=", "<=>", "!=", "<", "<=", ">", ">=")
    if compares and not (can_group(on.left.type) and can_group(on.right.type)):  # type: ignore[attr-defined]
        raise analysis_error("Type (nested) percentile/hll/bitmap/json not support join")


def _visible(join: ast.Join, left: list[Field], right: list[Field]) -> list[Field]:
    if join.kind in ("left semi", "left anti", "null aware left anti"):
        return left
    if join.kind in ("right semi", "right anti"):
        return right
    return [*left, *right]


def _outer_nulls(join: ast.Join, left: list[Field], right: list[Field]) -> None:
    if join.kind in ("left", "full", "asof left"):
        for field in right:
            field.column.nullable = True
    if join.kind in ("right", "full"):
        for field in left:
            field.column.nullable = True


def _using(join: ast.Join, left: list[Field], right: list[Field], context: Context) -> list[Field]:
    """USING columns come first and once. Before 4.0 they are a mere way to write ON."""
    merged: list[Field] = []
    conditions: list[ast.Expr] = []
    shown: set[int] = set()
    for name in join.using:
        one, two = _side(left, name), _side(right, name)
        conditions.append(_equal(one, two, name))
        shown |= {id(one), id(two)}
        merged.append(_using_column(join, one, two, name))
    join.on = conditions[0]
    for condition in conditions[1:]:
        join.on = ast.Binary("and", join.on, condition, type=t.BOOLEAN)
    if not context.version.at_least("4.0"):
        return _visible(join, left, right)
    rest = [f for f in _visible(join, left, right) if id(f) not in shown]
    return [*merged, *rest]


def _side(fields: list[Field], name: str) -> Field:
    found = [f for f in fields if f.bare and f.column.name.lower() == name.lower()]
    if not found:
        raise analysis_error(f"Column '`{name}`' cannot be resolved")
    if len(found) > 1:
        raise analysis_error(f"Column '{name}' is ambiguous")
    return found[0]


def _equal(one: Field, two: Field, name: str) -> ast.Expr:
    common = coercion.comparison_type(one.column.type, two.column.type, ranged=False)
    if not (can_cast(one.column.type, common) and can_cast(two.column.type, common)):
        raise coercion.comparison_refused(one.column.type, two.column.type)
    sides = [coerce(refer_to(f.column), common) for f in (one, two)]
    return ast.Binary("=", sides[0], sides[1], type=t.BOOLEAN)


def _using_column(join: ast.Join, one: Field, two: Field, name: str) -> Field:
    if join.kind == "right" or join.kind.startswith("right "):
        return two
    if join.kind != "full":
        return one
    common = coercion.comparison_type(one.column.type, two.column.type, ranged=False)
    pair: Any = tuple(coerce(refer_to(f.column), common) for f in (one, two))
    return Field(OutputColumn(name, common, True, f"u_{name}", join, merged=pair))
