"""Asynchronous materialized views: creation, changes, refresh, dropping."""

from starrocks_embedded.statements.materialized_views import alter, create, drop, refresh

__all__ = ["alter", "create", "drop", "refresh"]
