"""Times as metadata shows them."""

from __future__ import annotations

from datetime import datetime, timezone


def now_text() -> str:
    """The present second, UTC, as SHOW and information_schema print it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
