"""One server of its own process for all drivers, with TLS where a certificate can be made."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

import starrocks_embedded


@pytest.fixture(scope="session")
def server():
    with starrocks_embedded.serve(password="it's") as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A self-signed certificate and its key in one PEM file."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return pem


@pytest.fixture(scope="session")
def tls_server(certificate):
    with starrocks_embedded.serve(password="it's", tls_cert=certificate) as server:
        yield server


TYPES_SETUP = (
    "create database typed",
    """create table typed.t (i int not null, l largeint, n decimal(20, 4), w decimal(50, 2), d double, f float,
       b boolean, c char(3), v varbinary, da date, dt datetime, j json, a array<int>, m map<varchar(5), int>,
       r struct<x int, y array<date>>, bm bitmap, h hll) primary key (i) distributed by hash (i)""",
    """insert into typed.t select 1, -170141183460469231731687303715884105728, 1.5,
       123456789012345678901234567890123456789012345678.25, 0.1, 1.25, true, 'é', to_binary('0041', 'hex'),
       '2024-01-02', '2024-01-02 03:04:05.000006', parse_json('{"a": [1, null]}'), [1, null], map{'k': 1},
       row(1, ['2024-01-02']), to_bitmap(7), hll_hash(1)""",
)


@dataclass
class EveryType:
    """A query with a column of each type, and its row as a driver of Python has it."""

    query: str
    row: tuple[object, ...]


@pytest.fixture(scope="session")
def every_type(server):
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        for statement in TYPES_SETUP:
            cursor.execute(statement)
        yield EveryType(
            "select i, l, n, w, d, f, b, c, v, da, dt, cast('03:04:05' as time), j, a, m, r, bm, h, null from typed.t",
            (
                *(1, "-170141183460469231731687303715884105728", Decimal("1.5000")),
                *(Decimal("123456789012345678901234567890123456789012345678.25"), 0.1, 1.25, 1, "é", b"\0A"),
                *(datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5, 6)),
                *(datetime.timedelta(hours=3, minutes=4, seconds=5), '{"a": [1, null]}', "[1,null]", '{"k":1}'),
                *('{"x":1,"y":["2024-01-02"]}', None, None, None),
            ),
        )
        cursor.execute("drop database typed force")
