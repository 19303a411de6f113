"""Every fenced block of the documentation is what it says: YAML loads, SQL is StarRocks', Python runs, commands are."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymysql
import pytest
import yaml
from dbt.artifacts.resources import NodeConfig, SeedConfig, SnapshotConfig, SourceConfig, TestConfig
from dbt.cli.main import cli as dbt_cli
from dbt_common.clients.jinja import get_environment
from packaging.requirements import Requirement

import starrocks_embedded
import starrocks_embedded.statements.families
from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig
from starrocks_embedded import cli as engine_cli
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from tests.docs import pages
from tests.docs.pages import Block

LANGUAGES = {"sql", "jinja", "yaml", "csv", "sh", "python", "mermaid", "", "text"}
DIAGRAMS = ("flowchart", "sequenceDiagram")
JINJA = re.compile(r"{{|{%")
SYNTAX_ERROR = "Getting syntax error"


def of(language: str, *, file: bool | None = None) -> list[Any]:
    found = [b for b in pages.blocks(language) if file is None or (b.file is not None) is file]
    return [pytest.param(block, id=str(block)) for block in found]


def test_each_language_is_one_that_is_checked() -> None:
    assert {block.language for block in pages.all_blocks()} <= LANGUAGES


# --- yaml


@pytest.mark.parametrize("block", of("yaml"))
def test_yaml_loads(block: Block) -> None:
    assert isinstance(yaml.safe_load(block.text), dict)


@pytest.mark.parametrize("block", of("yaml"))
def test_yaml_names_configs_that_there_are(block: Block) -> None:
    unknown = {key for key in _keys(yaml.safe_load(block.text)) if key.startswith("+")} - CONFIGS
    assert not unknown


CONFIGS = {
    f"+{name}"
    for config in (NodeConfig, SeedConfig, SnapshotConfig, SourceConfig, TestConfig, StarRocksConfig)
    for name in config.__dataclass_fields__
}


def _keys(tree: Any) -> set[str]:
    if isinstance(tree, list):
        return {key for part in tree for key in _keys(part)}
    if not isinstance(tree, dict):
        return set()
    return {str(key) for key in tree} | {key for part in tree.values() for key in _keys(part)}


PROFILES = [block for block in pages.blocks("yaml") if "type: starrocks" in block.text]


@pytest.mark.parametrize("block", PROFILES, ids=str)
def test_profiles_are_accepted(block: Block) -> None:
    for profile in yaml.safe_load(block.text).values():
        for output in profile["outputs"].values():
            given = {key: value for key, value in output.items() if key not in ("type", "threads")}
            # what Jinja would say is not known here
            given = {key: value for key, value in given.items() if not JINJA.search(str(value)) or key == "password"}
            StarRocksCredentials(**StarRocksCredentials.translate_aliases(given))


# --- sql


@pytest.fixture(scope="module")
def session() -> Any:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in (
        "create database shop",
        "use shop",
        "create table t (a int, b int)",
        "insert into t values (1, 2)",
    ):
        list(session.run(statement))
    yield session
    session.close()
    engine.close()


@pytest.mark.parametrize("block", [p for p in of("sql", file=False) if p.values[0].info != "refused"])
def test_sql_is_starrocks(block: Block, session: Session) -> None:
    """Names need not be there: what the parser takes is asked."""
    assert not JINJA.search(block.text), "a model needs a path in its first line, so that it is built"
    for statement in _statements(block.text):
        assert SYNTAX_ERROR not in str(_error(session, statement)), statement


@pytest.mark.parametrize("block", [p for p in of("sql", file=False) if p.values[0].info == "refused"])
def test_what_is_said_to_be_refused_is_refused_by_name(block: Block, session: Session) -> None:
    for statement in _statements(block.text):
        assert "is not supported by the embedded engine" in str(_error(session, statement)), statement


def _statements(text: str) -> list[str]:
    plain = re.sub(r"--.*", "", text)
    return [part.strip() for part in plain.split(";") if part.strip()]


def _error(session: Session, statement: str) -> str:
    try:
        for result in session.run(statement):
            list(result.rows)
    except StarRocksError as error:
        return error.message
    return ""


@pytest.mark.parametrize("block", [*of("jinja"), *of("sql", file=True)])
def test_jinja_compiles(block: Block) -> None:
    get_environment(None).parse(block.text)


# --- python


@pytest.mark.parametrize("block", of("python"))
def test_python_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {"__name__": "documentation"})


# --- diagrams


@pytest.mark.parametrize("block", of("mermaid"))
def test_diagrams_are_well_formed(block: Block) -> None:
    head, *lines = block.text.strip().splitlines()
    assert head.split()[0] in DIAGRAMS
    for line in lines:
        # in a sequence it would end the message
        assert ";" not in line or head != "sequenceDiagram", line
        bare = re.sub(r'"[^"]*"', "", line)
        assert '"' not in bare, line
        if head.startswith("flowchart"):
            for opening, closing in ("()", "[]", "{}"):
                assert bare.count(opening) == bare.count(closing), line


# --- commands


LINES = [(block, line) for block in pages.blocks("sh") for line in block.text.replace("\\\n", " ").splitlines()]
# in the middle of a sentence; with an ellipsis it is no whole command
INLINE = re.compile(r"`((?:make|dbt|starrocks-embedded|pip|python) [^`…]+)`")
COMMANDS = [*LINES, *((block, line) for block in pages.prose_blocks() for line in INLINE.findall(block.text))]
MAKEFILE = (pages.ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = (pages.ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("block", "line"), COMMANDS, ids=[f"{block} {line[:40]}" for block, line in COMMANDS])
def test_commands_exist(block: Block, line: str) -> None:
    words = [word for word in shlex.split(line, comments=True) if word != "&"]
    if not words:
        return
    program, arguments = Path(words[0]).name, words[1:]
    assert program in CHECKS, f"{block}: no test knows `{program}`"
    if program == "curl" and not shutil.which(program):
        pytest.skip("no curl here")
    CHECKS[program](block, arguments)


def _make(block: Block, arguments: list[str]) -> None:
    targets = [word for word in arguments if "=" not in word]
    for target in targets:
        assert re.search(rf"^{re.escape(target)}:.*##", MAKEFILE, re.M), target
    for setting in set(arguments) - set(targets):
        assert f"$({setting.partition('=')[0]})" in MAKEFILE, setting


def _pip(block: Block, arguments: list[str]) -> None:
    assert arguments[0] == "install"
    # a dot is the clone that is installed from
    named = [re.sub(r"^\.(?=\[|$)", "dbt-starrocks", word) for word in arguments[1:] if not word.startswith("-")]
    for requirement in map(Requirement, named):
        if requirement.name == "dbt-starrocks":
            for extra in requirement.extras:
                assert re.search(rf"^{extra} = \[", PROJECT, re.M)


def _engine(block: Block, arguments: list[str]) -> None:
    engine_cli._parser().parse_args(arguments)


def _dbt(block: Block, arguments: list[str]) -> None:
    command = next(word for word in arguments if word in dbt_cli.commands)
    found = dbt_cli.commands[command]
    while nested := [word for word in arguments if word in getattr(found, "commands", {})]:
        found = found.commands[nested[0]]
    known = {option for given in (found, dbt_cli) for parameter in given.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("-")} <= known


def _mysql(block: Block, arguments: list[str]) -> None:
    assert {word for word in arguments if word.startswith("-")} <= {"--host", "--port", "--user", "--password"}


def _python(block: Block, arguments: list[str]) -> None:
    if arguments[0] == "-m":
        module = arguments[1].replace(".", "/")
        assert arguments[1] in ("pytest", "venv") or (pages.ROOT / f"{module}.py").exists()
    else:
        assert any((folder / arguments[0]).exists() for folder in (block.page.parent, pages.ROOT))


def _compose(block: Block, arguments: list[str]) -> None:
    assert arguments[0] == "compose"
    assert (block.page.parent / "compose.yaml").exists()


def _export(block: Block, arguments: list[str]) -> None:
    assert all("=" in word for word in arguments)


def _curl(block: Block, arguments: list[str]) -> None:
    """Sent, to an engine of its own, with one order in the file."""
    with starrocks_embedded.serve(password="", http_port=0) as server, TemporaryDirectory() as folder:
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute("create database raw")
            cursor.execute("create table raw.orders (order_id int, user_id int)")
        (Path(folder) / "orders.csv").write_text("1,7\n", encoding="utf-8")
        sent = [word.replace(":8030", f":{server.http_port}") for word in arguments]
        answer = subprocess.run(["curl", "--silent", *sent], cwd=folder, capture_output=True, text=True, check=True)
        told = json.loads(answer.stdout)
    assert (told["Status"], told["NumberLoadedRows"]) == ("Success", 1), told


CHECKS = {
    "make": _make,
    "curl": _curl,
    "pip": _pip,
    "starrocks-embedded": _engine,
    "dbt": _dbt,
    "mysql": _mysql,
    "python": _python,
    "python3": _python,
    "docker": _compose,
    "export": _export,
}
