"""GRANT and REVOKE as they are sent."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.grants import Change, Grantee
from dbt.adapters.starrocks.relation import StarRocksRelation


def relation(kind="table", **changed):
    return StarRocksRelation.create(
        **{"database": "default_catalog", "schema": "shop", "identifier": "orders", "type": kind, **changed}
    )


@pytest.mark.parametrize(
    ("kind", "word"), [("table", "table"), ("view", "view"), ("materialized_view", "materialized view")]
)
def test_the_kind_and_a_name_of_two_parts(macros, kind, word):
    change = Change("grant", ("select", "drop"), Grantee("user", "ada"))
    sent = macros.text("starrocks__grant_statement", relation(kind), change)
    assert sent == f"grant select, drop on {word} `shop`.`orders` to user 'ada'@'%'"


def test_revoke(macros):
    change = Change("revoke", ("select",), Grantee("role", "analyst"))
    sent = macros.text("starrocks__grant_statement", relation(), change)
    assert sent == "revoke select on table `shop`.`orders` from role 'analyst'"


def test_the_right_to_pass_it_on(macros):
    change = Change("grant", ("select",), Grantee("role", "analyst"), grantable=True)
    assert macros.text("starrocks__grant_statement", relation(), change).endswith("to role 'analyst' with grant option")


def test_dbts_own_macros(macros):
    assert macros.text("get_grant_sql", relation(), "select", ["role:analyst"]) == (
        "grant select on table `shop`.`orders` to role 'analyst'"
    )
    assert macros.text("get_revoke_sql", relation(), "select", ["ada"]) == (
        "revoke select on table `shop`.`orders` from user 'ada'@'%'"
    )
    assert macros.call("support_multiple_grantees_per_dcl_statement") is False


def test_what_is_read_names_catalog_schema_and_relation(macros):
    sql = macros.text("get_show_grant_sql", relation())
    assert sql.count("object_catalog = 'default_catalog' and object_database = 'shop'") == 2
    assert sql.count("object_name = 'orders'") == 2
    # dbt's tests search the log for these words, to see whether anything was changed
    assert "grant " not in sql
    assert "revoke " not in sql


def test_changes_are_sent_in_the_relations_catalog(macros):
    sent = []
    session = macros.session(
        adapter={
            "grant_changes": lambda *_: [Change("grant", ("select",), Grantee("user", "ada"))],
            "run_in_catalog": lambda catalog, sql: sent.append((catalog, " ".join(sql.split()))),
        }
    )
    session.call("apply_grants", relation(database="lake"), {"select": ["ada"]}, True)
    assert sent == [("lake", "grant select on table `shop`.`orders` to user 'ada'@'%'")]


def test_no_config_no_question(macros):
    session = macros.session(adapter={"grant_changes": lambda *_: pytest.fail("asked")})
    session.call("apply_grants", relation(), {}, True)
    assert session.sent == []
