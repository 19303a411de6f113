"""Profiles as people write them: what is taken, what is ignored with a word, what stops dbt."""

from __future__ import annotations

import pytest
from dbt.adapters.contracts.connection import Credentials
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import credentials as module
from dbt.adapters.starrocks.credentials import StarRocksCredentials

LEAST = {"host": "fe", "schema": "analytics"}


@pytest.fixture
def warnings(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(module.logger, "warning", told.append)
    return told


def read(**profile) -> StarRocksCredentials:
    """As dbt does it."""
    data = StarRocksCredentials.translate_aliases(profile)
    StarRocksCredentials.validate(data)
    return StarRocksCredentials.from_dict(data)


def refused(**profile) -> str:
    with pytest.raises(DbtRuntimeError) as raised:
        read(**profile)
    return str(raised.value)


def test_the_least():
    found = read(**LEAST)
    assert isinstance(found, Credentials)
    assert (found.database, found.schema, found.port, found.http_port) == ("default_catalog", "analytics", 9030, 8030)
    assert (found.username, found.password, found.front_end) == ("root", "", ("fe", 9030))


def test_a_profile_from_another_adapter_runs_with_two_words(warnings):
    found = read(
        host="localhost", port=9030, user="root", password="", database="dbt_demo", schema="public", keepalives_idle=0
    )
    assert (found.database, found.schema, found.ignored_database) == ("default_catalog", "public", "dbt_demo")
    assert warnings == [
        "Profile: not used on StarRocks and ignored: keepalives_idle.",
        "Profile: `database: dbt_demo` is ignored. dbt builds into `schema: public`, which is a database on StarRocks; "
        "the key for a catalog is `catalog` (now default_catalog).",
    ]


@pytest.mark.parametrize("database", ["analytics", "default_catalog"])
def test_a_database_that_means_the_same_needs_no_word(warnings, database):
    assert read(**LEAST, database=database).ignored_database is None
    assert warnings == []


def test_what_asks_for_no_more_than_we_do_is_ignored(warnings):
    read(**LEAST, sslmode="prefer")
    assert warnings == ["Profile: not used on StarRocks and ignored: sslmode."]


def test_every_key_of_the_released_adapter_is_taken(warnings):
    found = read(
        **LEAST, username="u", catalog="lake", version="3.3.5", use_pure="true", is_async=True, async_query_timeout=60,
        poll_interval=1, poll_max_delay=30, poll_factor=1.5, auth_plugin="mysql_clear_password", charset="utf8",
    )  # fmt: skip
    assert (found.catalog, found.username, found.version, found.is_async) == ("lake", "u", "3.3.5", True)
    assert warnings == ["Profile: not used on StarRocks and ignored: use_pure, charset."]


def test_aliases_in_and_out():
    found = read(**LEAST, **{"user": "u", "pass": "secret", "catalog": "lake"})
    assert (found.username, found.password, found.database) == ("u", "secret", "lake")
    target = dict(found.connection_info(with_aliases=True))
    assert (target["dbname"], target["catalog"], target["user"]) == ("lake", "lake", "u")
    assert "secret" not in str(target)


def test_reading_twice_changes_nothing():
    first = read(**LEAST, catalog="lake", database="other", user="u")
    assert StarRocksCredentials.from_dict(first.to_dict()) == first


def test_debug_shows_what_is_set():
    shown = dict(read(**LEAST, password="secret", query_timeout=60).connection_info())
    assert shown["query_timeout"] == 60
    assert "read_timeout" not in shown
    assert "password" not in shown


def test_numbers_and_texts_as_yaml_makes_them():
    found = read(host="fe", schema=2024, password=123456, port="9031", poll_interval="0.5", query_timeout=None)
    assert (found.schema, found.password, found.port, found.poll_interval) == ("2024", "123456", 9031, 0.5)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (["fe1", "fe2"], ("fe1", 9030)),
        ("fe1:9031, fe2", ("fe1", 9031)),
        (["::1"], ("::1", 9030)),
    ],
)
def test_of_several_hosts_the_first_is_used(hosts, expected):
    assert read(schema="a", hosts=hosts).front_end == expected


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"schema": "a"}, ["`host` is missing", "method: embedded"]),
        ({"host": "fe"}, ["`schema` is missing"]),
        ({"host": "fe", "schema": "lake.raw"}, ["schema is 'lake.raw'", "catalog: lake", "schema: raw"]),
        ({**LEAST, "method": "docker"}, ["method is 'docker'", "server, embedded"]),
        ({**LEAST, "auth_plugin": "kerberos"}, ["auth_plugin is 'kerberos'", "mysql_clear_password"]),
        ({**LEAST, "port": "http"}, ["port is 'http'", "a number"]),
        ({**LEAST, "port": 70000}, ["port is 70000", "65535"]),
        ({**LEAST, "query_timeout": 0}, ["query_timeout is 0", "above 0"]),
        ({**LEAST, "poll_factor": 0.5}, ["poll_factor is 0.5"]),
        ({**LEAST, "session_variables": ["a"]}, ["session_variables is ['a']", "mapping"]),
        ({**LEAST, "session_variables": {"a b": 1}}, ["'a b'"]),
        ({**LEAST, "session_variables": {"a": [1]}}, ["session_variables.a is [1]"]),
        ({**LEAST, "passwrd": "x"}, ["`passwrd`", "Did you mean `password`?"]),
        ({**LEAST, "ssl_ca": "/ca.pem"}, ["`ssl_ca` is not supported"]),
        ({**LEAST, "sslmode": "verify-full"}, ["`sslmode` is not supported"]),
    ],
)
def test_what_stops_dbt_names_key_value_and_way_out(profile, words):
    text = refused(**profile)
    assert all(word in text for word in words), text


def test_session_variables_of_the_profile():
    found = read(
        **LEAST, time_zone="Asia/Shanghai", query_timeout=60, resource_group="etl", warehouse="wh",
        session_variables={"enable_spill": True, "pipeline_dop": 4, "sql_mode": "it's"},
    )  # fmt: skip
    assert found.variables(has_insert_timeout=True) == {
        "query_timeout": "60",
        "insert_timeout": "60",
        "resource_group": "'etl'",
        "warehouse": "'wh'",
        "time_zone": "'Asia/Shanghai'",
        "enable_spill": "true",
        "pipeline_dop": "4",
        "sql_mode": r"'it\'s'",
    }
    assert "insert_timeout" not in found.variables(has_insert_timeout=False)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"materialized": "table", "grants": {"select": ["ada"]}, "database": "iceberg"},
        {"name": "raw", "schema": "landing", "database": "iceberg", "tables": [{"name": "orders"}]},
        {"database": True, "schema": False, "identifier": True},
    ],
)
def test_what_dbt_translates_beside_profiles_stays_as_it_is(kwargs, warnings):
    """dbt sends model configs, sources and quoting through the same method."""
    assert StarRocksCredentials.translate_aliases(kwargs) == kwargs
    assert warnings == []


def test_a_catalog_of_a_source_is_its_database():
    assert StarRocksCredentials.translate_aliases({"catalog": "iceberg"}) == {"database": "iceberg"}
