"""What each function answers: the tables under tests/corpus/functions, asked over the wire.

A line is `expression, expected text, source`, tab-separated, and a fourth field `gap: reason` where the engine answers
otherwise so far (a gap that closes fails, until its mark goes). The expression stands after SELECT, so `x from t` is
one too. The expected text is what the wire carries: `\\N` is NULL, `\\t` stands between columns, `\\n` between rows,
and `! words` is an error that says these words. `@ statement` prepares what follows, `# …` is a remark. Each file has
a database of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

import starrocks_embedded
from starrocks_embedded.launcher import Server

CORPUS = Path(__file__).parents[1] / "corpus" / "functions"
FILES = sorted(path.name for path in CORPUS.glob("*.tsv"))
ENCODERS = {k: v for k, v in pymysql.converters.conversions.items() if not isinstance(k, int)}
ESCAPES = {"\\N": "\\N", "\\t": "\t", "\\n": "\n", "\\r": "\r", "\\0": "\0", "\\\\": "\\"}


@dataclass(frozen=True)
class Fact:
    """One line: an expression, or a statement that prepares (then nothing is expected)."""

    place: str
    sql: str
    expected: str | None = None
    gap: str = ""


def facts(file: str) -> Iterator[Fact]:
    for number, line in enumerate((CORPUS / file).read_text(encoding="utf-8").split("\n"), 1):
        place = f"{file}:{number}"
        if line.startswith("@ "):
            yield Fact(place, line[2:])
        elif line and not line.startswith("#"):
            expression, expected, source, *rest = line.split("\t")
            assert source, f"{place}: expression, expected text, source and perhaps a gap"
            assert all(r.startswith("gap: ") for r in rest), f"{place}: the fourth field is `gap: reason`"
            yield Fact(place, f"select {expression}", expected, rest[0] if rest else "")


def meant(expected: str) -> str:
    return re.sub(r"\\[Ntnr0\\]", lambda m: ESCAPES[m[0]], expected)


def answer(connection: pymysql.Connection, sql: str) -> str:
    """The rows as the wire carries them, or `! ` and the error."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return "\n".join("\t".join(map(cell_text, row)) for row in cursor.fetchall())
    except pymysql.MySQLError as error:
        return f"! {error.args[1] if len(error.args) > 1 else error}"


def cell_text(value: object) -> str:
    if value is None:
        return "\\N"
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def holds(fact: Fact, got: str) -> bool:
    expected = fact.expected or ""
    return expected[2:] in got if expected.startswith("! ") and got.startswith("! ") else got == meant(expected)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with starrocks_embedded.serve(user="root", password="") as running:
        yield running


@pytest.mark.parametrize("file", FILES)
def test_functions_answer(server: Server, file: str) -> None:
    database = "functions_" + file.removesuffix(".tsv")
    connection = pymysql.connect(**server.connect_args, conv=ENCODERS)
    wrong = []
    try:
        answer(connection, f"create database {database}")
        answer(connection, f"use {database}")
        for fact in facts(file):
            got = answer(connection, fact.sql)
            if fact.expected is None:
                assert not got.startswith("! "), f"{fact.place}: {fact.sql}: {got}"
            elif holds(fact, got) == bool(fact.gap):
                wrong.append(f"{fact.place}: {fact.sql}\n    {fact.gap or 'expected ' + fact.expected}, got {got}")
    finally:
        connection.close()
    assert not wrong, f"{len(wrong)} lines\n" + "\n".join(wrong)


def test_corpus_is_large() -> None:
    asked = [fact for file in FILES for fact in facts(file) if fact.expected is not None]
    called = {name for fact in asked for name in re.findall(r"\b([a-z]\w*)\(", fact.sql.lower())}
    assert len(asked) >= 900
    assert len(called) >= 220
