{#- What dbt_utils dispatches and StarRocks says differently. -#}

{#- No ILIKE. A schema without a wildcard is named as it is: an unfiltered read visits every database. -#}
{% macro starrocks__get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude='', database=target.database) -%}
  {%- set source = information_schema_name(database) -%}
  {%- set internal = database == 'default_catalog' %}
  select
    t.table_schema as `table_schema`,
    t.table_name as `table_name`,
    case
      {%- if internal %}
      when m.table_name is not null then 'materialized_view'
      {%- endif %}
      when t.table_type = 'VIEW' then 'view'
      else 'table'
    end as `table_type`
  from {{ source }}.tables t
  {%- if internal %}
  left join {{ source }}.materialized_views m
    on m.table_schema = t.table_schema and m.table_name = t.table_name
  {%- endif %}
  where {{ starrocks__like_or_is('t.table_schema', schema_pattern) }}
    and lower(t.table_name) like lower('{{ table_pattern }}')
    and lower(t.table_name) not like lower('{{ exclude }}')
{%- endmacro %}

{% macro starrocks__like_or_is(column, pattern) -%}
  {%- if '%' in pattern -%}
    lower({{ column }}) like lower('{{ pattern }}')
  {%- else -%}
    {{ column }} = '{{ pattern }}'
  {%- endif -%}
{%- endmacro %}

{#- No natural join, and QUALIFY takes no star: the row's number is left out by name. -#}
{% macro starrocks__deduplicate(relation, partition_by, order_by) -%}
  select {{ starrocks__all_but(relation, '__dbt_row_number') }}
  from (
    select
      unnumbered.*,
      row_number() over (partition by {{ partition_by }} order by {{ order_by }}) as `__dbt_row_number`
    from {{ relation }} as unnumbered
  ) numbered
  where `__dbt_row_number` = 1
{%- endmacro %}

{#- A CTE's columns are known to the server alone; only from 4.0 on can it leave one out. -#}
{% macro starrocks__all_but(relation, left_out) -%}
  {%- if adapter.server_supports('star_exclude') -%}
    * exclude (`{{ left_out }}`)
  {%- elif relation is not string -%}
    {{ adapter.get_columns_in_relation(relation) | map(attribute='quoted') | join(', ') }}
  {%- elif execute -%}
    {% do exceptions.raise_compiler_error("dbt_utils.deduplicate: before StarRocks 4.0 the columns of '" ~ relation
      ~ "' cannot be told. Give it a relation, as in deduplicate(ref('model'), …), not the name of a CTE.") %}
  {%- endif -%}
{%- endmacro %}
