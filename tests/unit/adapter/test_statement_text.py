"""Reading a text as the server's lexer does: strings, names, comments and hints."""

from __future__ import annotations

import time

import pytest

from dbt.adapters.starrocks import statement_text as text


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        ("select 1; select 2 ;", ["select 1", "select 2"]),
        ("select ';'; select \";\"; select `;`", ["select ';'", 'select ";"', "select `;`"]),
        (r"select 'it''s;'; select 'a\';b'", ["select 'it''s;'", r"select 'a\';b'"]),
        ("select 1 -- a; b\n; select 2", ["select 1 -- a; b", "select 2"]),
        ("/* a; b */ select 1; -- the end", ["/* a; b */ select 1"]),
        ("select /*+ SET_VAR(a='x;y') */ 1; select 2", ["select /*+ SET_VAR(a='x;y') */ 1", "select 2"]),
        ("; ;", []),
        ("/* nothing */", []),
    ],
)
def test_statements(sql, expected):
    assert text.statements(sql) == expected


@pytest.mark.parametrize("sql", ["", " \n", ";", "-- x", "/* x */ ;\n--y", "/* never closed"])
def test_blank(sql):
    assert text.is_blank(sql)


@pytest.mark.parametrize("sql", ["# x", "select 1", "/*+ hint */", "'x'", "-1", "/* a */ 1"])
def test_not_blank(sql):
    assert not text.is_blank(sql)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("/* c */\n-- d\n insert /*+ SET_VAR(a=1) */ overwrite t", ("INSERT", "OVERWRITE", "T")),
        ("set @a = 1", ("SET",)),
        ("commit", ("COMMIT",)),
        ("(select 1)", ()),
        ("Create Temporary\tTable x", ("CREATE", "TEMPORARY", "TABLE")),
    ],
)
def test_words(sql, expected):
    assert text.words(sql, 3) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("/* c */ insert /*+SET_VAR(x=1)*/ overwrite `c`.`d b`.`t` select 1", ("c", "d b", "t")),
        ("insert into db.t (a) values (1)", ("db", "t")),
        ("INSERT INTO TABLE t SELECT 1", ("t",)),
        ("update t set a = 1 where b = 2", ("t",)),
        ("delete from d.t where a = 1", ("d", "t")),
        ("create table if not exists d.t as select 1", ("d", "t")),
        ("select 1", ()),
    ],
)
def test_written_table(sql, expected):
    assert text.written_table(sql) == expected


def test_comments_in_front():
    assert text.leading_comments("/* a */ -- b\nselect 1") == "/* a */ -- b\n"
    assert text.without_leading_comments("/* a */ -- b\nselect 1") == "select 1"


def test_a_large_text_is_read_in_a_moment():
    rows = ", ".join(f"({number}, 'it''s; a -- row', -3.5)" for number in range(30_000))
    began = time.monotonic()
    assert len(text.statements(f"insert into t values {rows}; select 1")) == 2
    assert time.monotonic() - began < 2.0
