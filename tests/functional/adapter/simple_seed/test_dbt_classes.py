"""dbt's own tests of seeds. What they expect is loaded in StarRocks' words; a replaced seed drops no reader of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dbt.tests.adapter.simple_seed import fixtures, seeds
from dbt.tests.adapter.simple_seed.test_seed import (
    BaseBasicSeedTests,
    BaseSeedConfigFullRefreshOff,
    BaseSeedConfigFullRefreshOn,
    BaseSeedCustomSchema,
    BaseSeedParsing,
    BaseSeedSpecificFormats,
    BaseSeedWithEmptyDelimiter,
    BaseSeedWithUniqueDelimiter,
    BaseSeedWithWrongDelimiter,
    BaseSimpleSeedEnabledViaConfig,
    BaseSimpleSeedWithBOM,
    BaseTestEmptySeed,
)
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride
from dbt.tests.util import copy_file, run_dbt

TYPES = {"INTEGER": "int", "TEXT": "string", "TIMESTAMP WITHOUT TIME ZONE": "datetime", "TIMESTAMP": "datetime"}


def expected_sql() -> str:
    """dbt's fixture, which is Postgres': other type names, and names in double quotes."""
    text = seeds.seeds__expected_sql.replace('"', "`")
    for theirs, ours in TYPES.items():
        text = re.sub(rf"\b{theirs}\b", ours, text)
    return text


class ExpectedTable:
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(expected_sql())


class TestBasicSeedTests(ExpectedTable, BaseBasicSeedTests):
    def test_simple_seed_full_refresh_flag(self, project):
        """The model that reads the seed stays: the seed is exchanged, not dropped."""
        self._build_relations_for_test(project)
        result = run_dbt(["seed", "--full-refresh"])
        self._check_relation_end_state(run_result=result, project=project, exists=True)


class TestSeedConfigFullRefreshOn(ExpectedTable, BaseSeedConfigFullRefreshOn):
    def test_simple_seed_full_refresh_config(self, project):
        self._build_relations_for_test(project)
        self._check_relation_end_state(run_result=run_dbt(["seed"]), project=project, exists=True)


class TestSeedConfigFullRefreshOff(ExpectedTable, BaseSeedConfigFullRefreshOff):
    pass


class TestSeedCustomSchema(ExpectedTable, BaseSeedCustomSchema):
    pass


class TestSeedWithUniqueDelimiter(ExpectedTable, BaseSeedWithUniqueDelimiter):
    pass


class TestSeedWithWrongDelimiter(ExpectedTable, BaseSeedWithWrongDelimiter):
    pass


class TestSeedWithEmptyDelimiter(ExpectedTable, BaseSeedWithEmptyDelimiter):
    pass


class TestSimpleSeedEnabledViaConfig(BaseSimpleSeedEnabledViaConfig):
    @pytest.fixture(scope="class")
    def seeds(self):
        """The base declares it for the session, which pytest warns of."""
        return {
            "seed_enabled.csv": seeds.seeds__enabled_in_config_csv,
            "seed_disabled.csv": seeds.seeds__disabled_in_config_csv,
            "seed_tricky.csv": seeds.seeds__tricky_csv,
        }

    @pytest.fixture
    def clear_test_schema(self, project):
        yield
        project.run_sql(f"drop database if exists {project.test_schema} force")


class TestSeedParsing(ExpectedTable, BaseSeedParsing):
    pass


class TestSimpleSeedWithBOM(BaseSimpleSeedWithBOM):
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(expected_sql())
        folder = Path(fixtures.__file__).parent
        copy_file(folder, "seed_bom.csv", project.project_root / Path("seeds") / "seed_bom.csv", "")


class TestSeedSpecificFormats(BaseSeedSpecificFormats):
    pass


class TestEmptySeed(BaseTestEmptySeed):
    pass


class TestSimpleSeedColumnOverride(BaseSimpleSeedColumnOverride):
    """The test compares the adapter's own spelling of a type."""

    @pytest.fixture(scope="class")
    def models(self):
        text = fixtures.properties__schema_yml
        return {
            "schema.yml": text.replace("type: text", "type: string")
            .replace("type: integer", "type: int")
            .replace("timestamp without time zone", "datetime")
        }
