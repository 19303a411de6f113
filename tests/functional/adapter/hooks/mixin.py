"""What dbt's hook tests read back, in StarRocks' words: a double-quoted name would be a string."""

from __future__ import annotations

FIELDS = (
    "test_state",
    "target_dbname",
    "target_host",
    "target_name",
    "target_schema",
    "target_threads",
    "target_type",
    "target_user",
    "target_pass",
    "run_started_at",
    "invocation_id",
    "thread_id",
)


def read_contexts(project, table, state):
    columns = ", ".join(FIELDS)
    rows = project.run_sql(f"select {columns} from {{schema}}.{table} where test_state = '{state}'", fetch="all")
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def check_context(context, project, state, host, threads=("Thread-",)):
    assert context["test_state"] == state
    assert context["target_dbname"] == "default_catalog"
    assert context["target_host"] == host
    assert context["target_name"] == "default"
    assert context["target_schema"] == project.test_schema
    assert context["target_threads"] == 4
    assert context["target_type"] == "starrocks"
    assert context["target_user"] == "root"
    assert context["target_pass"] == ""
    assert context["run_started_at"]
    assert context["invocation_id"]
    assert context["thread_id"].startswith(threads)
