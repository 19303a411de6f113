{#- The same result on every kind of table. Where the unique key is the table's, that is the upsert; elsewhere the table
    is overwritten with the rows whose key is not among the new ones, and the new ones. Not narrowed by dynamic
    overwrite: a row whose key moved to another partition would stay behind. -#}
{% macro starrocks__get_incremental_delete_insert_sql(arg_dict) -%}
  {%- set plan = adapter.incremental_plan(model, arg_dict.target_relation, 'delete+insert') -%}
  {%- if plan.statement == 'upsert' -%}
    {{ starrocks__upsert_sql(plan, arg_dict) }}
  {%- elif plan.statement == 'keep_others' -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan) }}
  {%- elif plan.statement == 'delete_then_insert' -%}
    {{ starrocks__delete_then_insert_sql(plan, arg_dict) }}
  {%- else -%}
    {{ get_incremental_append_sql(arg_dict) }}
  {%- endif -%}
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
