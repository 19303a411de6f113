"""What a driver's or a server's error means to the one who reads it: the server's text, and what to do."""

from __future__ import annotations

import pymysql

from dbt.adapters.starrocks.credentials import StarRocksCredentials


def explain(error: pymysql.MySQLError, credentials: StarRocksCredentials) -> str:
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    return text
