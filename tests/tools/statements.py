"""Writes down every statement that the functional tests send, as questions that can be put to a real server.

`python -m tests.tools.statements [--versions 4.1 3.5 3.3] [TEST …]` runs the functional tests, or the named ones, once
for each version and writes build/statements/<version>.sql: a case for each class of tests, with what the tests and dbt
sent in the order in which it was done. A case is played in a database `q` of its own.

  -- name: the case            -- user: NAME   the next statements are this user's          -- reconnect   root again"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "statements"
VERSIONS = ("4.1", "3.5", "3.3")
HOME = "q"
ROOT_USER = "root"

# dbt's fixtures name schemas by the clock, the adapter its helper tables by the run
CLOCK = re.compile(r"\btest\d{14,}_")
TOKEN = re.compile(r"__dbt_(new|old)_[0-9a-f]{8}")
USE = re.compile(r"use\s+`?([^`\s;]+)`?", re.I)


class Case:
    """The statements of one case as lines of a question file."""

    def __init__(self, name: str, statements: Iterable[Mapping[str, str]]) -> None:
        self.name = name
        self.left_out = 0
        self._tokens: dict[str, str] = {}
        self._user, self._database = ROOT_USER, HOME
        self.lines = [line for statement in statements for line in self._written(statement)]

    def text(self) -> str:
        return "\n".join([f"-- name: {self.name}", *self.lines, ""])

    def _written(self, statement: Mapping[str, str]) -> Iterator[str]:
        sql = self._steady(statement["sql"])
        if any(line.rstrip().endswith(";") for line in sql.splitlines()):
            # the format ends a statement there
            self.left_out += 1
            return
        if statement["user"] != self._user:
            self._user, self._database = statement["user"], HOME
            yield "-- reconnect" if self._user == ROOT_USER else f"-- user: {self._user}"
        database = self._steady(statement["database"])
        if database not in ("", self._database):
            self._database = database
            yield f"use `{database}`;"
        if used := USE.fullmatch(sql):
            self._database = used[1]
        yield f"{sql};"

    def _steady(self, text: str) -> str:
        """The same names in every run, so that two runs can be compared."""
        text = CLOCK.sub("dbt_", text)
        return TOKEN.sub(
            lambda m: f"__dbt_{m[1]}_{self._tokens.setdefault(m[0][-8:], f'{len(self._tokens):08x}')}", text
        )


def run(version: str, tests: list[str], workers: int) -> list[Case]:
    """Runs the tests; a failing one is a case as well, and pytest says so."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--record", folder]
        subprocess.run([*command, "--server-version", version, *tests], cwd=ROOT, check=False)
        recorded = [json.loads(line) for file in Path(folder).glob("*.jsonl") for line in _lines(file)]
    return [Case(name, statements) for name, statements in sorted(_joined(recorded).items())]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _joined(recorded: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, str]]]:
    """Functions of one module are cases of their own; a class that several workers shared is one."""
    cases: dict[str, list[Mapping[str, str]]] = {}
    for entry in recorded:
        cases.setdefault(entry["case"], []).extend(entry["statements"])
    return cases


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("tests", nargs="*", default=["tests/functional"])
    options.add_argument("--versions", nargs="+", default=VERSIONS)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for version in chosen.versions:
        cases = run(version, chosen.tests, chosen.workers)
        path = FOLDER / f"{version}.sql"
        path.write_text("\n".join(case.text() for case in cases), encoding="utf-8")
        count, left_out = sum(len(case.lines) for case in cases), sum(case.left_out for case in cases)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(cases)} cases, {count} lines")
        sys.stdout.write(f"; {left_out} statements with a line that ends in ';' were left out\n" if left_out else "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
