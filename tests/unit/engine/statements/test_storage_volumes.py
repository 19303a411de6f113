"""Storage volumes, which a cluster that shares nothing keeps and never uses."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

CREATE = "create storage volume a type = s3 locations = ('s3://bucket/path') properties "
LOGIN = "'aws.s3.use_aws_sdk_default_behavior' = 'true'"


@pytest.fixture
def session() -> Session:
    return Session(Engine(), 1, "root")


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    *_, last = session.run(sql)
    return [tuple(r) for r in last.rows]


def problem(session: Session, sql: str) -> str:
    try:
        run(session, sql)
    except StarRocksError as error:
        return error.message.removeprefix("Getting analyzing error. Detail message: ")
    return ""


def test_life(session: Session) -> None:
    region = "'aws.s3.region' = 'us-west-2', 'aws.s3.endpoint' = 'http://127.0.0.1:9000'"
    run(session, f"{CREATE} ('enabled' = 'true', {region}, {LOGIN})")
    assert run(session, "show storage volumes like 'a%'") == [("a",)]
    params = (
        '{"aws.s3.region":"us-west-2","aws.s3.use_aws_sdk_default_behavior":"true",'
        '"aws.s3.endpoint":"http://127.0.0.1:9000"}'
    )
    assert run(session, "desc storage volume a") == [("a", "S3", "false", "s3://bucket/path", params, "true", "")]
    assert problem(session, f"{CREATE} ({LOGIN})") == "Storage volume 'a' already exists"
    run(session, "alter storage volume a comment = 'c', set ('enabled' = 'false')")
    assert run(session, "desc storage volume a")[0][-2:] == ("false", "c")
    assert problem(session, "set a as default storage volume") == "Storage volume 'a' is disabled"
    run(session, "alter storage volume a set ('enabled' = 'true')")
    run(session, "set a as default storage volume")
    assert problem(session, "drop storage volume a") == "default storage volume can not be removed"
    assert problem(session, "alter storage volume nosuch comment = 'c'") == "Storage volume 'nosuch' does not exist"
    run(session, "drop storage volume if exists nosuch")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"{CREATE} ('aws.s3.region' = 'x')", 'Storage params is not valid {"aws.s3.region":"x"}.'),
        (f"{CREATE} ('nosuch' = 'x', {LOGIN})", "Invalid properties nosuch"),
        ("create storage volume a type = s3 locations = ('hdfs://h/x')", "Invalid location hdfs://h/x"),
        ("create storage volume a type = nosuch locations = ('s3://b')", "Unknown storage volume type: nosuch"),
        ("create storage volume 1a type = s3 locations = ('s3://b')", "Incorrect storage volume name '1a'."),
        ("desc storage volume nosuch", "Unknown storage volume: nosuch."),
    ],
)
def test_refusals(session: Session, sql: str, message: str) -> None:
    assert problem(session, sql) == message


def test_secrets_are_masked_and_volumes_hidden(session: Session) -> None:
    run(session, f"{CREATE} ('aws.s3.access_key' = 'key', 'aws.s3.secret_key' = 'secret')")
    assert "secret'" not in str(run(session, "desc storage volume a"))
    run(session, "create user sam")
    sam = Session(session.engine, 2, "sam")
    assert run(sam, "show storage volumes") == []
    assert "the DROP privilege(s) on STORAGE VOLUME a" in problem(sam, "drop storage volume a")
    assert "the CREATE STORAGE VOLUME privilege(s) on SYSTEM" in problem(sam, f"{CREATE} ({LOGIN})")
    run(session, "grant usage on storage volume a to sam")
    assert run(sam, "show storage volumes") == [("a",)]
    assert run(sam, "show grants")[0][2] == "GRANT USAGE ON STORAGE VOLUME a TO USER 'sam'@'%'"
