{#- The statements that fill a table. Columns are always named: a query's order is its own affair. -#}

{% macro starrocks__select_columns(columns, sql) -%}
  select {{ starrocks__column_list(columns) }}
  from (
    {{ sql }}
  ) as model_subq
{%- endmacro %}

{% macro starrocks__column_list(columns) -%}
  {%- for column in columns -%}{{ adapter.quote(column.name) }}{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{% macro starrocks__insert_sql(relation, columns, sql) -%}
  insert into {{ relation.render() }} ({{ starrocks__column_list(columns) }})
  {{ starrocks__select_columns(columns, sql) }}
{%- endmacro %}

{#- Replaces all rows in one atomic statement. A session may have dynamic_overwrite on, which would leave partitions
    without new rows as they were. -#}
{% macro starrocks__overwrite_sql(relation, columns, sql) -%}
  insert {{ starrocks__static_overwrite_hint() }}overwrite {{ relation.render() }} ({{ starrocks__column_list(columns) }})
  {{ starrocks__select_columns(columns, sql) }}
{%- endmacro %}

{% macro starrocks__static_overwrite_hint() -%}
  {%- if adapter.server_supports('dynamic_overwrite') -%}/*+SET_VAR(dynamic_overwrite=false)*/ {% endif -%}
{%- endmacro %}
