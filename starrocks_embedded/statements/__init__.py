"""The statement families. Importing this package registers all of them."""

from starrocks_embedded.statements import alter_jobs as alter_jobs
from starrocks_embedded.statements import alter_table as alter_table
from starrocks_embedded.statements import create_like as create_like
from starrocks_embedded.statements import create_table as create_table
from starrocks_embedded.statements import ctas as ctas
from starrocks_embedded.statements import databases as databases
from starrocks_embedded.statements import describe as describe
from starrocks_embedded.statements import drop as drop
from starrocks_embedded.statements import grants as grants
from starrocks_embedded.statements import kill as kill
from starrocks_embedded.statements import materialized_views as materialized_views
from starrocks_embedded.statements import prepared as prepared
from starrocks_embedded.statements import query as query
from starrocks_embedded.statements import recover as recover
from starrocks_embedded.statements import roles as roles
from starrocks_embedded.statements import set_variables as set_variables
from starrocks_embedded.statements import show_objects as show_objects
from starrocks_embedded.statements import truncate as truncate
from starrocks_embedded.statements import use as use
from starrocks_embedded.statements import users as users
from starrocks_embedded.statements import views as views
