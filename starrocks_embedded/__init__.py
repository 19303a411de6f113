"""An embedded StarRocks: a server that speaks its protocol and its SQL, on DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starrocks_embedded.launcher import Server, ServerError, serve

__all__ = ["Server", "ServerError", "serve"]


def __getattr__(name: str) -> Any:
    """The launcher is loaded when it is asked for: the server's own process never does."""
    if name in __all__:
        from starrocks_embedded import launcher

        return getattr(launcher, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
