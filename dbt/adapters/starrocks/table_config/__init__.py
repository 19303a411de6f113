"""What a model's configuration says about its table: one file per property, parsed once, checked before any SQL."""

from dbt.adapters.starrocks.table_config.design import TableDesign

__all__ = ["TableDesign"]
