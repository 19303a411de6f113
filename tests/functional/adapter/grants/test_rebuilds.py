"""Grants hang on the object, so whatever takes its place must be given them first."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, write_file

NARROW = "{{ config(materialized='table') }} select 1 as id"
WIDE = "{{ config(materialized='table') }} select 1 as id, 'a' as name"
VIEW = "{{ config(materialized='view') }} select 1 as id"
FULL = "{{ config(materialized='incremental') }} select 1 as id"


def granted(project, role):
    rows = project.run_sql(f"show grants for role {role}", fetch="all")
    return sorted(row[2].replace(project.test_schema, "db") for row in rows)


def set_model(project, sql):
    write_file(sql, project.project_root, "models", "kept.sql")


@pytest.fixture(scope="class", autouse=True)
def roles(project):
    for role in ("kept_reader", "kept_writer"):
        project.run_sql(f"create role if not exists {role}")


class TestWithoutConfig:
    """Nobody told dbt of these grants; they outlive every rebuild."""

    @pytest.fixture(scope="class")
    def models(self):
        return {"kept.sql": NARROW}

    def test_kept(self, project, statements):
        run_dbt(["run"])
        project.run_sql("grant select on table {schema}.kept to role kept_reader")
        project.run_sql("grant select, insert on table {schema}.kept to role kept_writer with grant option")
        as_table = ["GRANT SELECT ON TABLE db.kept TO ROLE 'kept_reader'"]

        set_model(project, WIDE)
        run_dbt(["run"])
        assert granted(project, "kept_reader") == as_table
        assert granted(project, "kept_writer") == [
            "GRANT INSERT, SELECT ON TABLE db.kept TO ROLE 'kept_writer' WITH GRANT OPTION"
        ]
        with statements.during() as sent:
            run_dbt(["run"])
        assert not sent.containing("grant")
        assert not sent.containing("sys`")

        set_model(project, VIEW)
        run_dbt(["run"])
        assert granted(project, "kept_reader") == ["GRANT SELECT ON VIEW db.kept TO ROLE 'kept_reader'"]

        set_model(project, NARROW)
        run_dbt(["run"])
        assert granted(project, "kept_reader") == as_table

        set_model(project, FULL)
        run_dbt(["run"])
        run_dbt(["run", "--full-refresh"])
        assert granted(project, "kept_reader") == as_table

    def test_a_grant_on_all_tables_is_not_made_one_of_its_own(self, project):
        project.run_sql("revoke all on table {schema}.kept from role kept_reader")
        project.run_sql("grant select on all tables in database {schema} to role kept_reader")
        set_model(project, WIDE)
        run_dbt(["run"])
        assert granted(project, "kept_reader") == ["GRANT SELECT ON ALL TABLES IN DATABASE db TO ROLE 'kept_reader'"]


class TestWithConfig:
    @pytest.fixture(scope="class")
    def models(self):
        yml = "models: [{name: kept, config: {grants: {select: ['role:kept_reader']}}}]"
        return {"kept.sql": NARROW, "kept.yml": yml}

    def test_the_new_table_has_them_before_it_takes_the_name(self, project, statements):
        run_dbt(["run"])
        set_model(project, WIDE)
        with statements.during() as sent:
            run_dbt(["run"])
        texts = [text.lower() for text in sent.texts]
        given = next(i for i, text in enumerate(texts) if "grant select" in text)
        assert given < next(i for i, text in enumerate(texts) if "swap with" in text)
        assert granted(project, "kept_reader") == ["GRANT SELECT ON TABLE db.kept TO ROLE 'kept_reader'"]


class TestMaterializedViews:
    mv = "{{{{ config(materialized='materialized_view') }}}} select id{more} from {{{{ ref('kept') }}}}"

    @pytest.fixture(scope="class")
    def models(self):
        yml = "models: [{name: kept_mv, config: {grants: {select: ['role:kept_reader']}}}]"
        return {"kept.sql": NARROW, "kept_mv.sql": self.mv.format(more=""), "kept.yml": yml}

    def test_through_a_rebuild(self, project, statements):
        run_dbt(["run"])
        project.run_sql("grant refresh on materialized view {schema}.kept_mv to role kept_reader")
        run_dbt(["run"])
        as_configured = ["GRANT SELECT ON MATERIALIZED VIEW db.kept_mv TO ROLE 'kept_reader'"]
        assert granted(project, "kept_reader") == as_configured
        write_file(self.mv.format(more=", id + 1 as next"), project.project_root, "models", "kept_mv.sql")
        with statements.during() as sent:
            run_dbt(["run"])
        assert sent.containing("swap with")
        assert granted(project, "kept_reader") == as_configured
