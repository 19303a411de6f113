"""ALTER TABLE, CREATE INDEX and DROP INDEX."""

from starrocks_embedded.statements.alter_table import grammar as grammar
from starrocks_embedded.statements.alter_table import run as run
