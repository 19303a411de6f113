"""StarRocks' data types: one value class, its spellings on each surface, its wire and DuckDB twins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

INTEGERS = ("tinyint", "smallint", "int", "bigint", "largeint")
INT_WIDTH = {"tinyint": 4, "smallint": 6, "int": 11, "bigint": 20, "largeint": 40}
MAX_VARCHAR = 1048576
STRING_LENGTH = 65533


@dataclass(frozen=True)
class Type:
    """A type. `name` is the canonical lower-case name; `length` belongs to char/varchar/varbinary (None: unknown
    length), `precision`/`scale` to decimal, `children` to array (1), map (2) and struct (n, named by `fields`).
    `declared` belongs to a decimal that was written as DECIMAL(p, s): never kept in fewer than 64 bits; `state` says of
    which aggregate function a value is the state."""

    name: str
    length: int | None = None
    precision: int = 0
    scale: int = 0
    children: tuple[Type, ...] = ()
    fields: tuple[str, ...] = ()
    declared: bool = field(default=False, compare=False)
    state: AggregateState | None = field(default=None, compare=False)

    @property
    def is_integer(self) -> bool:
        return self.name in INTEGERS

    @property
    def is_numeric(self) -> bool:
        return self.is_integer or self.name in ("float", "double", "decimal", "boolean")

    @property
    def is_float(self) -> bool:
        return self.name in ("float", "double")

    @property
    def is_decimal(self) -> bool:
        return self.name == "decimal"

    @property
    def is_wide(self) -> bool:
        """Whether it is a decimal with more digits than DuckDB's own."""
        return self.name == "decimal" and self.precision > 38

    @property
    def is_string(self) -> bool:
        return self.name in ("char", "varchar")

    @property
    def is_temporal(self) -> bool:
        return self.name in ("date", "datetime")

    @property
    def is_nested(self) -> bool:
        return self.name in ("array", "map", "struct")

    @property
    def is_null(self) -> bool:
        return self.name == "null"

    @property
    def is_metric_object(self) -> bool:
        return self.name in ("bitmap", "hll", "percentile")

    def with_length(self, length: int | None) -> Type:
        return replace(self, length=length)

    def keeping(self, state: AggregateState | None) -> Type:
        return replace(self, state=state)

    def __str__(self) -> str:
        return describe(self)


@dataclass(frozen=True)
class AggregateState:
    """What has been seen so far of the arguments of an aggregate function."""

    function: str
    arguments: tuple[Type, ...]


BOOLEAN, TINYINT, SMALLINT, INT = Type("boolean"), Type("tinyint"), Type("smallint"), Type("int")
BIGINT, LARGEINT, FLOAT, DOUBLE = Type("bigint"), Type("largeint"), Type("float"), Type("double")
DATE, DATETIME, TIME, JSON = Type("date"), Type("datetime"), Type("time"), Type("json")
BITMAP, HLL, PERCENTILE, VARBINARY = Type("bitmap"), Type("hll"), Type("percentile"), Type("varbinary")
NULL, VARCHAR, STRING = Type("null"), Type("varchar"), Type("varchar", STRING_LENGTH)
FUNCTION, VARIANT = Type("function"), Type("variant")


def decimal(precision: int, scale: int = 0) -> Type:
    return Type("decimal", precision=precision, scale=scale)


def varchar(length: int | None = None) -> Type:
    return Type("varchar", length)


def char(length: int | None = 1) -> Type:
    return Type("char", length)


def array(element: Type) -> Type:
    return Type("array", children=(element,))


def map_(key: Type, value: Type) -> Type:
    return Type("map", children=(key, value))


def struct(fields: list[tuple[str, Type]]) -> Type:
    return Type("struct", children=tuple(t for _, t in fields), fields=tuple(n for n, _ in fields))


