{#- CREATE TABLE from a design (adapter.table_design). The order of the clauses is the server's: it takes no other.
    Returns one statement without a semicolon. -#}
{% macro starrocks__create_table_sql(relation, design) -%}
create table {{ relation.render() }} (
  {{ starrocks__column_clauses(design) }}
)
{%- set clauses = [
  starrocks__keys_clause(design),
  starrocks__comment_clause(design.comment),
  starrocks__partition_by_clause(design.partitioning),
  starrocks__distributed_by_clause(design),
  starrocks__order_by_clause(design.order_by),
  starrocks__properties_clause(design.properties),
] %}
{%- for clause in clauses if clause | trim %}
{{ clause | trim }}
{%- endfor -%}
{%- endmacro %}
