"""dbt's own tests of hooks on models, seeds and snapshots."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.hooks.test_model_hooks import (
    MODEL_POST_HOOK,
    MODEL_PRE_HOOK,
    BaseDuplicateHooksInConfigs,
    BaseHookRefs,
    BaseHooksRefsOnSeeds,
    BasePrePostModelHooks,
    BasePrePostModelHooksInConfig,
    BasePrePostModelHooksInConfigKwargs,
    BasePrePostModelHooksInConfigWithCount,
    BasePrePostModelHooksOnSeeds,
    BasePrePostModelHooksOnSeedsPlusPrefixed,
    BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace,
    BasePrePostModelHooksOnSnapshots,
    BasePrePostSnapshotHooksInConfigKwargs,
)

from tests.functional.adapter.hooks.mixin import check_context, read_contexts

OUTSIDE = {"sql": "select 1", "transaction": False}
AROUND = {"pre-hook": [MODEL_PRE_HOOK, OUTSIDE], "post-hook": [OUTSIDE, MODEL_POST_HOOK]}

# UPDATE wants a PRIMARY KEY table and a WHERE; the ALTER is the user's, so the user waits for it
ADD_COLUMN = [
    "alter table {{ this }} add column new_col int",
    "{{ adapter.await_alter(this) }}",
    "update {{ this }} set new_col = 1 where a is not null",
]
PRIMARY_KEY = {"table_type": "PRIMARY", "keys": ["a"]}


class InStarRocksWords:
    def check_hooks(self, state, project, host, count=1):
        contexts = read_contexts(project, "on_model_hook", state)
        assert len(contexts) == count
        for context in contexts:
            check_context(context, project, state, host)


class TestPrePostModelHooks(InStarRocksWords, BasePrePostModelHooks):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"test": AROUND}}


class TestHookRefs(InStarRocksWords, BaseHookRefs):
    pass


class TestPrePostModelHooksInConfig(InStarRocksWords, BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigWithCount(InStarRocksWords, BasePrePostModelHooksInConfigWithCount):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"test": AROUND}}


class TestPrePostModelHooksInConfigKwargs(InStarRocksWords, BasePrePostModelHooksInConfigKwargs):
    pass


class TestPrePostModelHooksOnSeeds(BasePrePostModelHooksOnSeeds):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        hooks = [*ADD_COLUMN, "select cast(null as {{ dbt.type_int() }}) as id"]
        return {"seeds": {**PRIMARY_KEY, "post-hook": hooks, "quote_columns": False}}


class TestHooksRefsOnSeeds(BaseHooksRefsOnSeeds):
    pass


class TestPrePostModelHooksOnSeedsPlusPrefixed(BasePrePostModelHooksOnSeedsPlusPrefixed):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"seeds": {**PRIMARY_KEY, "+post-hook": ADD_COLUMN, "quote_columns": False}}


class TestPrePostModelHooksOnSeedsPlusPrefixedWhitespace(BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"seeds": {**PRIMARY_KEY, "+ post-hook": ADD_COLUMN, "quote_columns": False}}


class TestPrePostModelHooksOnSnapshots(BasePrePostModelHooksOnSnapshots):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "snapshot-paths": ["test-snapshots"],
            "snapshots": {"post-hook": ADD_COLUMN},
            "seeds": {"quote_columns": False},
        }


class TestPrePostSnapshotHooksInConfigKwargs(BasePrePostSnapshotHooksInConfigKwargs):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "snapshot-paths": ["test-kwargs-snapshots"],
            "snapshots": {"post-hook": ADD_COLUMN},
            "seeds": {"quote_columns": False},
        }


class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    pass
