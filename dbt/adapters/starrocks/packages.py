"""Lets the macros of this adapter serve the packages that ask for them, without a `dispatch:` entry in every project.

dbt looks for a package's dispatched macros in the root project and in the package itself; what an adapter brings is
found under the namespace `dbt` only. So `dbt` is searched before the package, after whatever the project prefers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# packages of whose macros some are StarRocks' own here; none of their other names is also one of dbt's
SERVED = ("dbt_utils", "dbt_expectations", "dbt_date", "audit_helper", "elementary")
OURS = "dbt"


def serve(project: str, dispatch: list[dict[str, Any]], served: Iterable[str] = SERVED) -> None:
    """Completes the project's `dispatch` entries in place; an order that names `dbt` is left as it is."""
    said = {entry["macro_namespace"]: entry["search_order"] for entry in dispatch}
    for package in served:
        order = said.get(package)
        if order is None:
            dispatch.append({"macro_namespace": package, "search_order": [project, OURS, package]})
        elif OURS not in order:
            order.insert(order.index(package) if package in order else len(order), OURS)
