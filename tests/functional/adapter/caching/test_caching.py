"""dbt's relation cache: names keep their case, one listing per schema."""

from __future__ import annotations

from dbt.tests.adapter.caching.test_caching import (
    BaseCachingLowercaseModel,
    BaseCachingSelectedSchemaOnly,
    BaseCachingUppercaseModel,
    BaseNoPopulateCache,
)


class TestLowercase(BaseCachingLowercaseModel):
    pass


class TestUppercase(BaseCachingUppercaseModel):
    pass


class TestSelectedSchemaOnly(BaseCachingSelectedSchemaOnly):
    pass


class TestNoPopulateCache(BaseNoPopulateCache):
    pass
