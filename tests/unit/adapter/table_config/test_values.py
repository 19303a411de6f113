"""Values as people write them."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.table_config.values import boolean, choice, mapping, names, scalar_text, split, texts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a, b", ["a", "b"]),
        ("date_trunc('day', d), region", ["date_trunc('day', d)", "region"]),
        ("`a, b`, c", ["`a, b`", "c"]),
        ("f(g(a, b), c)", ["f(g(a, b), c)"]),
        ("'a,b'", ["'a,b'"]),
        ("", []),
        (" , ,", []),
    ],
)
def test_split_cuts_at_outer_commas_only(text, parts):
    assert split(text) == parts


@pytest.mark.parametrize("value", ["id, region", ["id", "region"], ("id", " region "), ["`id`", "region"]])
def test_names_reads_lists_and_texts(value):
    assert names("keys", value) == ("id", "region")


def test_texts_of_nothing_is_empty():
    assert texts("keys", None) == ()


def test_texts_refuses_what_is_no_list_of_names():
    with pytest.raises(CompilationError, match=r"`keys` is \{'a': 1\}: it must be a name or a list of names"):
        texts("keys", {"a": 1})


@pytest.mark.parametrize(("value", "read"), [(True, True), ("true", True), (" False ", False)])
def test_boolean_reads_words(value, read):
    assert boolean("nullable", value) is read


def test_boolean_refuses_other_words_and_shows_the_accepted():
    with pytest.raises(
        CompilationError, match=r"`nullable` is 'yes': it must be true or false\. Expected one of: true, fa"
    ):
        boolean("nullable", "yes")


def test_choice_ignores_case():
    assert choice("table_type", "primary", ("DUPLICATE", "PRIMARY"), "table type") == "PRIMARY"


def test_choice_shows_the_accepted_values():
    with pytest.raises(CompilationError, match=r"`t` is 'x': that is no table type\. Expected one of: A, B\."):
        choice("t", "x", ("A", "B"), "table type")


def test_mapping_refuses_a_list():
    with pytest.raises(CompilationError, match=r"`properties` is .*: it must be a mapping"):
        mapping("properties", ["a"])


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (1, "1"), (1.5, "1.5"), ("x", "x")])
def test_scalars_are_written_as_the_server_does(value, text):
    assert scalar_text(value) == text
