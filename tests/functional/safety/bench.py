"""A project of one model between two states, dbt in this process, and the server seen past the proxy."""

from __future__ import annotations

from pathlib import Path

import pymysql
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

import starrocks_embedded
from dbt.adapters.starrocks.statement_text import words
from tests.functional.safety.proxy import Proxy
from tests.functional.safety.scenarios import Rows, Scenario

PROFILE = """
safety:
  target: dev
  outputs:
    dev:
      type: starrocks
      host: 127.0.0.1
      port: {port}
      user: {user}
      password: "{password}"
      schema: {schema}
      threads: 1
"""
QUIET = ("--quiet", "--no-write-json", "--log-level-file", "none")
READING = {"SELECT", "WITH", "SHOW", "DESC", "DESCRIBE", "EXPLAIN", "SET", "USE"}
GRANTEE = "'dbt_test_user_1'@'%'"


def writes(statement: str) -> bool:
    return words(statement, 1)[0] not in READING


class Bench:
    def __init__(self, scenario: Scenario, folder: Path, proxy: Proxy, server: starrocks_embedded.Server) -> None:
        self.scenario, self.folder, self.proxy = scenario, folder, proxy
        self.schema = "safety_" + "".join(c if c.isalnum() else "_" for c in scenario.name)
        self.connect(server)
        profile = {"user": server.user, "password": server.password, "schema": self.schema}
        self.write("dbt_project.yml", "name: safety\nversion: '1.0'\nprofile: safety\n")
        self.write("profiles.yml", PROFILE.format(port=proxy.port, **profile))
        for path, text in scenario.files.items():
            self.write(path, text)
        self.manifest: Manifest | None = None
        self.standing = self._make()

    def _make(self) -> list[str]:
        """dbt makes the model as it stands, once: afterwards the same statements do."""
        self.proxy.reset()
        self.drop()
        self.write(self.scenario.path, self.scenario.before)
        for command in dict.fromkeys(("run", self.scenario.command)):
            made = self.invoke(command, *self.scenario.flags)
            assert made.success, made.exception or [str(r.message) for r in made.result]
        self.change_to(self.scenario.after)
        granted = (
            [f"grant select on table `{self.schema}`.`subject` to user {GRANTEE}"] if self.scenario.granted else []
        )
        return [*filter(writes, self.proxy.passed), *granted]

    def connect(self, server: starrocks_embedded.Server) -> None:
        """dbt's way leads there, too."""
        self.proxy.port_behind = server.port
        self.connection = pymysql.connect(**server.connect_args, autocommit=True)

    def change_to(self, text: str) -> None:
        self.write(self.scenario.path, text)
        self.manifest = None
        self.manifest = self.invoke("parse").result

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def place(self) -> tuple[str, ...]:
        return ("--project-dir", str(self.folder), "--profiles-dir", str(self.folder))

    def invoke(self, *command: str):
        return dbtRunner(manifest=self.manifest).invoke([*QUIET, *command, *self.place()])

    def dbt(self) -> bool:
        """The model alone, as the scenario has it."""
        return bool(self.invoke(self.scenario.command, "--select", "subject", *self.scenario.flags).success)

    def drop(self) -> None:
        self.ask(f"drop database if exists `{self.schema}` force")

    def settle(self) -> None:
        """The model as it stood, whatever happened since."""
        self.drop()
        for statement in self.standing:
            self.ask(statement)

    def close(self) -> None:
        self.drop()
        self.connection.close()

    # --- what users see

    def objects(self) -> list[str]:
        return [str(row[0]) for row in self.ask(f"show tables from `{self.schema}`")]

    def rows(self, name: str = "subject") -> Rows:
        return tuple(sorted(int(str(row[0])) for row in self.ask(f"select id from `{self.schema}`.`{name}`")))

    def is_granted(self) -> bool:
        return any(f"{self.schema}.subject" in str(row) for row in self.ask(f"show grants for {GRANTEE}"))

    def sleeping_views(self) -> list[str]:
        listed = self.ask(
            "select table_name, is_active from information_schema.materialized_views "
            f"where table_schema = '{self.schema}'"
        )
        return [str(name) for name, active in listed if str(active).lower() != "true"]

    def complaint_after_failure(self, gone: bool) -> str | None:
        """`gone`: dbt could put nothing right."""
        names = [name for name in self.objects() if name == "subject"]
        if self.scenario.between_kinds and gone and not names:
            names = [name for name in self.objects() if name.startswith("subject__dbt_")]
        if not names:
            return "nothing bears the model's rows"
        expected = (self.scenario.old, self.scenario.new, *self.scenario.partly)
        found = [self.rows(name) for name in names]
        if not any(rows in expected for rows in found):
            return f"neither old nor new rows: {str(found)[:200]}"
        return "its grant is lost" if self.scenario.granted and not self.is_granted() else None

    def complaint_after_rerun(self) -> str | None:
        rows = self.rows()
        if rows != self.scenario.new:
            return f"after the rerun: {str(rows)[:200]}"
        left = [name for name in self.objects() if "__dbt_" in name]
        if left:
            return f"left behind: {left}"
        if self.sleeping_views():
            return f"inactive: {self.sleeping_views()}"
        return "its grant is lost in the rerun" if self.scenario.granted and not self.is_granted() else None
