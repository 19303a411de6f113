{#- The upsert of a PRIMARY KEY table: one INSERT, which replaces the rows with the same key. -#}
{% macro starrocks__get_incremental_merge_sql(arg_dict) -%}
  {%- set plan = adapter.incremental_plan(model, arg_dict.target_relation, 'merge') -%}
  {{ starrocks__upsert_sql(plan, arg_dict) }}
{%- endmacro %}

{#- What dbt's own strategies are made of, for those of a project that call it. -#}
{% macro starrocks__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {{ starrocks__get_incremental_merge_sql({
    'target_relation': target, 'temp_relation': source, 'dest_columns': dest_columns}) }}
{%- endmacro %}

{% macro starrocks__upsert_sql(plan, arg_dict) -%}
  {%- set target, columns = arg_dict.target_relation, arg_dict.dest_columns -%}
  {%- set source = starrocks__increment_source(arg_dict) -%}
  {%- if plan.fail_on_duplicates -%}
    {%- set source = starrocks__without_duplicates_sql(plan, source) -%}
  {%- endif -%}
  {%- if plan.reads_target -%}
    {{ starrocks__upsert_over_stored_sql(plan, target, columns, starrocks__new_rows_sql(arg_dict, source)) }}
  {%- else -%}
    {{ starrocks__insert_sql(target, columns, source) }}
  {%- endif -%}
{%- endmacro %}

{#- Whole rows, in which some columns are what they were. A short column list would leave those of new rows empty, even
    where they are NOT NULL. Stored rows that the predicates exclude are not touched. -#}
{% macro starrocks__upsert_over_stored_sql(plan, target, columns, new_rows) -%}
  {%- set key = adapter.quote(plan.keys[0].text) -%}
  insert into {{ target.render() }} ({{ starrocks__column_list(columns) }})
  select
    {%- for column in columns %}
    {%- set name = adapter.quote(column.name) %}
    {% if plan.is_kept(column.name) -%}
      if(DBT_INTERNAL_DEST.{{ key }} is null, DBT_INTERNAL_SOURCE.{{ name }}, DBT_INTERNAL_DEST.{{ name }})
    {%- else -%}
      DBT_INTERNAL_SOURCE.{{ name }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}
  from (
    {{ new_rows }}
  ) as DBT_INTERNAL_SOURCE
  left join {{ starrocks__stored_rows_sql(target, plan) }}
    on {{ starrocks__same_key_sql(plan.keys, '=') }}
  {%- if plan.predicates or plan.matched_predicates %}
  where DBT_INTERNAL_DEST.{{ key }} is null or ({{ starrocks__touchable_sql(plan) }})
  {%- endif -%}
{%- endmacro %}

{#- The server keeps the last of several new rows with one key; `merge_duplicates: fail` asks it to stop instead. -#}
{% macro starrocks__without_duplicates_sql(plan, source) -%}
  {%- set names = [] -%}
  {%- for key in plan.keys %}{% do names.append(adapter.quote(key.text)) %}{% endfor -%}
  select *
  from (
    select *, count(*) over (partition by {{ names | join(', ') }}) as `__dbt_rows`
    from (
      {{ source }}
    ) as model_subq
  ) as counted_subq
  where assert_true(`__dbt_rows` = 1, 'merge_duplicates: several new rows have the same {{ names | join(', ') }}')
{%- endmacro %}
