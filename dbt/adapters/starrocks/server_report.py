"""What `dbt debug` tells of the server: who we are there, where we build, what kind of cluster it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dbt_common.exceptions import DbtDatabaseError

Ask = Callable[[str], Sequence[Mapping[str, Any]]]

# one at a time: several of them in one SELECT list all show the last one's value
QUESTIONS = (
    ("server version", "select current_version()"),
    ("current user", "select current_user()"),
    ("active roles", "select current_role()"),
    ("catalog", "select catalog()"),
    ("database", "select database()"),
    ("time zone", "select @@time_zone"),
)
RUN_MODE = "admin show frontend config like 'run_mode'"
RUN_MODES = {"shared_nothing": "shared-nothing", "shared_data": "shared-data"}


def lines(ask: Ask, schema: str) -> Iterator[str]:
    """A line for each fact."""
    for label, question in QUESTIONS:
        answer = next(iter(ask(question)[0].values()))
        if label == "database" and answer != schema:
            yield f"{label}: {schema} does not exist yet or is closed to this user; `dbt run` creates it"
        else:
            yield f"{label}: {answer}"
    yield f"run mode: {_run_mode(ask)}"


def _run_mode(ask: Ask) -> str:
    try:
        rows = ask(RUN_MODE)
    except DbtDatabaseError:
        return "not shown to this user (needs OPERATE on SYSTEM)"
    # servers before 3.1 know no other mode
    mode = str(rows[0]["Value"]) if rows else "shared_nothing"
    return RUN_MODES.get(mode, mode)
