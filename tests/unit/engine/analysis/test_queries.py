"""What a query yields, by name and type, and how it is refused."""

from collections.abc import Iterator

import pytest

from starrocks_embedded import types as t
from starrocks_embedded.analysis.analyzer import analyze_query
from starrocks_embedded.catalog import model
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.queries import parse_query


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    made = Session(engine, 1, "root")
    with engine.catalog.change(made.connection) as change:
        change.put(model.Database(5, "shop"))
        change.put(model.Table(6, 5, "people", columns=_columns(id=t.BIGINT, name=t.varchar(20), age=t.SMALLINT)))
        change.put(model.Table(7, 5, "orders", columns=_columns(id=t.BIGINT, owner=t.BIGINT, price=t.decimal(10, 2))))
    made.database_name = "shop"
    yield made
    engine.close()


def _columns(**types: t.Type) -> list[model.Column]:
    return [model.Column(i, name, type_, nullable=name != "id") for i, (name, type_) in enumerate(types.items(), 1)]


def outputs(session: Session, sql: str) -> list[tuple[str, str]]:
    query = parse_query(Cursor(sql, session.engine.version))
    return [(c.name, t.describe(c.type)) for c in analyze_query(session, query).columns]


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        outputs(session, sql)
    return caught.value.code, caught.value.message.split("Detail message: ")[-1]


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select *, 1 from people", [("id", "bigint"), ("name", "varchar(20)"), ("age", "smallint"), ("1", "tinyint")]),
        ("select sum(price), avg(price) s from orders", [("sum(price)", "decimal(38,2)"), ("s", "decimal(38,8)")]),
        ("select age + 1 x from people", [("x", "int")]),
        ("select 1 as a union all select 2.5", [("a", "decimal(4,1)")]),
        ("with c (k) as (select id from people) select k from c", [("k", "bigint")]),
        ("select id from people p join orders o using (id)", [("id", "bigint")]),
        ("select u from people, unnest([1, 2]) as f (u)", [("u", "tinyint")]),
        ("select count_if(age > 1) n from people", [("n", "bigint")]),
        ("select rank() over (order by count(*)) r from people group by age", [("r", "bigint")]),
        ("select lead(age, 1, 0) over (order by id) l from people", [("l", "smallint")]),
        ("select array_map(x -> x + age, [1, 2]) a from people", [("a", "array<int>")]),
    ],
)
def test_outputs(session: Session, sql: str, columns: list[tuple[str, str]]) -> None:
    assert outputs(session, sql) == columns


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("select nope from people", 1064, "Column 'nope' cannot be resolved."),
        ("select id from people, orders", 1064, "Column 'id' is ambiguous."),
        ("select * from nowhere.people", 5501, "Unknown database 'nowhere'."),
        ("select * from shop.nothing", 5502, "Unknown table 'shop.nothing'."),
        ("select * from other.shop.people", 5078, "Unknown catalog 'other'."),
        ("select x.* from people", 1064, "Unknown table 'x'."),
        ("select 1 union all select 1, 2", 1064, "Operands have unequal number of columns."),
        ("select nope(id) from people", 1064, "No matching function with signature: nope(bigint(20))."),
        ("select id from people order by 2", 1064, "ORDER BY position 2 is not in select list."),
        ("select id from people where count(*) > 1", 1064, "WHERE clause cannot contain aggregations."),
        ("select * from unnest([1])", 1064, "Table function must be used with lateral join"),
        (
            "select name, count(*) from people",
            1064,
            "'`shop`.`people`.`name`' must be an aggregate expression or appear in GROUP BY clause.",
        ),
        (
            "select (select price from orders o where o.owner = p.id limit 1) from people p",
            1064,
            "Not support the subquery!",
        ),
    ],
)
def test_refusals(session: Session, sql: str, code: int, message: str) -> None:
    assert refusal(session, sql) == (code, message)


def test_a_place_is_named_from_first_to_last_token(session: Session) -> None:
    with pytest.raises(StarRocksError, match=r"from line 1, column 7 to line 1, column 14\. Detail"):
        outputs(session, "select nope(id) from people")


def test_order_by_prefers_the_output(session: Session) -> None:
    query = parse_query(Cursor("select age as id from people order by id", session.engine.version))
    analyze_query(session, query)
    assert query.order_by[0].expr.index == 0  # type: ignore[attr-defined]


def test_values_take_more_names_than_columns_and_no_fewer(session: Session) -> None:
    [found] = session.run("select * from (values (1, 'a'), (2, 'b')) t (id, name, more)")
    assert [c.name for c in found.columns or []] == ["id", "name"]
    with pytest.raises(StarRocksError, match="Index 1 out of bounds for length 1"):
        list(session.run("select * from (values (1, 'a')) t (id)"))
