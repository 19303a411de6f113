"""Statements about loads: broker, routine, pipe and export jobs, kept but never run, and SHOW about all of them."""

from starrocks_embedded.statements.loads import broker as broker
from starrocks_embedded.statements.loads import cancel as cancel
from starrocks_embedded.statements.loads import export as export
from starrocks_embedded.statements.loads import pipes as pipes
from starrocks_embedded.statements.loads import routine as routine
from starrocks_embedded.statements.loads import routine_shows as routine_shows
from starrocks_embedded.statements.loads import shows as shows
