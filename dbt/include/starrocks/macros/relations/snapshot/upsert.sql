{#- The statement of a snapshot's later runs. `changes` is dbt's staging query: versions to close ('update', 'delete')
    and versions to add ('insert').

    A version to close is written again whole, with its end. A version to add whose id is taken by a closed one (a row
    that left and came back with the same updated_at) gets an id of its own, or it would overwrite that one. -#}
{% macro starrocks__snapshot_upsert_sql(target, writes, meta, changes) -%}
  {%- set id = adapter.quote(meta.dbt_scd_id) -%}
  insert into {{ target.render() }} ({{ starrocks__column_list(writes | map(attribute='column') | list) }})
  select
    {%- for write in writes %}
    {{ starrocks__snapshot_value_sql(write, meta) }}{{ ',' if not loop.last }}
    {%- endfor %}
  from (
    select *, max(dbt_change_type <> 'insert') over (partition by {{ id }}) as `dbt_ends`
    from (
      {{ changes }}
    ) as `dbt_staged`
  ) as `dbt_change`
  left join {{ target.render() }} as `dbt_stored` on `dbt_stored`.{{ id }} = `dbt_change`.{{ id }}
  where case
    when `dbt_change`.dbt_change_type <> 'insert' then {{ starrocks__snapshot_is_open(meta) }}
    else `dbt_stored`.{{ id }} is null or `dbt_change`.`dbt_ends` or not ({{ starrocks__snapshot_is_open(meta) }}) end
  {%- if adapter.reads_a_part() %}
    {#- what a sample leaves out is not deleted #}
    and `dbt_change`.dbt_change_type <> 'delete'
    {%- for write in writes if write.given and write.column.name | lower == meta.dbt_is_deleted | lower %}
    and `dbt_change`.{{ write.column.quoted }} <> 'True'
    {%- endfor %}
  {%- endif %}
{%- endmacro %}

{% macro starrocks__snapshot_value_sql(write, meta) -%}
  {%- set name = write.column.quoted -%}
  {%- set new, stored = '`dbt_change`.' ~ name, '`dbt_stored`.' ~ name -%}
  {%- set cast = 'cast(' ~ new ~ ' as ' ~ write.cast ~ ')' if write.cast else new -%}
  {%- set complaint = starrocks__text('column ' ~ write.column.name ~ ': a new value is no ' ~ write.cast) -%}
  {%- if write.column.name | lower == meta.dbt_valid_to | lower -%}
    {{ new }}
  {%- elif write.column.name | lower == meta.dbt_scd_id | lower -%}
    if(`dbt_change`.dbt_change_type = 'insert' and {{ stored }} is not null,
      md5(concat({{ new }}, '|', cast({{ snapshot_get_time() }} as string))), {{ new }})
  {%- elif not write.given -%}
    case when `dbt_change`.dbt_change_type <> 'insert' then {{ stored }} end
  {%- else -%}
    case when `dbt_change`.dbt_change_type <> 'insert' then {{ stored }}
    {%- if write.checked %}
      when assert_true({{ new }} is null or {{ cast }} is not null, {{ complaint }}) then {{ cast }} end
    {%- else %} else {{ cast }} end {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__snapshot_is_open(meta) -%}
  {%- set ends, far = '`dbt_stored`.' ~ adapter.quote(meta.dbt_valid_to), config.get('dbt_valid_to_current') -%}
  {{ '(' ~ ends ~ ' = ' ~ far ~ ' or ' ~ ends ~ ' is null)' if far else ends ~ ' is null' }}
{%- endmacro %}
