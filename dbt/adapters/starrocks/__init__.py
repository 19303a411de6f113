from dbt.adapters.base import AdapterPlugin

from dbt.adapters.starrocks.connections import StarRocksConnectionManager
from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.adapters.starrocks.impl import StarRocksAdapter
from dbt.include import starrocks

Plugin = AdapterPlugin(
    adapter=StarRocksAdapter,  # type: ignore[arg-type]
    credentials=StarRocksCredentials,
    include_path=starrocks.PACKAGE_PATH,
)

__all__ = ["Plugin", "StarRocksAdapter", "StarRocksConnectionManager", "StarRocksCredentials"]
