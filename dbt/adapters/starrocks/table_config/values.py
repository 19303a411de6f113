"""Configuration values as people write them, read into plain Python; what cannot be read is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeGuard

from dbt_common.exceptions import CompilationError

PAIRS = {"(": ")", "[": "]", "{": "}"}


def refuse(option: str, value: Any, rule: str, way_out: str) -> NoReturn:
    """Says what was asked, which rule it breaks and what to do."""
    raise CompilationError(f"`{option}` is {_shown(value)}: {rule}. {way_out}")


def one_of(accepted: Iterable[str]) -> str:
    return f"Expected one of: {', '.join(accepted)}."


def _shown(value: Any) -> str:
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def texts(option: str, value: Any) -> tuple[str, ...]:
    """A list of texts, or one text with commas between; commas inside parentheses and quotes belong to the part."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(split(unescaped(value)))
    if is_list(value) and all(isinstance(part, str) for part in value):
        return tuple(unescaped(part).strip() for part in value if part.strip())
    refuse(option, value, "it must be a name or a list of names", f"Write `{option}: [first, second]`.")


def unescaped(text: str) -> str:
    """dbt's fast parser hands over a model's `config('it\\'s')` with the backslash still in it."""
    return text.replace("\\'", "'").replace('\\"', '"')


def names(option: str, value: Any) -> tuple[str, ...]:
    return tuple(unquoted(part) for part in texts(option, value))


def unquoted(name: str) -> str:
    name = name.strip()
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == "`" else name


def split(text: str) -> list[str]:
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in PAIRS:
            depth += 1
        elif character in PAIRS.values():
            depth -= 1
        elif character == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def mapping(option: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    refuse(option, value, "it must be a mapping of names to values", f"Write `{option}: {{name: value}}`.")


def boolean(option: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    refuse(option, value, "it must be true or false", one_of(("true", "false")))


def choice(option: str, value: Any, accepted: Sequence[str], what: str) -> str:
    """One of a few words; case does not matter."""
    word = str(value).strip()
    for known in accepted:
        if word.lower() == known.lower():
            return known
    refuse(option, value, f"that is no {what}", one_of(accepted))


def scalar_text(value: Any) -> str:
    """A literal as the server writes it: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def known_keys(option: str, given: Mapping[str, Any], accepted: Sequence[str]) -> None:
    for key in given:
        if key not in accepted:
            refuse(f"{option}.{key}", given[key], "that is no setting of it", one_of(accepted))
