"""Statements that a cluster carries out and this engine has nothing to carry them out on: refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import unsupported
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.result import Result
    from starrocks_embedded.session import Session

HEADS = (
    # nodes, replicas and the state of the cluster
    "ALTER SYSTEM", "CANCEL DECOMMISSION", "ADMIN SET REPLICA STATUS", "ADMIN SHOW REPLICA DISTRIBUTION",
    "ADMIN SHOW REPLICA STATUS", "ADMIN REPAIR TABLE", "ADMIN CANCEL REPAIR", "ADMIN CHECK", "ADMIN EXECUTE",
    "ADMIN SET TABLE", "ADMIN ENABLE FAILPOINT", "ADMIN DISABLE FAILPOINT", "SHOW FAILPOINTS", "SHOW BROKER",
    "CANCEL COMPACTION", "CLEAN TEMPORARY TABLE", "REFRESH CONNECTIONS", "SHOW DATA DISTRIBUTION",
    # warehouses, caches
    "CREATE WAREHOUSE", "ALTER WAREHOUSE", "DROP WAREHOUSE", "SUSPEND WAREHOUSE", "RESUME WAREHOUSE", "SHOW CLUSTERS",
    "SHOW CNGROUPS", "SHOW NODES", "CREATE DATACACHE", "DROP DATACACHE", "CLEAR DATACACHE", "SHOW DATACACHE",
    "CACHE SELECT",
    # snapshots and backups
    "ADMIN SET AUTOMATED", "ADMIN ALTER AUTOMATED", "ADMIN SHOW AUTOMATED", "CREATE REPOSITORY",
    "CREATE READ ONLY REPOSITORY", "DROP REPOSITORY", "SHOW REPOSITORIES", "SHOW SNAPSHOT", "BACKUP", "CANCEL BACKUP",
    "SHOW BACKUP", "RESTORE", "CANCEL RESTORE", "SHOW RESTORE",
    # resources, files, plugins, dictionaries, procedures
    "CREATE RESOURCE", "CREATE EXTERNAL RESOURCE", "ALTER RESOURCE", "DROP RESOURCE", "SHOW RESOURCES", "CREATE FILE",
    "DROP FILE", "SHOW FILE", "INSTALL PLUGIN", "UNINSTALL PLUGIN", "CREATE DICTIONARY", "DROP DICTIONARY",
    "REFRESH DICTIONARY", "CANCEL REFRESH DICTIONARY", "SHOW DICTIONARY",
    # plans, profiles, statistics
    "CREATE BASELINE", "CREATE GLOBAL BASELINE", "DROP BASELINE", "ENABLE BASELINE", "DISABLE BASELINE",
    "SHOW BASELINE", "ALTER PLAN ADVISOR", "TRUNCATE PLAN ADVISOR", "SHOW PLAN ADVISOR", "ANALYZE PROFILE",
    "SHOW PROFILELIST", "SHOW RUNNING QUERIES", "SHOW HISTOGRAM META", "TRACE", "TRANSLATE", "SHOW USAGE RESOURCE",
    # who may ask what
    "ADD SQLBLACKLIST", "DELETE SQLBLACKLIST", "SHOW SQLBLACKLIST", "ADD SQL DIGEST BLACKLIST",
    "DELETE SQL DIGEST BLACKLIST", "SHOW SQL DIGEST BLACKLIST", "ADD BACKEND BLACKLIST", "DELETE BACKEND BLACKLIST",
    "SHOW BACKEND BLACKLIST", "ADD COMPUTE NODE BLACKLIST", "DELETE COMPUTE NODE BLACKLIST",
    "SHOW COMPUTE NODE BLACKLIST", "SHOW WHITELIST", "CREATE SECURITY INTEGRATION", "ALTER SECURITY INTEGRATION",
    "DROP SECURITY INTEGRATION", "SHOW CREATE SECURITY INTEGRATION", "SHOW SECURITY INTEGRATIONS",
    "CREATE GROUP PROVIDER", "DROP GROUP PROVIDER", "SHOW CREATE GROUP PROVIDER", "SHOW GROUP PROVIDERS",
)  # fmt: skip


@dataclass
class Absent(Statement):
    what: str


def _refuse(head: str) -> None:
    def parse(cursor: Cursor) -> Absent:
        while not cursor.done:
            cursor.advance()
        return Absent(head)

    grammar(*head.split())(parse)


for head in HEADS:
    _refuse(head)


@executes(Absent)
def refuse(session: Session, statement: Absent) -> Result:
    raise unsupported(statement.what)
