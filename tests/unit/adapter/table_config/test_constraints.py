"""Constraints of contracts: kept by the table, told to the optimizer, or ignored and said so."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.table_config.constraints import optimizer_changes
from tests.unit.adapter.table_config.designs import contracted

TYPES = {"id": "int", "email": "string", "shop": "int"}
PARENT = "`default_catalog`.`sales`.`shops`"


def of(column_constraints=None, model_constraints=(), config=None):
    columns = {name: {"data_type": t, "constraints": []} for name, t in TYPES.items()}
    for name, constraints in (column_constraints or {}).items():
        columns[name]["constraints"] = constraints
    return contracted(columns, config, types=TYPES, constraints=list(model_constraints))


def test_not_null_of_a_column_and_of_the_model():
    found = of({"id": [{"type": "not_null"}]}, [{"type": "not_null", "columns": ["shop"]}])
    assert [column.name for column in found.columns if column.not_null] == ["id", "shop"]


def test_a_primary_key_of_several_columns():
    found = of(model_constraints=[{"type": "primary_key", "columns": ["shop", "id"]}])
    assert found.primary_key == ("shop", "id")
    assert found.promises.ignored == ()


def test_two_primary_keys_are_refused():
    with pytest.raises(CompilationError, match=r"a table has one primary key\. Name all its columns in one constraint"):
        of({"id": [{"type": "primary_key"}], "shop": [{"type": "primary_key"}]})


@pytest.mark.parametrize("kind", ["unique", "check", "foreign_key"])
def test_what_nothing_enforces_is_said(kind):
    assert of({"id": [{"type": kind, "expression": "shops (id)"}]}).promises.ignored == (kind,)


@pytest.mark.parametrize("flag", ["warn_unsupported", "warn_unenforced"])
def test_unless_the_user_knows(flag):
    assert of({"id": [{"type": "check", "expression": "id > 0", flag: False}]}).promises.ignored == ()


def test_unique_is_kept_by_a_table_keyed_by_it():
    assert of({"id": [{"type": "unique"}, {"type": "primary_key"}]}).promises.ignored == ()


def test_the_optimizer_is_told_on_request_only():
    constraints = {"email": [{"type": "unique"}], "shop": [{"type": "foreign_key", "to": PARENT, "to_columns": ["id"]}]}
    assert of(constraints).optimizer == {}
    found = of(constraints, config={"optimizer_constraints": True})
    assert found.properties == {}
    assert found.optimizer == {
        "unique_constraints": "email",
        "foreign_key_constraints": "(shop) REFERENCES default_catalog.sales.shops(id)",
    }
    assert found.promises.told == ("unique", "foreign_key")


def test_several_unique_keys_and_a_reference_as_text():
    constraints = [
        {"type": "unique", "columns": ["id", "shop"]},
        {"type": "unique", "columns": ["email"]},
        {"type": "foreign_key", "columns": ["shop"], "expression": "sales.shops (id)"},
    ]
    found = of(model_constraints=constraints, config={"optimizer_constraints": True})
    assert found.optimizer == {
        "unique_constraints": "id,shop;email",
        "foreign_key_constraints": "(shop) REFERENCES sales.shops(id)",
    }


def test_the_servers_own_words_are_kept_out_of_create_table():
    found = of(config={"properties": {"unique_constraints": "id", "compression": "zstd"}})
    assert (found.properties, found.optimizer) == ({"compression": "zstd"}, {"unique_constraints": "id"})


def test_both_words_at_once_are_refused():
    config = {"optimizer_constraints": True, "properties": {"unique_constraints": "id"}}
    with pytest.raises(CompilationError, match="the model's constraints say it too"):
        of({"email": [{"type": "unique"}]}, config=config)


STORED = {
    "unique_constraints": "default_catalog.s.orders.id,default_catalog.s.orders.shop;default_catalog.s.orders.email",
    "foreign_key_constraints": "(shop) REFERENCES default_catalog.sales.shops(id)",
}


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ({"unique_constraints": "email; ID,shop"}, False),
        ({"unique_constraints": "email"}, True),
        ({"foreign_key_constraints": "(shop) references sales.shops (id)"}, False),
        ({"foreign_key_constraints": "(shop) references sales.shops (no)"}, True),
        ({}, False),
    ],
)
def test_the_optimizer_is_told_what_it_does_not_know(wanted, changes):
    assert optimizer_changes(wanted, STORED) == (wanted if changes else {})


def test_a_foreign_key_to_nowhere_is_refused():
    with pytest.raises(CompilationError, match="Add `to: ref\\('parent'\\)` and `to_columns: \\[id\\]`"):
        of({"shop": [{"type": "foreign_key", "expression": "shops"}]}, config={"optimizer_constraints": True})


@pytest.mark.parametrize(
    ("expression", "attribute", "value"),
    [
        ("default 'x'", "default", "'x'"),
        ('DEFAULT "it\'s"', "default", "'it''s'"),
        ("default uuid()", "default", "(uuid())"),
    ],
)
def test_custom_constraints_are_column_clauses(expression, attribute, value):
    found = of({"email": [{"type": "custom", "expression": expression}]})
    assert getattr(found.columns[1], attribute) == value


def test_other_custom_constraints_are_refused():
    with pytest.raises(
        CompilationError, match="Expected one of: default '…', auto_increment, as \\(expression\\), sum"
    ):
        of({"email": [{"type": "custom", "expression": "encode zstd"}]})


def test_without_an_enforced_contract_nothing_counts():
    from tests.unit.adapter.table_config.designs import design

    columns = {"id": {"name": "id", "constraints": [{"type": "primary_key"}, {"type": "not_null"}]}}
    found = design(columns=columns, types=TYPES)
    assert found.keys.table_type == "DUPLICATE"
    assert not any(column.not_null for column in found.columns)
