{#- The statement of a snapshot's later runs. `changes` is dbt's staging query: versions to close ('update', 'delete') and
    versions to add ('insert').

    A version to close is written again whole, with its end. A version to add whose id is taken already (a row that left
    and came back with the same updated_at) gets an id of its own, or it would overwrite the closed one. -#}
{% macro starrocks__snapshot_upsert_sql(target, columns, filled, meta, changes) -%}
  insert into {{ target.render() }} ({{ starrocks__column_list(columns) }})
  with dbt_changes as (
    {{ changes }}
  )
  select
    {%- for column in columns %}
    {% if column.name | lower == meta.dbt_valid_to | lower -%}
      `dbt_change`.{{ column.quoted }}
    {%- else -%}
      `dbt_target`.{{ column.quoted }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}
  from {{ target.render() }} as `dbt_target`
  join dbt_changes as `dbt_change`
    on `dbt_change`.{{ adapter.quote(meta.dbt_scd_id) }} = `dbt_target`.{{ adapter.quote(meta.dbt_scd_id) }}
  where `dbt_change`.dbt_change_type in ('update', 'delete')
    and {{ starrocks__snapshot_is_open('`dbt_target`', meta) }}
  union all
  select
    {%- for column in columns %}
    {% if column.name | lower == meta.dbt_scd_id | lower -%}
      {{ starrocks__snapshot_free_id(column) }}
    {%- elif column.name | lower not in filled -%}
      null
    {%- else -%}
      `dbt_change`.{{ column.quoted }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}
  from dbt_changes as `dbt_change`
  left join {{ target.render() }} as `dbt_taken`
    on `dbt_taken`.{{ adapter.quote(meta.dbt_scd_id) }} = `dbt_change`.{{ adapter.quote(meta.dbt_scd_id) }}
  where `dbt_change`.dbt_change_type = 'insert'
{%- endmacro %}

{% macro starrocks__snapshot_is_open(alias, meta) -%}
  {%- set ends = alias ~ '.' ~ adapter.quote(meta.dbt_valid_to) -%}
  {%- set far = config.get('dbt_valid_to_current') -%}
  {%- if far -%}({{ ends }} = {{ far }} or {{ ends }} is null){%- else -%}{{ ends }} is null{%- endif -%}
{%- endmacro %}

{% macro starrocks__snapshot_free_id(column) -%}
  if(`dbt_taken`.{{ column.quoted }} is null, `dbt_change`.{{ column.quoted }},
     md5(concat(`dbt_change`.{{ column.quoted }}, '|', cast({{ snapshot_get_time() }} as string))))
{%- endmacro %}

{% macro starrocks__snapshot_hash_arguments(args) -%}
  md5(concat_ws('|', {% for arg in args %}coalesce(cast({{ arg }} as string), ''){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{% macro starrocks__snapshot_string_as_time(timestamp) -%}
  {% do return("cast('" ~ timestamp ~ "' as datetime)") %}
{%- endmacro %}
