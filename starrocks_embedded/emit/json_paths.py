"""JSON paths: read as StarRocks reads them, written as DuckDB's extraction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starrocks_embedded.errors import unsupported

PIECE = re.compile(r'([^"\[\]]*)((?:\[[0-9:*]+\])*)')
SELECTOR = re.compile(r"\[([0-9:*]+)\]")
ESCAPED = {"n": "\n", '"': '"', ".": ".", "\\": "\\"}


class BadPath(ValueError):
    """A text that is no path: what asks for it answers NULL, or leaves the document alone."""


@dataclass(frozen=True)
class Step:
    """To a member (`key`; empty stays where it is), then to an element, or to all of a range of them."""

    key: str = ""
    index: int | None = None
    range: tuple[int, int | None] | None = None


def parse(text: str) -> list[Step]:
    """`a.b`, `$.a[0]`, `$."a.b"[*]`, `$.a[1:3].b`; the `$` may be left out."""
    pieces = list(_pieces(text))
    if not pieces:
        raise BadPath(text)
    if pieces[0] == "$":
        pieces = pieces[1:]
    steps = [step for piece in pieces for step in _steps(piece)]
    if steps and steps[0].key == "$":
        steps[0] = Step("", steps[0].index, steps[0].range)
    if any(step.key == "$" for step in steps):
        raise unsupported("a JSON path that returns to its root")
    return [step for step in steps if step != Step()]


def _pieces(text: str) -> Iterator[str]:
    """The text between the dots that stand outside quotes; a backslash escapes."""
    if not text:
        return
    piece, quoted, at = "", False, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
            if at == len(text) or text[at] not in ESCAPED:
                raise BadPath(text)
            piece += ESCAPED[text[at]]
        elif char == '"':
            quoted = not quoted
        elif char == "." and not quoted:
            yield piece
            piece = ""
        else:
            piece += char
        at += 1
    yield piece


def _steps(piece: str) -> list[Step]:
    found = PIECE.fullmatch(piece)
    if found is None:
        raise BadPath(piece)
    selectors = SELECTOR.findall(found[2])
    steps = [_selected(found[1] if i == 0 else "", selector) for i, selector in enumerate(selectors)]
    return steps or [Step(found[1])]


def _selected(key: str, selector: str) -> Step:
    if selector == "*":
        return Step(key, range=(0, None))
    if selector.isdigit() and int(selector) < 2**31:
        return Step(key, int(selector))
    first, colon, last = selector.partition(":")
    if not (colon and first.isdigit() and last.isdigit()):
        raise BadPath(selector)
    return Step(key, range=(int(first), int(last)))


# ---- as DuckDB text: a document is the text of one, what is found is DuckDB's JSON, NULL where nothing is


def extracted(document: str, steps: list[Step]) -> str:
    """What a path finds; a range makes an array of what the rest of the path finds in its elements."""
    from starrocks_embedded.emit.expression import quote

    for at, step in enumerate(steps):
        if step.range is None:
            continue
        array = quote("$" + "".join(map(_said, steps[:at])) + _key(step.key))
        first, last = step.range
        bounds = "" if step.range == (0, None) else f"[{first + 1}:{last}]"
        name = f"element{len(steps) - at}"
        rest = extracted(name, steps[at + 1 :]) if steps[at + 1 :] else name
        elements = f"json_extract({document}, {array[:-1]}[*]'){bounds}"
        found = f"list_filter(list_transform({elements}, lambda {name}: {rest}), lambda found: found IS NOT NULL)"
        return f"CASE WHEN json_type({document}, {array}) = 'ARRAY' THEN CAST(to_json({found}) AS JSON) END"
    return f"json_extract({document}, {quote('$' + ''.join(map(_said, steps)))})"


def _said(step: Step) -> str:
    return _key(step.key) + ("" if step.index is None else f"[{step.index}]")


def _key(key: str) -> str:
    return f'."{key}"' if key else ""


def removed(document: str, steps: list[Step]) -> str:
    """The document without what a path finds."""
    return _changed(document, steps, None)


def replaced(document: str, steps: list[Step], value: str) -> str:
    """The document with a value (the text of one) where a path leads: an object gets the member, an array its element,
    or one more where it is shorter."""
    return _changed(document, steps, value)


def _changed(document: str, steps: list[Step], value: str | None) -> str:
    if any(step.range is not None for step in steps):
        return document
    path: list[str | int] = []
    for step in steps:
        path += [step.key] if step.key else []
        path += [step.index] if step.index is not None else []
    if not path:
        return document if value is None else value
    return _within(document, path, value)


def _within(document: str, path: list[str | int], value: str | None) -> str:
    """Level by level; each binds its document to a name, since the text needs it several times."""
    from starrocks_embedded.emit.expression import quote

    here, name = path[0], f"level{len(path)}"
    if isinstance(here, str):
        kind, family, place, at = "OBJECT", "member", quote(here), quote("$" + _key(here))
    else:
        kind, family, place, at = "ARRAY", "element", str(here), f"'$[{here}]'"
    condition = f"json_type({name}) = '{kind}'"
    if len(path) > 1:
        condition += f" AND json_exists({name}, {at})"
        value = _within(f"CAST(json_extract({name}, {at}) AS VARCHAR)", path[1:], value)
    if value is None:
        change = f"documents.json_without_{family}({name}, {place})"
    else:
        change = f"documents.json_with_{family}({name}, {place}, {value})"
    return f"list_transform([{document}], lambda {name}: CASE WHEN {condition} THEN {change} ELSE {name} END)[1]"
