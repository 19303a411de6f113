"""Which StarRocks the tests run on: the embedded engine as some version, or a server that was named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

import starrocks_embedded
from starrocks_embedded.version import NEWEST, Version

USERS = ("dbt_test_user_1", "dbt_test_user_2", "dbt_test_user_3")


@dataclass(frozen=True)
class Target:
    """What the command line asked for; `host` is empty for the embedded engine."""

    version: Version
    host: str = ""
    port: int = 0
    user: str = "root"
    password: str = ""

    @property
    def embedded(self) -> bool:
        return not self.host

    def describe(self) -> str:
        return f"StarRocks {self.version} " + ("(embedded)" if self.embedded else f"at {self.host}:{self.port}")

    def open(self, log: Path) -> starrocks_embedded.Server:
        """The server to test; the embedded one writes its statements to `log`."""
        if self.embedded:
            return starrocks_embedded.serve(
                http_port=0,
                version=str(self.version),
                user=self.user,
                password=self.password,
                log=log,
                fe_config={"enable_udf": "true"},
            )
        return starrocks_embedded.Server(self.host, self.port, self.user, self.password, str(self.version))


CHOSEN = pytest.StashKey[Target]()


def choose(config: pytest.Config) -> None:
    """Reads the options once; what cannot be is a usage error."""
    host, wanted = config.getoption("--host"), config.getoption("--server-version")
    if host and wanted:
        raise pytest.UsageError("--server-version is for the embedded engine; the server at --host has its own")
    config.stash[CHOSEN] = _named(config) if host else Target(_parsed(wanted or NEWEST))


def chosen(config: pytest.Config) -> Target:
    return config.stash[CHOSEN]


def _parsed(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise pytest.UsageError(f"--server-version: {error}") from error


def _named(config: pytest.Config) -> Target:
    given = {name: config.getoption(f"--{name}") for name in ("host", "port", "user", "password")}
    try:
        with pymysql.connect(**given) as connection, connection.cursor() as cursor:
            cursor.execute("select current_version()")
            row = cursor.fetchone()
    except pymysql.MySQLError as error:
        raise pytest.UsageError(f"no server at {given['host']}:{given['port']}: {error.args[-1]}") from error
    return Target(Version.parse(str(row[0]).split("-")[0].split()[0]) if row else Version.parse(NEWEST), **given)


def skip_on_other_versions(item: pytest.Item) -> None:
    """Before any fixture is made, so that a skipped class builds no project."""
    version = chosen(item.config).version
    for mark, skipped in (("only_since", False), ("only_before", True)):
        for marker in item.iter_markers(mark):
            wanted, reason = marker.args[0], marker.kwargs.get("reason") or (*marker.args, "", "")[1]
            if not reason:
                raise pytest.UsageError(f"{item.nodeid}: {mark} needs a reason")
            if version.at_least(wanted) is skipped:
                pytest.skip(f"{reason} ({mark} {wanted}, tested on {version})")
