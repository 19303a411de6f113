"""What a driver's or a server's error means to the one who reads it: the server's text is kept, what to do is added."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pymysql

from dbt.adapters.starrocks.credentials import StarRocksCredentials

# shorter ones would blot out ordinary words
SHORTEST_PASSWORD_HIDDEN = 4

# what a role must have to run a project; a creator owns nothing on StarRocks, so CREATE alone is not enough
GRANTS = (
    "grant create table, create view, create materialized view, create function on database {schema} to role {role}",
    "grant select, insert, update, delete, alter, drop on all tables in database {schema} to role {role}",
    "grant select, alter, drop on all views in database {schema} to role {role}",
    "grant select, refresh, alter, drop on all materialized views in database {schema} to role {role}",
)


@dataclass(frozen=True)
class Advice:
    """`text` is looked for in the message, whatever its wrapper; `codes` narrow it where the text is too common."""

    text: str
    says: str
    codes: tuple[int, ...] = ()

    def matches(self, code: int, message: str) -> bool:
        return (not self.codes or code in self.codes) and re.search(self.text, message, re.I | re.S) is not None


LOGIN = (
    Advice(
        r"Access denied for user|No authentication was successful",
        "The server refuses the user or the password. Check `user` and `password` in the profile; "
        "for LDAP add `auth_plugin: mysql_clear_password`.",
        (1045, 5208),
    ),
    Advice(
        r"no StarRocks greets there",
        "Check `port` in the profile: it is the front end's query_port (9030 unless configured), "
        "not its http_port (8030).",
        (2003,),
    ),
    Advice(
        r"Connection refused|timed out|No route to host|Network is unreachable|Name or service not known|"
        r"nodename nor servname|Temporary failure in name resolution|getaddrinfo failed",
        "No StarRocks front end answers at {place}. Check `host` and `port` in the profile: "
        "it is the front end's query_port (9030 unless configured), not its http_port (8030).",
        (2003,),
    ),
    Advice(
        r"insecure transport",
        "The server only takes encrypted connections, and it offers none on this port.",
        (5205,),
    ),
    Advice(
        r"max_user_connections|Reach limit of connections|Too many connections",
        "dbt opens one connection per thread and one more. Lower `threads` in the profile, "
        "or raise the limit: set property for '{user}' 'max_user_connections' = '…'.",
        (1203, 1040),
    ),
    Advice(
        r"Lost connection.*timed out",
        "The answer took longer than `read_timeout` in the profile allows ({read_timeout} s). The server stops the "
        "statement of a client that has gone.",
    ),
    Advice(
        r"Lost connection|gone away|Already closed|Packet sequence number wrong",
        "The connection to {place} broke while dbt used it: the front end was restarted, the session was killed, "
        "or something between closed it. What the last statement did is either there wholly or not at all; "
        "run the command again. A model that appends without looking at what it has may get the last rows twice: "
        "check it before.",
    ),
)

NAMES = (
    Advice(
        r"Unexpected input '\w+', the most similar input is \{a legal identifier\}",
        "Where that word is meant as a name, it is a reserved one: write it in backticks.",
    ),
    Advice(
        r"Do not support alter non-native table",
        "What has the model's name is of another kind than when the run began: mostly another run of the same model at "
        "the same time made it. No data is lost; run the command again when the other one is done.",
    ),
    Advice(
        r"(Unknown table|not exist|not found|already exists|Can't find).*__dbt_(new|old)_[0-9a-f]{8}|"
        r"__dbt_(new|old)_[0-9a-f]{8}.*(not exist|not found|already exists|doesn't exist)",
        "That is a table dbt was building for this model, and somebody else dropped or renamed it: mostly another run "
        "of the same model at the same time. No data is lost; run the command again when the other one is done.",
    ),
    Advice(
        r"Unknown catalog",
        "dbt's `database` is a catalog on StarRocks. The profile's `catalog` is {catalog}; SHOW CATALOGS lists them, "
        "and a catalog without any grant on it is as unknown as a missing one.",
    ),
    Advice(
        r"Unknown database",
        "dbt's `schema` is a database on StarRocks. `dbt run` creates the ones it builds into; "
        "for a source check its `schema` and `database` (the catalog).",
    ),
    Advice(
        r"Unknown system variable",
        "Check the names under `session_variables` in the profile and in the model's config, and the ones in "
        "SET_VAR hints: this server's version may not have that variable yet.",
        (1193,),
    ),
    Advice(
        r"Incorrect argument type to variable|can't be set to the value|Unknown or incorrect time zone|"
        r"is a read only variable|is a GLOBAL variable|is not a number|must be equal or greater than",
        "The value of a session variable is refused. Check `session_variables`, `query_timeout` and `time_zone` "
        "(a region such as Asia/Shanghai, or +08:00) in the profile and in the model's config.",
    ),
    Advice(
        r"Unknown resource group|resource group not exist",
        "Check `resource_group` in the profile and in the model's config: SHOW RESOURCE GROUPS ALL lists them.",
    ),
    Advice(
        r"Warehouse .* (not exist|has been suspended|is not available)",
        "Check `warehouse` in the profile and in the model's config: SHOW WAREHOUSES lists them.",
    ),
)

RIGHTS = (
    Advice(
        r"Access denied; you need .*CREATE DATABASE privilege",
        "dbt creates the databases it builds into where they are missing. Create `{schema}` beforehand, or: "
        "grant create database on catalog {catalog} to role …",
    ),
    Advice(
        r"Access denied; you need .* the GRANT privilege\(s\) on SYSTEM",
        "The `grants` config needs a user who may grant: grant user_admin to '{user}', or give the role that runs dbt "
        "the rights on its tables WITH GRANT OPTION.",
    ),
    Advice(
        r"Access denied; you need .*Inactivated role\(s\): (?!NONE)",
        "The right may be in a role that is not active in new sessions: set default role all to '{user}'. "
        "If it is not, grant it. A role that builds with dbt needs:\n{grants}",
    ),
    Advice(
        r"Access denied; you need",
        "Having created an object gives no right to it on StarRocks. A role that builds with dbt needs:\n{grants}",
    ),
)

DATA = (
    Advice(
        r"Insert has filtered data",
        "Rows do not fit the target: a null in a NOT NULL column, a text that is too long, a value that its type "
        "cannot hold, or no partition for it. The tracking sql in the message shows them; the `columns` or the "
        "contract of the model decide the types. Nothing was written.",
    ),
    Advice(
        r"The inserted rows are .* exceeded the maximum limit|number of (children|exprs) are|Expression too complex",
        "A front end takes at most `expr_children_limit` (10,000) rows or list entries in one statement. "
        "Split the list, put it into a seed, or join to a table instead.",
    ),
    Advice(
        r"Statement exceeds maximum length limit",
        "Raise it for this model: `session_variables: {{parse_tokens_limit: …}}`, or split the statement.",
    ),
    Advice(
        r"missing key columns",
        "Every key column of a PRIMARY KEY table must be in the model's query.",
    ),
    Advice(
        r"Column count|Inserted target column count",
        "The query and the table have different columns. Run with `--full-refresh`, or set `on_schema_change`.",
        (5604,),
    ),
)

LAYOUT = (
    Advice(
        r"Key columns must be the first few columns",
        "Name the keys in `keys` in the order in which the query selects them.",
    ),
    Advice(
        r"Invalid data type of key column|primary key column.*type not supported|Key column.*can not be",
        "A key takes booleans, integers, dates, datetimes and texts. Cast the column, or choose other `keys`.",
    ),
    Advice(
        r"Key column\(.*\) doesn't exist|Distribution column\(.*\) doesn't exist|Partition column\[.*\] does not exist|"
        r"Unknown column '.*' does not exist",
        "A column that `keys`, `distributed_by`, `partition_by` or `order_by` names is not in the model's query; "
        "names are compared letter by letter.",
    ),
    Advice(
        r"not support default distribution",
        "Name the columns to distribute by: `distributed_by: [...]` among the table's `keys`.",
    ),
    Advice(
        r"replication num should be less|Failed to find enough (hosts|alive backends)|"
        r"Unable to find \d+ alive nodes|not enough backend",
        "The cluster has fewer nodes than the table shall have copies. On a test cluster say "
        "`properties: {{replication_num: '1'}}` for the model or for the whole project.",
    ),
    Advice(
        r"schema change operation is in progress|being altered or having a materialized view|state is SCHEMA_CHANGE|"
        r"currently in state|materialized view or rollup index is being created|is not stable|state is not NORMAL",
        "Another change of this table is still running. SHOW ALTER TABLE COLUMN FROM the database shows how far it is; "
        "run the command again when it is done.",
    ),
    Advice(
        r"Table creation timed out",
        "Too many tablets at once: partitions × buckets × copies. Set fewer `buckets`, or leave them out.",
    ),
)

RUNNING = (
    Advice(
        r"(\[.*\]|materialized view.*) is not active|Can not active materialized view",
        "The materialized view was switched off when something under it was replaced or dropped. dbt switches it on "
        "again when it builds it: run the view, or ALTER MATERIALIZED VIEW … ACTIVE.",
    ),
    Advice(
        r"reached its timeout",
        "Raise `query_timeout` (seconds) in the profile or in the model's config; since 3.4 it sets insert_timeout "
        "along with it. For hours of work set `submit_task: true` on the model.",
        (5024,),
    ),
    Advice(
        r"(Memory of|memory).*exceed|Mem usage has exceed|memory limit",
        "Let the model spill to disk: `session_variables: {{enable_spill: true}}`, give it a `resource_group` of its "
        "own, or build it in smaller batches.",
    ),
    Advice(
        r"still has committed transactions not visible",
        "The server is too busy to publish what an INSERT OVERWRITE wrote. The old rows are untouched: run the command "
        "again, or let a statement wait longer for its rows: `session_variables: {{tx_visible_wait_timeout: …}}`.",
    ),
    Advice(
        r"too many versions|too many tablet versions",
        "Too many small loads of one table in a short time. Load bigger batches, or wait for the compaction.",
    ),
    Advice(
        r"running txns on db .* larger than limit",
        "Too many loads at once in this database. Lower `threads`, or raise max_running_txn_num_per_db.",
    ),
    Advice(
        r"No Leader|leader.*(unknown|not exist|not ready)|forward.*(leader|master)|(leader|master).*forward",
        "A follower front end could not hand the statement on to the leader. SHOW FRONTENDS says which is the leader; "
        "connect to it, or wait until one is elected.",
    ),
    Advice(
        r"cannot (read|be) .*same transaction|Explicit transaction only support|subjected to DML operations",
        "A hook or a sql_header began a transaction. dbt opens none, since on StarRocks a transaction cannot carry "
        "what a model needs; end it in the same text with `commit`.",
    ),
)

ADVICE = (*LOGIN, *NAMES, *RIGHTS, *DATA, *LAYOUT, *RUNNING)


def explain(error: pymysql.MySQLError, credentials: StarRocksCredentials) -> str:
    """The server's text, and under it what to do where the table above knows."""
    code, message = _parts(error)
    advice = next((advice for advice in ADVICE if advice.matches(code, message)), None)
    told = f"{message}\n{_filled(advice, credentials)}" if advice else message
    return _without_password(told, credentials)


def _parts(error: pymysql.MySQLError) -> tuple[int, str]:
    if len(error.args) > 1:
        code, message = error.args[0], str(error.args[1]).strip()
    else:
        code, message = 0, str(error).strip()
    # PyMySQL says nothing at all when it is used after the connection was lost
    return (code if isinstance(code, int) else 0), message or "Lost connection to the server."


def _filled(advice: Advice, credentials: StarRocksCredentials) -> str:
    host, port = credentials.front_end
    return advice.says.format(
        place="the embedded engine" if credentials.method == "embedded" else f"{host}:{port}",
        user=credentials.username,
        catalog=credentials.catalog,
        schema=credentials.schema,
        read_timeout=credentials.read_timeout,
        grants=";\n".join(f"  {statement}" for statement in grants(credentials)),
    )


def grants(credentials: StarRocksCredentials, role: str = "…") -> list[str]:
    """The statements that let a role build into the profile's schema."""
    names = {"schema": f"`{credentials.schema}`", "role": role}
    return [statement.format(**names) for statement in GRANTS]


def _without_password(text: str, credentials: StarRocksCredentials) -> str:
    password = credentials.password
    return text.replace(password, "*****") if len(password) >= SHORTEST_PASSWORD_HIDDEN else text
