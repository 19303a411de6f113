"""The statement families. Importing this package registers all of them."""

from starrocks_embedded.statements import describe as describe
from starrocks_embedded.statements import set_variables as set_variables
from starrocks_embedded.statements import show_objects as show_objects
from starrocks_embedded.statements import use as use
