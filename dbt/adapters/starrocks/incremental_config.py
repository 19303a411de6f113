"""Which statement an incremental model writes with: its strategy, checked against its table and its server.

Nothing on StarRocks is atomic but one statement, so each strategy is one: an INSERT, an upsert by the table's key, or
an INSERT OVERWRITE of what stays together with what is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.table_config.values import boolean, choice, names, refuse, texts

APPEND, MERGE, DELETE_INSERT = "append", "merge", "delete+insert"
INSERT_OVERWRITE, DYNAMIC_OVERWRITE, MICROBATCH = "insert_overwrite", "dynamic_overwrite", "microbatch"
STRATEGIES = (APPEND, MERGE, DELETE_INSERT, INSERT_OVERWRITE, DYNAMIC_OVERWRITE, MICROBATCH)
DEFAULT = "default"

INSERT, UPSERT, KEEP_OTHERS, DELETE_THEN_INSERT = "insert", "upsert", "keep_others", "delete_then_insert"
OVERWRITE_PARTITIONS = "overwrite_partitions"

SCHEMA_CHANGES = ("ignore", "append_new_columns", "sync_all_columns", "fail")
DUPLICATES = ("last", "fail")
# tables that keep one row per key, the last that was written
UPSERTABLE = ("PRIMARY", "UNIQUE")
PLAIN_NAME = re.compile(r"\w+|`[^`]+`")
OUR_PACKAGES = ("dbt", "dbt_starrocks")
LITERAL = re.compile(r"(['\"]).*\1|[\d.]+", re.S)
SOURCE_ALIAS = "DBT_INTERNAL_SOURCE"

Supports = Callable[[Feature], bool]


@dataclass(frozen=True)
class Key:
    """A part of the unique key: a column, or an expression over columns."""

    text: str
    is_column: bool


def _key(text: str) -> Key:
    return Key(text.strip("`"), True) if PLAIN_NAME.fullmatch(text) else Key(text, False)


@dataclass(frozen=True)
class IncrementalPlan:
    """`statement` is what will be written. `predicates` say which stored rows may be touched, those in
    `matched_predicates` by both the stored and the new row; `kept` columns of stored rows stay as they are."""

    strategy: str
    statement: str
    keys: tuple[Key, ...] = ()
    predicates: tuple[str, ...] = ()
    matched_predicates: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    fail_on_duplicates: bool = False
    on_schema_change: str = "ignore"

    @property
    def reads_target(self) -> bool:
        """An upsert that must look at the stored rows first."""
        return bool(self.kept or self.predicates or self.matched_predicates)

    @property
    def follows_query(self) -> bool:
        """Whether the columns of the query matter before the statement is written."""
        return self.on_schema_change != "ignore"

    def by_partition(self, expressions: Iterable[str]) -> IncrementalPlan:
        """The partition in the place of the key: a stored row gives way where new rows have its partition."""
        return replace(self, keys=tuple(_key(text) for text in expressions))

    def without_predicates(self) -> IncrementalPlan:
        return replace(self, predicates=())

    def is_kept(self, column: str) -> bool:
        return column.lower() in self.kept


def plan(
    strategy: str | None,
    config: Mapping[str, Any],
    existing: ExistingTable | None,
    supports: Supports,
    internal: bool = True,
) -> IncrementalPlan:
    """`existing`: the table as it is, or None where this run makes it; then only the config can be wrong."""
    found = _Planner(config, existing, supports).plan(strategy or config.get("incremental_strategy") or DEFAULT)
    if not internal and found.strategy in STRATEGIES and found.statement != INSERT:
        refuse(
            "incremental_strategy",
            found.strategy,
            "tables of other systems, in an external catalog, have no keys, and overwriting them may replace more",
            "Take `incremental_strategy: append` without unique_key, or materialize the model as a table.",
        )
    return found


def is_own(context: Mapping[str, Any], strategy: str) -> bool:
    """Whether the macro behind a strategy is the project's, or a package's, and not ours."""
    name = f"get_incremental_{strategy.replace('+', '_')}_sql"
    found = (getattr(context.get(macro), "macro", None) for macro in (name, f"starrocks__{name}"))
    return any(macro.package_name not in OUR_PACKAGES for macro in found if macro is not None)


class _Planner:
    def __init__(self, config: Mapping[str, Any], existing: ExistingTable | None, supports: Supports) -> None:
        self.config = config
        self.existing = existing
        self.supports = supports
        self.keys = self._keys()
        self.on_schema_change = choice(
            "on_schema_change", config.get("on_schema_change") or "ignore", SCHEMA_CHANGES, "way to treat new columns"
        )
        self.key_model = existing.key_model if existing else self._asked_key_model()

    def plan(self, strategy: str) -> IncrementalPlan:
        if strategy == DEFAULT:
            strategy = self._default()
        if self.on_schema_change == "ignore":
            self._check_columns()
        self._check_merge_columns(strategy)
        if strategy == MERGE:
            return self._merge()
        if strategy == DELETE_INSERT:
            return self._delete_insert()
        if strategy in (INSERT_OVERWRITE, DYNAMIC_OVERWRITE):
            return self._overwrite(strategy)
        if strategy == MICROBATCH:
            return self._microbatch()
        return self._made(strategy, INSERT)

    def _default(self) -> str:
        """What the server is best at: a merge where the table has the key, else the same result by an overwrite."""
        if not self.keys:
            return APPEND
        return MERGE if self.key_model in UPSERTABLE and self._is_table_key() else DELETE_INSERT

    def _merge(self) -> IncrementalPlan:
        if not self.keys:
            refuse(
                "unique_key",
                self.config.get("unique_key"),
                "`merge` needs to know what makes a row the same row",
                "Name the key's columns in `unique_key`, or take `incremental_strategy: append`.",
            )
        if self.key_model not in UPSERTABLE:
            self._refuse_merge(f"the table is {self.key_model} KEY, which takes no upsert")
        if not self._is_table_key():
            self._refuse_merge(f"the table's key is ({', '.join(self._table_key())})")
        found = self._made(MERGE, UPSERT, kept=self._kept(), fail_on_duplicates=self._fails_on_duplicates())
        if found.reads_target and self.key_model == "UNIQUE":
            self._refuse_merge("only its keys, which are never NULL, tell a stored row from a new one")
        return found

    def _refuse_merge(self, rule: str) -> None:
        refuse(
            "unique_key",
            self.config.get("unique_key"),
            f"`merge` writes by the key of a PRIMARY KEY table, and {rule}",
            "Run with --full-refresh to rebuild the table (with `table_type: PRIMARY` and this key), or take "
            "`incremental_strategy: delete+insert`, which works on every table.",
        )

    def _delete_insert(self) -> IncrementalPlan:
        if not self.keys:
            return self._made(DELETE_INSERT, INSERT)
        if not _flag(self.config, "delete_insert_atomic", True):
            return self._two_statements()
        if self.key_model in UPSERTABLE and self._is_table_key():
            return self._made(DELETE_INSERT, UPSERT)
        return self._made(DELETE_INSERT, KEEP_OTHERS)

    def _two_statements(self) -> IncrementalPlan:
        if self.key_model != "PRIMARY":
            refuse(
                "delete_insert_atomic",
                False,
                f"only a PRIMARY KEY table deletes by the rows of a query, and this one is {self.key_model} KEY",
                "Remove the config: one INSERT OVERWRITE then replaces the rows.",
            )
        found = self._made(DELETE_INSERT, DELETE_THEN_INSERT)
        if found.matched_predicates:
            refuse(
                "incremental_predicates",
                list(found.matched_predicates),
                "a DELETE of its own sees the stored rows alone",
                f"Leave {SOURCE_ALIAS} out, or remove `delete_insert_atomic: false`.",
            )
        return found

    def _overwrite(self, strategy: str) -> IncrementalPlan:
        if strategy == DYNAMIC_OVERWRITE and not self.supports(Feature.DYNAMIC_OVERWRITE):
            refuse(
                "incremental_strategy",
                strategy,
                f"it needs StarRocks {Feature.DYNAMIC_OVERWRITE.since} or newer",
                "Take `insert_overwrite`, which does without on older servers.",
            )
        partitioned = self.existing.partition_columns if self.existing else self.config.get("partition_by")
        if not partitioned:
            refuse(
                "incremental_strategy",
                strategy,
                "the table has no partitions, so that every run would replace all of it",
                "Add `partition_by` (and --full-refresh where the table exists), or materialize the model as a table.",
            )
        found = replace(self._made(strategy, OVERWRITE_PARTITIONS), keys=())
        if found.matched_predicates or (found.predicates and strategy == DYNAMIC_OVERWRITE):
            refuse(
                "incremental_predicates",
                [*found.predicates, *found.matched_predicates],
                f"`{strategy}` replaces partitions, whatever rows they meet",
                "Take `insert_overwrite` with predicates on stored rows alone, or `delete+insert` with a unique_key.",
            )
        return found

    def _microbatch(self) -> IncrementalPlan:
        if not self.config.get("event_time"):
            refuse(
                "event_time",
                None,
                "`microbatch` needs to know which column holds the time of a row",
                "Add `event_time: <column>` to the model and to what it reads from.",
            )
        found = self._made(MICROBATCH, OVERWRITE_PARTITIONS)
        if found.matched_predicates:
            refuse(
                "incremental_predicates",
                list(found.matched_predicates),
                "`microbatch` replaces the stored rows of a window, whatever the new ones are",
                f"Leave {SOURCE_ALIAS} out.",
            )
        # a row that moves into the window takes the place of the stored one with its key
        keyed = self.existing is not None and self.key_model in UPSERTABLE
        return replace(found, keys=tuple(Key(name, True) for name in self._table_key()) if keyed else ())

    def _made(self, strategy: str, statement: str, **more: Any) -> IncrementalPlan:
        own, matched = self._predicates()
        return IncrementalPlan(
            strategy,
            statement,
            keys=self.keys,
            predicates=own if strategy != APPEND else (),
            matched_predicates=matched if strategy != APPEND else (),
            on_schema_change=self.on_schema_change,
            **more,
        )

    # --- what the config says

    def _keys(self) -> tuple[Key, ...]:
        parts = dict.fromkeys(texts("unique_key", self.config.get("unique_key") or None))
        columns = {column.name.lower(): column.name for column in self._columns()}
        found = [_key(part) for part in parts]
        for key in found:
            if LITERAL.fullmatch(key.text):
                refuse(
                    "unique_key",
                    self.config.get("unique_key"),
                    f"{key.text} is a constant, the same for every row",
                    "Names are written plain or in backticks; double quotes make a text on StarRocks.",
                )
        return tuple(Key(columns.get(key.text.lower(), key.text), True) if key.is_column else key for key in found)

    def _predicates(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those on stored rows alone, and those that name the new row too."""
        given = self.config.get("predicates") or self.config.get("incremental_predicates") or ()
        listed = [str(each) for each in ([given] if isinstance(given, str) else given) if str(each).strip()]
        matched = tuple(predicate for predicate in listed if SOURCE_ALIAS.lower() in predicate.lower())
        return tuple(predicate for predicate in listed if predicate not in matched), matched

    def _check_columns(self) -> None:
        if self.existing is None:
            return
        known = {column.name.lower() for column in self._columns()}
        for key in self.keys:
            if key.is_column and key.text.lower() not in known:
                refuse(
                    "unique_key",
                    self.config.get("unique_key"),
                    f"the table has no column {key.text}",
                    f"Its columns are: {', '.join(column.name for column in self._columns())}.",
                )

    def _check_merge_columns(self, strategy: str) -> None:
        updated, excluded = (self.config.get(f"merge_{which}_columns") for which in ("update", "exclude"))
        if updated and excluded:
            refuse(
                "merge_update_columns",
                updated,
                "`merge_exclude_columns` is set too, and only one of the two can say what changes",
                "Remove one of them.",
            )
        if (updated or excluded) and strategy != MERGE:
            refuse(
                f"merge_{'update' if updated else 'exclude'}_columns",
                updated or excluded,
                f"`{strategy}` replaces whole rows",
                "Take `incremental_strategy: merge` on a PRIMARY KEY table, or remove the config.",
            )

    def _kept(self) -> tuple[str, ...]:
        """Columns of a stored row that a merge leaves alone, in lower case."""
        updated = names("merge_update_columns", self.config.get("merge_update_columns") or None)
        excluded = names("merge_exclude_columns", self.config.get("merge_exclude_columns") or None)
        if self.existing is None or not (updated or excluded):
            return ()
        keys = {key.text.lower() for key in self.keys}
        changing = {name.lower() for name in updated}
        staying = {name.lower() for name in excluded}
        columns = [column.name.lower() for column in self._columns()]
        for name in (*changing, *staying):
            if name not in columns and self.on_schema_change == "ignore":
                option = "merge_update_columns" if updated else "merge_exclude_columns"
                refuse(option, name, "the table has no such column", f"Its columns are: {', '.join(columns)}.")
        return tuple(c for c in columns if c not in keys and (c in staying if staying else c not in changing))

    def _fails_on_duplicates(self) -> bool:
        given = self.config.get("merge_duplicates") or "last"
        return choice("merge_duplicates", given, DUPLICATES, "way to treat new rows with the same key") == "fail"

    # --- what the table is

    def _columns(self) -> Sequence[StarRocksColumn]:
        return self.existing.visible_columns if self.existing else ()

    def _asked_key_model(self) -> str:
        """Of a table that this run makes."""
        word = str(self.config.get("table_type") or "").upper().split(" ")[0].split("_")[0]
        if word:
            return word
        asked = self.config.get("incremental_strategy") or DEFAULT
        return "PRIMARY" if self.keys and asked in (DEFAULT, MERGE) else "DUPLICATE"

    def _table_key(self) -> Sequence[str]:
        if self.existing is not None:
            return self.existing.keys
        return names("keys", self.config.get("keys") or None) or [key.text for key in self.keys]

    def _is_table_key(self) -> bool:
        if not all(key.is_column for key in self.keys):
            return False
        return _folded(key.text for key in self.keys) == _folded(self._table_key())


def _folded(listed: Iterable[str]) -> set[str]:
    return {name.lower() for name in listed}


def _flag(config: Mapping[str, Any], option: str, default: bool) -> bool:
    given = config.get(option)
    return default if given is None else boolean(option, given)
