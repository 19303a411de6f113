"""Grants of a view: by kind, by difference, and left alone when nothing changed."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, write_file

MODEL = "select 1 as id"
YML = """
models:
  - name: shown
    config:
      materialized: {materialized}
      grants: {grants}
"""


def granted(project, name="shown"):
    rows = project.run_sql(
        "select grantee, object_type, privilege_type from sys.grants_to_users "
        f"where object_database = '{{schema}}' and object_name = '{name}' union all "
        "select grantee, object_type, privilege_type from sys.grants_to_roles "
        f"where object_database = '{{schema}}' and object_name = '{name}'",
        fetch="all",
    )
    return sorted(rows)


@pytest.fixture(scope="class")
def roles(project):
    for role in ("analyst", "reader"):
        project.run_sql(f"create role if not exists {role}")


def configure(project, materialized, grants):
    write_file(YML.format(materialized=materialized, grants=grants), project.project_root, "models", "schema.yml")


class TestViews:
    @pytest.fixture(scope="class")
    def models(self):
        return {"shown.sql": MODEL, "schema.yml": YML.format(materialized="view", grants="{}")}

    def test_users_and_roles(self, project, roles, statements):
        configure(project, "view", '{select: [dbt_test_user_1, "role:analyst"], drop: ["role:analyst"]}')
        run_dbt(["run"])
        assert granted(project) == [
            ("'dbt_test_user_1'@'%'", "VIEW", "SELECT"),
            ("analyst", "VIEW", "SELECT, DROP"),
        ]
        with statements.during() as sent:
            run_dbt(["run"])
        assert not sent.containing("grant ")
        assert not sent.containing("revoke ")
        assert len(sent.containing("sys", "grants_to_users")) == 1

        configure(project, "view", '{select: ["role:reader"]}')
        run_dbt(["run"])
        assert granted(project) == [("reader", "VIEW", "SELECT")]

    def test_a_grant_on_all_views_is_nobodys_to_revoke(self, project, roles, statements):
        project.run_sql("grant select on all views in database {schema} to role analyst")
        configure(project, "view", '{select: ["role:reader"]}')
        with statements.during() as sent:
            run_dbt(["run"])
        assert not sent.containing("revoke")
        project.run_sql("revoke select on all views in database {schema} from role analyst")
        assert granted(project) == [("reader", "VIEW", "SELECT")]
