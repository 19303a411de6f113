"""What a profile may say: keys, defaults, checks, and what `dbt debug` may print."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from dbt.adapters.contracts.connection import Credentials
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.reference import Reference
from dbt.adapters.starrocks.session_variables import check_variables, literal

logger = AdapterLogger("StarRocks")

DEFAULT_CATALOG = "default_catalog"
DEFAULT_PORT = 9030
METHODS = ("server", "embedded")
# a profile says where the server is, a source or a model does not
PLACES = {"host", "hosts", "port", "user", "username"}
AUTH_PLUGINS = ("", "mysql_native_password", "mysql_clear_password")

# what dbt itself keeps beside the credentials
DBT_KEYS = {"type", "threads", "name", "target"}
# what people bring along from another adapter's profile; it means nothing to StarRocks and does no harm
FOREIGN_KEYS = {
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_keepalive",
    "client_session_keep_alive",
    "search_path",
    "role",
    "sslmode",
    "retries",
    "charset",
    "collation",
    "use_pure",
    "buffered",
    "raise_on_warnings",
}
# what another adapter's `sslmode` may say without asking for more than we do
HARMLESS_TLS = ("disable", "allow", "prefer")
DATABASE_KEYS = ("database", "dbname")
TEXTS = {"host", "schema", "database", "username", "password", "time_zone"}
SECONDS: dict[str, type[int] | type[float]] = {
    "connect_timeout": int,
    "read_timeout": int,
    "write_timeout": int,
    "query_timeout": int,
    "async_query_timeout": int,
    "poll_interval": float,
    "poll_max_delay": float,
}
NUMBERS: dict[str, type[int] | type[float]] = {"port": int, "http_port": int, "poll_factor": float, **SECONDS}

# the parts of docs/profile.md
WHERE, WHO, HOW, TASKS = "where", "who", "how", "loads as tasks"


def about(
    group: str,
    meaning: str,
    example: str,
    *,
    default: str = "",
    since: Mapping[str, Feature] | None = None,
    spelled: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The metadata of a field: what the documentation says of the key. `default` where the field's own says less."""
    return Reference(group, meaning, example, "", default, since or {}, spelled).metadata


