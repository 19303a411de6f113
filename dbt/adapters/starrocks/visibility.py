"""Waiting until a load is visible: a busy server answers an INSERT when it is committed, before anybody can read it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks.session import Load

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
GIVE_UP_SECONDS = 1800.0

Ask = Callable[[str], Sequence[Mapping[str, Any]]]


def wait(load: Load, ask: Ask, seconds: float = GIVE_UP_SECONDS) -> None:
    """Returns when readers see the rows. Nothing is asked if the server said so already."""
    transaction = load.outcome.info.get("txnId")
    began, pause = time.monotonic(), FIRST_WAIT
    while load.outcome.info.get("status") == "COMMITTED":
        status = ask(f"show transaction from `{load.database}` where id = {transaction}")[0]["TransactionStatus"]
        if status == "VISIBLE":
            return
        if status == "ABORTED":
            raise DbtDatabaseError(f"Transaction {transaction} was aborted after its load had been accepted.")
        if time.monotonic() - began > seconds:
            raise DbtDatabaseError(
                f"Transaction {transaction} is {status}, but after {seconds:.0f} seconds still not visible: the server "
                "is too busy to publish it, or a node is down. What was there before is untouched."
            )
        time.sleep(pause)
        pause = min(LONGEST_WAIT, pause * 2)
