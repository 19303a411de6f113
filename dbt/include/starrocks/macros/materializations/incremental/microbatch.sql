{#- Replaces exactly the rows of the batch's window; an empty batch empties it.

    the window is a partition        that partition is overwritten by value
    it lies inside one               the same, with the partition's other rows
    it spans several                 they are overwritten by name, missing ones added first
    partitions do not follow it      the whole table is overwritten, with its other rows -#}
{% macro starrocks__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set target = arg_dict.target_relation -%}
  {%- set plan = adapter.incremental_plan(model, target, 'microbatch') -%}
  {%- set scheme = adapter.partition_scheme(target) -%}
  {%- set batch = adapter.microbatch(target, model, scheme, plan) -%}
  {#- A row outside of it would be added again by every run of the batch. Where a partition is overwritten the server
      rejects it, elsewhere the statement does. -#}
  {% do arg_dict.update(window=batch) %}
  {#- The batch's own condition says which rows stay. -#}
  {%- set keeping = plan.without_predicates() -%}
  {%- if batch.statement == 'value' -%}
    {{ starrocks__overwrite_partitions_sql(arg_dict, batch.value) }}
  {%- elif batch.statement == 'inside' -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, keeping, into=batch.value, kept_if=batch.kept_inside) }}
  {%- elif batch.statement == 'several' -%}
    {{ starrocks__overwrite_several_sql(arg_dict, keeping, batch, scheme) }}
  {%- elif batch.statement == 'dynamic' -%}
    {{ starrocks__dynamic_overwrite_sql(arg_dict) }}
  {%- elif batch.statement == 'delete_then_insert' -%}
    delete from {{ target.render() }} where {{ batch.window }};
    {{ get_incremental_append_sql(arg_dict) }}
  {%- else -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, keeping, kept_if=batch.kept_if) }}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__overwrite_several_sql(arg_dict, plan, batch, scheme) -%}
  {%- set cover = adapter.batch_cover(arg_dict.target_relation, batch, scheme) -%}
  {%- for run in cover.missing -%}
    {% do starrocks__run('alter table ' ~ arg_dict.target_relation.render() ~ ' add partitions ' ~ batch.add_clause(run)) %}
  {%- endfor -%}
  {%- if cover.exact -%}
    {{ starrocks__overwrite_partitions_sql(arg_dict, cover.name_list) }}
  {%- else -%}
    {{ starrocks__overwrite_keeping_sql(arg_dict, plan, cover.name_list, cover.name_list, batch.kept_if) }}
  {%- endif -%}
{%- endmacro %}