@dataclass
class StarRocksCredentials(Credentials):
    """dbt's `database` is StarRocks' catalog (profile key `catalog`), dbt's `schema` is StarRocks' database."""

    database: str = field(
        default=DEFAULT_CATALOG,
        metadata=about(WHERE, "the catalog that holds it", "default_catalog", spelled=("catalog",)),
    )
    schema: str = field(
        default="",
        metadata=about(WHERE, "the **database** of StarRocks that dbt builds into", "analytics", default="required"),
    )
    host: str | None = field(
        default=None,
        metadata=about(WHERE, "the front end's name or address", "fe.example.com", default="required, or `hosts`"),
    )
    hosts: list[str] = field(
        default_factory=list,
        metadata=about(WHERE, "several front ends; the first is used", "[fe1, fe2]", default="none"),
    )
    port: int = field(default=DEFAULT_PORT, metadata=about(WHERE, "its query_port", "9030"))
    http_port: int = field(default=8030, metadata=about(WHERE, "its http_port; dbt does not need it", "8030"))
    username: str = field(default="root", metadata=about(WHO, "the user's name", "dbt", spelled=("user", "username")))
    password: str = field(
        default="",
        metadata=about(
            WHO,
            "the user's password",
            "\"{{ env_var('DBT_ENV_SECRET_STARROCKS_PASSWORD') }}\"",
            default="empty",
            spelled=("password", "pass"),
        ),
    )
    method: str = field(
        default="server",
        metadata=about(WHERE, "`server`, or `embedded`: the embedded engine, started when it is needed", "embedded"),
    )
    path: str | None = field(
        default=None,
        metadata=about(
            WHERE,
            "with `embedded`, the file to keep the data in; without it they are gone after the command",
            "target/shop.duckdb",
            default="memory",
        ),
    )
    version: str | float | None = field(
        default=None,
        metadata=about(
            WHERE,
            "the server's version where it cannot be asked (a build of your own); with `embedded`, the one to be",
            "3.5.0",
            default="asked",
        ),
    )
    auth_plugin: str | None = field(
        default=None,
        metadata=about(
            WHO,
            "`mysql_native_password`; `mysql_clear_password` for LDAP",
            "mysql_clear_password",
            default="the server's choice",
        ),
    )
    connect_timeout: int = field(default=10, metadata=about(HOW, "seconds to wait for a connection", "30"))
    read_timeout: int | None = field(
        default=None,
        metadata=about(
            HOW, "seconds until a silent connection is given up; the server then stops the statement", "7200"
        ),
    )
    write_timeout: int | None = field(default=None, metadata=about(HOW, "the same, while a statement is sent", "600"))
    time_zone: str | None = field(
        default=None,
        metadata=about(
            HOW,
            "the session's time zone: what `now()` and snapshots write",
            "Asia/Shanghai",
            default="the server's",
        ),
    )
    query_timeout: int | None = field(
        default=None,
        metadata=about(
            HOW,
            "seconds a statement may take; it sets `insert_timeout` as well, where loads have a limit of their own",
            "3600",
            default="the server's",
            since={"`insert_timeout`": Feature.INSERT_TIMEOUT},
        ),
    )
    resource_group: str | None = field(
        default=None,
        metadata=about(HOW, "the resource group of every statement", "etl", default="the server's choice"),
    )
    warehouse: str | None = field(
        default=None,
        metadata=about(
            HOW, "the warehouse of every statement (shared-data clusters)", "nightly", default="the server's choice"
        ),
    )
    session_variables: dict[str, Any] = field(
        default_factory=dict,
        metadata=about(HOW, "any other session variables, by name", "{enable_spill: true}", default="none"),
    )
    is_async: bool = field(
        default=False, metadata=about(TASKS, "run loads as tasks of the server (SUBMIT TASK)", "true")
    )
    async_query_timeout: int = field(
        default=300,
        metadata=about(TASKS, "seconds such a task may take; a model's `query_timeout` wins", "7200"),
    )
    poll_interval: float = field(default=1.0, metadata=about(TASKS, "seconds before the second look at a task", "5"))
    poll_max_delay: float = field(default=600.0, metadata=about(TASKS, "the longest wait between two looks", "60"))
    poll_factor: float = field(default=2.0, metadata=about(TASKS, "by how much each wait is longer", "1.5"))
    # what the profile says under `database`, a habit from MySQL; kept so that it can be checked against the server
    ignored_database: str | None = None

    _ALIASES: ClassVar[dict[str, str]] = {
        "catalog": "database",
        "dbname": "database",
        "user": "username",
        "pass": "password",
    }

    @classmethod
    def translate_aliases(cls, kwargs: dict[str, Any], recurse: bool = False) -> dict[str, Any]:
        """A profile as it was read becomes fields; dbt calls this again on the result, which is left as it is.

        dbt also translates sources, model configs and quoting with it, whose keys are no profile's."""
        if not _is_profile(kwargs):
            return super().translate_aliases(_place_settled(kwargs), recurse)
        if "ignored_database" in kwargs:
            return {key: value for key, value in kwargs.items() if key not in cls._ALIASES}
        known = {f.name for f in fields(cls)} - {"ignored_database"}
        data = {key: value for key, value in kwargs.items() if value is not None}
        data = _without_ignored(data, {*known, *cls._ALIASES, *DBT_KEYS})
        check_variables("Profile", data.get("session_variables", {}))
        data = super().translate_aliases(_catalog_settled(data), recurse)
        return {key: _in_its_type(key, value) for key, value in data.items()}

    def __post_init__(self) -> None:
        _check_choice("method", self.method, METHODS)
        _check_choice("auth_plugin", self.auth_plugin or "", AUTH_PLUGINS)
        self._check_place()
        self._check_numbers()

    def _check_place(self) -> None:
        if self.method == "server" and not (self.host or self.hosts):
            raise DbtRuntimeError(
                "Profile: `host` is missing. Name the StarRocks front end to connect to, "
                "or say `method: embedded` to run the embedded engine."
            )
        if not self.schema:
            raise DbtRuntimeError("Profile: `schema` is missing. Name the StarRocks database to build into.")
        if "." in self.schema:
            catalog, _, schema = self.schema.rpartition(".")
            raise DbtRuntimeError(
                f"Profile: schema is '{self.schema}', but it takes a database's name alone. "
                f"Write `catalog: {catalog}` and `schema: {schema}`."
            )

    def _check_numbers(self) -> None:
        for key in ("port", "http_port"):
            if not 0 < getattr(self, key) < 65536:
                raise DbtRuntimeError(f"Profile: {key} is {getattr(self, key)}, expected a number from 1 to 65535.")
        for key in SECONDS:
            value = getattr(self, key)
            if value is not None and value <= 0:
                raise DbtRuntimeError(f"Profile: {key} is {value}, expected a number of seconds above 0.")
        if self.poll_factor < 1:
            raise DbtRuntimeError(f"Profile: poll_factor is {self.poll_factor}, expected 1 or more.")

    @property
    def type(self) -> str:
        return "starrocks"

    @property
    def unique_field(self) -> str:
        return self.path or self.front_end[0]

    @property
    def catalog(self) -> str:
        return self.database

    @property
    def front_end(self) -> tuple[str, int]:
        """Host and port to connect to; of several hosts the first."""
        name = (self.host or next(iter(self.hosts), "localhost")).strip()
        host, colon, port = name.rpartition(":")
        # an IPv6 address has colons of its own and no port here
        return (host, int(port)) if colon and port.isdigit() and ":" not in host else (name, self.port)

    def variables(self, has_insert_timeout: bool) -> dict[str, str]:
        """The session variables that the profile asks for, as SQL literals."""
        return {
            **shorthand_variables(self.query_timeout, self.resource_group, self.warehouse, has_insert_timeout),
            **({"time_zone": literal(self.time_zone)} if self.time_zone else {}),
            **{name: literal(value) for name, value in self.session_variables.items()},
        }

    def connection_info(self, *, with_aliases: bool = False) -> Iterable[tuple[str, Any]]:
        """For `dbt debug` what is set; for the `target` of Jinja all of it."""
        return (
            (k, v)
            for k, v in super().connection_info(with_aliases=with_aliases)
            if with_aliases or v not in (None, [], {})
        )

    def _connection_keys(self) -> tuple[str, ...]:
        return (
            "method",
            "host",
            "hosts",
            "port",
            "http_port",
            "path",
            "username",
            "catalog",
            "database",
            "schema",
            "auth_plugin",
            "connect_timeout",
            "read_timeout",
            "write_timeout",
            "time_zone",
            "query_timeout",
            "resource_group",
            "warehouse",
            "session_variables",
            "is_async",
        )


