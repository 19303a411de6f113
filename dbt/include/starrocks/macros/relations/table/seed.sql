{#- How a seed's rows get into a table. Values go in as literals of their CSV type; the server casts them to the column. -#}

{% macro starrocks__reload_seed(target, columns, loads) -%}
  {% if loads %}
    {% do starrocks__load(starrocks__seed_overwrite_sql(target, columns, loads[0])) %}
  {% else %}
    {% do starrocks__run('truncate table ' ~ target.render()) %}
  {% endif %}
{%- endmacro %}

{% macro starrocks__build_seed(existing, target, design, columns, loads) -%}
  {%- set helper = adapter.helper_relation(target, 'new') -%}
  {% do adapter.if_it_fails('drop table if exists ' ~ helper.render() ~ ' force') %}
  {% do starrocks__run(starrocks__create_table_sql(helper, design)) %}
  {% for load in loads %}
    {% do starrocks__load(starrocks__seed_insert_sql(helper, columns, load)) %}
    {% do adapter.await_visible() %}
  {% endfor %}
  {% do starrocks__exchange(existing, target, helper) %}
  {% do starrocks__tell_optimizer(target, design.optimizer) %}
{%- endmacro %}

{% macro starrocks__seed_insert_sql(relation, columns, blocks) -%}
  insert into {{ relation.render() }} ({{ starrocks__column_list(columns) }})
  {{ starrocks__seed_rows(columns, blocks) }}
{%- endmacro %}

{% macro starrocks__seed_overwrite_sql(relation, columns, blocks) -%}
  insert {{ starrocks__static_overwrite_hint() }}overwrite {{ relation.render() }} ({{ starrocks__column_list(columns) }})
  {{ starrocks__seed_rows(columns, blocks) }}
{%- endmacro %}

{% macro starrocks__seed_rows(columns, blocks) -%}
  {%- if blocks | length == 1 -%}
    values {{ blocks[0] | join(', ') }}
  {%- else -%}
    {%- for block in blocks %}
      select * from (values {{ block | join(', ') }}) as block_{{ loop.index }}
      {{- ' union all' if not loop.last }}
    {%- endfor %}
  {%- endif -%}
{%- endmacro %}

{#- Written without its rows in dbt's log. -#}
{% macro starrocks__load(sql) -%}
  {% do adapter.load_rows(sql) %}
{%- endmacro %}
