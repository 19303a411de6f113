"""Who may do what: statements of users without, and with, the privileges they need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = """
    create database q; use q; create table orders (id int) distributed by hash(id) buckets 1;
    create view v as select id from orders; create view inner_v security invoker as select id from orders;
    create materialized view mv refresh deferred manual as select id from orders; create user sam; create role reader
"""


@pytest.fixture
def root() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    run(session, SETUP)
    yield session
    engine.close()


@pytest.fixture
def sam(root: Session) -> Session:
    return Session(root.engine, 2, "sam")


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def needed(session: Session, sql: str) -> str:
    """The privilege that a refusal asks for, and on what."""
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    assert caught.value.code == 5203
    return caught.value.message.split("(at least one of) the ")[1].split(" for this operation")[0]


@pytest.mark.parametrize(
    ("sql", "privilege"),
    [
        ("select * from q.orders", "SELECT privilege(s) on TABLE orders"),
        ("with c as (select id from q.orders) select 1 from c", "SELECT privilege(s) on TABLE orders"),
        ("select 1 where exists (select 1 from q.v)", "SELECT privilege(s) on VIEW v"),
        ("select * from q.mv", "SELECT privilege(s) on MATERIALIZED VIEW mv"),
        ("insert into q.orders select 1", "INSERT privilege(s) on TABLE orders"),
        ("delete from q.orders where id = 1", "DELETE privilege(s) on TABLE orders"),
        ("truncate table q.orders", "DELETE privilege(s) on TABLE orders"),
        ("create table q.mine (id int)", "CREATE TABLE privilege(s) on DATABASE q"),
        ("create table q.mine as select 1 as id", "CREATE TABLE privilege(s) on DATABASE q"),
        ("create or replace view q.v as select 1 as id", "CREATE VIEW privilege(s) on DATABASE q"),
        ("alter table q.orders swap with nosuch", "ALTER privilege(s) on TABLE orders"),
        ("alter view q.v as select 1 as id", "ALTER privilege(s) on VIEW v"),
        ("refresh materialized view q.mv", "REFRESH privilege(s) on MATERIALIZED VIEW mv"),
        ("drop table if exists q.orders", "DROP privilege(s) on TABLE orders"),
        ("drop view q.v", "DROP privilege(s) on VIEW v"),
        ("create database other", "CREATE DATABASE privilege(s) on CATALOG default_catalog"),
        ("drop database q", "DROP privilege(s) on DATABASE q"),
        ("use q", "ANY privilege(s) on DATABASE q"),
        ("desc q.orders", "ANY privilege(s) on TABLE orders"),
        ("show create view q.v", "ANY privilege(s) on TABLE v"),
        ("grant select on table q.orders to sam", "GRANT privilege(s) on SYSTEM"),
        ("create user x", "GRANT privilege(s) on SYSTEM"),
        ("set global query_timeout = 100", "OPERATE privilege(s) on SYSTEM"),
        ("explain select * from q.orders", "SELECT privilege(s) on TABLE orders"),
    ],
)
def test_a_user_without_rights_is_refused(sam: Session, sql: str, privilege: str) -> None:
    assert needed(sam, sql) == privilege


def test_a_user_without_rights_sees_nothing(sam: Session) -> None:
    assert run(sam, "show databases") == [("information_schema",)]
    assert run(sam, "select table_name from information_schema.tables where table_schema = 'q'") == []


def test_a_view_gives_access_to_what_it_reads_unless_its_invoker_must_have_it(root: Session, sam: Session) -> None:
    run(root, "grant select on view v to sam; grant select on view inner_v to sam")
    assert run(sam, "select * from q.v") == []
    assert needed(sam, "select * from q.inner_v") == "SELECT privilege(s) on TABLE orders"


def test_creating_a_table_gives_no_right_to_read_it(root: Session, sam: Session) -> None:
    run(root, "grant create table on database q to sam")
    run(sam, "use q; create table mine as select 1 as id")
    assert needed(sam, "select * from mine") == "SELECT privilege(s) on TABLE mine"


def test_a_role_counts_once_it_is_active(root: Session, sam: Session) -> None:
    run(root, "grant select on all tables in database q to role reader; grant reader to sam")
    with pytest.raises(StarRocksError, match=r"Current role\(s\): NONE\. Inactivated role\(s\): \[reader\]\."):
        run(sam, "select * from q.orders")
    run(sam, "set role reader")
    assert run(sam, "select * from q.orders") == []


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("update q.orders set id = 1 where id = 1", 1064, "table orders does not support update"),
        ("drop user root", 1064, "cannot drop user 'root'@'%'"),
        ("alter user root identified by 'x'", 1064, "Can not modify root user, except root itself"),
        ("submit task t as insert into q.orders select 1", 1046, "No database selected"),
        (
            "create pipe q.p as insert into orders select * from files('path' = 's3://b/f')",
            1046,
            "No database selected",
        ),
        ("export table q.orders to 's3://b/x'", 1064, "broker is not provided"),
    ],
)
def test_what_is_wrong_for_everybody_is_said_first(sam: Session, sql: str, code: int, message: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        run(sam, sql)
    assert caught.value.code == code
    assert message in caught.value.message


def test_temporary_tables_need_no_privilege(sam: Session) -> None:
    run(sam, "create temporary table q.mine (id int)")
    run(sam, "insert into q.mine values (1)")
    assert run(sam, "select * from q.mine") == [(1,)]
    run(sam, "drop temporary table q.mine")


def test_lists_hide_views_over_what_may_not_be_read(root: Session, sam: Session) -> None:
    run(root, "grant select on all views in database q to sam; grant refresh on materialized view q.mv to sam")
    views = "select table_name from information_schema.views where table_schema = 'q' order by 1"
    assert run(sam, views) == []
    assert run(sam, "show materialized views from q") == []
    assert run(sam, "select table_name from information_schema.materialized_views") == [("mv",)]
    assert [row[0] for row in run(sam, "show table status from q")] == ["inner_v", "mv", "v"]
    run(root, "grant select on table q.orders to sam")
    assert run(sam, views) == [("inner_v",), ("v",)]
    assert [row[2] for row in run(sam, "show materialized views from q")] == ["mv"]


def test_grants_of_inherited_roles_may_be_seen(root: Session, sam: Session) -> None:
    assert needed(sam, "show grants for role reader") == "GRANT privilege(s) on SYSTEM"
    run(
        root,
        "create role team; grant reader to role team; grant team to sam; grant select on table q.orders to role reader",
    )
    assert len(run(sam, "show grants for role reader")) == 1


def test_external_groups_have_roles(root: Session, sam: Session) -> None:
    run(root, "grant reader to external group engineers")
    shown = "show grants for external group engineers"
    assert run(root, shown) == [("engineers", None, "GRANT 'reader' TO EXTERNAL GROUP engineers")]
    assert needed(sam, shown) == "GRANT privilege(s) on SYSTEM"
    run(root, "revoke reader from external group engineers")
    assert run(root, shown) == []


def test_applicable_roles_are_those_of_the_account(root: Session, sam: Session) -> None:
    run(root, "create role team; grant reader to role team; grant team to sam")
    roles = "select `user`, role_name, is_default from information_schema.applicable_roles"
    assert run(sam, roles) == [("sam", "team", "NO")]
    assert run(root, roles) == [("root", "root", "NO")]
