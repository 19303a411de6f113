"""Resource groups: life, refusals, what SHOW has of them in each version, whose they are."""

from __future__ import annotations

import pytest

from starrocks_embedded.catalog import resource_groups
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource_groups, "cores", lambda: 8)


def answer(session: Session, sql: str) -> list[dict[str, str]]:
    (result,) = list(session.run(sql))
    names = [c.name for c in result.columns or []]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def problem(session: Session, sql: str) -> str:
    try:
        list(session.run(sql))
    except StarRocksError as error:
        return error.message.removeprefix("Getting analyzing error. Detail message: ")
    return ""


@pytest.fixture
def session() -> Session:
    session = Session(Engine(), 1, "root")
    list(session.run("create database q; use q"))
    return session


@pytest.mark.parametrize(
    ("version", "shown", "hidden"),
    [
        ("3.5", {"cpu_weight": "1", "exclusive_cpu_cores": "0"}, {"type": "NORMAL", "max_cpu_cores": "null"}),
        (
            "4.1",
            {"cpu_weight_percent": "null", "exclusive_cpu_percent": "null", "warehouses": ""},
            {"cpu_weight": "1", "mem_pool": "default_mem_pool"},
        ),
    ],
)
def test_what_is_shown(version: str, shown: dict[str, str], hidden: dict[str, str]) -> None:
    session = Session(Engine(version=version), 1, "root")
    text = "create resource group g to (user = 'dbt', query_type in ('select', 'insert')) "
    list(session.run(text + "with ('cpu_core_limit' = '1', 'mem_limit' = '30%', 'concurrency_limit' = '5')"))
    (row,) = answer(session, "show resource group g")
    assert row.items() >= shown.items()
    assert not hidden.keys() & row.keys()
    assert (row["mem_limit"], row["concurrency_limit"], row["spill_mem_limit_threshold"]) == ("30.0%", "5", "100%")
    assert row["classifiers"].endswith(", weight=2.05, user=dbt, query_type in (INSERT, SELECT))")
    (row,) = answer(session, "show verbose resource group g")
    assert row.items() >= hidden.items()


def test_classifiers_come_and_go(session: Session) -> None:
    list(session.run("create resource group g to (db = 'q') with ('cpu_weight' = '2', 'mem_limit' = '0.2')"))
    list(session.run("alter resource group g add (role = 'analyst', source_ip = '10.0.0.0/8'), (user = 'sam')"))
    rows = answer(session, "show resource group g")
    assert [r["classifiers"].partition(", ")[2] for r in rows] == [
        "weight=10.0, db='q')",
        "weight=2.125, role=analyst, source_ip=10.0.0.0/8)",
        "weight=1.0, user=sam)",
    ]
    first = rows[0]["classifiers"].partition(",")[0].removeprefix("(id=")
    list(session.run(f"alter resource group g drop ({first}, 999999)"))
    assert len(answer(session, "show resource group g")) == 2
    list(session.run("alter resource group g drop all"))
    assert [r["classifiers"] for r in answer(session, "show resource group g")] == ["(id=0, weight=0.0)"]


