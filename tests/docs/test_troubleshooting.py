"""docs/troubleshooting.md against the code: each text of the server leads to an advice, and no advice is left out."""

from __future__ import annotations

import re

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import errors, launch
from dbt.adapters.starrocks.credentials import StarRocksCredentials
from tests.docs import pages
from tests.unit.adapter.table_config.designs import design, refusal

PAGE = pages.ROOT / "docs" / "troubleshooting.md"
ROW = re.compile(r"^\| ([\d, ]+) \| `(.+?)` \| (.+) \|$", re.M)
ROWS = [([int(code) for code in found[0].split(",")], found[1]) for found in ROW.findall(pages.text_of(PAGE))]


def advice(code: int, text: str) -> errors.Advice | None:
    return next((known for known in errors.ADVICE if known.matches(code, text)), None)


@pytest.mark.parametrize(("codes", "text"), ROWS, ids=[text[:50] for _, text in ROWS])
def test_the_adapter_knows_each_text_of_the_page(codes: list[int], text: str) -> None:
    assert all(advice(code, text) is not None for code in codes)


def test_every_advice_is_on_the_page() -> None:
    shown = {advice(code, text) for codes, text in ROWS for code in codes}
    assert [known.text for known in errors.ADVICE if known not in shown] == []


REFUSALS = (
    ({"table_type": "PRIMARY"}, {}),
    ({"table_type": "PRIMARY", "keys": ["user_id"]}, {"types": {"id": "int"}}),
    ({"table_type": "PRIMERY"}, {}),
)


@pytest.mark.parametrize(("config", "given"), REFUSALS)
def test_the_refusals_are_quoted_as_they_are(config: dict[str, object], given: dict[str, object]) -> None:
    assert refusal(config, **given) in pages.text_of(PAGE)


def test_the_misspelt_config_is_quoted_as_it_is() -> None:
    (notice,) = design({"distributedby": ["id"]}).notices
    assert f"orders: {notice}" in pages.text_of(PAGE)


def test_the_misspelt_profile_key_is_quoted_as_it_is() -> None:
    with pytest.raises(DbtRuntimeError) as caught:
        StarRocksCredentials.translate_aliases({"host": "fe", "schema": "analytics", "pasword": "x"})
    assert str(caught.value.msg) in pages.text_of(PAGE)


def test_the_missing_extra_is_quoted_as_it_is() -> None:
    assert launch.MISSING in pages.text_of(PAGE)
