"""What ALTER TABLE may say, one class a clause."""

from __future__ import annotations

from dataclasses import dataclass, field

from starrocks_embedded.errors import Span
from starrocks_embedded.statements.registry import Statement
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.definitions import (
    BatchRange,
    ColumnDef,
    DistributionClause,
    FixedRange,
    IndexDef,
    KeysClause,
    ListValues,
    PartitionClause,
    RollupClause,
    SortItem,
)
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version


@dataclass(kw_only=True)
class Clause:
    span: Span = NOWHERE


@dataclass
class Position:
    """FIRST (`after` empty) or AFTER a column or field."""

    after: str = ""


@dataclass
class AddColumn(Clause):
    column: ColumnDef
    position: Position | None = None
    rollup: str = ""


@dataclass
class AddColumns(Clause):
    columns: list[ColumnDef]
    rollup: str = ""


@dataclass
class DropColumn(Clause):
    name: str
    rollup: str = ""


@dataclass
class ModifyColumn(Clause):
    column: ColumnDef
    position: Position | None = None
    rollup: str = ""


@dataclass
class ModifyColumnComment(Clause):
    name: str
    comment: str


@dataclass
class AddField(Clause):
    column: str
    path: tuple[str, ...]
    type: Type
    position: Position | None = None


@dataclass
class DropField(Clause):
    column: str
    path: tuple[str, ...]


@dataclass
class ReorderColumns(Clause):
    names: tuple[str, ...]
    rollup: str = ""


@dataclass
class RenameColumn(Clause):
    old: str
    new: str


@dataclass
class RenameTable(Clause):
    new: str


@dataclass
class RenamePartition(Clause):
    old: str
    new: str


@dataclass
class RenameRollup(Clause):
    old: str
    new: str


@dataclass
class SwapWith(Clause):
    other: str


@dataclass
class ModifyComment(Clause):
    comment: str


@dataclass
class SetProperties(Clause):
    properties: dict[str, str]


@dataclass
class AddIndex(Clause):
    index: IndexDef


@dataclass
class DropIndex(Clause):
    name: str


@dataclass
class AddRollup(Clause):
    rollup: RollupClause


@dataclass
class DropRollup(Clause):
    name: str


@dataclass
class AddPartition(Clause):
    partition: FixedRange | BatchRange | ListValues
    temporary: bool = False
    distribution: DistributionClause | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class AddPartitionColumn(Clause):
    exprs: list[ast.Expr]


@dataclass
class DropPartitionColumn(Clause):
    exprs: list[ast.Expr]


@dataclass
class DropPartitions(Clause):
    """By names, by a batch of ranges, by a condition, or all temporary ones (none of them given)."""

    names: tuple[str, ...] = ()
    batch: BatchRange | None = None
    where: ast.Expr | None = None
    temporary: bool = False
    if_exists: bool = False
    force: bool = False


@dataclass
class TruncatePartitions(Clause):
    names: tuple[str, ...]
    temporary: bool = False


@dataclass
class ModifyPartitions(Clause):
    """`names` empty means all of them, (*)."""

    names: tuple[str, ...]
    properties: dict[str, str]


@dataclass
class ReplacePartitions(Clause):
    names: tuple[str, ...]
    temporary_names: tuple[str, ...]
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class Compact(Clause):
    names: tuple[str, ...] = ()


@dataclass
class DefaultBuckets(Clause):
    distribution: DistributionClause
    buckets: int


@dataclass
class Optimize(Clause):
    partitions: tuple[str, ...] = ()
    temporary: bool = False
    keys: KeysClause | None = None
    partition_by: PartitionClause | None = None
    order_by: list[SortItem] | None = None
    distribution: DistributionClause | None = None


@dataclass
class AlterTable(Statement):
    name: tuple[str, ...]
    name_span: Span
    clauses: list[Clause]


SCHEMA_CHANGES = (
    AddColumn, AddColumns, DropColumn, ModifyColumn, ModifyColumnComment, AddField, DropField, ReorderColumns, AddIndex,
    DropIndex,
)  # fmt: skip
KINDS: dict[type[Clause], str] = {
    AddRollup: "ADD_ROLLUP", DropRollup: "DROP_ROLLUP", AddPartition: "ADD_PARTITION", Optimize: "OPTIMIZE",
}  # fmt: skip
OLD_KINDS: dict[type[Clause], str] = {
    RenameColumn: "RENAME", RenameTable: "RENAME", RenamePartition: "RENAME", RenameRollup: "RENAME",
    SwapWith: "SWAP", ModifyComment: "ALTER_COMMENT", DropPartitions: "DROP_PARTITION", Compact: "COMPACT",
    ReplacePartitions: "REPLACE_PARTITION", ModifyPartitions: "MODIFY_PARTITION",
    SetProperties: "MODIFY_TABLE_PROPERTY_SYNC",
    TruncatePartitions: "TRUNCATE_PARTITION",
}  # fmt: skip


def kind_of(clause: Clause, version: Version) -> str:
    """The operation's name in StarRocks' conflict texts."""
    if isinstance(clause, SCHEMA_CHANGES):
        return "SCHEMA_CHANGE"
    known = KINDS.get(type(clause))
    if known is None and not version.at_least("4.0"):
        known = OLD_KINDS.get(type(clause))
    return known or "ALTER_OTHER"
