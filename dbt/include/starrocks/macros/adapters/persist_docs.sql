{#- persist_docs. Comments belong to CREATE; only a table's can be changed later, so a view is replaced and a materialized
    view rebuilt when a description changes. -#}

{#- For a table that was not created by this run; views and materialized views carried theirs when they were made. -#}
{% macro starrocks__persist_docs(relation, model, for_relation=true, for_columns=true) -%}
  {%- set changes = adapter.comment_changes(relation, model, for_relation, for_columns) -%}
  {% do starrocks__warn_of_missing_columns(relation, changes.missing) %}
  {%- if changes.relation is not none -%}
    {% do starrocks__run(alter_relation_comment(relation, changes.relation)) %}
  {%- endif -%}
  {%- if changes.columns and not adapter.server_supports('column_comment_alter') -%}
    {{ exceptions.warn(starrocks__column_comments_stay(relation, changes.columns)) }}
  {%- else -%}
    {%- for name, comment in changes.columns.items() -%}
      {% do starrocks__run(starrocks__alter_column_comment_sql(relation, name, comment)) %}
    {%- endfor -%}
    {% do adapter.comments_are_set(relation, changes) %}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__alter_relation_comment(relation, relation_comment) -%}
  alter table {{ relation.render() }} comment = {{ starrocks__text(relation_comment) }}
{%- endmacro %}

{#- One column per statement: newer servers take no two. -#}
{% macro starrocks__alter_column_comment_sql(relation, name, comment) -%}
  alter table {{ relation.render() }} modify column {{ adapter.quote(name) }} comment {{ starrocks__text(comment) }}
{%- endmacro %}

{#- dbt's own entry, for those who call it: as many statements as there are columns. -#}
{% macro starrocks__alter_column_comment(relation, column_dict) -%}
  {%- for name, column in column_dict.items() -%}
    {{ starrocks__alter_column_comment_sql(relation, name, column['description'] or '') }}
    {{- ';\n' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{#- What stands between a view's name and AS. A column list names every column, so the query's are asked for where one of
    them is described. -#}
{% macro starrocks__view_head(relation, sql) -%}
  {%- set comments = adapter.view_comments(relation, model, sql) -%}
  {% do starrocks__warn_of_missing_columns(relation, comments.missing) %}
  {%- if comments.columns %} (
    {%- for name, comment in comments.columns.items() %}
    {{ adapter.quote(name) }} {{ starrocks__comment_clause(comment) }}{{ ',' if not loop.last }}
    {%- endfor %}
  )
  {%- endif %}
  {{- '\n  ' if comments.relation }}{{ starrocks__comment_clause(comments.relation) }}
{%- endmacro %}

{% macro starrocks__comment_clause(comment) -%}
  {%- if comment -%} comment {{ starrocks__text(comment) }} {%- endif -%}
{%- endmacro %}

{% macro starrocks__warn_of_missing_columns(relation, missing) -%}
  {%- if missing -%}
    {{ exceptions.warn("In relation " ~ relation.render() ~ ": The following columns are specified in the schema but are "
      ~ "not present in the database: " ~ missing | join(", ")) }}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__column_comments_stay(relation, columns) -%}
  {{ relation.render() }}: the descriptions of {{ columns | join(', ') }} differ from the comments in the table.{# -#}
  {{ ' ' }}StarRocks changes a column's comment in place from 3.5; this server is {{ adapter.server_version() }}.{# -#}
  {{ ' ' }}`dbt run --full-refresh --select {{ relation.identifier }}` builds the table anew with them.
{%- endmacro %}
