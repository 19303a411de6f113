"""From a CREATE TABLE's clauses to an Iceberg or Hive table, checked in the order in which StarRocks checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.builder import check_column_set
from starrocks_embedded.catalog.columns import check_column, primitive_name, type_name
from starrocks_embedded.catalog.lake_types import lake_type
from starrocks_embedded.catalog.partition_fields import partition_fields
from starrocks_embedded.catalog.tables import now_text
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.builder import Definition
    from starrocks_embedded.catalog.external import External
    from starrocks_embedded.session import Session
    from starrocks_embedded.syntax.definitions import ColumnDef, TableClauses
    from starrocks_embedded.version import Version

FORMATS = ("parquet", "avro", "orc")
HIVE_FORMATS = ("orc", "parquet", "textfile", "avro", "rcbinary", "rctext", "sequence", "openxjson")
CODECS = ("uncompressed", "snappy", "gzip", "zstd", "lz4")
LAKES = ("iceberg", "hive")


def check_definition(session: Session, external: External, definition: Definition) -> list[model.PartitionField]:
    """All that the analyzer asks of the clauses, whatever the connector can do."""
    kind, clauses, columns = external.type, definition.clauses, definition.columns
    engine = (clauses.engine or kind).lower()
    if engine != kind:
        raise analysis_error(f"Can't create {clauses.engine} table in the {kind} catalog")
    if clauses.charset and clauses.charset.lower() != "utf8":
        raise analysis_error(f"charset name {clauses.charset} is not supported yet")
    check_column_set(session, columns)
    if clauses.keys is not None:
        raise analysis_error(f"Create {kind} table should not contain keys desc", clauses.keys.span)
    fields = _partitions(session.engine.version, kind, clauses, columns)
    if clauses.distribution is not None and kind not in LAKES:
        raise analysis_error(f"Create {kind} table should not contain distribution desc", clauses.distribution.span)
    for column in columns:
        _check_column(session.engine.version, kind, column)
    for index in definition.indexes:
        raise analysis_error("index only support in olap engine at current version", index.span)
    if clauses.order_by is not None or clauses.rollups:
        raise unsupported(f"ORDER BY or ROLLUP of a table in the external catalog {external.name}")
    return fields


def _partitions(
    version: Version, kind: str, clauses: TableClauses, columns: list[ColumnDef]
) -> list[model.PartitionField]:
    if clauses.partition is None:
        return []
    if kind not in LAKES:
        raise analysis_error(f"Create {kind} table should not contain partition desc", clauses.partition.span)
    return partition_fields(version, kind, clauses.partition, columns)


def _check_column(version: Version, kind: str, column: ColumnDef) -> None:
    """Defaults are read and forgotten."""
    if column.generated is not None:
        iceberg = kind == "iceberg" and version.at_least("4.0")
        raise analysis_error(
            "Define iceberg generated column are not supported"
            if iceberg
            else "Generated Column only support olap table"
        )
    if column.key or column.aggregate or column.auto_increment:
        raise unsupported(f"KEY, an aggregate or AUTO_INCREMENT of a column of the {kind} table")
    check_column(column, "", False, version)


def build_lake_table(
    session: Session, external: External, database: model.Database, name: str, definition: Definition
) -> model.ExternalTable:
    """A complete table; nothing is stored yet."""
    fields = check_definition(session, external, definition)
    if not external.is_writable:
        raise failure("This connector doesn't support creating tables")
    columns = [lake_column(external, column, i + 1) for i, column in enumerate(definition.columns)]
    table = model.ExternalTable(
        session.engine.catalog.new_id(), database.id, external.folded(name), columns=columns, created=now_text(),
        creator=session.user, engine=external.type, comment=definition.clauses.comment or "",
        next_column_id=len(columns) + 1,
    )  # fmt: skip
    table.partition_fields = fields
    if external.type == "iceberg":
        table.required = tuple(i + 1 for i, c in enumerate(definition.columns) if c.nullable is False)
    given = dict(definition.clauses.properties or {})
    table.properties = (_iceberg if external.type == "iceberg" else _hive)(session.engine.version, table, given)
    table.location = given.get("location") or default_location(external, database, table.name)
    return table


def lake_column(external: External, column: ColumnDef, id_: int) -> model.Column:
    type_ = lake_type(external.type, column.type)
    if type_ is None:
        raise failure(_no_type(external.type, column.type))
    name = external.folded(column.name) if external.type == "hive" else column.name
    return model.Column(id_, name, type_, nullable=True, comment=column.comment)


def _no_type(kind: str, type_: Type) -> str:
    inner = next((c for c in type_.children if lake_type(kind, c) is None), None)
    if inner is not None:
        return _no_type(kind, inner)
    if kind == "hive":
        return f"Unsupported Hive type: {type_name(type_)}"
    return f"Unsupported primitive column type {primitive_name(type_)}"


def _iceberg(version: Version, table: model.ExternalTable, given: dict[str, str]) -> dict[str, str]:
    """What StarRocks and the Iceberg library note beside what was given."""
    file_format, codec = given.get("file_format", "parquet").lower(), given.get("compression_codec")
    if file_format not in FORMATS:
        raise failure(f"Unsupported format in USING: {given['file_format']}")
    if not version.at_least("4.0"):
        codec = codec or {"parquet": "gzip", "avro": "gzip", "orc": "zlib"}[file_format]
        if codec.lower() not in CODECS:
            raise failure(f"Unsupported compression codec in USING: {codec}")
    noted = {**given, "write.format.default": file_format}
    if file_format == "parquet":
        noted["write.parquet.compression-codec"] = codec or "zstd"
    elif codec:
        noted[f"write.{file_format}.compression-codec"] = codec
    if table.comment:
        noted["comment"] = table.comment
    return noted


def _hive(version: Version, table: model.ExternalTable, given: dict[str, str]) -> dict[str, str]:
    if "format" in given and "file_format" not in given:
        raise failure("Please use 'file_format' instead of 'format' in the table properties")
    file_format = given.get("file_format", "parquet")
    if file_format.lower() not in HIVE_FORMATS:
        raise failure(f"Unsupported hive storage format {file_format}")
    return given


def default_location(external: External, database: model.Database, table: str) -> str:
    """Where a metastore would put it."""
    return f"{database_location(external, database).rstrip('/')}/{table}"


def database_location(external: External, database: model.Database) -> str:
    if "location" in database.properties:
        return database.properties["location"]
    properties = external.declared.properties if external.declared else {}
    warehouse = properties.get("iceberg.catalog.warehouse", "/user/hive/warehouse").rstrip("/")
    if properties.get("iceberg.catalog.type", "").lower() == "hadoop":
        return f"{warehouse}/{database.name}"
    return warehouse if database.name == "default" else f"{warehouse}/{database.name}.db"
