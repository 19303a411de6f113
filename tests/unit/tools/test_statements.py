"""Recorded statements as a file of questions."""

from __future__ import annotations

from tests.tools.statements import Case


def case(*statements: tuple[str, str, str]) -> Case:
    return Case("a case", [{"sql": sql, "user": user, "database": database} for sql, user, database in statements])


def test_schemas_and_helpers_have_the_same_names_in_every_run():
    written = case(
        ("create table `test17952794083320229741_x`.`a__dbt_new_0123abcd` (id int)", "root", ""),
        ("alter table `test17952794083320229741_x`.`a__dbt_new_0123abcd` rename `b`", "root", ""),
    )
    assert written.lines == [
        "create table `dbt_x`.`a__dbt_new_00000000` (id int);",
        "alter table `dbt_x`.`a__dbt_new_00000000` rename `b`;",
    ]


def test_a_statement_runs_in_its_database():
    lines = case(("select 1", "root", "d"), ("use e", "root", "d"), ("select 2", "root", "e")).lines
    assert lines == ["use `d`;", "select 1;", "use e;", "select 2;"]


def test_a_statement_runs_as_its_user():
    lines = case(("select 1", "ann", ""), ("select 2", "root", "")).lines
    assert lines == ["-- user: ann", "select 1;", "-- reconnect", "select 2;"]


def test_what_the_format_cannot_say_is_counted():
    written = case(("select 'a;\nb'", "root", ""), ("select 1", "root", ""))
    assert (written.lines, written.left_out) == (["select 1;"], 1)


def test_a_case_opens_with_its_name():
    assert case(("select 1", "root", "")).text() == "-- name: a case\nselect 1;\n"
