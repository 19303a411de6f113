"""Literals as the parser reads them, version by version."""

from __future__ import annotations

import pytest

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.expressions import parse_expression
from starrocks_embedded.syntax.printer import expression_text
from starrocks_embedded.version import Version

OLDER, NEWER = Version.parse("3.5.7"), Version.parse("4.1.0")
LONG = "0.123456789012345678901234567890123456789"


def read(text: str, version: Version) -> str:
    return expression_text(parse_expression(Cursor(text, version)), version)


def test_a_decimal_literal_is_rounded_to_the_digits_that_a_decimal_has() -> None:
    assert read(LONG, NEWER) == LONG
    assert read(LONG, OLDER) == "0.12345678901234567890123456789012345679"
    assert read("-" + LONG, OLDER) == "-0.12345678901234567890123456789012345679"
    assert read("1" + LONG[1:], OLDER) == "1.1234567890123456789012345678901234568"
    assert read("1." + "6" * 80, NEWER) == "1." + "6" * 74 + "7"


def test_digits_before_the_point_are_never_rounded_away() -> None:
    assert read("1" * 40 + ".5", NEWER) == "1" * 40 + ".5"
    with pytest.raises(StarRocksError) as caught:
        read("1" * 40 + ".5", OLDER)
    assert caught.value.message == (
        f"Non-typed decimal literal is overflow, value='{'1' * 40}.5' (precision=41, scale=1)"
    )
