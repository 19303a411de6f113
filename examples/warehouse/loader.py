"""Lands raw data in the ODS layer, as a CDC pipeline would: `python loader.py 1`, a day later `python loader.py 2`.

Rows go in by Stream Load, one load for each table; tables are made, and rows deleted, in SQL."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pymysql
from raw_data import Landing, Row, Shop
from stream_load import StreamLoad

TABLES = Path(__file__).with_name("ods_tables.sql")


def land(
    connection: pymysql.Connection[Any], loads: StreamLoad, landing: Landing, source: str, database: str = "ods"
) -> dict[str, int]:
    """Brings the tables up to the landing; says how many rows each got."""
    loaded_at = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    # a second try on the same day loads nothing twice
    label = f"{source}-{loaded_at:%Y-%m-%d}"
    with connection.cursor() as cursor:
        for statement in _definitions(database):
            cursor.execute(statement)
        for table, columns in landing.new_columns.items():
            for name, kind in columns.items():
                _add_column(cursor, f"{database}.{table}", name, kind)
        loaded = {
            table: loads.load(database, table, _stamped(rows, source, loaded_at), f"{label}-{table}")
            for table, rows in landing.rows.items()
        }
        for table, keys in landing.deleted.items():
            _delete(cursor, f"{database}.{table}", keys)
    return loaded


def _stamped(rows: Sequence[Row], source: str, loaded_at: datetime) -> list[Row]:
    return [{**row, "_source": source, "_loaded_at": loaded_at} for row in rows]


def landings(day: date) -> tuple[Landing, Landing]:
    """Both loads; the second one is of `day`."""
    shop = Shop(day)
    return shop.first_landing(), shop.second_landing()


def yesterday() -> date:
    """The last whole day: a warehouse loads at night what happened by day."""
    return datetime.now(timezone.utc).date() - timedelta(days=1)


def day_after_the_first_landing(connection: pymysql.Connection[Any], database: str = "ods") -> date:
    """The second landing carries on where the first one ended, however long ago that was."""
    with connection.cursor() as cursor:
        cursor.execute(f"select cast(max(event_at) as date) from {database}.page_events where _source = 'landing-1'")
        (last,) = cursor.fetchone() or (None,)
    if last is None:
        raise SystemExit("Nothing has landed yet: run `python loader.py 1` first.")
    return last + timedelta(days=1)


def _definitions(database: str) -> Iterator[str]:
    yield f"create database if not exists {database}"
    for statement in TABLES.read_text().split(";"):
        if statement.strip():
            yield statement.replace("ods.", f"{database}.").strip()


def _add_column(cursor: pymysql.cursors.Cursor, table: str, name: str, kind: str) -> None:
    if name not in _columns(cursor, table):
        cursor.execute(f"alter table {table} add column {name} {kind} null")
    # older servers change a table in the background
    while name not in _columns(cursor, table):
        time.sleep(0.5)


def _columns(cursor: pymysql.cursors.Cursor, table: str) -> list[str]:
    cursor.execute(f"select * from {table} limit 0")
    return [column[0] for column in cursor.description or ()]


def _delete(cursor: pymysql.cursors.Cursor, table: str, keys: Sequence[Row]) -> None:
    (name,) = keys[0]
    marks = ", ".join(["%s"] * len(keys))
    cursor.execute(f"delete from {table} where {name} in ({marks})", [key[name] for key in keys])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("landing", type=int, choices=(1, 2), help="1: two weeks of history; 2: the day after")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9030)
    parser.add_argument("--http-port", type=int, default=8030)
    parser.add_argument("--user", default="root")
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    loads = StreamLoad(given.host, given.http_port, given.user, given.password)
    with pymysql.connect(host=given.host, port=given.port, user=given.user, password=given.password) as connection:
        day = yesterday() if given.landing == 1 else day_after_the_first_landing(connection)
        chosen = landings(day)[given.landing - 1]
        for table, rows in land(connection, loads, chosen, source=f"landing-{given.landing}").items():
            print(f"ods.{table}: {rows} rows")


if __name__ == "__main__":
    main()
