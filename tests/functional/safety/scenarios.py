"""Every kind of rebuild: a model as it stands, and as it becomes.

Left out is `delete_insert_atomic: false`: two statements by the user's own wish, with the gap that its documentation
names."""

from __future__ import annotations

from dataclasses import dataclass, field

Rows = tuple[int, ...]


@dataclass(frozen=True)
class Scenario:
    """`between_kinds`: for a moment no name, or only a helper's, bears the rows. `partly`: states between old and new
    that a rebuild in several steps may stop at. `granted`: somebody was given SELECT by hand."""

    name: str
    before: str
    after: str
    old: Rows = (1, 2)
    new: Rows = (1, 2, 3)
    flags: tuple[str, ...] = ()
    between_kinds: bool = False
    partly: tuple[Rows, ...] = ()
    command: str = "run"
    path: str = "models/subject.sql"
    files: dict[str, str] = field(default_factory=dict)
    granted: bool = False
    only_before: str = ""
    only_since: str = ""


def model(sql: str, **config: str) -> str:
    return f"{{{{ config({', '.join(f'{k}={v}' for k, v in config.items())}) }}}}\n{sql}"


TWO = "select cast(1 as int) as id union all select cast(2 as int)"
THREE = f"{TWO} union all select cast(3 as int)"
BASE = {"models/base.sql": model(THREE, materialized="'table'")}
MART = {"models/mart.sql": model("select id from {{ ref('subject') }}", materialized="'materialized_view'")}
LAYOUT = {"distributed_by": "['id']", "buckets": "3"}

KINDS = {
    "table": lambda sql: model(sql, materialized="'table'"),
    "view": lambda sql: model(sql, materialized="'view'"),
    "materialized view": lambda sql: model(
        "select id from {{ ref('base') }} where id < " + ("4" if sql == THREE else "3"),
        materialized="'materialized_view'",
    ),
}


def changed_kinds() -> list[Scenario]:
    return [
        Scenario(f"{old} to {new}", KINDS[old](TWO), KINDS[new](THREE), between_kinds=True, files=BASE)
        for old in KINDS
        for new in KINDS
        if old != new
    ]


TABLES = [
    Scenario("table, same layout", KINDS["table"](TWO), KINDS["table"](THREE)),
    Scenario("table, new layout", KINDS["table"](TWO), model(THREE, materialized="'table'", **LAYOUT)),
    Scenario("table, granted", KINDS["table"](TWO), model(THREE, materialized="'table'", **LAYOUT), granted=True),
    Scenario("table, with dependents", KINDS["table"](TWO), model(THREE, materialized="'table'", **LAYOUT), files=MART),
    Scenario("table, full refresh", KINDS["table"](TWO), KINDS["table"](THREE), flags=("--full-refresh",)),
]

VIEWS = [
    Scenario("view", KINDS["view"](TWO), KINDS["view"](THREE)),
    Scenario(
        "view, with dependents",
        KINDS["view"]("select id from {{ ref('base') }} where id < 3"),
        KINDS["view"]("select id from {{ ref('base') }}"),
        files={**BASE, **MART},
    ),
    Scenario(
        "materialized view, replaced",
        KINDS["materialized view"](TWO),
        KINDS["materialized view"](THREE),
        files=BASE,
    ),
    Scenario(
        "materialized view, altered",
        KINDS["materialized view"](TWO),
        model(
            "select id from {{ ref('base') }} where id < 3",
            materialized="'materialized_view'",
            refresh_method="'async start(\"2099-01-01 00:00:00\") every(interval 1 day)'",
            properties="{'session.enable_spill': 'true'}",
        ),
        new=(1, 2),
        files=BASE,
    ),
]


def incremental(sql: str, **config: str) -> str:
    return model(sql, materialized="'incremental'", **config)


DAYS = "select cast(1 as int) as id, cast('2024-01-01' as date) as day union all select 2, cast('2024-01-02' as date)"
NEW_DAYS = f"select id, day from ({DAYS}) as days where id = 2 union all select 3, cast('2024-01-03' as date)"
BY_KEY = {"unique_key": "'id'"}
DUPLICATE = {**BY_KEY, "table_type": "'DUPLICATE'"}
BY_DAY = {"partition_by": "['day']", "incremental_strategy": "'insert_overwrite'"}
MICROBATCH = {
    "incremental_strategy": "'microbatch'",
    "event_time": "'day'",
    "begin": "'2024-01-01'",
    "batch_size": "'day'",
    "partition_by": "['day']",
    "concurrent_batches": "false",
}

