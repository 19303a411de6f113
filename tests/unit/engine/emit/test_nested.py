"""Arrays, maps and structs compared: what a NULL inside means to =, !=, <=>, IN."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(Engine(), 1, "root")


def value(session: Session, expression: str) -> object:
    (result,) = list(session.run(f"select {expression}"))
    return next(iter(result.rows))[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("map{1:10, 2:20} = map{2:20, 1:10}", True),
        ("map{1:1, null:2} = map{null:2, 1:1}", None),
        ("map{1:1} = map{null:1}", None),
        ("map{1:1} = map{null:2}", False),
        ("map{1:1, 2:1} = map{null:1, 3:1}", False),  # one NULL key stands for one key
        ("map{1:1, null:1} = map{null:1, 2:3}", False),
        ("map{1:1, null:3} = map{null:1, 2:3}", None),
        ("map{1:null} != map{1:2}", None),
        ("map{1:10, null:20} <=> map{null:20, 1:10}", True),
        ("[map{1:10, 2:20}] <=> [map{2:20, 1:10}]", True),
        ("[map{1:10}] <=> [map{1:10}, null]", False),
        ("row(1, map{1:2, 2:3}) <=> row(1, map{2:3, 1:2})", True),
        ("row(1, null) != row(1, null)", None),
    ],
)
def test_maps_and_structs(session: Session, expression: str, expected: bool | None) -> None:
    assert value(session, expression) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1, null] = [1, null]", None),
        ("[1, null] != [1, null]", False),
        ("[1, 2] != [1, null]", True),
        ("[row(1, null)] != [row(1, null)]", False),
        ("[map{1:1}] != [map{1:1}]", True),  # a map in an array is like no other one to !=
        ("[map{1:1}] = [map{1:1}]", True),
        ("[1, null] in ([1, null])", None),
        ("[1, null] not in ([1, null])", False),  # of one value it is !=
        ("[1, null] not in ([1, null], [2])", None),
    ],
)
def test_arrays(session: Session, expression: str, expected: bool | None) -> None:
    assert value(session, expression) is expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("asc", [6, 5, 7, 4, 8]),
        ("desc", [8, 4, 7, 5, 6]),
        ("asc nulls last", [5, 4, 8, 7, 6]),
        ("desc nulls first", [6, 7, 8, 4, 5]),
    ],
)
def test_null_members_stand_where_nulls_stand(session: Session, order: str, expected: list[int]) -> None:
    rows = "values (5, []), (7, [row(null, 1)]), (4, [row('a', 1)]), (8, [row('c', null)]), (6, null)"
    (result,) = list(session.run(f"select * from ({rows}) t(id, tags) order by tags {order}"))
    assert [row[0] for row in result.rows] == expected