def decimal_class(type_: Type) -> str:
    """decimal32, decimal64, decimal128 or decimal256, as typeof() names it."""
    for bits, digits in ((32, 9), (64, 18), (128, 38)):
        if type_.precision <= digits and not (bits == 32 and type_.declared):
            return f"decimal{bits}"
    return "decimal256"


def describe(type_: Type) -> str:
    """As DESC and SHOW COLUMNS print it."""
    name = type_.name
    if name == "decimal":
        return f"decimal({type_.precision},{type_.scale})"
    if name in ("char", "varchar", "varbinary"):
        return name if type_.length is None else f"{name}({type_.length})"
    if name == "array":
        return f"array<{_nested(type_.children[0], describe)}>"
    if name == "map":
        return f"map<{','.join(_nested(c, describe) for c in type_.children)}>"
    if name == "struct":
        return to_sql(type_).lower()
    return "null_type" if name == "null" else name


def to_sql(type_: Type) -> str:
    """As SHOW CREATE TABLE, information_schema.COLUMN_TYPE and error texts print it."""
    name = type_.name
    if name in INT_WIDTH:
        return f"{name}({INT_WIDTH[name]})"
    if name == "decimal":
        return f"decimal({type_.precision}, {type_.scale})"
    if name == "array":
        return f"array<{_nested(type_.children[0], to_sql)}>"
    if name == "map":
        return f"map<{','.join(to_sql(c) for c in type_.children)}>"
    if name == "struct":
        fields = (f"{f} {to_sql(c)}" for f, c in zip(type_.fields, type_.children, strict=True))
        return f"struct<{', '.join(fields)}>"
    return "NULL_TYPE" if name == "null" else describe(type_)


def _nested(child: Type, spell: object) -> str:
    if child.name == "decimal":
        scalar = f"{decimal_class(child)}({child.precision},{child.scale})"
        return scalar if spell is describe else scalar.upper()
    return spell(child)  # type: ignore[operator,no-any-return]


def duckdb_type(type_: Type) -> str:
    """The DuckDB type that stores it. A decimal has all the digits of its class, whatever its precision says: a table
    alone minds that. Metric objects are kept as lists of their members, maps as lists of entries: their keys may be
    NULL and keep their order."""
    name = type_.name
    if type_.is_wide:
        return "BIGNUM"
    if name == "decimal":
        return f"DECIMAL({18 if type_.precision <= 18 else 38},{type_.scale})"
    members = [duckdb_type(c) for c in type_.children]
    if name == "array":
        return f"{members[0]}[]"
    if name == "map":
        return f'STRUCT("key" {members[0]}, "value" {members[1]})[]'
    if name == "struct":
        fields = (f'"{f}" {m}' for f, m in zip(type_.fields, members, strict=True))
        return f"STRUCT({', '.join(fields)})"
    return DUCKDB[name]


def file_type(type_: Type) -> str:
    """The DuckDB type of a column in a file: there a decimal has the digits that its precision says."""
    if type_.is_decimal and not type_.is_wide:
        return f"DECIMAL({type_.precision},{type_.scale})"
    if type_.name == "array":
        return f"{file_type(type_.children[0])}[]"
    if type_.name == "struct":
        fields = (f'"{f}" {file_type(c)}' for f, c in zip(type_.fields, type_.children, strict=True))
        return f"STRUCT({', '.join(fields)})"
    if type_.name == "map":
        key, value = map(file_type, type_.children)
        return f'STRUCT("key" {key}, "value" {value})[]'
    return duckdb_type(type_)


DUCKDB = {
    "boolean": "BOOLEAN", "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT",
    "largeint": "HUGEINT", "float": "FLOAT", "double": "DOUBLE", "char": "VARCHAR", "varchar": "VARCHAR",
    "varbinary": "BLOB", "date": "DATE", "datetime": "TIMESTAMP", "time": "DOUBLE", "json": "VARCHAR",
    "bitmap": "HUGEINT[]", "hll": "VARCHAR[]", "percentile": "DOUBLE[]", "null": "INTEGER", "variant": "VARCHAR",
}  # fmt: skip
