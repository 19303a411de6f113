"""What the corpus calls legal is accepted, what it calls illegal is refused with its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import starrocks_embedded.statements.families  # noqa: F401  (registers the statement families)
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

CRASHED = -1
CORPUS = Path(__file__).parents[2] / "corpus"


@dataclass(frozen=True)
class Entry:
    """`code` is the error that is due, None for a legal statement; `gap` says why the engine answers otherwise."""

    file: str
    group: str
    code: int | None
    gap: str
    sql: str


def entries(file: str) -> Iterator[Entry]:
    group, code, gap, sql = "", None, "", ""
    for line in (CORPUS / file).read_text().splitlines():
        if not sql and line.startswith("-- group: "):
            group, code = line.removeprefix("-- group: "), None
        elif not sql and line.startswith("-- error "):
            code = int(line.removeprefix("-- error "))
        elif not sql and line.startswith("-- gap: "):
            gap = line.removeprefix("-- gap: ")
        elif sql or (line and not line.startswith("--")):
            sql += line if not sql else "\n" + line
            if sql.endswith(";"):
                yield Entry(file, group, code, gap, sql)
                gap, sql = "", ""


@cache
def outcomes(file: str, group: str) -> dict[Entry, int | None]:
    """Every statement of a group with the code it got, run in order in a database of their own."""
    engine = Engine()
    session = Session(engine, 1, "root")
    answers: dict[Entry, int | None] = {}
    try:
        for sql in ("create database corpus", "use corpus"):
            run(session, sql)
        for entry in entries(file):
            if entry.group == group:
                answers[entry] = run(session, entry.sql)
    finally:
        session.close()
        engine.close()
    return answers


def run(session: Session, sql: str) -> int | None:
    try:
        for result in session.run(sql):
            list(result.rows)
    except StarRocksError as error:
        return error.code
    except Exception:  # a crash is nobody's code
        return CRASHED
    return None


def case(entry: Entry) -> object:
    marks = pytest.mark.xfail(strict=True, reason=entry.gap) if entry.gap else ()
    return pytest.param(entry, marks=marks, id=f"{entry.group}: {entry.sql[:70]}")


@pytest.mark.parametrize("entry", [case(e) for f in ("legal.sql", "illegal.sql") for e in entries(f)])
def test_corpus(entry: Entry) -> None:
    assert outcomes(entry.file, entry.group)[entry] == entry.code


def test_corpus_is_large() -> None:
    assert len(list(entries("legal.sql"))) >= 400
    assert len(list(entries("illegal.sql"))) >= 150
