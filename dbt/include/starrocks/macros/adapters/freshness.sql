{#- Source freshness. dbt takes a time without a zone for UTC, while StarRocks' are the session's: so they are converted. -#}

{% macro starrocks__utc(moment) -%}
  convert_tz({{ moment }}, @@time_zone, 'UTC')
{%- endmacro %}

{% macro starrocks__collect_freshness(source, loaded_at_field, filter) -%}
  {% call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
    select
      {{ starrocks__utc('max(' ~ loaded_at_field ~ ')') }} as max_loaded_at,
      utc_timestamp() as snapshotted_at
    from {{ source }}
    {%- if filter %}
    where {{ filter }}
    {%- endif %}
  {%- endcall %}
  {{ return(load_result('collect_freshness')) }}
{%- endmacro %}

{% macro starrocks__collect_freshness_custom_sql(source, loaded_at_query) -%}
  {% call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) -%}
    with source_query as (
      {{ loaded_at_query }}
    )
    select
      {{ starrocks__utc('(select * from source_query)') }} as max_loaded_at,
      utc_timestamp() as snapshotted_at
  {%- endcall %}
  {{ return(load_result('collect_freshness_custom_sql')) }}
{%- endmacro %}

{#- One query for all sources of a catalog. The condition on table_type is always met; with equalities alone newer servers
    answer from the front end, in its zone instead of the session's. -#}
{% macro starrocks__get_relation_last_modified(information_schema, relations) -%}
  {%- set wanted = {} -%}
  {%- for relation in relations -%}
    {%- do wanted.setdefault(relation.schema, []).append(relation.identifier) -%}
  {%- endfor -%}
  {% call statement('last_modified', fetch_result=True, auto_begin=False) -%}
    {%- for schema, names in wanted.items() %}
    select
      t.table_name as identifier, t.table_schema as `schema`,
      {{ starrocks__utc('t.update_time') }} as last_modified,
      utc_timestamp() as snapshotted_at
    from {{ information_schema_name(information_schema.database) }}.tables t
    where t.table_type <> 'SYSTEM VIEW' and {{ starrocks__of_schema('t', schema, names) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
  {%- endcall %}
  {{ return(load_result('last_modified')) }}
{%- endmacro %}
