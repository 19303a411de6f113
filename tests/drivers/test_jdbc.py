"""MySQL Connector/J, through which BI tools come; it needs Java and Maven."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pymysql
import pytest

DRIVER = "com.mysql:mysql-connector-j:8.4.0"
SETUP = (
    "create database jdbc",
    """create table jdbc.t (id int not null, v varchar(20), n decimal(20, 4), at datetime, a array<int>)
       primary key (id) comment 'of all'""",
    "create view jdbc.w as select id from jdbc.t",
    "insert into jdbc.t values (1, 'é', 12.34, '2024-02-29 12:13:14.5', [1])",
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The driver's archive, from where Maven has it."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("no Java or no Maven here")
    folder = tmp_path_factory.mktemp("jdbc")
    copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={DRIVER}", f"-DoutputDirectory={folder}"]
    run = subprocess.run(copy, cwd=folder, capture_output=True, text=True)
    if run.returncode:
        pytest.skip(f"Maven could not bring {DRIVER}")
    return next(folder.glob("*.jar"))


@pytest.mark.parametrize("options", ["", "?useServerPrepStmts=true&rewriteBatchedStatements=true"])
def test_what_bi_tools_ask(server, driver: Path, options: str) -> None:
    connection = pymysql.connect(**server.connect_args, autocommit=True)
    with connection.cursor() as cursor:
        for statement in ("drop database if exists jdbc force", *SETUP):
            cursor.execute(statement)
    program = Path(__file__).with_name("Jdbc.java")
    url = f"jdbc:mysql://{server.host}:{server.port}/{options}"
    command = ["java", "-cp", str(driver), str(program), url, server.user, server.password]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.stdout.splitlines() == [
        "tables: t TABLE of all",
        "tables: w VIEW",
        "of types: w VIEW",  # its HAVING means the table's own TABLE_TYPE, and that is BASE TABLE
        "columns: id INT 10 NO",
        "columns: v VARCHAR 20 YES",
        "columns: n DECIMAL 20 YES",
        "columns: at DATETIME null YES",
        "columns: a ARRAY null YES",
        "prepared: 1 é 2024-02-29T12:13:14.500 12.3400",
        "batch: 10 b'\"\\10",
        "batch: 11 b'\"\\11",
        "batch: 12 b'\"\\12",
        "timeout: MySQLTimeoutException",
        "error: 1064 Getting analyzing error. Detail message: Column 'nope' cannot be resolved.",
    ], run.stderr
