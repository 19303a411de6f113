"""SHOW TRANSACTION: the state of one load by its number, which is how a client learns that a load became visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog.transactions import Transaction
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.result import Result
from starrocks_embedded.statements.shows import Show, columns, header, show, show_database
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

NAMES = (
    "TransactionId", "Label", "Coordinator", "TransactionStatus", "LoadJobSourceType", "PrepareTime", "CommitTime",
    "PublishTime", "FinishTime", "Reason", "ErrorReplicasCount", "ListenerId", "TimeoutMs", "ErrMsg",
)  # fmt: skip
NEWER = {"PrepareTime": "PreparedTime", "TimeoutMs": "PreparedTimeoutMs"}  # since 3.5, each behind its neighbour
TIMEOUT = "14400000"


@show("TRANSACTION", scope=True, where=True)
def show_transaction(session: Session, statement: Show) -> Result:
    database = session.engine.catalog.database(show_database(session, statement.scope))
    number = _number(statement.where)
    found = session.engine.transactions.find(number, database.id) if database else None
    if found is None:
        raise analysis_error(f"transaction with id {number} does not exist")
    names = _names(session.engine.version.at_least("3.5"))
    facts = _facts(found)
    return header(columns("|".join(f"{n}:90" for n in names)), [tuple(facts.get(n) for n in names)])


def _number(where: ast.Expr | None) -> int:
    if where is None:
        raise analysis_error("should supply condition like: ID = $transaction_id")
    if isinstance(where, ast.Binary) and where.op == "=" and isinstance(where.left, ast.ColumnRef):
        value = where.right
        if where.left.parts[-1].lower() == "id" and isinstance(value, ast.Literal) and value.kind == "int":
            return int(value.value)
    raise analysis_error("Where clause should looks like: ID = $transaction_id")


def _names(newer: bool) -> list[str]:
    names = []
    for name in NAMES:
        names.append(name)
        if newer and name in NEWER:
            names.append(NEWER[name])
    return names


def _facts(found: Transaction) -> dict[str, str | None]:
    return {
        "TransactionId": str(found.id),
        "Label": found.label,
        "Coordinator": "FE: 127.0.0.1",
        "TransactionStatus": found.status,
        "LoadJobSourceType": found.source,
        "PrepareTime": found.began,
        "CommitTime": found.began,
        "PublishTime": found.finished or None,
        "FinishTime": found.finished or None,
        "Reason": "",
        "ErrorReplicasCount": "0",
        "ListenerId": "-1",
        "TimeoutMs": TIMEOUT,
        "PreparedTimeoutMs": "-1",
        "ErrMsg": "",
    }