def shorthand_variables(
    query_timeout: int | None, resource_group: str | None, warehouse: str | None, has_insert_timeout: bool
) -> dict[str, str]:
    """`query_timeout` means every statement; since 3.4 those that write have a limit of their own."""
    timeouts = ("query_timeout", "insert_timeout") if has_insert_timeout else ("query_timeout",)
    found = {name: literal(query_timeout) for name in timeouts if query_timeout is not None}
    if resource_group is not None:
        found["resource_group"] = literal(resource_group)
    if warehouse is not None:
        found["warehouse"] = literal(warehouse)
    return found


def _is_profile(kwargs: dict[str, Any]) -> bool:
    return kwargs.get("method") in METHODS or not PLACES.isdisjoint(kwargs)


def _check_choice(key: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        names = ", ".join(name for name in accepted if name)
        raise DbtRuntimeError(f"Profile: {key} is '{value}', expected one of: {names}.")


def _without_ignored(data: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """Keys of other adapters are dropped with a warning; what looks like a slip of the pen stops dbt."""
    ignored = [key for key in data if key not in known]
    for key in ignored:
        if key.startswith(("ssl", "tls")) and data[key] not in HARMLESS_TLS:
            raise DbtRuntimeError(
                f"Profile: `{key}` is not supported yet. The connection is encrypted where the server offers TLS, "
                "but its certificate is not verified."
            )
        near = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.75)
        if near and key not in FOREIGN_KEYS:
            raise DbtRuntimeError(f"Profile: `{key}` is no key of a StarRocks profile. Did you mean `{near[0]}`?")
    if ignored:
        logger.warning(f"Profile: not used on StarRocks and ignored: {', '.join(ignored)}.")
    return {key: value for key, value in data.items() if key in known}


def _place_settled(given: Mapping[str, Any]) -> dict[str, Any]:
    """Earlier adapters wrote a model's `catalog` and `database` for what dbt calls `database` and `schema`; the latter
    is handed on to starrocks__generate_schema_name."""
    if not (given.get("catalog") and given.get("database")):
        return dict(given)
    place = {"database": given["catalog"], "database_of_catalog": given["database"]}
    return {**{key: value for key, value in given.items() if key != "catalog"}, **place}


def _catalog_settled(data: dict[str, Any]) -> dict[str, Any]:
    """`catalog` is the key that counts: what MySQL's habits write under `database` is set aside, not taken for one."""
    settled = {key: value for key, value in data.items() if key not in DATABASE_KEYS}
    catalog = settled.pop("catalog", DEFAULT_CATALOG)
    expected = (catalog, data.get("schema"))
    foreign = [str(data[key]) for key in DATABASE_KEYS if key in data and data[key] not in expected]
    if foreign:
        logger.warning(
            f"Profile: `database: {foreign[0]}` is ignored. dbt builds into `schema: {data.get('schema')}`, which is "
            f"a database on StarRocks; the key for a catalog is `catalog` (now {catalog})."
        )
    return {**settled, "database": catalog, "ignored_database": foreign[0] if foreign else None}


def _in_its_type(key: str, value: Any) -> Any:
    """YAML and environment variables make numbers of passwords and texts of ports."""
    if key == "hosts" and isinstance(value, str):
        return value.split(",")
    if key in TEXTS and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    kind = NUMBERS.get(key)
    if kind is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    try:
        return kind(str(value))
    except ValueError:
        raise DbtRuntimeError(f"Profile: {key} is '{value}', expected a number.") from None
