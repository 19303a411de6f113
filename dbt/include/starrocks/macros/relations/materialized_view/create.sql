{#- CREATE MATERIALIZED VIEW from a design. A REFRESH clause is always there: without one the server makes a synchronous
    rollup that no query can name. DEFERRED, for dbt refreshes it itself and waits. -#}
{% macro starrocks__create_materialized_view_sql(relation, design) -%}
create materialized view {{ relation.render() }}
{{- starrocks__materialized_view_columns(design) }}
{%- set clauses = [
  starrocks__comment_clause(design.comment) if design.comment else '',
  'partition by (' ~ design.partition_by | join(', ') ~ ')' if design.partition_by else '',
  starrocks__distributed_by_clause(design),
  starrocks__order_by_clause(design.order_by),
  'refresh deferred ' ~ design.refresh.sql,
  starrocks__properties_clause(design.properties),
] %}
{%- for clause in clauses if clause | trim %}
{{ clause | trim }}
{%- endfor %}
as
{{ design.query }}
{%- endmacro %}

{#- A column list only where a column has a description: it must name every column then. -#}
{% macro starrocks__materialized_view_columns(design) -%}
  {%- if design.column_comments %} (
    {%- for name in adapter.query_column_names(design.query, config.get('sql_header')) %}
  {{ adapter.quote(name) }}
  {%- set comment = design.column_comments.get(name | lower) %}
  {%- if comment %} {{ starrocks__comment_clause(comment) }}{% endif %}
  {{- ',' if not loop.last }}
    {%- endfor %}
)
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__get_create_materialized_view_as_sql(relation, sql) -%}
  {{ starrocks__create_materialized_view_sql(relation, adapter.materialized_view_design(model, sql)) }}
{%- endmacro %}
