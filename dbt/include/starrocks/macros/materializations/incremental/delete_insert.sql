{#- The same result on every kind of table. Where the unique key is the table's, that is the upsert; elsewhere the table
    is overwritten with the rows whose key is not among the new ones, and the new ones. Not narrowed by dynamic
    overwrite: a row whose key moved to another partition would stay behind. -#}
{% macro starrocks__get_incremental_delete_insert_sql(arg_dict) -%}
  {%- set plan = adapter.incremental_plan(model, arg_dict.target_relation, 'delete+insert') -%}
  {%- if plan.statement == 'upsert' -%}
    {{ starrocks__upsert_sql(plan, arg_dict) }}
  {%- elif plan.statement == 'keep_others' -%}
    {{ starrocks__replace_by_key_sql(plan, arg_dict) }}
  {%- elif plan.statement == 'delete_then_insert' -%}
    {{ starrocks__delete_then_insert_sql(plan, arg_dict) }}
  {%- else -%}
    {{ get_incremental_append_sql(arg_dict) }}
  {%- endif -%}
{%- endmacro %}

{#- Predicates on the column that the table is partitioned by spare the partitions beyond them: only those are rewritten
    whose rows may go or to which new rows come. -#}
{% macro starrocks__replace_by_key_sql(plan, arg_dict) -%}
  {%- set target = arg_dict.target_relation -%}
  {%- set scheme = adapter.prunable_scheme(target, plan) -%}
  {%- set partitions = none -%}
  {%- if scheme is not none -%}
    {%- set rows = starrocks__touched_values(scheme, starrocks__increment_source(arg_dict)) -%}
    {%- set partitions = adapter.rewritten_partitions(target, scheme, plan, rows) -%}
  {%- endif -%}
  {%- if partitions is none -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan) }}
  {%- elif partitions.all_names -%}
    {% do starrocks__add_partitions(target, scheme, partitions.missing) %}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan, partitions.name_list, partitions.name_list) }}
  {%- else -%}
    {{ starrocks__insert_sql(target, arg_dict.dest_columns, starrocks__increment_source(arg_dict)) }} where false
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {{ starrocks__get_incremental_delete_insert_sql({
    'target_relation': target, 'temp_relation': source, 'dest_columns': dest_columns}) }}
{%- endmacro %}

{#- `delete_insert_atomic: false`: quicker on a huge PRIMARY KEY table, but for a moment the rows are gone, and they stay
    gone until the next run if the second statement fails. -#}
{% macro starrocks__delete_then_insert_sql(plan, arg_dict) -%}
  {%- set parts = [] -%}
  {%- for key in plan.keys %}{% do parts.append(adapter.quote(key.text) if key.is_column else key.text) %}{% endfor -%}
  delete from {{ arg_dict.target_relation.render() }}
  where ({{ parts | join(', ') }}) in (
    select {{ parts | join(', ') }}
    from (
      {{ starrocks__increment_source(arg_dict) }}
    ) as model_subq
  )
  {%- for predicate in plan.predicates %}
  and ({{ predicate | replace('DBT_INTERNAL_DEST.', '') }})
  {%- endfor %};
  {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}
