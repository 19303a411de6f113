"""Everything that fills system tables: importing this module registers all of it."""

from starrocks_embedded.metadata import schema_columns as schema_columns
from starrocks_embedded.metadata import schema_jobs as schema_jobs
from starrocks_embedded.metadata import schema_loads as schema_loads
from starrocks_embedded.metadata import schema_nodes as schema_nodes
from starrocks_embedded.metadata import schema_server as schema_server
from starrocks_embedded.metadata import schema_tables as schema_tables
from starrocks_embedded.metadata import sys_tables as sys_tables
