{#- The table's columns follow the query as on_schema_change says. Returns the query's columns, or none where they do not
    matter: then nothing is asked. -#}
{% macro starrocks__follow_query(existing, plan, sql) -%}
  {%- if not plan.follows_query -%}{% do return(none) %}{%- endif -%}
  {#- Of batches side by side the first changes the table, the others see it changed. -#}
  {% do adapter.take_turn(existing) %}
  {%- set found = adapter.describe_query(sql, config.get('sql_header'), adapter.known_columns(existing)) -%}
  {% do starrocks__assert_contract(found) %}
  {%- set change = adapter.pending_schema_change(existing, model, found) -%}
  {%- if change -%}
    {% do starrocks__alter_columns(existing, change) %}
  {%- endif -%}
  {% do adapter.end_turn() %}
  {% do return(found) %}
{%- endmacro %}

{% macro starrocks__alter_columns(relation, change) -%}
  {%- set text = starrocks__alter_columns_sql(relation, change) -%}
  {#- Outside of a model (run-operation, tests) there is no config. -#}
  {% do adapter.alter_columns(relation, text, config.get('schema_change_timeout') if config is defined else none) %}
{%- endmacro %}

{#- One statement, for column clauses combine, and each would be a job of its own. -#}
{% macro starrocks__alter_columns_sql(relation, change) -%}
  {%- set clauses = [] -%}
  {%- for column in change.added -%}
    {% do clauses.append('add column ' ~ starrocks__column_clause(column) | trim) %}
  {%- endfor -%}
  {%- for column in change.dropped -%}
    {% do clauses.append('drop column ' ~ adapter.quote(column.name)) %}
  {%- endfor -%}
  {%- for column in change.retyped -%}
    {% do clauses.append('modify column ' ~ starrocks__modified_column_clause(column) | trim) %}
  {%- endfor -%}
  alter table {{ relation.render() }}
  {{ clauses | join(',\n  ') }}
{%- endmacro %}

{#- MODIFY COLUMN takes what is left out as gone, so all of the column is said again. -#}
{% macro starrocks__modified_column_clause(column) -%}
  {{ adapter.quote(column.name) }} {{ column.data_type }}
  {{- ' key' if column.is_key }}
  {{- ' not null' if not column.nullable }}
  {%- if column.default is not none %} {{ adapter.default_clause(column.default) }}{% endif -%}
  {%- if column.comment %} {{ starrocks__comment_clause(column.comment) }}{% endif -%}
{%- endmacro %}

{#- dbt's ways to the same statements (snapshots, packages, expand_target_column_types). -#}
{% macro starrocks__alter_relation_add_remove_columns(relation, add_columns, remove_columns) -%}
  {%- set change = adapter.column_change(relation, add_columns or [], remove_columns or []) -%}
  {%- if change -%}
    {% do starrocks__alter_columns(relation, change) %}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__alter_column_type(relation, column_name, new_column_type) -%}
  {%- set change = adapter.type_change(relation, column_name, new_column_type) -%}
  {%- if change -%}
    {% do starrocks__alter_columns(relation, change) %}
  {%- endif -%}
{%- endmacro %}

{#- dbt's default compares texts, and would narrow an INT column to the TINYINT of a literal. -#}
{% macro starrocks__diff_column_data_types(source_columns, target_columns) -%}
  {% do return(adapter.changed_types(source_columns, target_columns)) %}
{%- endmacro %}
