"""What OVER takes, version by version."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

TABLE = "create table q.t (a varchar(5), b smallint, st struct<x int>)"


def refused(version: str, query: str) -> str:
    engine = Engine(version=version)
    session = Session(engine, 1, "root")
    try:
        for statement in ("create database q", "use q", TABLE, query):
            list(session.run(statement))
    except StarRocksError as error:
        return error.message.split("Detail message: ")[-1]
    finally:
        engine.close()
    return ""


@pytest.mark.parametrize(
    ("query", "only_before", "message"),
    [
        ("select count(distinct a) over () from t", False,
         "DISTINCT not allowed in analytic function: count(DISTINCT `q`.`t`.`a`)."),
        ("select array_agg(a) over () from t", False,
         "Function 'array_agg(`q`.`t`.`a`)' not supported with OVER clause.."),
        ("select b from t order by st", False,
         "Type (nested) percentile/hll/bitmap/json/struct/map not support order-by."),
        ("select count_if(b > 1) over () from t", True,
         "Function 'count_if(`q`.`t`.`b` > 1)' not supported with OVER clause.."),
        ("select UPPER(a) from t group by upper(a)", True,
         "'UPPER(`q`.`t`.`a`)' must be an aggregate expression or appear in GROUP BY clause."),
    ],
)  # fmt: skip
def test_versions_differ(query: str, only_before: bool, message: str) -> None:
    accepts, refuses = ("3.5", "4.1") if only_before else ("4.1", "3.5")
    assert refused(accepts, query) == ""
    assert refused(refuses, query) == message


def test_a_filtered_aggregate_has_no_window() -> None:
    assert refused("4.1", "select count(*) filter (where b > 1) over (order by b) from t") == (
        "Function 'count_if(`q`.`t`.`b` > 1)' not supported with OVER clause.."
    )
    assert refused("4.1", "select sum(b) filter (where b > 1) from t") == ""


def test_what_lead_answers_beyond_the_edge_is_of_its_type() -> None:
    assert refused("4.1", "select lead(b, 1, 'x') over (order by a) from t") == (
        "The third parameter of LEAD/LAG can't convert to SMALLINT."
    )