INCREMENTAL = [
    # the rows of an append whose answer was lost are there; only the model's own filter tells the rerun so
    Scenario(
        "incremental append",
        incremental(TWO),
        incremental(
            f"select id from ({THREE}) as three {{% if is_incremental() %}}"
            "where id > (select max(id) from {{ this }}){% endif %}"
        ),
    ),
    Scenario("incremental merge", incremental(TWO, **BY_KEY), incremental(THREE, **BY_KEY)),
    Scenario("incremental delete+insert", incremental(TWO, **DUPLICATE), incremental(THREE, **DUPLICATE)),
    Scenario("incremental insert_overwrite", incremental(DAYS, **BY_DAY), incremental(NEW_DAYS, **BY_DAY)),
    Scenario(
        "incremental dynamic_overwrite",
        incremental(DAYS, **{**BY_DAY, "incremental_strategy": "'dynamic_overwrite'"}),
        incremental(NEW_DAYS, **{**BY_DAY, "incremental_strategy": "'dynamic_overwrite'"}),
        only_since="3.4",
    ),
    Scenario(
        "incremental microbatch",
        incremental("select id, day from {{ ref('days') }}", **MICROBATCH),
        incremental("select id + 10 as id, day from {{ ref('days') }}", **MICROBATCH),
        new=(11, 12),
        partly=((2, 11), (1, 12)),
        flags=("--event-time-start", "2024-01-01", "--event-time-end", "2024-01-03"),
        files={"models/days.sql": model(DAYS, materialized="'table'", event_time="'day'")},
    ),
    Scenario(
        "incremental, new column",
        incremental(TWO, on_schema_change="'append_new_columns'", **BY_KEY),
        incremental(
            f"select id, 'a' as name from ({THREE}) as three", on_schema_change="'append_new_columns'", **BY_KEY
        ),
    ),
    Scenario(
        "incremental full refresh",
        incremental(TWO, **BY_KEY),
        incremental(THREE, **BY_KEY),
        flags=("--full-refresh",),
    ),
    Scenario("view to incremental", KINDS["view"](TWO), incremental(THREE, **BY_KEY), between_kinds=True),
]


def csv(*ids: int) -> str:
    return "\n".join(["id", *map(str, ids), ""])


def seed(name: str, before: str, after: str, new: Rows = (1, 2, 3), **more: object) -> Scenario:
    return Scenario(name, before, after, new=new, command="seed", path="seeds/subject.csv", **more)  # type: ignore[arg-type]


MANY = tuple(range(1, 20_001))
SEEDS = [
    seed("seed, same columns", csv(1, 2), csv(1, 2, 3)),
    seed("seed, new columns", csv(1, 2), "id,name\n1,a\n2,b\n3,c\n"),
    seed("seed, emptied", csv(1, 2), csv(), ()),
    # older servers take no VALUES in a UNION, so there it is loaded in several statements
    seed("seed, several loads", csv(1, 2), csv(*MANY), MANY, only_before="3.5"),
]

SNAPSHOT = """
{% snapshot subject %}
{{ config(unique_key='id', strategy='check', check_cols=['name'], target_schema=target.schema) }}
QUERY
{% endsnapshot %}
"""
# as earlier adapters left one
DUPLICATE = """post_hook=[
  "create table {{ this.schema }}.copied duplicate key (dbt_scd_id) as select * from {{ this }}",
  "alter table {{ this }} swap with copied",
  "drop table {{ this.schema }}.copied force"],
"""
NAMED = "select cast(1 as int) as id, 'a' as name union all select 2, 'b'"
RENAMED = "select cast(1 as int) as id, 'a' as name union all select 2, 'c'"
SNAPSHOTS = [
    Scenario(
        "snapshot",
        SNAPSHOT.replace("QUERY", NAMED),
        SNAPSHOT.replace("QUERY", RENAMED),
        new=(1, 2, 2),
        command="snapshot",
        path="snapshots/subject.sql",
    ),
    Scenario(
        "snapshot, new column",
        SNAPSHOT.replace("QUERY", NAMED),
        SNAPSHOT.replace("QUERY", f"select id, name, 7 as more from ({RENAMED}) as named"),
        new=(1, 2, 2),
        command="snapshot",
        path="snapshots/subject.sql",
    ),
    Scenario(
        "snapshot with a duplicate key",
        SNAPSHOT.replace("QUERY", NAMED).replace("unique_key", DUPLICATE + "unique_key"),
        SNAPSHOT.replace("QUERY", RENAMED),
        new=(1, 2, 2),
        command="snapshot",
        path="snapshots/subject.sql",
    ),
]

SCENARIOS = [*TABLES, *changed_kinds(), *VIEWS, *INCREMENTAL, *SEEDS, *SNAPSHOTS]
