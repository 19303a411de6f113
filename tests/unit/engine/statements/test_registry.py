"""Texts that are no statement, and how they are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

ABSENT = "is not supported by the embedded engine"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    yield Session(engine, 1, "root")
    engine.close()


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("savepoint s1", 0, "Unexpected input 'savepoint', the most similar input is "
         "{'EXPORT', 'EXPLAIN', 'ADMIN', 'BEGIN', 'GRANT', '(', ';'}."),
        ("create catalog c1", 7, "No viable statement for input 'create catalog'."),
        ("show full views", 10, "No viable statement for input 'show full views'."),
        ("create table t (add int)", 16, "No viable statement for input 'create table t (add'."),
        ("select 1 limit", 14, "No viable statement for input 'limit'."),
        ("select cast(1 as nosuch)", 17, "Unexpected input 'nosuch', the most similar input is "
         "{'STRUCT', 'NUMERIC', 'DOUBLE', 'NUMBER', 'VARCHAR'}."),
        ("select 1 is true", 12, "Unexpected input 'true', the most similar input is {'NULL', 'NOT'}."),
        ("kill query", 10, "Unexpected input '<EOF>', the most similar input is "
         "{SINGLE_QUOTED_TEXT, INTEGER_VALUE, DOUBLE_QUOTED_TEXT}."),
    ],
)  # fmt: skip
def test_a_text_that_is_no_statement(session: Session, text: str, column: int, message: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        list(session.run(text))
    assert caught.value.message == f"Getting syntax error at line 1, column {column}. Detail message: {message}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("create dictionary d using t (a key, b value)", "CREATE DICTIONARY"),
        ("add sqlblacklist 'select .*'", "ADD SQLBLACKLIST"),
        ("delete compute node blacklist 1, 2", "DELETE COMPUTE NODE BLACKLIST"),
        ("admin enable failpoint 'x'", "ADMIN ENABLE FAILPOINT"),
        ("create global baseline using select 1", "CREATE GLOBAL BASELINE"),
        ("create read only repository r with broker on location 'x'", "CREATE READ ONLY REPOSITORY"),
        ("alter database d set ('storage_volume' = 'v')", "ALTER DATABASE … SET of properties"),
    ],
)
def test_a_statement_that_only_a_cluster_has(session: Session, text: str, name: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        list(session.run(text))
    assert caught.value.message == f"{name} {ABSENT}"


def test_procedures_are_those_of_external_catalogs(session: Session) -> None:
    for text, message in (
        ("call clean(1, depth => 2)", "This connector doesn't support getting procedure"),
        ("call lake.system.clean()", f"CALL of a procedure in an external catalog {ABSENT}"),
        ("call clean", "Getting syntax error at line 1, column 10. Detail message: Unexpected input '<EOF>', "
         "the most similar input is {'('}."),
    ):  # fmt: skip
        with pytest.raises(StarRocksError) as caught:
            list(session.run(text))
        assert caught.value.message == message