def test_the_groups_of_every_server(session: Session) -> None:
    rows = answer(session, "show verbose resource groups all")
    assert [(r["name"], r["id"], r["cpu_weight_percent"], r["mem_limit"]) for r in rows] == [
        ("default_mv_wg", "3", "1", "80.0%"),
        ("default_wg", "2", "100", "100.0%"),
    ]
    assert answer(session, "show resource groups") == []  # no classifier takes this session's queries
    list(session.run("alter resource group default_wg with ('mem_limit' = '90%')"))
    assert answer(session, "show resource group default_wg")[0]["mem_limit"] == "90.0%"
    assert "cannot drop builtin" in problem(session, "drop resource group default_wg")
    assert "cannot alter classifiers" in problem(session, "alter resource group default_wg add (user = 'sam')")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("(user = 's') with ('mem_limit' = '1')", "Illegal classifier specifier 'user': 'user = 's''."),
        ("(user > 'sam') with ('mem_limit' = '1')", "Illegal classifier specifier: 'user > 'sam''."),
        ("(nosuch = 'sam') with ('mem_limit' = '1')", "Unsupported classifier specifier: 'nosuch'."),
        ("(query_type in ('delete')) with ('mem_limit' = '1')", "Unsupported query_type: 'delete'."),
        ("(db = 'nosuch') with ('mem_limit' = '1')", "Specified database not exists: nosuch."),
        ("(source_ip = 'x') with ('mem_limit' = '1')", "Could not parse [x]"),
        ("(user = 'sam') with ('cpu_weight' = '1')", "property 'mem_limit' is absent."),
        ("(user = 'sam') with ('nosuch' = '1')", "Unknown property: nosuch."),
        ("(user = 'sam') with ('cpu_weight' = '9', 'mem_limit' = '1')", "cpu_weight should range from 0 to 8."),
        (
            "(user = 'sam') with ('cpu_weight' = 'x', 'mem_limit' = '1')",
            "The value type of the property `cpu_weight` must be a valid numeric type, but it is set to `x`.",
        ),
        (
            "(user = 'sam') with ('cpu_weight' = '1', 'cpu_weight_percent' = '1', 'mem_limit' = '1')",
            "Exactly only one of 'cpu_weight', 'cpu_weight_percent', 'exclusive_cpu_cores' or 'exclusive_cpu_percent' "
            "can be present and positive at the same time.",
        ),
    ],
)
def test_refusals(session: Session, sql: str, message: str) -> None:
    assert problem(session, f"create resource group g to {sql}") == message


def test_cores_are_kept_for_the_others(session: Session) -> None:
    text = "create resource group {} to (user = 'sam') with ('exclusive_cpu_cores' = '{}', 'mem_limit' = '1')"
    assert problem(session, text.format("a", 8)).startswith("exclusive_cpu_cores cannot exceed the minimum number")
    assert problem(session, text.format("a", 4)) == ""
    assert problem(session, text.format("b", 4)).startswith("The effective exclusive CPU allocation (8) exceeds")
    assert problem(session, text.format("b", 3)) == ""


def test_names_of_groups_elsewhere(session: Session) -> None:
    list(session.run("create resource group g to (user = 'sam') with ('cpu_weight' = '1', 'mem_limit' = '1')"))
    assert problem(session, "create resource group g with ('cpu_weight' = '1', 'mem_limit' = '1')") == (
        "RESOURCE_GROUP(g) already exists"
    )
    assert problem(session, "set resource_group = 'g'") == ""
    assert problem(session, "set resource_group = 'h'") == "resource group not exists: h."
    list(session.run("create role r"))
    list(session.run("grant alter on resource group g to role r"))
    assert answer(session, "show grants for role r")[0]["Grants"] == "GRANT ALTER ON RESOURCE GROUP g TO ROLE 'r'"
    list(session.run("drop resource group g"))
    assert answer(session, "show grants for role r") == []
    assert problem(session, "drop resource group g") == "RESOURCE_GROUP(g) does not exist"


def test_rights(session: Session) -> None:
    list(session.run("create user sam; create user dbt"))
    list(session.run("create resource group g to (user = 'sam') with ('cpu_weight' = '1', 'mem_limit' = '1')"))
    sam = Session(session.engine, 2, "sam")
    assert "CREATE RESOURCE GROUP" in problem(
        sam, "create resource group h to (user = 'sam') with ('cpu_weight' = '1', 'mem_limit' = '1')"
    )
    assert "DROP privilege(s) on RESOURCE GROUP g" in problem(sam, "drop resource group g")
    assert [r["name"] for r in answer(sam, "show resource groups")] == ["g"]
    assert answer(Session(session.engine, 3, "dbt"), "show resource groups") == []
    list(session.run("grant drop on resource group g to sam"))
    assert problem(sam, "drop resource group g") == ""
