"""`--empty`: the inputs lose their rows, metadata and DDL speak of the real relation."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from dbt.tests.adapter.empty import _models
from dbt.tests.adapter.empty.test_empty import BaseTestEmpty, BaseTestEmptySeedFlag, MetadataWithEmptyFlag

NOT_APPLICABLE = {
    "BaseTestEmptyInlineSourceRef": "a derived table must have an alias here, so `from {{ source() }} as x` gets two",
}

CORE = tuple(int(part) for part in version("dbt-core").split(".")[:2])


class TestEmpty(BaseTestEmpty):
    pass


@pytest.mark.skipif(CORE < (1, 12), reason="`dbt seed --empty` came with dbt-core 1.12")
class TestEmptySeedFlag(BaseTestEmptySeedFlag):
    pass


class TestMetadataWithEmptyFlag(MetadataWithEmptyFlag):
    """`varchar` without a length is no type of a column."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "schema.yml": _models.SCHEMA,
            "control.sql": _models.CONTROL,
            "get_columns_in_relation.sql": _models.GET_COLUMNS_IN_RELATION,
            "alter_column_type.sql": _models.ALTER_COLUMN_TYPE.replace('"varchar"', '"string"'),
            "alter_relation_comment.sql": _models.ALTER_RELATION_COMMENT,
            "alter_column_comment.sql": _models.ALTER_COLUMN_COMMENT,
            "alter_relation_add_remove_columns.sql": _models.ALTER_RELATION_ADD_REMOVE_COLUMNS.replace(
                '"varchar"', '"string"'
            ),
            "truncate_relation.sql": _models.TRUNCATE_RELATION,
        }
