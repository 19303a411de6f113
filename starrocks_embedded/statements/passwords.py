"""User names and passwords as statements write them, and SET PASSWORD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata import accounts
from starrocks_embedded.metadata.accounts import Identity
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class SetPassword:
    user: Identity | None
    text: str
    hashed: bool


def parse_user(cursor: Cursor) -> Identity:
    """name, 'name'@'host' or 'name'@['domain']"""
    name = cursor.name_or_string()
    if not cursor.accept("@"):
        return name, "%"
    if cursor.accept("["):
        domain = cursor.name_or_string()
        cursor.expect("]")
        return name, f"[{domain}]"
    return name, cursor.name_or_string()


def parse_password(cursor: Cursor) -> tuple[str, bool]:
    """'hash' or PASSWORD('text'): the text and whether it is a hash."""
    if cursor.accept("PASSWORD"):
        return cursor.in_parentheses(cursor.string), False
    return cursor.string(), True


def set_password(session: Session, item: SetPassword) -> None:
    text = accounts.checked_hash(item.text) if item.hashed else accounts.password_hash(item.text)
    account = accounts.current_account(session)
    identity = item.user or (account.name, account.host)
    found = accounts.find_user(session.engine, identity)
    if found is None:
        raise analysis_error(f"authentication info for user {accounts.identity_text(identity)} not found")
    if identity == ("root", "%") and account.name != "root":
        raise analysis_error("Can not set password for root user, except root itself")
    with session.engine.catalog.change(session.connection) as change:
        accounts.edit_user(change, session.engine, found).password = text
