"""JSON as StarRocks reads it: documents one after another or in an array, values by key or by path."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.loading import lines
from starrocks_embedded.loading.json_shapes import shaped
from starrocks_embedded.loading.lines import Lines
from starrocks_embedded.loading.mapping import OP, SourceField
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.loading.options import Options

NULL_MARK = "\x19N"
UNFIT = "\x19?"  # a value that its column's type cannot take: no text of a number, a boolean or a date
SPACE = re.compile(r"[ \t\r\n]*")
IMPROPER = "The JSON document has an improper structure: missing or superfluous commas, braces, missing keys, etc."
SHOWN = 64  # characters of a document in a refusal
STEP = re.compile(r"\.?\"([^\"]*)\"|\.?([^.\[\]\"]+)|\[(\d+|\*)\]")
Path_ = list[str | int]


class Fraction(str):
    """A number with a point or an exponent, as it was written."""


def json_lines(body: Path, fields: list[SourceField], options: Options) -> Lines:
    documents = Documents(body.read_bytes(), options)
    readers = [_reader(found) for found in fields]
    pick = _by_path(fields, options) if options.jsonpaths else _by_key(fields)
    return lines.write_rows(body.with_name("rows"), _texts(documents, pick, readers))


def _texts(documents: Documents, pick: Pick, readers: list[Callable[[Any], str]]) -> Iterator[list[str]]:
    if any(read is _raw or isinstance(read, _Nested) for read in readers):
        for row, _, _ in documents:
            yield [read(value) for read, value in zip(readers, pick(row), strict=True)]
        return
    for row, _, _ in documents:  # the usual case: most values are texts, which all other readers take as they are
        yield [v if v.__class__ is str else read(v) for read, v in zip(readers, pick(row), strict=True)]


# ---- documents


class Documents:
    """The objects of a body, each with where it stands in the text."""

    def __init__(self, content: bytes, options: Options) -> None:
        self.options = options
        try:
            self.text = content.decode()
        except UnicodeDecodeError as error:
            raise _malformed(f"Failed to iterate document stream as object. error: {IMPROPER}") from error
        self.decoder = json.JSONDecoder(
            parse_float=Fraction, parse_constant=_no_constant, object_pairs_hook=_first_of_each
        )
        self.root = parse_path(options.json_root) if options.json_root else []

    def __iter__(self) -> Iterator[tuple[dict[str, Any], int, int]]:
        for value, start, end in self._outer():
            for row in self._rows(value):
                if not isinstance(row, dict):
                    raise _malformed("The value should be object type in json document stream")
                yield row, start, end

    def _outer(self) -> Iterator[tuple[Any, int, int]]:
        """The documents; those of an outer array one by one."""
        at = _past_space(self.text, 0)
        if at >= len(self.text):
            return
        if self.text[at] not in "[{":
            raise _malformed(f"illegal json started with [{self.text[at]}]")
        in_array, strips = self.text[at] == "[", self.options.strip_outer_array
        if in_array and not strips and not self.root:
            raise _malformed(
                "The value is array type in json document stream, you can set strip_outer_array=true to parse "
                "each element of the array as individual rows"
            )
        if strips and not in_array and not self.root:
            shown = self.text[at : at + SHOWN]
            raise _malformed(f"the value should be array type with strip_outer_array=true, value: {shown}")
        yield from self._elements(at + 1) if in_array else self._stream(at)

    def _stream(self, at: int) -> Iterator[tuple[Any, int, int]]:
        while (at := _past_space(self.text, at)) < len(self.text):
            value, end = self._decode(at, "document stream as object")
            yield value, at, end
            at = end

    def _elements(self, at: int) -> Iterator[tuple[Any, int, int]]:
        at = _past_space(self.text, at)
        while not self.text.startswith("]", at):
            value, end = self._decode(at, "json array as object")
            yield value, at, end
            at = _past_space(self.text, end)
            if self.text.startswith(",", at):
                at = _past_space(self.text, at + 1)
            elif not self.text.startswith("]", at):
                raise _malformed(f"Failed to iterate json as array. error: {IMPROPER}")

    def _decode(self, at: int, what: str) -> tuple[Any, int]:
        try:
            return self.decoder.raw_decode(self.text, at)
        except (ValueError, RecursionError) as error:
            raise _malformed(f"Failed to iterate {what}. error: {IMPROPER}") from error

    def _rows(self, value: Any) -> Iterator[Any]:
        if not self.root:
            yield value
            return
        found = walk_path(value, self.root)
        if found is MISSING:
            raise failure(f"unable to find key: {self.options.json_root}")
        if not self.options.strip_outer_array:
            yield found
        elif isinstance(found, list):
            yield from found
        else:
            where = "under json root should be array type with strip_outer_array=true in json"
            raise _malformed(f"the value {where} document stream, value: {raw_text(found)[:SHOWN]}")


def _past_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that stands there twice the first value counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        found = {}
        for key, value in pairs:
            found.setdefault(key, value)
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _malformed(why: str) -> StarRocksError:
    return failure(f"parse error. {why}")


# ---- paths


class _Missing:
    pass


MISSING = _Missing()


def parse_path(text: str) -> Path_:
    """$.a.b[0] as its steps; `*` is -1."""
    if not text.startswith("$"):
        raise failure(f"Invalid json path: {text}")
    steps: Path_ = []
    at = 1
    while at < len(text):
        found = STEP.match(text, at)
        if found is None:
            raise failure(f"Invalid json path: {text}")
        quoted, bare, index = found.groups()
        steps.append((-1 if index == "*" else int(index)) if index else (quoted if quoted is not None else bare))
        at = found.end()
    return steps


def walk_path(value: Any, steps: Path_) -> Any:
    for number, step in enumerate(steps):
        if step == -1:
            if not isinstance(value, list):
                return MISSING
            below = [walk_path(item, steps[number + 1 :]) for item in value]
            return [item for item in below if item is not MISSING]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        elif not isinstance(value, dict) or step not in value:
            return MISSING
        else:
            value = value[step]
    return value


Pick = Callable[[dict[str, Any]], list[Any]]


def _by_key(fields: list[SourceField]) -> Pick:
    names = [(f.name, "0" if f.name == OP else None) for f in fields]
    return lambda row: [row.get(name, absent) for name, absent in names]


def _by_path(fields: list[SourceField], options: Options) -> Pick:
    try:
        texts = json.loads(options.jsonpaths)
    except ValueError as error:
        raise failure(f"Invalid json path: {options.jsonpaths}, error: {error}") from error
    if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
        raise failure(f"Invalid json path: {options.jsonpaths}")
    paths: list[Path_ | None] = [parse_path(t) for t in texts]
    paths += [None] * (len(fields) - len(paths))

    def pick(row: dict[str, Any]) -> list[Any]:
        values = []
        for found, path in zip(fields, paths, strict=False):
            value = MISSING if path is None else walk_path(row, path)
            values.append(("0" if found.name == OP else None) if value is MISSING else value)
        return values

    return pick


# ---- values


def raw_text(value: Any) -> str:
    """A value as JSON, without spaces; fractions as they were written."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{raw_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(raw_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _reader(found: SourceField) -> Callable[[Any], str]:
    """How a value becomes the text of a field of that type."""
    type_ = found.type
    if type_.name == "json":
        return _raw
    if type_.is_nested:
        return _Nested(type_)
    if type_.name == "boolean":
        return _boolean
    if (type_.is_integer and type_.name != "largeint") or type_.is_float:
        return _number
    return _text


class _Nested:
    """A reader of arrays, maps and structs."""

    def __init__(self, type_: Type) -> None:
        self.type = type_

    def __call__(self, value: Any) -> str:
        found = shaped(value, self.type, _text)
        return (NULL_MARK if value is None else UNFIT) if found is None else raw_text(found)


def _raw(value: Any) -> str:
    return NULL_MARK if value is None else raw_text(value)


def _text(value: Any) -> str:
    if type(value) is str or type(value) is Fraction:
        return value
    if value is None:
        return NULL_MARK
    if value is True or value is False:
        return "1" if value else "0"
    return str(value) if type(value) is int else raw_text(value)


def _number(value: Any) -> str:
    if type(value) is int:
        return str(value)
    if value is None:
        return NULL_MARK
    return value if isinstance(value, str) else UNFIT


def _boolean(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if value is None:
        return NULL_MARK
    if type(value) is int or type(value) is Fraction:
        return "1" if float(value) else "0"
    return value if isinstance(value, str) else UNFIT
