"""Resource groups: the limits and classifiers they may have, those that every server has, how they are shown.

They limit nothing here: one process has nothing to share out. What they are and who sees them is as on a server."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.printer import double_text, error_text
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

BUILTIN = ("default_wg", "default_mv_wg")
DEFAULT_POOL = "default_mem_pool"
TYPES = ("normal", "short_query", "mv")
EXCLUSIVE = ("exclusive_cpu_cores", "exclusive_cpu_percent")
SHARES = ("cpu_weight", "cpu_weight_percent", *EXCLUSIVE)
MOST_CPU_SECONDS = (2**63 - 1) // 10**9
ALTERABLE = (
    "'cpu_weight','cpu_weight_percent','exclusive_cpu_cores','exclusive_cpu_percent','mem_limit','max_cpu_cores',"
    "'concurrency_limit','big_query_mem_limit', 'big_query_scan_rows_limit','big_query_cpu_second_limit',"
    "'spill_mem_limit_threshold','warehouses'"
)
CLASSIFIED_BY = "'user', 'role', 'query_type', 'db', 'source_ip', 'plan_cpu_cost_range', 'plan_mem_cost_range'"
USER = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{1,63}/?[.a-zA-Z0-9_-]{0,63}")
ROLE = re.compile(r"\w+", re.ASCII)
RANGE = re.compile(r"\s*\[\s*(.+?)\s*,\s*(.+?)\s*\)\s*")
RANGE_FORM = "the format must be '[min, max)' where min and max are finite double and min must be less than max"
QUERY_TYPES = ("SELECT", "INSERT")


def has_percents(version: Version) -> bool:
    """Whether shares of the CPU may be said in percent, and groups be bound to warehouses."""
    return version.at_least("4.1")


def cores() -> int:
    """Of the one back end."""
    return os.cpu_count() or 1


# ---- which there are


def groups(engine: Engine) -> list[model.ResourceGroup]:
    """All groups; those that every server has are stored only once they were altered."""
    stored = engine.catalog.all(model.ResourceGroup)
    known = {g.name for g in stored}
    return [g for g in _builtin(engine.version) if g.name not in known] + stored


def find_group(engine: Engine, name: str) -> model.ResourceGroup | None:
    return next((g for g in groups(engine) if g.name == name), None)


def group_by_id(engine: Engine, id_: int) -> model.ResourceGroup | None:
    return next((g for g in groups(engine) if g.id == id_), None)


def _builtin(version: Version) -> list[model.ResourceGroup]:
    share, whole = ("cpu_weight_percent", 100) if has_percents(version) else ("cpu_weight", cores())
    views = {share: 1, "mem_limit": 0.8, "spill_mem_limit_threshold": 0.8}
    return [
        model.ResourceGroup(2, "default_wg", limits={share: whole, "mem_limit": 1.0}),
        model.ResourceGroup(3, "default_mv_wg", limits=views),
    ]


# ---- limits


def read_limits(version: Version, properties: dict[str, str]) -> dict[str, Any]:
    """The properties as numbers, by the names they have now; `type` is among them where it is said."""
    found: dict[str, Any] = {}
    for given, text in properties.items():
        name = given.lower()
        name = "cpu_weight" if name == "cpu_core_limit" else name
        since, read = LIMITS.get(name, ("9.9", _text))
        if not version.at_least(since):
            raise analysis_error(f"Unknown property: {given}")
        try:
            found[name] = read(name, text)
        except ValueError as error:
            kind = f"The value type of the property `{given}` must be a valid numeric type"
            raise analysis_error(f"{kind}, but it is set to `{text}`") from error
    _check_bound(found)
    return found


def _check_bound(found: dict[str, Any]) -> None:
    """A group of certain warehouses has its share in percent: their back ends differ."""
    if "warehouses" not in found:
        return
    for name, instead in (("cpu_weight", "cpu_weight_percent"), ("exclusive_cpu_cores", "exclusive_cpu_percent")):
        if found.get(name, 0) > 0:
            raise _bound(name, f", please use '{instead}' instead")
    if found.get("max_cpu_cores", 0) > 0:
        raise _bound("max_cpu_cores")


def _bound(name: str, advice: str = "") -> StarRocksError:
    return analysis_error(f"'{name}' cannot be set when 'warehouses' is specified{advice}")


def _whole(text: str, bits: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text) or not -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1):
        raise ValueError(text)
    return int(text)


def _fraction(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _weight(name: str, text: str) -> int:
    value = _whole(text, 32)
    if value > cores():
        raise analysis_error(f"{name} should range from 0 to {cores()}")
    return value


def _exclusive(name: str, text: str) -> int:
    value = _whole(text, 32)
    if value >= cores():
        most = f"the minimum number of CPU cores available on the backends minus one [{cores() - 1}]"
        raise analysis_error(f"{name} cannot exceed {most}")
    return value


def _percent(name: str, text: str) -> int:
    value, most = _whole(text, 32), 99 if name in EXCLUSIVE else 100
    if not 0 <= value <= most:
        raise analysis_error(f"{name} should range from [0, 100{']' if most == 100 else ')'}")
    return value


def _memory(name: str, text: str) -> float:
    value = _fraction(text)
    if value <= 0 or value > 1:
        raise analysis_error(f"{name} should range from 0.00(exclude) to 1.00(include)")
    return value


def _threshold(name: str, text: str) -> float:
    value = _fraction(text)
    if value <= 0 or value >= 1:
        raise analysis_error(f"{name} should range from 0.00(exclude) to 1.00(exclude)")
    return value


def _big_query(name: str, text: str) -> int:
    value = _whole(text, 64)
    if value < 0:
        raise analysis_error(f"{name} should greater than 0 or equal to 0")
    return value


def _cpu_seconds(name: str, text: str) -> int:
    value = _whole(text, 64)
    if not 0 <= value <= MOST_CPU_SECONDS:
        raise analysis_error(f"The range of `{name}` should be (0, {MOST_CPU_SECONDS}]")
    return value


def _concurrency(name: str, text: str) -> int:
    value = _whole(text, 32)
    if value < 0:
        raise analysis_error(f"{name} should be greater than 0")
    return value


def _type(name: str, text: str) -> str:
    if text.lower() not in TYPES:
        raise analysis_error("Only support 'normal', 'mv' and 'short_query' type")
    return text.lower()


def _warehouses(name: str, text: str) -> tuple[str, ...]:
    names = tuple(n.strip() for n in text.split(",") if n.strip())
    for i, one in enumerate(names):
        if one in names[:i]:
            raise analysis_error(f"Duplicate warehouse in warehouses: {one}")
        if one != "default_warehouse":
            raise analysis_error(f"Unknown warehouse: {one}")
    return names


def _text(name: str, text: str) -> str:
    return text


LIMITS: dict[str, tuple[str, Callable[[str, str], Any]]] = {  # since when, and what reads it
    "cpu_weight": ("3.1", _weight),
    "cpu_weight_percent": ("4.1", _percent),
    "exclusive_cpu_cores": ("3.3", _exclusive),
    "exclusive_cpu_percent": ("4.1", _percent),
    "max_cpu_cores": ("3.1", _weight),
    "mem_limit": ("3.1", _memory),
    "mem_pool": ("4.0", _text),
    "big_query_mem_limit": ("3.1", _big_query),
    "big_query_scan_rows_limit": ("3.1", _big_query),
    "big_query_cpu_second_limit": ("3.1", _cpu_seconds),
    "concurrency_limit": ("3.1", _concurrency),
    "spill_mem_limit_threshold": ("3.1", _threshold),
    "type": ("3.1", _type),
    "warehouses": ("4.1", _warehouses),
}


def check_shares(version: Version, limits: dict[str, Any], type_: str) -> None:
    """Of the ways to say a share of the CPU a group has one."""
    given = [name for name in SHARES if (limits.get(name) or 0) > 0]
    if not has_percents(version):
        if not given:
            raise analysis_error("property 'cpu_weight' or 'exclusive_cpu_cores' must be positive")
        if len(given) > 1:
            pair = "property 'cpu_weight' and 'exclusive_cpu_cores'"
            raise analysis_error(f"{pair} cannot be present and positive at the same time")
        return
    listed = "'cpu_weight', 'cpu_weight_percent', 'exclusive_cpu_cores' or 'exclusive_cpu_percent'"
    if len(given) > 1:
        raise analysis_error(f"Exactly only one of {listed} can be present and positive at the same time")
    if not given:
        raise analysis_error(f"Exactly one of {listed} must be a positive value")
    if given[0].endswith("percent") and type_ == "short_query":
        raise analysis_error(f"short query resource group should not set '{given[0]}'")
    _check_bound(limits if limits.get("warehouses") else {})
    percent = limits.get("exclusive_cpu_percent") or 0
    if percent and cores() * percent // 100 < 1:
        least = f"it must be at least {(100 + cores()) // cores()}% to reserve one core on the smallest BE"
        raise analysis_error(f"exclusive_cpu_cores is too small, {least} (with {cores()} cores)")


def check_exclusive(engine: Engine, group: model.ResourceGroup) -> None:
    """One core stays for the groups that have none of their own."""
    others = [g for g in groups(engine) if g.name != group.name]
    taken = sum(_exclusive_cores(g) for g in [*others, group])
    if taken < cores():
        return
    if not has_percents(engine.version):
        most = f"the minimum number of CPU cores available on the backends minus one [{cores() - 1}]"
        raise failure(f"the sum of all exclusive_cpu_cores across all resource groups cannot exceed {most}")
    where = "of warehouse default_warehouse" if group.limits.get("warehouses") else "not assigned to any warehouse"
    raise failure(
        f"The effective exclusive CPU allocation ({taken}) exceeds the available cores ({cores() - 1}, that is, total "
        f"cores minus one reserved for non-exclusive groups) on the smallest BE {where}."
    )


def _exclusive_cores(group: model.ResourceGroup) -> int:
    count: int = max(group.limits.get("exclusive_cpu_cores", 0), 0)
    if group.type == "short_query":  # its weight is the cores it keeps to itself
        count = count or max(group.limits.get("cpu_weight", 0), 0)
    return count or cores() * int(group.limits.get("exclusive_cpu_percent", 0)) // 100


def check_pool(engine: Engine, group: model.ResourceGroup) -> None:
    """Groups that share a pool have the same limit of it."""
    pool = group.limits.get("mem_pool", DEFAULT_POOL)
    sharing = [g for g in groups(engine) if pool == g.limits.get("mem_pool", DEFAULT_POOL) != DEFAULT_POOL]
    if any(g.limits["mem_limit"] != group.limits["mem_limit"] for g in sharing):
        raise failure(f"Property `mem_limit` must be equal for all resource groups using the mem_pool [{pool}].")


# ---- classifiers


@dataclass
class ClassifierReader:
    """Conditions of one pair of parentheses as a classifier."""

    engine: Engine

    def read(self, conditions: Sequence[ast.Expr]) -> model.Classifier:
        found = model.Classifier(0)
        for condition in conditions:
            if isinstance(condition, ast.Binary) and condition.op == "=":
                self._equal(found, condition)
            elif isinstance(condition, ast.InList) and not condition.negated:
                self._one_of(found, condition)
            else:
                raise self._illegal(condition)
        if found == model.Classifier(0):
            raise analysis_error(f"At least one of ({CLASSIFIED_BY}) should be given")
        return found

    def _equal(self, found: model.Classifier, condition: ast.Binary) -> None:
        column, value = condition.left, condition.right
        if not isinstance(column, ast.ColumnRef) or not isinstance(value, ast.Literal) or value.kind != "string":
            raise analysis_error(f"Illegal classifier '{self._shown(condition)}'")
        text = value.value
        name = column.parts[-1].lower()
        if name in ("user", "role"):
            if not (USER if name == "user" else ROLE).fullmatch(text):
                raise analysis_error(f"Illegal classifier specifier '{name}': '{self._shown(condition)}'")
            setattr(found, name, text)
        elif name == "source_ip":
            found.source_ip = _subnet(text)
        elif name == "db":
            found.databases = tuple(dict.fromkeys(map(self._database, text.split(","))))
        elif name == "plan_cpu_cost_range":
            found.cpu_cost = self._range(name, text, condition)
        elif name == "plan_mem_cost_range":
            found.memory_cost = self._range(name, text, condition)
        else:
            raise analysis_error(f"Unsupported classifier specifier: '{column.parts[-1]}'")

    def _one_of(self, found: model.Classifier, condition: ast.InList) -> None:
        if not isinstance(condition.operand, ast.ColumnRef) or not all(map(_is_string, condition.items)):
            raise self._illegal(condition)
        if condition.operand.parts[-1].lower() != "query_type":
            raise analysis_error(f"Unsupported classifier specifier: '{condition.operand.parts[-1]}'")
        names = [item.value for item in condition.items if isinstance(item, ast.Literal)]
        for name in names:
            if name.upper() not in QUERY_TYPES:
                raise analysis_error(f"Unsupported query_type: '{name}'")
        found.query_types = tuple(sorted({name.upper() for name in names}))

    def _database(self, name: str) -> int:
        database = self.engine.catalog.database(name)
        if database is None:
            raise analysis_error(f"Specified database not exists: {name}")
        return database.id

    def _range(self, name: str, text: str, condition: ast.Expr) -> tuple[float, float]:
        match = RANGE.fullmatch(text)
        try:
            least, most = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
        except ValueError:
            least, most = math.nan, math.nan
        if not (math.isfinite(least) and math.isfinite(most) and least < most):
            where = f"Illegal classifier specifier '{name}': '{self._shown(condition)}'"
            raise analysis_error(f"{where}, and {RANGE_FORM}")
        return least, most

    def _shown(self, condition: ast.Expr) -> str:
        return error_text(condition, self.engine.version)

    def _illegal(self, condition: ast.Expr) -> StarRocksError:
        return analysis_error(f"Illegal classifier specifier: '{self._shown(condition)}'")


def _is_string(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Literal) and expr.kind == "string"


def _subnet(text: str) -> str:
    try:
        if "/" not in text:
            raise ValueError(text)
        ipaddress.IPv4Interface(text)
    except ValueError as error:
        raise failure(f"Could not parse [{text}]") from error
    return text


def _weight_of(classifier: model.Classifier) -> float:
    """The heaviest of the classifiers that take a query gets it."""
    asked = (classifier.user, classifier.role, classifier.cpu_cost, classifier.memory_cost)
    weight = float(sum(1 for a in asked if a))
    if classifier.query_types:
        weight += 1 + 0.1 / len(classifier.query_types)
    if classifier.source_ip:
        weight += 1 + ipaddress.IPv4Interface(classifier.source_ip).network.prefixlen / 64
    return weight + 10.0 * len(classifier.databases)


def is_visible(classifier: model.Classifier, user: str, roles: Sequence[str], address: str) -> bool:
    if classifier.user not in ("", user) or classifier.role not in ("", *roles):
        return False
    if not classifier.source_ip:
        return True
    try:
        return ipaddress.ip_address(address) in ipaddress.IPv4Interface(classifier.source_ip).network
    except ValueError:  # a host's name
        return False


# ---- as SHOW RESOURCE GROUP has them


def shown_columns(version: Version, verbose: bool) -> list[tuple[str, int]]:
    """Names and lengths of the columns."""
    hidden = HIDDEN_SINCE if not verbose else {}
    names = [n for n, since in SHOWN if version.at_least(since) and not version.at_least(hidden.get(n, "9.9"))]
    return [(n, 300 if n == "name" else 3072 if n in ("classifiers", "warehouses") else 600) for n in names]


SHOWN = (
    ("name", "3.1"), ("id", "3.1"), ("cpu_weight", "3.1"), ("cpu_weight_percent", "4.1"),
    ("exclusive_cpu_cores", "3.3"), ("exclusive_cpu_percent", "4.1"), ("mem_limit", "3.1"), ("max_cpu_cores", "3.1"),
    ("big_query_cpu_second_limit", "3.1"), ("big_query_scan_rows_limit", "3.1"), ("big_query_mem_limit", "3.1"),
    ("concurrency_limit", "3.1"), ("spill_mem_limit_threshold", "3.1"), ("type", "3.1"), ("classifiers", "3.1"),
    ("mem_pool", "4.0"), ("warehouses", "4.1"),
)  # fmt: skip
HIDDEN_SINCE = {  # columns that only VERBOSE shows
    "cpu_weight": "4.1", "exclusive_cpu_cores": "4.1", "max_cpu_cores": "3.1", "type": "3.1", "mem_pool": "4.0",
}  # fmt: skip


def shown_rows(
    engine: Engine, group: model.ResourceGroup, classifiers: Sequence[model.Classifier], names: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """One row a classifier; a group without any has one that is empty."""
    facts = _facts(group)
    for classifier in classifiers:
        facts["classifiers"] = _classifier_text(engine, classifier)
        yield tuple(facts[name] for name in names)


def _facts(group: model.ResourceGroup) -> dict[str, str]:
    limits = group.limits
    replaced = any((limits.get(name) or 0) > 0 for name in SHARES[1:])
    memory, spill = limits["mem_limit"] * 100, limits.get("spill_mem_limit_threshold", 1.0) * 100
    exclusive = max(limits.get("exclusive_cpu_cores", 0), 0)
    reserved = limits.get("cpu_weight", 0) if group.type == "short_query" else 0
    unset = dict.fromkeys(("cpu_weight_percent", "exclusive_cpu_percent", "max_cpu_cores", "concurrency_limit"), "null")
    never = dict.fromkeys((n for n, _ in SHOWN if n.startswith("big_query")), "0")
    return {
        **unset,
        **never,
        **{name: str(value) for name, value in limits.items()},
        "name": group.name,
        "id": str(group.id),
        "cpu_weight": "0" if replaced else str(limits.get("cpu_weight", 0)),
        "exclusive_cpu_cores": str(exclusive or reserved),
        "mem_limit": f"{double_text(memory)}%",
        "spill_mem_limit_threshold": f"{_two_places(spill)}%",
        "type": group.type.upper(),
        "mem_pool": limits.get("mem_pool", DEFAULT_POOL),
        "warehouses": ",".join(limits.get("warehouses", ())),
    }


def _two_places(value: float) -> str:
    text = str(round(Decimal(repr(value)), 2))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _classifier_text(engine: Engine, classifier: model.Classifier) -> str:
    parts = [f"id={classifier.id}", f"weight={double_text(_weight_of(classifier))}"]
    if classifier.user:
        parts.append(f"user={classifier.user}")
    if classifier.role:
        parts.append(f"role={classifier.role}")
    if classifier.query_types:
        parts.append(f"query_type in ({', '.join(classifier.query_types)})")
    if classifier.databases:
        found = [engine.catalog.get(model.Database, i) for i in classifier.databases]
        parts.append(f"db='{','.join(d.name if d else 'unknown' for d in found)}'")
    if classifier.source_ip:
        parts.append(f"source_ip={classifier.source_ip}")
    for name, bounds in (
        ("plan_cpu_cost_range", classifier.cpu_cost),
        ("plan_mem_cost_range", classifier.memory_cost),
    ):
        if bounds:
            parts.append(f"{name}=[{', '.join(map(double_text, bounds))})")
    return f"({', '.join(parts)})"


def unsorted(found: Sequence[model.ResourceGroup]) -> list[model.ResourceGroup]:
    """In the order of the front end's map."""
    by_name = {g.name: g for g in found}
    return [by_name[name] for name in hash_order(by_name)]
