"""Users, roles, privileges."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Session:
    found = Session(Engine(), 1, "root")
    run(found, "create database q; use q; create table orders (id int); create view v as select id from orders")
    return found


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def refusal(session: Session, sql: str) -> str:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.message


def test_show_grants__privileges_in_fixed_order_roles_first(session: Session) -> None:
    run(session, "create user ann; create role r; grant r to ann; grant select, insert on table orders to ann")
    assert run(session, "show grants for ann") == [
        ("'ann'@'%'", None, "GRANT 'r' TO 'ann'@'%'"),
        ("'ann'@'%'", "default_catalog", "GRANT INSERT, SELECT ON TABLE q.orders TO USER 'ann'@'%'"),
    ]


def test_grants_follow_the_object_not_its_name(session: Session) -> None:
    run(session, "create role r; grant select on view v to role r; drop view v; create view v as select 1 as a")
    assert run(session, "show grants for role r") == []


def test_grant__kind_must_match(session: Session) -> None:
    run(session, "create role r")
    assert "cannot find table v in db q" in refusal(session, "grant select on table v to role r")
    assert "Cannot grant or revoke USAGE on 'TABLE' type object" in refusal(
        session, "grant usage on table orders to role r"
    )


def test_revoke__never_granted_is_fine(session: Session) -> None:
    run(session, "create role r; revoke select on table orders from role r")


def test_set_role__only_granted_ones(session: Session) -> None:
    run(session, "create role r")
    assert "Role r is not granted to 'root'@'%'" in refusal(session, "set role r")


def test_password_hash_is_checked(session: Session) -> None:
    assert "41-digit hexadecimal" in refusal(session, "create user u identified by password 'x'")


def test_execute_as__changes_the_current_user(session: Session) -> None:
    run(session, "create user ann; execute as ann with no revert")
    assert run(session, "select current_user()") == [("'ann'@'%'",)]


def test_grant__a_comma_before_on_is_no_list(session: Session) -> None:
    with pytest.raises(StarRocksError) as caught:
        list(session.run("grant select, on table t to role r"))
    assert caught.value.message == (
        "Getting syntax error at line 1, column 14. Detail message: No viable statement for input 'grant select, on'."
    )


def test_older_servers_know_fewer_privileges() -> None:
    session = Session(Engine(version="3.3"), 1, "root")
    run(session, "create database q; use q; create table t (id int) distributed by hash(id) buckets 1")
    run(session, "create role r; create role team; grant r to role team; grant all on table t to role r")
    assert "REFRESH on 'TABLE'" in refusal(session, "grant refresh on table t to role r")
    assert "syntax error" in refusal(session, "grant security on system to role r")
    assert "syntax error" in refusal(session, "grant r to external group engineers")
    assert "Cannot find AUTHENTICATION_JWT from [AUTHENTICATION_LDAP_SIMPLE_FOR_EXTERNAL, MYSQL" in refusal(
        session, "create user u identified with authentication_jwt as 'x'"
    )
    assert "cannot find role security_admin" in refusal(session, "show grants for role security_admin")
    (row,) = run(session, "show grants for role r")
    assert row[2] == "GRANT DELETE, DROP, INSERT, SELECT, ALTER, EXPORT, UPDATE ON TABLE q.t TO ROLE 'r'"
    assert run(session, "show grants for role team") == [("team", None, "GRANT 'r' TO  ROLE team")]
    texts = [row[2] for row in run(session, "show grants for role db_admin")]
    assert not any("SECURITY" in str(text) or "UPDATE, REFRESH" in str(text) for text in texts)
