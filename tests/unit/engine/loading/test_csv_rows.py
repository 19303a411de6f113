"""CSV in which fields are enclosed or characters escaped, read as the server's reader has it."""

from __future__ import annotations

import pytest

from starrocks_embedded.loading.csv_rows import EnclosedReader
from starrocks_embedded.loading.options import Options


def rows(text: str, **more: object) -> list[list[str]]:
    options = Options(column_separator=",", enclose='"', **more)  # type: ignore[arg-type]
    return list(EnclosedReader(text, options).rows())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n", [["a", "b"]]),
        ('"a,b",c', [["a,b", "c"]]),
        ('"a\nb",c\nd,e\n', [["a\nb", "c"], ["d", "e"]]),
        ('"a ""b"" c"\n', [['a "b" c']]),
        ('"",""\n', [["", ""]]),
        ("\n\na\n", [[], [], ["a"]]),
        ('""\n', [[""]]),
        (",\n", [["", ""]]),
    ],
)
def test_enclosed_by_the_book(text: str, expected: list[list[str]]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a"b,c\n', [["ab", "c"]]),  # outside, the character goes and the next one is ordinary
        ('a",b\n', [["a,b"]]),
        ('"ab"cd,e\n', [['ab"c', "e"]]),  # text behind the closing one: the last character is taken for it
    ],
)
def test_what_is_enclosed_wrongly(text: str, expected: list[list[str]]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\\,b,c\n", [["a,b", "c"]]),
        ('"a\\"b",c\n', [['a"b', "c"]]),
        ("a\\\nb\n", [["a\nb"]]),
        ("\\\\N\n", [["\\N"]]),
        ("\\N\n", [["N"]]),
    ],
)
def test_escaped(text: str, expected: list[list[str]]) -> None:
    assert rows(text, escape="\\") == expected


def test_spaces_before_a_field_and_behind_an_enclosed_one_are_trimmed() -> None:
    assert rows('  a ,  "b" \n', trim_space=True) == [["a ", "b"]]


def test_separators_of_several_characters() -> None:
    options = Options(column_separator="||", row_delimiter="##", enclose='"')
    assert list(EnclosedReader('"a||b"||c|d##e||f', options).rows()) == [["a||b", "c|d"], ["e", "f"]]
