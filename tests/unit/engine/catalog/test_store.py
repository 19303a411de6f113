"""The catalog's journal: what a new process finds, and that it does not grow for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from starrocks_embedded.catalog import store
from starrocks_embedded.engine import Engine
from starrocks_embedded.session import Session


def entries(engine: Engine) -> int:
    connection = engine.backend.connect()
    [(count,)] = connection.rows("SELECT count(*) FROM meta.objects")
    return int(count)


def run(engine: Engine, *texts: str) -> list[tuple[object, ...]]:
    session, rows = Session(engine, 1, "root"), []
    for text in texts:
        for result in session.run(text):
            rows = [tuple(r) for r in result.rows] if result.columns is not None else []
    session.close()
    return rows


def test_the_last_entry_of_an_object_holds(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "a.db")
    run(
        engine,
        "create database d",
        "create table d.t (a int)",
        "create table d.gone (a int)",
        "drop table d.gone force",
    )
    for number in range(3):
        run(engine, f"alter table d.t comment = 'it''s {number}'")
    before = entries(engine)
    engine.close()
    engine = Engine(tmp_path / "a.db")
    assert run(engine, "use d", "show tables") == [("t",)]
    assert "it's 2" in str(run(engine, "show create table d.t")[0][1])
    assert entries(engine) < before
    engine.close()


def test_a_long_journal_is_swept_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SWEEP_AFTER", 20)
    engine = Engine()
    run(engine, "create database d", "create view d.v as select 1 as x")
    for number in range(100):
        run(engine, f"alter view d.v as select {number} as x")
    assert entries(engine) < 40
    assert run(engine, "select * from d.v") == [(99,)]
    engine.close()


def test_a_change_that_fails_leaves_no_entry() -> None:
    engine = Engine()
    run(engine, "create database d", "create table d.t (a int not null)")
    before = entries(engine)
    session = Session(engine, 2, "root")
    with pytest.raises(ValueError), engine.catalog.change(session.connection) as change:  # noqa: PT011, PT012
        table = engine.catalog.table(engine.catalog.database("d").id, "t")  # type: ignore[union-attr]
        change.edit(table).comment = "never"  # type: ignore[union-attr]
        raise ValueError
    assert entries(engine) == before
    assert "never" not in str(run(engine, "show create table d.t"))
    engine.close()
