"""The door to the embedded engine: a profile with `method: embedded` goes through here and nowhere else."""

from __future__ import annotations

import threading
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.credentials import StarRocksCredentials

MISSING = (
    "The profile says `method: embedded`, but the engine is not installed. Run: pip install 'dbt-starrocks[embedded]'"
)

IDLE_SECONDS = 600

_servers: dict[str, Any] = {}
_mutex = threading.Lock()


def address(credentials: StarRocksCredentials) -> dict[str, Any]:
    """Host, port, user and password to connect to; starts the engine when the profile asks for it."""
    if credentials.method != "embedded":
        host, port = credentials.front_end
        return {
            "host": host,
            "port": port,
            "user": credentials.username,
            "password": credentials.password,
        }
    key = credentials.path or ""
    with _mutex:
        if key not in _servers:
            _servers[key] = _start(credentials)
        return dict(_servers[key].connect_args)


def forget(credentials: StarRocksCredentials) -> bool:
    """A file's server ends when it is idle; says whether there was one, which the next `address` starts again."""
    with _mutex:
        return credentials.path is not None and _servers.pop(credentials.path, None) is not None


def _start(credentials: StarRocksCredentials) -> Any:
    try:
        import starrocks_embedded
    except ImportError as error:
        raise DbtRuntimeError(MISSING) from error
    version: dict[str, Any] = {"version": str(credentials.version)} if credentials.version else {}
    try:
        if credentials.path is None:
            return starrocks_embedded.serve(**version)
        # a file's server outlives this command, so that the next one finds it warm
        return starrocks_embedded.serve(credentials.path, idle_exit=IDLE_SECONDS, keep_running=True, **version)
    except starrocks_embedded.ServerError as error:
        raise DbtRuntimeError(f"The embedded engine does not start: {error}") from error
