"""ANALYZE of tables in external catalogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog.external import External
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.result import Result
from starrocks_embedded.statements.analyze import answer_for
from starrocks_embedded.statements.external.places import database_of

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def analyze(session: Session, external: External, statement: Any) -> Result:
    version = session.engine.version
    database = database_of(session, external, statement.name[:-1])
    table = external.table(database, statement.name[-1])
    if table is None:
        raise analysis_error(f"Table {statement.name[-1]} is not found")
    place = f"{external.name}.{database}"
    if statement.sample and not version.at_least("3.4"):
        raise analysis_error(f"External table {place}.{table.name} don't support SAMPLE analyze")
    known = ["hive", "iceberg", "deltalake", *(["paimon"] if version.at_least("3.4") else [])]
    if external.type not in known or table.kind == "view":
        raise analysis_error(f"Analyze external table only support {', '.join(known)} and odps table")
    return answer_for(statement, table, place)
