"""CREATE, ALTER, DROP and SHOW RESOURCE GROUP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.resource_groups import (
    ALTERABLE,
    BUILTIN,
    DEFAULT_POOL,
    EXCLUSIVE,
    ClassifierReader,
    check_exclusive,
    check_pool,
    check_shares,
    find_group,
    groups,
    is_visible,
    read_limits,
    shown_columns,
    shown_rows,
    unsorted,
)
from starrocks_embedded.catalog.store import Change
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.metadata import accounts
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, header
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import varchar

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

Conditions = list[list[ast.Expr]]


@dataclass
class CreateResourceGroup(Statement):
    name: str
    if_not_exists: bool
    replace: bool
    classifiers: Conditions
    properties: dict[str, str]


@dataclass
class AlterResourceGroup(Statement):
    """One of: classifiers to add, classifiers to drop (None: all of them), properties."""

    name: str
    added: Conditions = field(default_factory=list)
    dropped: list[int] | None = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropResourceGroup(Statement):
    name: str
    if_exists: bool


# ---- reading


@grammar("CREATE", "RESOURCE", "GROUP")
def parse_create(cursor: Cursor) -> CreateResourceGroup:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    replace = cursor.accept("OR", "REPLACE")
    name = cursor.identifier()
    classifiers = _classifiers(cursor) if cursor.accept("TO") else []
    cursor.expect("WITH")
    return CreateResourceGroup(name, if_not_exists, replace, classifiers, cursor.properties())


def _classifiers(cursor: Cursor) -> Conditions:
    from starrocks_embedded.syntax.expressions import parse_expression

    return cursor.separated(lambda: cursor.list_in_parentheses(lambda: parse_expression(cursor)))


@grammar("ALTER", "RESOURCE", "GROUP")
def parse_alter(cursor: Cursor) -> AlterResourceGroup:
    statement = AlterResourceGroup(cursor.identifier())
    clause = cursor.expect_any("ADD", "DROP", "WITH")
    if clause == "ADD":
        statement.added = _classifiers(cursor)
    elif clause == "WITH":
        statement.properties = cursor.properties()
    else:
        statement.dropped = None if cursor.accept("ALL") else cursor.list_in_parentheses(cursor.integer)
    return statement


@grammar("DROP", "RESOURCE", "GROUP")
def parse_drop(cursor: Cursor) -> DropResourceGroup:
    if_exists = cursor.version.at_least("4.1") and cursor.accept("IF", "EXISTS")
    return DropResourceGroup(cursor.identifier(), if_exists)


@grammar("SHOW", "RESOURCE", "GROUP")
@grammar("SHOW", "VERBOSE", "RESOURCE", "GROUP")
def parse_show_one(cursor: Cursor) -> Show:
    verbose = cursor.begun is not cursor.tokens[cursor.at - 3]
    return Show(show_group, argument=(verbose, cursor.identifier()))


@grammar("SHOW", "RESOURCE", "GROUPS")
@grammar("SHOW", "VERBOSE", "RESOURCE", "GROUPS")
def parse_show_all(cursor: Cursor) -> Show:
    verbose = cursor.begun is not cursor.tokens[cursor.at - 3]
    return Show(show_groups, argument=(verbose, cursor.accept("ALL")))


# ---- changing


@executes(CreateResourceGroup)
def create_group(session: Session, statement: CreateResourceGroup) -> Result:
    engine = session.engine
    group = _built(session, statement)
    present = find_group(engine, group.name)
    if present is not None and not statement.replace:
        if statement.if_not_exists:
            return ok()
        raise failure(f"RESOURCE_GROUP({group.name}) already exists")
    _check_new(session, group)
    with engine.catalog.change(session.connection) as change:
        stored = engine.catalog.get(model.ResourceGroup, present.id) if present is not None else None
        if stored is not None:
            change.delete(stored)
        group.id = present.id if present is not None and group.name in BUILTIN else engine.catalog.new_id()
        for classifier in group.classifiers:
            classifier.id = engine.catalog.new_id()
        change.put(group)
    return ok()


def _built(session: Session, statement: CreateResourceGroup) -> model.ResourceGroup:
    """The group as the text says; what is wrong with the text is said before anything is looked up."""
    reader = ClassifierReader(session.engine)
    classifiers = [reader.read(conditions) for conditions in statement.classifiers]
    limits = read_limits(session.engine.version, statement.properties)
    type_ = limits.pop("type", "normal")
    if "mem_limit" not in limits:
        raise analysis_error("property 'mem_limit' is absent")
    if type_ == "short_query" and limits.get("exclusive_cpu_cores", 0) > 0:
        raise analysis_error("short query resource group should not set exclusive_cpu_cores")
    check_shares(session.engine.version, limits, type_)
    return model.ResourceGroup(0, statement.name, type_, limits | _stored_weight(limits), classifiers)


def _stored_weight(limits: dict[str, int]) -> dict[str, int]:
    """A weight below one is kept as one."""
    return {"cpu_weight": max(limits.get("cpu_weight", 1), 1)}


def _check_new(session: Session, group: model.ResourceGroup) -> None:
    short = next((g for g in groups(session.engine) if g.type == "short_query"), None)
    if group.type == "short_query" and short is not None:
        raise failure(f"There can be only one short_query RESOURCE_GROUP ({short.name})")
    if group.type == "mv" and group.classifiers:
        raise failure("MV Resource Group not support classifiers.")
    if group.type != "mv" and not group.classifiers and group.name not in BUILTIN:
        raise failure("This type Resource Group need define classifiers.")
    check_exclusive(session.engine, group)
    check_pool(session.engine, group)


@executes(AlterResourceGroup)
def alter_group(session: Session, statement: AlterResourceGroup) -> Result:
    engine = session.engine
    added = [ClassifierReader(engine).read(conditions) for conditions in statement.added]
    limits = _altered_limits(session, statement.properties)
    if statement.name in BUILTIN and not limits:
        raise analysis_error(f"cannot alter classifiers of builtin resource group [{statement.name}]")
    group = find_group(engine, statement.name)
    if group is None:
        raise failure(f"RESOURCE_GROUP({statement.name}) does not exist")
    if group.type == "mv" and not limits:
        raise failure("MV Resource Group not support classifiers.")
    if limits:
        _check_altered(session, group, limits)
    with engine.catalog.change(session.connection) as change:
        edited = _edited(change, session, group)
        if limits:
            edited.limits |= limits | _stored_weight(edited.limits | limits)
        elif added:
            for classifier in added:
                classifier.id = engine.catalog.new_id()
            edited.classifiers += added
        else:
            dropped = statement.dropped
            edited.classifiers = [c for c in edited.classifiers if dropped is not None and c.id not in dropped]
    return ok()


def _altered_limits(session: Session, properties: dict[str, str]) -> dict[str, object]:
    limits = read_limits(session.engine.version, properties)
    if "type" in limits:
        raise analysis_error("type of ResourceGroup is immutable")
    if limits and not limits.keys() - {"mem_pool"}:
        raise analysis_error(f"At least one of ({ALTERABLE}) should be specified")
    return limits


def _check_altered(session: Session, group: model.ResourceGroup, limits: dict[str, object]) -> None:
    shares = dict(group.limits)
    if any(shares.get(name, 0) > 0 for name in ("cpu_weight_percent", *EXCLUSIVE)):
        shares["cpu_weight"] = 0  # what is stored then is no share
    together = shares | limits
    check_shares(session.engine.version, together, group.type)
    if any(together.get(name, 0) > 0 for name in EXCLUSIVE):
        check_exclusive(session.engine, model.ResourceGroup(group.id, group.name, group.type, together))
        if group.type == "short_query":
            reason = "since it use 'cpu_weight' as 'exclusive_cpu_cores'"
            raise analysis_error(f"'short_query' ResourceGroup cannot set 'exclusive_cpu_cores', {reason}")
    pool = group.limits.get("mem_pool", DEFAULT_POOL)
    if limits.get("mem_pool", pool) != pool:
        raise failure(f"Property `mem_pool` cannot be altered [{pool}].")
    if pool != DEFAULT_POOL and limits.get("mem_limit", group.limits["mem_limit"]) != group.limits["mem_limit"]:
        raise failure(f"Property `mem_limit` cannot be altered for resource groups with mem_pool [{pool}].")


def _edited(change: Change, session: Session, group: model.ResourceGroup) -> model.ResourceGroup:
    if session.engine.catalog.get(model.ResourceGroup, group.id) is None:  # one that every server has
        change.put(group)
        return group
    return change.edit(group)


@executes(DropResourceGroup)
def drop_group(session: Session, statement: DropResourceGroup) -> Result:
    if statement.name in BUILTIN:
        raise analysis_error(f"cannot drop builtin resource group [{statement.name}]")
    group = find_group(session.engine, statement.name)
    if group is None:
        if statement.if_exists:
            return ok()
        raise failure(f"RESOURCE_GROUP({statement.name}) does not exist")
    with session.engine.catalog.change(session.connection) as change:
        change.delete(group)
    return ok()


# ---- showing


def show_group(session: Session, statement: Show) -> Result:
    verbose, name = statement.argument
    group = find_group(session.engine, name)
    if group is None:
        raise analysis_error(f"Unknown resource group '{name}' ", code=5079)
    return _shown(session, verbose, [(group, group.classifiers or [model.Classifier(0)])])


def show_groups(session: Session, statement: Show) -> Result:
    """ALL, or those that could take a query of this session."""
    verbose, everything = statement.argument
    found = groups(session.engine)
    if everything:
        listed = [(g, g.classifiers or [model.Classifier(0)]) for g in sorted(found, key=lambda g: g.name)]
        return _shown(session, verbose, listed)
    user = accounts.current_account(session).name
    builtin = {r.name for r in accounts.BUILTIN_ROLES}
    roles = [r for r in accounts.role_names(session.engine, accounts.active_roles(session)) if r not in builtin]
    mine = [(g, [c for c in g.classifiers if is_visible(c, user, roles, session.host)]) for g in unsorted(found)]
    return _shown(session, verbose, mine)


def _shown(session: Session, verbose: bool, listed: list[tuple[model.ResourceGroup, list[model.Classifier]]]) -> Result:
    heads = shown_columns(session.engine.version, verbose)
    names = [name for name, _ in heads]
    rows = [row for group, classifiers in listed for row in shown_rows(session.engine, group, classifiers, names)]
    return header([Column(name, varchar(length // 3), length) for name, length in heads], rows)
