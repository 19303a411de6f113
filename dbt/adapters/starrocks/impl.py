"""The adapter: what dbt asks of StarRocks. Declarations first, then thin methods that delegate to one module each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from dbt.adapters.base.impl import ConstraintSupport, FreshnessResponse
from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.capability import Capability, CapabilityDict, CapabilitySupport, Support
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.contracts.relation import RelationType
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.events.types import ConstraintNotEnforced, ConstraintNotSupported
from dbt.adapters.sql import SQLAdapter
from dbt_common.contracts.constraints import ColumnLevelConstraint, ConstraintType, ModelLevelConstraint
from dbt_common.contracts.metadata import CatalogTable
from dbt_common.events.functions import warn_or_error
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError
from dbt_common.invocation import get_invocation_id

from dbt.adapters.starrocks import (
    catalog,
    comments,
    dependents,
    describe,
    existing_partitions,
    freshness,
    functions,
    incremental_config,
    microbatch,
    packages,
    partition_pruning,
    schema_change,
    seeds,
    server_report,
    snapshots,
    views,
)
from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.comments import Comments
from dbt.adapters.starrocks.connections import StarRocksConnectionManager
from dbt.adapters.starrocks.credentials import DEFAULT_CATALOG
from dbt.adapters.starrocks.existing_partitions import PartitionScheme, StoredPartition, Touched
from dbt.adapters.starrocks.grants import (
    Change,
    Grantee,
    RunGrants,
    as_config,
    is_refusal,
    listed_grants,
    not_carried,
)
from dbt.adapters.starrocks.incremental_config import IncrementalPlan
from dbt.adapters.starrocks.metadata import ExistingTable, ListedRelation, RunMetadata, is_hidden
from dbt.adapters.starrocks.microbatch import Batch, Cover, Turns
from dbt.adapters.starrocks.relation import StarRocksRelation
from dbt.adapters.starrocks.schema_change import AlterJobs, SchemaChange
from dbt.adapters.starrocks.table_config import TableDesign
from dbt.adapters.starrocks.table_config.analyze import analyze_mode, complaint
from dbt.adapters.starrocks.table_config.constraints import Promises
from dbt.adapters.starrocks.table_config.contract import ContractMismatch, contract_mismatch
from dbt.adapters.starrocks.table_config.existing import on_table_exists
from dbt.adapters.starrocks.table_config.indexes import Index, index_differences
from dbt.adapters.starrocks.table_config.materialized_view import (
    Changes,
    ExistingMaterializedView,
    MaterializedViewDesign,
)
from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig
from dbt.adapters.starrocks.undo import Undo
from dbt.adapters.starrocks.version import ServerVersion

if TYPE_CHECKING:
    import agate

logger = AdapterLogger("StarRocks")

CAPABILITIES = (
    Capability.SchemaMetadataByRelations,
    Capability.TableLastModifiedMetadata,
    Capability.TableLastModifiedMetadataBatch,
    Capability.GetCatalogForSingleRelation,
    Capability.MicrobatchConcurrency,
)
KINDS = {"table", "view", "materialized_view"}


class StarRocksAdapter(SQLAdapter):
    ConnectionManager = StarRocksConnectionManager
    Relation = StarRocksRelation
    Column = StarRocksColumn
    connections: StarRocksConnectionManager
    AdapterSpecificConfigs = StarRocksConfig
    # unique keys and foreign keys are at most a hint to the optimizer, on request: `optimizer_constraints`
    CONSTRAINT_SUPPORT = {
        ConstraintType.check: ConstraintSupport.NOT_SUPPORTED,
        ConstraintType.not_null: ConstraintSupport.ENFORCED,
        ConstraintType.unique: ConstraintSupport.NOT_ENFORCED,
        ConstraintType.primary_key: ConstraintSupport.ENFORCED,
        ConstraintType.foreign_key: ConstraintSupport.NOT_ENFORCED,
    }
    _capabilities = CapabilityDict({capability: CapabilitySupport(support=Support.Full) for capability in CAPABILITIES})

    def __init__(self, config: Any, mp_context: Any) -> None:
        super().__init__(config, mp_context)
        if hasattr(config, "dispatch"):  # `dbt debug` knows the profile alone
            packages.serve(config.project_name, config.dispatch)
        self.metadata = RunMetadata(self._ask)
        self.undo = Undo()
        self._turns = Turns()
        self._probes = threading.local()
        self._said: set[str] = set()
        self.grants = RunGrants(self._ask, logger.warning)

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
        return self.connections.server_version()

    def debug_query(self) -> None:
        for line in server_report.lines(self.connections.ask, self.config.credentials.schema):
            logger.info(f"  {line}")

    # --- what is there, asked once per run

    def set_relations_cache(
        self, relation_configs: Iterable[Any], clear: bool = False, required_schemas: set[BaseRelation] | None = None
    ) -> None:
        self.metadata.clear()
        self.grants.clear()
        super().set_relations_cache(relation_configs, clear, required_schemas)

    def cleanup_connections(self) -> None:
        self.metadata.clear()
        self.grants.clear()
        super().cleanup_connections()

    def _ask(self, macro: str, arguments: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        return _named_rows(self.execute_macro(macro, kwargs=dict(arguments)))

    def list_relations_without_caching(self, schema_relation: BaseRelation, **_: Any) -> list[BaseRelation]:
        """One query per schema, which also brings what views and materialized views are known by."""
        rows = self._ask("list_relations_without_caching", {"schema_relation": schema_relation})
        database, schema = str(schema_relation.database), str(schema_relation.schema)
        listed = [_listed(row) for row in rows]
        self.metadata.remember_listing(database, schema, listed)
        kinds = [(found.name, _relation_type(found.type)) for found in listed]
        kinds += [(name, RelationType.Function) for name in self._function_names(schema_relation)]
        return [
            self.Relation.create(database=database, schema=schema, identifier=name, type=kind) for name, kind in kinds
        ]

    def _function_names(self, schema_relation: BaseRelation) -> list[str]:
        """Asked only for projects that have functions."""
        project_functions = getattr(self.get_macro_resolver(), "functions", None)
        if not project_functions or not Feature.SQL_FUNCTIONS.on(self._version()):
            return []
        rows = self._ask("list_function_relations_without_caching", {"schema_relation": schema_relation})
        return sorted({next(iter(row.values())).partition("(")[0] for row in rows})

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
        return [column for column in self.metadata.columns(*_parts(relation)) if not is_hidden(column.name)]

    def execute(
        self, sql: str, auto_begin: bool = False, fetch: bool = False, limit: int | None = None
    ) -> tuple[AdapterResponse, agate.Table]:
        try:
            return super().execute(sql, auto_begin, fetch, limit)
        finally:
            self.metadata.note(sql)

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

    @available.parse(lambda *a, **k: "replace")
    def on_table_exists(self, model: Mapping[str, Any], existing: StarRocksRelation | None) -> str:
        is_table = existing is not None and existing.is_table
        return on_table_exists(model.get("config") or {}, is_table, bool(self.config.args.FULL_REFRESH))

    @available.parse(lambda *a, **k: False)
    def fits_in_place(self, existing: StarRocksRelation | None, design: Any) -> bool:
        """Whether new rows can simply replace the old ones."""
        if existing is not None:
            design.check_replaceable(existing)
        if existing is None or not existing.is_table or self.config.args.FULL_REFRESH:
            return False
        table = self.existing_table(existing)
        if table is None or design.differences(table):
            return False
        return not design.indexes or self._has_indexes(existing, design.indexes)

    def _has_indexes(self, existing: BaseRelation, wanted: Sequence[Index]) -> bool:
        """The only part of a layout that no metadata table tells: one question, for models that name indexes."""
        rows = self._ask("starrocks__show_indexes", {"relation": existing})
        return not index_differences(wanted, list(rows))

    @available.parse(lambda *a, **k: False)
    def view_is_current(self, existing: StarRocksRelation | None, sql: str, model: Mapping[str, Any]) -> bool:
        if existing is None or not existing.is_view or not Feature.VERBATIM_VIEW_TEXT.on(self._version()):
            return False
        listed = self.metadata.listed(*_parts(existing))
        if listed is None or not views.is_current(listed.definition, sql, self.metadata.changed_names()):
            return False
        columns = self.known_columns(existing) if comments.persists_columns(model) else []
        return comments.as_wanted(model, listed.comment, {column.name: column.comment for column in columns})

    @available.parse(lambda *a, **k: "")
    def reactivate_dependents(self, relation: BaseRelation) -> str:
        """An exchange inactivates the materialized views on top; each is told to look again."""
        for schema, view in dependents.reading(str(relation.identifier), self.metadata.all_listed()):
            self._activate(schema, view, relation)
        return ""

    @available.parse(lambda *a, **k: "")
    def wake_dependents(self, relation: BaseRelation) -> str:
        """Those that an earlier run's exchange left inactive, seen in the listing alone."""
        for schema, view in dependents.reading(str(relation.identifier), self.metadata.all_listed()):
            if dependents.sleeps_for_its_base(view):
                self._activate(schema, view, relation)
        return ""

    def _activate(self, schema: str, view: ListedRelation, relation: BaseRelation) -> None:
        """One that cannot be active is worth a warning, not the model that was built."""
        name = f"{self.quote(schema)}.{self.quote(view.name)}"
        try:
            self.execute(f"alter materialized view {name} active")
        except DbtDatabaseError as error:
            logger.warning(f"Materialized view {name} stays inactive after {relation} was replaced: {error}")
        self.metadata.remember_told_active(schema, view.name)

    # --- materialized views

    @available.parse_none
    def materialized_view_design(self, model: Mapping[str, Any], sql: str) -> MaterializedViewDesign:
        verbatim = Feature.VERBATIM_VIEW_TEXT.on(self._version())
        design = MaterializedViewDesign.from_model(model, sql, verbatim)
        self._say_once_each(model, design.notices)
        return design

    @available.parse_none
    def materialized_view_changes(self, existing: BaseRelation, design: MaterializedViewDesign) -> Changes:
        listed = self.metadata.listed(*_parts(existing))
        return design.changes(ExistingMaterializedView.parse(listed.definition if listed else None))

    @available.parse_none
    def inactive_reason(self, relation: BaseRelation) -> str | None:
        """None for an active one."""
        listed = self.metadata.listed(*_parts(relation))
        return (listed.mv_inactive_reason or "") if listed is not None and listed.mv_active is False else None

    def get_missing_columns(self, from_relation: BaseRelation, to_relation: BaseRelation) -> list[Any]:
        """Column names do not differ by case on this server."""
        known = {column.name.lower() for column in self.get_columns_in_relation(to_relation)}
        return [c for c in self.get_columns_in_relation(from_relation) if c.name.lower() not in known]

    # --- grants

    @available.parse_list
    def grant_changes(
        self, relation: BaseRelation, grant_config: Mapping[str, Any], fresh: bool = False
    ) -> list[Change]:
        return self.grants.reconcile(relation, grant_config, fresh)

    @available.parse_list
    def successor_grants(
        self, helper: BaseRelation, target: BaseRelation, grant_config: Mapping[str, Any] | None
    ) -> list[Change]:
        return self.grants.successor(helper, target, grant_config or {})

    @available
    def grantee_sql(self, grantee: str) -> str:
        return Grantee.parse(grantee).sql

    @available
    def standardize_grants_dict(self, grants_table: agate.Table) -> dict[str, list[str]]:
        return as_config(listed_grants(_named_rows(grants_table)))

    @available.parse(lambda *a, **k: "")
    def run_in_catalog(self, catalog: str, sql: str) -> str:
        """For statements whose names have no place for a catalog; the session returns to where it was."""
        own = str(self.config.credentials.database)
        if catalog == own:
            self.execute(sql)
            return ""
        self.execute(f"set catalog {self.quote(catalog)}")
        try:
            self.execute(sql)
        finally:
            session = self.connections.get_thread_connection().handle
            session.enter(session.home or f"catalog {own}")
        return ""

    @available.parse(lambda *a, **k: "")
    def carry_grant(self, catalog: str, sql: str, told: str) -> str:
        """A grant that nobody configured. Who may not pass it on is told to, and the model goes on."""
        try:
            return self.run_in_catalog(catalog, sql)
        except DbtDatabaseError as error:
            if not is_refusal(error):
                raise
            logger.warning(not_carried(" ".join(told.split())))
            return ""

    def cache_dropped(self, relation: BaseRelation | None) -> str:
        if relation is not None:
            self.grants.forget(relation)
        return super().cache_dropped(relation)

    # --- persist_docs

    @available.parse(lambda *a, **k: Comments())
    def comment_changes(
        self, relation: StarRocksRelation, model: Mapping[str, Any], for_relation: bool = True, for_columns: bool = True
    ) -> Comments:
        """What must be altered. Nothing on what this run has made, with its comments, nor where no ALTER takes any."""
        made_now = self.metadata.has_changed(*_parts(relation))
        if made_now or not relation.is_table or relation.database != DEFAULT_CATALOG:
            return Comments()
        names = {column.name: column.comment for column in self.known_columns(relation)}
        wanted = comments.documented(model, names, for_relation, for_columns)
        listed = self.metadata.listed(*_parts(relation))
        return comments.differing(wanted, listed.comment if listed else None, names)

    @available.parse_list
    def undocumented(self, model: Mapping[str, Any], columns: Sequence[Any]) -> tuple[str, ...]:
        """Columns that the project describes and a table built now does not have."""
        return comments.documented(model, [column.name for column in columns]).missing

    @available.parse(lambda *a, **k: "")
    def comments_are_set(self, relation: BaseRelation, changes: Comments) -> str:
        self.metadata.remember_comments(*_parts(relation), changes.relation, changes.columns)
        return ""

    @available.parse(lambda *a, **k: Comments())
    def view_comments(self, relation: BaseRelation, model: Mapping[str, Any], sql: str) -> Comments:
        """All columns of the view, the described ones with a text; none where nothing is described."""
        if relation.identifier != model.get("alias"):
            return Comments()
        if not (comments.documented(model, ()).missing):
            return comments.documented(model, ())
        names = self.query_column_names(sql, (model.get("config") or {}).get("sql_header"))
        wanted = comments.documented(model, names)
        columns = {name: wanted.columns.get(name, "") for name in names} if any(wanted.columns.values()) else {}
        return Comments(wanted.relation, columns, wanted.missing)

    # --- docs and freshness

    @classmethod
    def _catalog_filter_table(cls, table: agate.Table, used_schemas: frozenset[tuple[str, str]]) -> agate.Table:
        from dbt_common.clients.agate_helper import table_from_rows

        rows = catalog.rows(_named_rows(table))
        return super()._catalog_filter_table(table_from_rows(rows, (*catalog.COLUMNS, *catalog.STATS)), used_schemas)

    @available.parse_none
    def get_catalog_for_single_relation(self, relation: BaseRelation) -> CatalogTable | None:
        return catalog.table(self._ask("get_catalog_for_single_relation", {"relation": relation}))

    def calculate_freshness_from_metadata_batch(self, sources: list[BaseRelation], macro_resolver: Any = None) -> Any:
        responses: list[AdapterResponse | None] = []
        known: dict[BaseRelation, FreshnessResponse] = {}
        for together in freshness.rounds(sources):
            asked, found = super().calculate_freshness_from_metadata_batch(together, macro_resolver)
            responses += asked
            known |= {s: answer for s, answer in found.items() if answer["max_loaded_at"].year != freshness.NEVER}
        return responses, known

    def calculate_freshness_from_metadata(self, source: BaseRelation, macro_resolver: Any = None) -> Any:
        responses, known = self.calculate_freshness_from_metadata_batch([source], macro_resolver)
        if source not in known:
            raise freshness.unknown(source)
        return responses[0], known[source]

    # --- what dbt's test helpers write with

    def update_column_sql(self, dst_name: str, dst_column: str, clause: str, where_clause: str | None = None) -> str:
        """An UPDATE without a condition is refused."""
        return f"update {dst_name} set {dst_column} = {clause} where {where_clause or 'true'}"

    def timestamp_add_sql(self, add_to: str, number: int = 1, interval: str = "hour") -> str:
        return f"date_add({add_to}, interval {number} {interval})"

    def string_add_sql(self, add_to: str, value: str, location: str = "append") -> str:
        parts = {"append": f"{add_to}, '{value}'", "prepend": f"'{value}', {add_to}"}
        if location not in parts:
            raise DbtRuntimeError(f"A text is added at '{location}', expected one of: append, prepend.")
        return f"concat({parts[location]})"

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

    def pre_model_hook(self, config: Mapping[str, Any]) -> Any:
        self.connections.enter_model(cast(Any, config))
        return super().pre_model_hook(config)

    def post_model_hook(self, config: Mapping[str, Any], context: Any) -> None:
        self.undo.run(lambda sql: self.execute(sql))
        self._turns.leave()
        self._probes.__dict__.clear()
        self.connections.leave_model()
        super().post_model_hook(config, context)

    @available.parse(lambda *a, **k: "")
    def await_visible(self) -> str:
        """Until the last load of this model can be read."""
        self.connections.await_visible()
        return ""

    # --- the types of a query

    @available.parse_list
    def describe_query(
        self, sql: str, sql_header: str | None = None, like: Sequence[StarRocksColumn] = ()
    ) -> list[StarRocksColumn]:
        """Names and exact types. `like`: columns that settle what the wire leaves open, sparing the second question."""
        header = f"{sql_header}\n" if sql_header else ""
        wire = self._probe(sql, header)
        describe.refuse_duplicates(wire)
        found = describe.from_wire(wire) or (describe.like_existing(wire, like) if like else None)
        if found is None:
            _, table = self.execute(describe.typeof_query(wire, sql, header), fetch=True)
            found = describe.from_typeof(wire, [str(told) for told in table.rows[0]])
        return found

    @available.parse_list
    def query_column_names(self, sql: str, sql_header: str | None = None) -> list[str]:
        return [column.name for column in self._probe(sql, f"{sql_header}\n" if sql_header else "")]

    def _probe(self, sql: str, header: str) -> list[describe.WireColumn]:
        """One empty result per query and model, however many steps of the model ask for it."""
        question = f"{header}select * from (\n{sql}\n) `__dbt_sbq` limit 0"
        known: dict[str, list[describe.WireColumn]] = self._probes.__dict__
        if question not in known:
            known[question] = self._wire_columns(question)
        return known[question]

    def get_column_schema_from_query(self, sql: str) -> list[StarRocksColumn]:
        """dbt has wrapped the query and its header itself, so it is asked as it stands, and once more if need be."""
        wire = self._wire_columns(sql)
        found = describe.from_wire(wire)
        return found if found is not None else self.describe_query(sql)

    def _wire_columns(self, sql: str) -> list[describe.WireColumn]:
        _, cursor = self.connections.add_select_query(sql)
        return describe.wire_columns(cursor.fields)

    # --- the design of a table

    @available.parse_none
    def table_design(
        self,
        model: Mapping[str, Any],
        columns: Sequence[StarRocksColumn],
        defaults: Mapping[str, Any] | None = None,
    ) -> TableDesign:
        """Checked whole before any of its SQL is sent."""
        version = self._version()
        analyze_mode(model)
        design = TableDesign.from_model(model, columns, lambda feature: feature.on(version), defaults)
        self._say_once_each(model, design.notices)
        self._say_once(str(model.get("unique_id")), partial(self._warn_of_promises, design.promises))
        return design

    @available.parse(lambda *a, **k: None)
    def analyze_mode(self, model: Mapping[str, Any]) -> str | None:
        return analyze_mode(model)

    @available.parse(lambda *a, **k: None)
    def analyze_complaint(self, answer: agate.Table) -> str | None:
        return next((complaint(row) for row in _named_rows(answer)), None)

    def _say_once_each(self, model: Mapping[str, Any], notices: Iterable[str]) -> None:
        for notice in notices:
            self._say_once(notice, partial(logger.warning, f"{model.get('name')}: {notice}"))

    def _say_once(self, key: str, say: Callable[[], None]) -> None:
        """Per run: several steps of a model ask for its design, and many models have the same old spelling."""
        if key not in self._said:
            self._said.add(key)
            say()

    def _warn_of_promises(self, promises: Promises) -> None:
        for constraint in promises.told:
            warn_or_error(ConstraintNotEnforced(constraint=constraint, adapter=self.type()))
        for constraint in promises.ignored:
            warn_or_error(ConstraintNotSupported(constraint=constraint, adapter=self.type()))

    @classmethod
    def render_column_constraint(cls, constraint: ColumnLevelConstraint) -> str | None:
        """A column's line takes NOT NULL and StarRocks' own clauses; keys are the table's."""
        if constraint.type == ConstraintType.custom:
            return constraint.expression
        return "not null" if constraint.type == ConstraintType.not_null else None

    @classmethod
    def render_model_constraint(cls, constraint: ModelLevelConstraint) -> str | None:
        """CREATE TABLE has no place for any: see the design of a table."""
        return None

    @available.parse_none
    def contract_mismatch(
        self, model: Mapping[str, Any], columns: Sequence[StarRocksColumn]
    ) -> ContractMismatch | None:
        return contract_mismatch(model, columns)

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

    # --- snapshots

    @available.parse_none
    def snapshot_design(
        self,
        model: Mapping[str, Any],
        columns: Sequence[StarRocksColumn],
        meta: Mapping[str, str],
        existing: BaseRelation | None = None,
    ) -> TableDesign:
        """`existing`: the table whose rows are to move into one of this design."""
        design = self.table_design(snapshots.keyed_model(model, columns, meta), columns)
        table = self.existing_table(existing) if existing is not None else None
        if existing is None or table is None:
            return design
        listed = self.metadata.listed(*_parts(existing))
        return snapshots.successor(design, table, listed.comment if listed else "")

    @available.parse(lambda *a, **k: True)
    def snapshot_takes_upserts(self, existing: BaseRelation, meta: Mapping[str, str]) -> bool:
        table = self.existing_table(existing)
        return table is not None and snapshots.takes_upserts(table, meta)

    @available.parse_list
    def new_snapshot_columns(self, target: BaseRelation, query: str, header: str | None) -> list[StarRocksColumn]:
        """The query's columns that the snapshot has not. Types are asked for only where there is one."""
        known = self.known_columns(target)
        names = {column.name.lower() for column in known}
        if all(name.lower() in names for name in self.query_column_names(query, header)):
            return []
        return snapshots.missing_in(self.describe_query(query, header, known), names)

    @available.parse_list
    def snapshot_writes(
        self, target: BaseRelation, query: str, header: str | None, meta: Mapping[str, str], hard_deletes: str
    ) -> list[snapshots.Write]:
        wire = self._probe(query, f"{header}\n" if header else "")
        return snapshots.writes(self.known_columns(target), wire, meta, hard_deletes)

    @available.parse(lambda *a, **k: "")
    def keep_all_versions_sql(self, relation: BaseRelation, meta: Mapping[str, str]) -> str:
        return snapshots.keep_all_statement(relation.render(), self.known_columns(relation), meta)

    @available.parse(lambda *a, **k: False)
    def reads_a_part(self) -> bool:
        """Whether the run was told to read a sample of its sources, or nothing of them."""
        args = self.config.args
        return bool(getattr(args, "EMPTY", False)) or getattr(args, "sample", None) is not None

    # --- functions

    @available
    def function_expression(self, model: Mapping[str, Any]) -> str:
        return functions.expression(model)

    @available
    def function_arguments(self, model: Mapping[str, Any]) -> str:
        return functions.arguments(model)

    # --- seeds

    @available.parse_list
    def seed_columns(
        self, table: agate.Table, column_types: Mapping[str, str] | None, quote: bool | None = None
    ) -> list[StarRocksColumn]:
        if quote is False:
            seeds.refuse_unquoted(table)
        return seeds.columns(table, dict(column_types or {}), self.convert_type)

    @available.parse_list
    def seed_statements(self, table: agate.Table) -> list[list[list[str]]]:
        """Statements of blocks of rows, each row rendered; one statement where the server can take them all at once."""
        together = Feature.VALUES_IN_UNION.on(self._version())
        return seeds.statements(table, seeds.BLOCKS_PER_STATEMENT if together else 1)

    @available.parse(lambda *a, **k: "")
    def load_rows(self, sql: str) -> str:
        self.connections.load(sql)
        return ""

    @classmethod
    def convert_text_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return "string"

    @classmethod
    def convert_number_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        import agate

        if agate_table.aggregate(agate.MaxPrecision(col_idx)):
            return "double"
        return cls.convert_integer_type(agate_table, col_idx)

    @classmethod
    def convert_integer_type(cls, agate_table: agate.Table, col_idx: int) -> str:
        return seeds.integer_type(value for value in agate_table.columns[col_idx].values())

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

    # --- incremental models

    def valid_incremental_strategies(self) -> list[str]:
        return list(incremental_config.STRATEGIES)

    @available.parse_none
    def incremental_plan(
        self, model: Mapping[str, Any], existing: BaseRelation | None, strategy: str | None = None
    ) -> IncrementalPlan:
        """Checked before any SQL is sent; `existing` is none where this run makes the table."""
        version = self._version()
        table = self.existing_table(existing) if existing is not None else None
        internal = (model.get("database") or DEFAULT_CATALOG) == DEFAULT_CATALOG
        return incremental_config.plan(strategy, model["config"], table, lambda feature: feature.on(version), internal)

    @available.parse(lambda *a, **k: False)
    def is_own_strategy(self, context: Mapping[str, Any], strategy: str) -> bool:
        """Whether the project wrote the strategy's macro, or put one of its own in the place of ours."""
        return incremental_config.is_own(context, strategy)

    @available.parse_list
    def columns_to_write(
        self, existing: BaseRelation, model: Mapping[str, Any], found: Sequence[StarRocksColumn] | None = None
    ) -> list[StarRocksColumn]:
        options = model["config"].get("column_options") or {}
        return schema_change.to_write(self.known_columns(existing), options, found, str(existing.identifier))

    @available.parse(lambda *a, **k: {})
    def increment_casts(
        self, relation: BaseRelation, columns: Sequence[StarRocksColumn], found: Sequence[StarRocksColumn]
    ) -> dict[str, str]:
        schema_change.refuse_missing(columns, found, str(relation.identifier))
        return schema_change.casts(columns, found)

    @available.parse_none
    def partition_scheme(self, relation: BaseRelation) -> PartitionScheme:
        """Where partitions come by themselves it is asked once per run, for nothing of it changes as they come."""
        table = self.existing_table(relation)
        if table is None or not table.partition_columns:
            return existing_partitions.UNPARTITIONED
        known = self.metadata.schema(*_parts(relation)[:2]).extra
        key = f"partitions of {table.table_id}"
        if key not in known:
            shown = _named_rows(self.execute(f"show create table {relation.render()}", fetch=True)[1])
            scheme = existing_partitions.scheme_of(str(shown[0]["create table"]), table)
            if not scheme.is_automatic:
                return scheme
            known[key] = scheme
        return cast(PartitionScheme, known[key])

    @available.parse_none
    def touched_partitions(self, relation: BaseRelation, scheme: PartitionScheme, rows: agate.Table) -> Touched:
        return existing_partitions.touched(scheme, [tuple(row) for row in rows.rows], str(relation.identifier))

    @available.parse(lambda *a, **k: "")
    def add_partition_clause(self, relation: BaseRelation, scheme: PartitionScheme, partition: StoredPartition) -> str:
        types = {column.name: column.dtype for column in self.known_columns(relation)}
        dates_only = [types.get(name) for name in scheme.columns] == ["date"]
        if scheme.is_automatic:
            return f"add partitions {existing_partitions.batch_definition(partition, scheme.unit, dates_only)}"
        values = existing_partitions.definition(partition, dates_only)
        return f"add partition if not exists {self.quote(partition.name)} values {values}"

    @available.parse_none
    def prunable_scheme(self, relation: BaseRelation, plan: IncrementalPlan) -> PartitionScheme | None:
        """The table's partitions, where the predicates leave some of them out; nothing is asked where they cannot."""
        table = self.existing_table(relation)
        if table is None or len(table.partition_columns) != 1 or not plan.predicates:
            return None
        if not partition_pruning.span_of(plan.predicates, table.partition_columns[0]).is_bounded:
            return None
        scheme = self.partition_scheme(relation)
        by_name = not scheme.is_automatic or self.server_supports("overwrite_automatic_by_name")
        return scheme if by_name and partition_pruning.is_by_time(scheme) else None

    @available.parse_none
    def rewritten_partitions(
        self, relation: BaseRelation, scheme: PartitionScheme, plan: IncrementalPlan, rows: agate.Table
    ) -> Touched | None:
        partitions = self._partitions(relation, scheme)
        values = [tuple(row) for row in rows.rows]
        return partition_pruning.rewritten(scheme, partitions, plan.predicates, values, str(relation.identifier))

    def _partitions(self, relation: BaseRelation, scheme: PartitionScheme) -> Sequence[StoredPartition]:
        if not scheme.is_automatic:
            return scheme.partitions
        shown = _named_rows(self.execute(f"show partitions from {relation.render()}", fetch=True)[1])
        return existing_partitions.shown_ranges(shown)

    @available.parse_none
    def microbatch(
        self, relation: BaseRelation, model: Mapping[str, Any], scheme: PartitionScheme, plan: IncrementalPlan
    ) -> Batch:
        table, version = self.existing_table(relation), self._version()
        assert table is not None
        batch = microbatch.batch_of(model, table, scheme, plan.predicates, lambda feature: feature.on(version))
        self._say_once_each(model, batch.notices)
        if batch.serial:
            self.take_turn(relation)
        return batch

    @available.parse(lambda *a, **k: "")
    def take_turn(self, relation: BaseRelation) -> str:
        """Until this model or batch ends, no other one of this run goes on with the same table."""
        self._turns.take(_parts(relation))
        return ""

    @available.parse(lambda *a, **k: "")
    def end_turn(self) -> str:
        self._turns.leave()
        return ""

    @available.parse_none
    def batch_cover(self, relation: BaseRelation, batch: Batch, scheme: PartitionScheme) -> Cover:
        return microbatch.cover(batch, self._partitions(relation, scheme), str(relation.identifier))

    # --- schema changes

    @available.parse_none
    def pending_schema_change(
        self, existing: BaseRelation, model: Mapping[str, Any], found: Sequence[StarRocksColumn]
    ) -> SchemaChange | None:
        """What has to happen to the table's columns, as far as `on_schema_change` lets it happen."""
        mode = model["config"].get("on_schema_change") or "ignore"
        if mode == "ignore":
            return None
        wanted = self.table_design(model, found).columns
        change = schema_change.difference(self.known_columns(existing), found, wanted)
        return self._possible(existing, schema_change.followed(mode, change, str(existing.identifier)))

    @available.parse_none
    def column_change(
        self, relation: BaseRelation, added: Sequence[StarRocksColumn], dropped: Sequence[StarRocksColumn]
    ) -> SchemaChange:
        """The change that dbt's own macros ask for."""
        return self._possible(relation, schema_change.asked(self.known_columns(relation), added, dropped))

    @available.parse_none
    def type_change(self, relation: BaseRelation, column: str, data_type: str) -> SchemaChange:
        return self._possible(relation, schema_change.asked_type(self.known_columns(relation), column, data_type))

    def _possible(self, relation: BaseRelation, change: SchemaChange) -> SchemaChange:
        table = self.existing_table(relation)
        if table is None or not change:
            return change
        views = [view for _, view in dependents.reading(table.name, self.metadata.all_listed())]
        return schema_change.refuse_impossible(change, table.name, table, views)

    def expand_column_types(self, goal: BaseRelation, current: BaseRelation) -> None:
        """Not only strings widen here."""
        found, stored = self.get_columns_in_relation(goal), self.get_columns_in_relation(current)
        for column in schema_change.difference(stored, found, ()).retyped:
            if schema_change.may_become(next(c for c in stored if c.name == column.name), column):
                self.alter_column_type(current, column.name, column.data_type)

    @available.parse_list
    def changed_types(
        self, found: Sequence[StarRocksColumn], stored: Sequence[StarRocksColumn]
    ) -> list[dict[str, str]]:
        change = schema_change.difference(stored, found, ())
        return [{"column_name": column.name, "new_type": column.data_type} for column in change.retyped]

    @available.parse(lambda *a, **k: "")
    def alter_columns(self, relation: BaseRelation, sql: str, timeout: float | None = None) -> str:
        """Returns when the new columns are there for readers and writers."""
        self._alter_jobs(relation, timeout).run(sql)
        self.metadata.changed(*_parts(relation))
        return ""

    @available.parse(lambda *a, **k: "")
    def await_alter(self, relation: BaseRelation, timeout: float | None = None) -> str:
        self._alter_jobs(relation, timeout).wait()
        return ""

    def _alter_jobs(self, relation: BaseRelation, timeout: float | None) -> AlterJobs:
        def ask(sql: str) -> Sequence[Mapping[str, Any]]:
            return _named_rows(self.execute(sql, fetch=True)[1])

        limit = float(timeout or schema_change.DEFAULT_TIMEOUT)
        return AlterJobs(ask, str(relation.schema), str(relation.identifier), limit)

    @available.parse(lambda *a, **k: "")
    def default_clause(self, default: str) -> str:
        return schema_change.default_clause(default)


def _named_rows(table: agate.Table) -> list[Mapping[str, Any]]:
    names = [name.lower() for name in table.column_names]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def _parts(relation: BaseRelation) -> tuple[str, str, str]:
    return str(relation.database), str(relation.schema), str(relation.identifier)


def _relation_type(kind: str) -> RelationType:
    return RelationType(kind) if kind in KINDS else RelationType.External


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
