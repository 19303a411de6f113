"""`dbt init` asks for what a profile needs; what it writes, and the sample, can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from dbt.task.init import InitTask

from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.include import starrocks

FOLDER = Path(starrocks.PACKAGE_PATH)
CLUSTER = "1\nfe1\n\nbuilder\nsecret\nmarts\n8\n"
ON_A_CLUSTER = {
    "host": "fe1", "port": 9030, "user": "builder", "password": "secret", "schema": "marts", "threads": 8,
}  # fmt: skip
EMBEDDED = "2\nlocal.duckdb\n\n\n"
ON_A_LAPTOP = {"method": "embedded", "path": "local.duckdb", "schema": "analytics", "threads": 4}


def read(profile) -> StarRocksCredentials:
    data = StarRocksCredentials.translate_aliases({k: v for k, v in profile.items() if k not in ("type", "threads")})
    StarRocksCredentials.validate(data)
    return StarRocksCredentials.from_dict(data)


@pytest.mark.parametrize(("answers", "expected"), [(CLUSTER, ON_A_CLUSTER), (EMBEDDED, ON_A_LAPTOP)])
def test_what_dbt_init_asks(answers, expected):
    template = yaml.safe_load((FOLDER / "profile_template.yml").read_text(encoding="utf-8"))
    task = InitTask.__new__(InitTask)  # its questions need nothing of what a command brings
    with CliRunner().isolation(input=answers):
        written = task.generate_target_from_input(template["prompts"], dict(template["fixed"]))
    assert written == {"type": "starrocks", **expected}
    assert read(written).schema == expected["schema"]


def test_the_sample_profiles_can_be_read():
    sample = yaml.safe_load((FOLDER / "sample_profiles.yml").read_text(encoding="utf-8"))
    for profile in sample["default"]["outputs"].values():
        assert read(profile).schema == "analytics"
