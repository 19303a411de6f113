"""The advice that each error gets; texts are the ones that front ends send."""

from __future__ import annotations

from pathlib import Path

import pytest
from pymysql import err

from dbt.adapters.starrocks import errors
from dbt.adapters.starrocks.credentials import StarRocksCredentials

PROFILE = StarRocksCredentials(host="fe", schema="analytics", username="dbt", password="s3cret", read_timeout=30)
WRAPPER = "Getting analyzing error. Detail message: "
NO_RIGHT = (
    "Access denied; you need (at least one of) the SELECT privilege(s) on TABLE orders for this operation. Please ask "
    "the admin to grant permission(s) or try activating existing roles using <set [default] role>. "
    "Current role(s): NONE. Inactivated role(s): {}."
)

CASES = [
    (1045, "Access denied for user 'dbt' (using password: YES)", "Check `user` and `password`"),
    (2003, "Can't connect to MySQL server on 'fe' ([Errno 111] Connection refused)", "answers at fe:9030"),
    (2003, "Can't connect to MySQL server on 'fe' (timed out)", "query_port (9030"),
    (2003, "Can't connect to 'fe': port 8030 is open, but no StarRocks greets there (timed out)", "not its http_port"),
    (5205, "Connections using insecure transport are prohibited", "only takes encrypted"),
    (1203, "User dbt already has more than 'max_user_connections' active connections", "Lower `threads`"),
    (2013, "Lost connection to MySQL server during query (timed out)", "`read_timeout` in the profile allows (30 s)"),
    (2013, "Lost connection to MySQL server during query", "fe:9030 broke"),
    (1064, "… Unexpected input 'order', the most similar input is {a legal identifier}.", "write it in backticks"),
    (5078, WRAPPER + "Unknown catalog 'lake'.", "profile's `catalog` is default_catalog"),
    (5501, WRAPPER + "Unknown database 'raw'", "is a database on StarRocks"),
    (1049, "Unknown database 'raw'", "is a database on StarRocks"),
    (1193, "Unknown system variable 'nope', the most similar variables are {'a'}", "`session_variables`"),
    (1232, "Incorrect argument type to variable 'query_timeout'", "The value of a session variable"),
    (1231, "Variable 'sql_mode' can't be set to the value of '9'", "The value of a session variable"),
    (1298, WRAPPER + "Unknown or incorrect time zone: 'Nowhere/City'.", "Asia/Shanghai"),
    (1064, WRAPPER + "query_timeout must be equal or greater than 1.", "The value of a session variable"),
    (5079, "Unknown resource group 'rg' ", "SHOW RESOURCE GROUPS"),
    (1064, WRAPPER + "resource group not exists: rg.", "SHOW RESOURCE GROUPS"),
    (5901, "Warehouse wh not exist.", "SHOW WAREHOUSES"),
    (5203, NO_RIGHT.format("builder"), "set default role all to 'dbt'"),
    (5203, NO_RIGHT.format("NONE"), "on all tables in database `analytics`"),
    (5203, NO_RIGHT.format("NONE").replace("SELECT", "CREATE DATABASE"), "Create `analytics` beforehand"),
    (5203, NO_RIGHT.format("NONE").replace("SELECT", "GRANT").replace("TABLE orders", "SYSTEM"), "user_admin"),
    (5610, "Insert has filtered data, txn_id = 3, tracking sql = select 1", "Nothing was written"),
    (1064, "Insert has filtered data in strict mode, txn_id = 3", "Nothing was written"),
    (1064, "The inserted rows are 10,001 exceeded the maximum limit 10,000, please consider", "expr_children_limit"),
    (1064, WRAPPER + "The number of exprs are 10,001 exceeded the maximum limit 10,000", "expr_children_limit"),
    (6014, WRAPPER + "missing key columns:k2 for primary key table.", "Every key column"),
    (5604, WRAPPER + "Inserted target column count: 1 doesn't match select/value column count: 2.", "--full-refresh"),
    (1064, WRAPPER + "Key columns must be the first few columns of the schema and", "in the order"),
    (1064, WRAPPER + "Invalid data type of key column 'k': 'JSON'.", "choose other `keys`"),
    (1064, WRAPPER + "primary key column[k] type not supported: decimal(30, 5).", "choose other `keys`"),
    (1064, WRAPPER + "Distribution column(missing) doesn't exist..", "not in the model's query"),
    (1064, WRAPPER + "Currently not support default distribution in UNIQUE_KEYS.", "distributed_by: [...]"),
    (
        1064,
        WRAPPER + "Table replication num should be less than of equal to the number of available BE nodes.",
        "replication_num: '1'",
    ),
    (1064, "A schema change operation is in progress on the table t. Please wait", "still running"),
    (1064, "The table orders is currently in state OPTIMIZE", "still running"),
    (1064, "A materialized view or rollup index is being created on the table t1.", "still running"),
    (1064, "Refresh materialized view failed because [m1] is not active. You can try", "switched off"),
    (5024, "Query reached its timeout of 300 seconds, please increase the 'query_timeout'", "Raise `query_timeout`"),
    (1064, "Memory of query_pool exceed limit. read and decompress page", "enable_spill: true"),
    (1064, "because of too many versions, current/limit: 1001/1000", "bigger batches"),
    (1064, "Do not support alter non-native table/materialized-view[s.orders].", "of another kind"),
    (1064, "temp partition orders still has committed transactions not visible", "tx_visible_wait_timeout"),
    (5305, "Explicit transaction only support insert statement", "began a transaction"),
    (5502, "Getting analyzing error. Detail message: Unknown table 'orders__dbt_new_0a1b2c3d'.", "at the same time"),
]


@pytest.mark.parametrize(("code", "text", "advice"), CASES)
def test_the_text_is_kept_and_advice_follows(code, text, advice):
    told = errors.explain(err.OperationalError(code, text), PROFILE)
    first, _, rest = told.partition("\n")
    assert first == text.strip()
    assert advice in rest


def test_every_line_of_the_table_is_proved():
    texts = [(code, text) for code, text, _ in CASES]
    unused = [a.text for a in errors.ADVICE if not any(a.matches(code, text) for code, text in texts)]
    assert unused == list(UNPROVED)


# texts that come from the server's sources or from users' reports; nothing here was sent by a front end we asked
UNPROVED = (
    r"Statement exceeds maximum length limit",
    r"Table creation timed out",
    r"running txns on db .* larger than limit",
    r"No Leader|leader.*(unknown|not exist|not ready)|forward.*(leader|master)|(leader|master).*forward",
)


def test_what_is_not_known_is_passed_on():
    text = "Getting syntax error at line 1, column 7. Detail message: Unexpected input 'x'."
    assert errors.explain(err.ProgrammingError(1064, text), PROFILE) == text


def test_a_driver_that_says_nothing():
    assert "Lost connection" in errors.explain(err.InterfaceError(0, ""), PROFILE)
    assert "Already closed" in errors.explain(err.Error("Already closed"), PROFILE)


def test_the_password_is_never_shown():
    told = errors.explain(err.OperationalError(1064, "near 'identified by s3cret'"), PROFILE)
    assert told == "near 'identified by *****'"


def test_the_printed_grants_are_those_of_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "permissions.md").read_text(encoding="utf-8").lower()
    for statement in errors.grants(PROFILE, "dbt_builder"):
        assert statement.replace("`", "") in page
