"""An embedded StarRocks: a server that speaks its protocol and its SQL, on DuckDB."""

from starrocks_embedded.launcher import Server, ServerError, serve

__all__ = ["Server", "ServerError", "serve"]
