{#- The partitions that new rows belong to are replaced, others stay.

    partitions that come by themselves   dynamic overwrite; before 3.4, and with predicates, the table is overwritten
                                         with the rows of other partitions and the new ones
    partitions that were named           those that new rows meet are found, missing ones added, all overwritten by name -#}
{% macro starrocks__get_incremental_insert_overwrite_sql(arg_dict) -%}
  {%- set plan = adapter.incremental_plan(model, arg_dict.target_relation, 'insert_overwrite') -%}
  {%- set scheme = adapter.partition_scheme(arg_dict.target_relation) -%}
  {%- if not scheme.is_automatic -%}
    {{ starrocks__overwrite_named_sql(arg_dict, plan, scheme) }}
  {%- elif plan.predicates -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan.by_partition(scheme.expressions)) }}
  {%- elif adapter.server_supports('dynamic_overwrite') -%}
    {{ starrocks__dynamic_overwrite_sql(arg_dict) }}
  {%- elif config.get('overwrite_by_value', false) -%}
    {{ starrocks__overwrite_by_value_sql(arg_dict, scheme) }}
  {%- else -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan.by_partition(scheme.expressions)) }}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
  {{ starrocks__get_incremental_insert_overwrite_sql({
    'target_relation': target, 'temp_relation': source, 'dest_columns': dest_columns}) }}
{%- endmacro %}

{#- One statement. Rows that predicates protect are read back from the same partitions. -#}
{% macro starrocks__overwrite_named_sql(arg_dict, plan, scheme) -%}
  {%- set source = starrocks__increment_source(arg_dict) -%}
  {%- set rows = starrocks__touched_values(scheme, source) -%}
  {%- set touched = adapter.touched_partitions(arg_dict.target_relation, scheme, rows) -%}
  {% do starrocks__add_partitions(arg_dict.target_relation, scheme, touched.missing) %}
  {%- if not touched.all_names -%}
    {{ starrocks__insert_sql(arg_dict.target_relation, arg_dict.dest_columns, source) }} where false
  {%- elif plan.predicates and touched.names -%}
    {%- set kept = 'not coalesce((' ~ plan.predicates | join(') and (') ~ '), false)' -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan, touched.name_list, touched.name_list, kept) }}
  {%- else -%}
    {{ starrocks__overwrite_partitions_sql(arg_dict, touched.name_list) }}
  {%- endif -%}
{%- endmacro %}

{#- `into`: partitions by name (`p1`, `p2`) or by value (`day` = '2024-01-01'). -#}
{% macro starrocks__overwrite_partitions_sql(arg_dict, into) -%}
  insert {{ starrocks__static_overwrite_hint() }}overwrite {{ arg_dict.target_relation.render() }} partition ({{ into }}) (
    {{- starrocks__column_list(arg_dict.dest_columns) }})
  {{ starrocks__select_columns(arg_dict.dest_columns, starrocks__increment_source(arg_dict)) }}
{%- endmacro %}

{% macro starrocks__touched_values(scheme, source) -%}
  {% call statement('partition_values', fetch_result=True, auto_begin=False) -%}
    {{ config.get('sql_header') or '' }}
    select distinct
      {%- for expression in scheme.coarse_expressions %}
      cast({{ expression }} as string) as `value_{{ loop.index }}`{{ ',' if not loop.last }}
      {%- endfor %}
    from (
      {{ source }}
    ) as model_subq
  {%- endcall %}
  {% do return(load_result('partition_values').table) %}
{%- endmacro %}

{% macro starrocks__add_partitions(relation, scheme, partitions) -%}
  {%- for partition in partitions -%}
    {% do starrocks__run('alter table ' ~ relation.render() ~ ' ' ~ adapter.add_partition_clause(relation, scheme, partition)) %}
  {%- endfor -%}
{%- endmacro %}

{#- `overwrite_by_value`, before 3.4: one statement per partition. Each is atomic, all together are not. -#}
{% macro starrocks__overwrite_by_value_sql(arg_dict, scheme) -%}
  {%- set source = starrocks__increment_source(arg_dict) -%}
  {%- for row in starrocks__touched_values(scheme, source).rows -%}
    {%- set own, conditions = [], [] -%}
    {%- for value in row -%}
      {%- set literal = 'null' if value is none else starrocks__text(value) -%}
      {% do own.append(adapter.quote(scheme.columns[loop.index0]) ~ ' = ' ~ literal) %}
      {% do conditions.append('cast(' ~ scheme.expressions[loop.index0] ~ ' as string) <=> ' ~ literal) %}
    {%- endfor -%}
    insert overwrite {{ arg_dict.target_relation.render() }} partition ({{ own | join(', ') }}) (
      {{- starrocks__column_list(arg_dict.dest_columns) }})
    {{ starrocks__select_columns(arg_dict.dest_columns, source) }}
    where {{ conditions | join(' and ') }}{{ ';' if not loop.last }}
  {%- else -%}
    {{ starrocks__insert_sql(arg_dict.target_relation, arg_dict.dest_columns, source) }} where false
  {%- endfor -%}
{%- endmacro %}
