"""Comments on the server, for every kind of relation: at creation, when they change, and when they do not."""

from __future__ import annotations

import json

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture, write_file

TEXT = 'It\'s "quoted", a back\\slash, 100%; `tick`\nand a second line -- no comment'
OTHER = "Another text"
KINDS = ("table", "view", "incremental")


def model(kind):
    return f"{{{{ config(materialized='{kind}') }}}} select 1 as id, 'a' as Name"


def schema(relation, column):
    """schema.yml as JSON, which is YAML too."""
    described = {"name": "id", "description": column}
    others = [described, {"name": "name", "description": "who"}]
    models = [{"name": f"a_{kind}", "description": relation, "columns": others} for kind in KINDS]
    seed = {"name": "a_seed", "description": relation, "columns": [described]}
    return json.dumps({"version": 2, "models": models, "seeds": [seed]})


def comments(project, name):
    (relation,) = project.run_sql(
        "select table_comment from information_schema.tables "
        f"where table_schema = '{{schema}}' and table_name = '{name}'",
        fetch="one",
    )
    columns = project.run_sql(
        "select column_name, column_comment from information_schema.columns "
        f"where table_schema = '{{schema}}' and table_name = '{name}' order by ordinal_position",
        fetch="all",
    )
    return relation, dict(columns)


class TestComments:
    @pytest.fixture(scope="class")
    def models(self):
        return {**{f"a_{kind}.sql": model(kind) for kind in KINDS}, "schema.yml": schema(TEXT, TEXT)}

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"a_seed.csv": "id\n1\n"}

    @pytest.fixture(scope="class")
    def project_config_update(self):
        both = {"+persist_docs": {"relation": True, "columns": True}}
        return {"models": both, "seeds": both}

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        run_dbt(["build"])

    @pytest.mark.parametrize("kind", KINDS)
    def test_at_creation(self, project, kind):
        assert comments(project, f"a_{kind}") == (TEXT, {"id": TEXT, "Name": "who"})

    def test_of_a_seed(self, project):
        assert comments(project, "a_seed") == (TEXT, {"id": TEXT})

    def test_show_create(self, project):
        escaped = TEXT.replace("\\", "\\\\").replace('"', '\\"')
        for name in ("a_table", "a_view", "a_incremental", "a_seed"):
            (text,) = project.run_sql(f"show create table {{schema}}.{name}", fetch="all")
            assert text[1].count(f'COMMENT "{escaped}"') == 2

    def test_a_second_run_sends_none(self, project, statements):
        with statements.during() as sent:
            run_dbt(["build"])
        assert not sent.containing("alter ")
        assert not sent.containing("information_schema", "table_comment", "a_table")

    def test_a_changed_description(self, project, statements, server_version):
        write_file(schema(OTHER, TEXT), project.project_root, "models", "schema.yml")
        with statements.during() as sent:
            run_dbt(["build"])
        assert len(sent.containing("alter table", "comment =")) == 3
        assert not sent.containing("modify column")
        assert len(sent.containing("create or replace view")) == 1
        for kind in KINDS:
            assert comments(project, f"a_{kind}") == (OTHER, {"id": TEXT, "Name": "who"})

    @pytest.mark.only_since("3.5", reason="MODIFY COLUMN … COMMENT came with 3.5")
    def test_a_changed_description_of_a_column(self, project, statements):
        write_file(schema(OTHER, OTHER), project.project_root, "models", "schema.yml")
        with statements.during() as sent:
            run_dbt(["build"])
        assert len(sent.containing("modify column `id` comment")) == 3
        for kind in KINDS:
            assert comments(project, f"a_{kind}") == (OTHER, {"id": OTHER, "Name": "who"})

    @pytest.mark.only_before("3.5", reason="MODIFY COLUMN … COMMENT came with 3.5")
    def test_older_servers_need_a_full_refresh_for_columns(self, project):
        write_file(schema(OTHER, OTHER), project.project_root, "models", "schema.yml")
        _, log = run_dbt_and_capture(["build"])
        assert "the descriptions of id differ from the comments in the table" in log
        assert comments(project, "a_table")[1]["id"] == TEXT
        assert comments(project, "a_view")[1]["id"] == OTHER
        run_dbt(["build", "--full-refresh"])
        assert comments(project, "a_table") == (OTHER, {"id": OTHER, "Name": "who"})


class TestMaterializedViews:
    """Nothing alters their comments, so one with another description is built and exchanged."""

    @pytest.fixture(scope="class")
    def models(self):
        sql = "{{ config(materialized='materialized_view') }} select id, Name from {{ ref('a_table') }}"
        return {"a_table.sql": model("table"), "an_mv.sql": sql, "schema.yml": self.schema(TEXT)}

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+persist_docs": {"relation": True, "columns": True}}}

    def schema(self, text):
        # one spelt otherwise than in the query, one that is not there
        columns = [{"name": "ID", "description": text}, {"name": "gone", "description": text}]
        described = {"name": "an_mv", "description": text, "columns": columns}
        return json.dumps({"version": 2, "models": [described]})

    def test_comments(self, project, statements):
        run_dbt(["run"])
        assert comments(project, "an_mv") == (TEXT, {"id": TEXT, "Name": ""})
        with statements.during() as sent:
            run_dbt(["run"])
        assert not sent.containing("create materialized view")
        write_file(self.schema(OTHER), project.project_root, "models", "schema.yml")
        run_dbt(["run"])
        assert comments(project, "an_mv") == (OTHER, {"id": OTHER, "Name": ""})


class TestOff:
    @pytest.fixture(scope="class")
    def models(self):
        return {**{f"a_{kind}.sql": model(kind) for kind in KINDS}, "schema.yml": schema(TEXT, TEXT)}

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"a_seed.csv": "id\n1\n"}

    def test_nothing_is_written(self, project, statements):
        run_dbt(["build"])
        for name in ("a_table", "a_view", "a_incremental", "a_seed"):
            relation, columns = comments(project, name)
            assert (relation, set(columns.values())) == ("", {""})
        assert not statements.all().containing("modify column")
