"""The adapter: what dbt asks of StarRocks. Declarations first, then thin methods that delegate to one module each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.sql import SQLAdapter
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.invocation import get_invocation_id

from dbt.adapters.starrocks import dependents, describe, views
from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.connections import StarRocksConnectionManager
from dbt.adapters.starrocks.metadata import ExistingTable, ListedRelation, RunMetadata
from dbt.adapters.starrocks.relation import StarRocksRelation
from dbt.adapters.starrocks.undo import Undo
from dbt.adapters.starrocks.version import ServerVersion

if TYPE_CHECKING:
    import agate

KINDS = {"table", "view", "materialized_view"}


class StarRocksAdapter(SQLAdapter):
    ConnectionManager = StarRocksConnectionManager
    Relation = StarRocksRelation
    Column = StarRocksColumn

    def __init__(self, config: Any, mp_context: Any) -> None:
        super().__init__(config, mp_context)
        self.metadata = RunMetadata(self._ask)
        self.undo = Undo()

    # --- the server

    @available.parse(lambda *a, **k: "")
    def server_version(self) -> str:
        return str(self._version())

    @available.parse(lambda *a, **k: True)
    def server_supports(self, feature: str) -> bool:
        return Feature.named(feature).on(self._version())

    @available.parse_none
    def require_feature(self, feature: str, what: str = "") -> None:
        Feature.named(feature).require(self._version(), what)

    def _version(self) -> ServerVersion:
        return self.connections.server_version()  # type: ignore[attr-defined, no-any-return]

    # --- what is there, asked once per run

    def set_relations_cache(
        self, relation_configs: Iterable[Any], clear: bool = False, required_schemas: set[BaseRelation] | None = None
    ) -> None:
        self.metadata.clear()
        super().set_relations_cache(relation_configs, clear, required_schemas)

    def cleanup_connections(self) -> None:
        self.metadata.clear()
        super().cleanup_connections()

    def _ask(self, macro: str, arguments: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        table: agate.Table = self.execute_macro(macro, kwargs=dict(arguments))
        names = [name.lower() for name in table.column_names]
        return [dict(zip(names, row, strict=True)) for row in table.rows]

    def list_relations_without_caching(self, schema_relation: BaseRelation, **_: Any) -> list[BaseRelation]:
        """One query per schema, which also brings what views and materialized views are known by."""
        rows = self._ask("list_relations_without_caching", {"schema_relation": schema_relation})
        database, schema = str(schema_relation.database), str(schema_relation.schema)
        listed = [_listed(row) for row in rows]
        self.metadata.remember_listing(database, schema, listed)
        return [
            self.Relation.create(database=database, schema=schema, identifier=found.name, type=_relation_type(found.type))
            for found in listed
        ]

    def _make_match_kwargs(self, database: str, schema: str, identifier: str) -> dict[str, str]:
        """Names are told apart by case here, whatever the project says of quoting."""
        parts = {"database": database, "identifier": identifier, "schema": schema}
        return {key: value for key, value in parts.items() if value is not None}

    @available.parse_none
    def existing_table(self, relation: BaseRelation) -> ExistingTable | None:
        return self.metadata.table(*_parts(relation))

    @available.parse_list
    def known_columns(self, relation: BaseRelation) -> list[StarRocksColumn]:
        """The columns that users see, from the run's metadata."""
        columns = self.metadata.columns(*_parts(relation))
        return [column for column in columns if not (column.generated and column.name.startswith("__generated_"))]

    @available.parse(lambda *a, **k: "")
    def forget(self, relation: BaseRelation) -> str:
        """To be called after a statement changed the relation's columns or layout."""
        self.metadata.forget(*_parts(relation))
        return ""

    @available.parse(lambda *a, **k: "")
    def replaced(self, existing: BaseRelation | None, target: BaseRelation | None) -> str:
        """The caches follow an exchange: what was under the name is gone, what is there now was built by this run."""
        if existing is not None:
            self.cache.drop(existing)
            self.metadata.gone(*_parts(existing))
        if target is not None:
            self.cache.add(target)
            self.metadata.changed(*_parts(target))
        return ""

    @available.parse(lambda *a, **k: [])
    def describe_relation(self, relation: BaseRelation) -> list[StarRocksColumn]:
        """A relation's columns asked now; empty for one that is not there."""
        return list(self.metadata.ask_columns(*_parts(relation)))

    @available.parse(lambda *a, **k: False)
    def fits_in_place(self, existing: StarRocksRelation | None, design: Any) -> bool:
        """Whether new rows can simply replace the old ones."""
        if existing is None or not existing.is_table or self.config.args.FULL_REFRESH:
            return False
        table = self.existing_table(existing)
        return table is not None and not design.differences(table)

    @available.parse(lambda *a, **k: False)
    def view_is_current(self, existing: StarRocksRelation | None, sql: str, model: Mapping[str, Any]) -> bool:
        if existing is None or not existing.is_view or not Feature.VERBATIM_VIEW_TEXT.on(self._version()):
            return False
        listed = self.metadata.listed(*_parts(existing))
        return listed is not None and views.is_current(listed.definition, sql, self.metadata.changed_names())

    @available.parse(lambda *a, **k: "")
    def reactivate_dependents(self, relation: BaseRelation) -> str:
        """An exchange inactivates the materialized views on top; each is told to look again."""
        for schema, found in self.metadata.all_listed():
            for view in dependents.reading(str(relation.identifier), [found]):
                name = f"{self.quote(schema)}.{self.quote(view.name)}"
                self.execute(f"alter materialized view {name} active")
        return ""

    def get_missing_columns(self, from_relation: BaseRelation, to_relation: BaseRelation) -> list[Any]:
        """Column names do not differ by case on this server."""
        known = {column.name.lower() for column in self.get_columns_in_relation(to_relation)}
        return [c for c in self.get_columns_in_relation(from_relation) if c.name.lower() not in known]

    # --- helpers beside a relation

    @available.parse(lambda *a, **k: None)
    def helper_relation(self, relation: StarRocksRelation, purpose: str) -> StarRocksRelation:
        return relation.helper(purpose, get_invocation_id()[:8])

    @available.parse_list
    def leftovers(self, relation: BaseRelation) -> list[BaseRelation]:
        """Helpers of this relation that an earlier run left behind, seen in the cache alone."""
        database, schema, _ = _parts(relation)
        listed = self.list_relations(database, schema)
        return [found for found in listed if found.is_helper_of(relation)]  # type: ignore[attr-defined]

    @available.parse(lambda *a, **k: "")
    def if_it_fails(self, sql: str) -> str:
        self.undo.open(sql)
        return ""

    @available.parse(lambda *a, **k: "")
    def step_is_done(self) -> str:
        self.undo.close()
        return ""

    def post_model_hook(self, config: Mapping[str, Any], context: Any) -> None:
        self.undo.run(lambda sql: self.execute(sql))
        super().post_model_hook(config, context)

    # --- the types of a query

    @available.parse_list
    def describe_query(
        self, sql: str, sql_header: str | None = None, like: Sequence[StarRocksColumn] = ()
    ) -> list[StarRocksColumn]:
        """Names and exact types. `like`: columns that settle what the wire leaves open, sparing the second question."""
        header = f"{sql_header}\n" if sql_header else ""
        wire = self._wire_columns(f"{header}select * from (\n{sql}\n) `__dbt_sbq` limit 0")
        describe.refuse_duplicates(wire)
        found = describe.from_wire(wire) or (describe.like_existing(wire, like) if like else None)
        if found is None:
            _, table = self.execute(describe.typeof_query(wire, sql, header), fetch=True)
            found = describe.from_typeof(wire, [str(told) for told in table.rows[0]])
        return found

    def get_column_schema_from_query(self, sql: str) -> list[StarRocksColumn]:
        """dbt wraps the query itself, a header included; so it is asked as it stands and described again if need be."""
        wire = self._wire_columns(sql)
        found = describe.from_wire(wire)
        return found if found is not None else self.describe_query(sql)

    def _wire_columns(self, sql: str) -> list[describe.WireColumn]:
        _, cursor = self.connections.add_select_query(sql)
        return describe.wire_columns(cursor._result.fields)

    # --- names and literals

    @classmethod
    def date_function(cls) -> str:
        return "now(6)"

    @classmethod
    def is_cancelable(cls) -> bool:
        return True

    @classmethod
    def quote(cls, identifier: str) -> str:
        if "`" in identifier:
            raise DbtRuntimeError(f"StarRocks has no way to write a name with a backtick in it: {identifier}")
        return f"`{identifier}`"

    @classmethod
    def convert_text_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "string"

    @classmethod
    def convert_number_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        import agate

        decimals = agate_table.aggregate(agate.MaxPrecision(col_idx))
        return "double" if decimals else "bigint"

    @classmethod
    def convert_integer_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "bigint"

    @classmethod
    def convert_boolean_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "boolean"

    @classmethod
    def convert_datetime_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "datetime"

    @classmethod
    def convert_date_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "date"

    @classmethod
    def convert_time_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "varchar(16)"

    def valid_incremental_strategies(self) -> list[str]:
        return ["append", "merge", "delete+insert", "insert_overwrite", "dynamic_overwrite", "microbatch"]


def _parts(relation: BaseRelation) -> tuple[str, str, str]:
    return str(relation.database), str(relation.schema), str(relation.identifier)


def _relation_type(kind: str) -> str:
    return kind if kind in KINDS else "external"


def _listed(row: Mapping[str, Any]) -> ListedRelation:
    active = row.get("mv_active")
    return ListedRelation(
        name=row["name"],
        type=row["type"],
        comment=row.get("comment") or "",
        definition=row.get("definition"),
        mv_active=None if active is None else str(active).lower() == "true",
        mv_inactive_reason=row.get("mv_inactive_reason"),
    )
