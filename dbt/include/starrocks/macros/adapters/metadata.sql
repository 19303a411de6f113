{#- What is in a schema: one query for its relations, one for their columns and layouts. Both name the schema, for an
    unfiltered read of information_schema visits every database of the cluster. -#}

{#- Kind, comment, and for views and materialized views the definition, which tells whether they must be sent again. Other
    catalogs have no list of materialized views, and call their views tables. -#}
{% macro starrocks__list_relations_without_caching(schema_relation) -%}
  {%- set source = information_schema_name(schema_relation.database) -%}
  {%- set internal = schema_relation.database == 'default_catalog' -%}
  {% call statement('list_relations_without_caching', fetch_result=True, auto_begin=False) -%}
    select
      t.table_name as `name`,
      case
        {%- if internal %}
        when m.table_name is not null then 'materialized_view'
        {%- endif %}
        when t.table_type = 'VIEW' then 'view'
        else 'table'
      end as `type`,
      t.table_comment as `comment`
      {%- if internal %},
      coalesce(m.materialized_view_definition, v.view_definition) as `definition`,
      m.is_active as `mv_active`,
      m.inactive_reason as `mv_inactive_reason`
      {%- endif %}
    from {{ source }}.tables t
    {%- if internal %}
    left join {{ source }}.materialized_views m
      on m.table_schema = t.table_schema and m.table_name = t.table_name
      and {{ starrocks__of_schema('m', schema_relation.schema) }}
    left join {{ source }}.views v
      on v.table_schema = t.table_schema and v.table_name = t.table_name
      and {{ starrocks__of_schema('v', schema_relation.schema) }}
    {%- endif %}
    where {{ starrocks__of_schema('t', schema_relation.schema) }}
  {%- endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{%- endmacro %}

{#- Columns of every relation of a schema, or of one, each row with its table's layout where it has one. In other catalogs
    columns are opened remotely, table by table, and there are no layouts to know. -#}
{% macro starrocks__read_layouts(database, schema, identifier=none) -%}
  {%- set source = information_schema_name(database) -%}
  {%- set names = [] if identifier is none else [identifier] -%}
  {% call statement('read_layouts', fetch_result=True, auto_begin=False) -%}
    select
      c.table_name, c.column_name, c.column_type, c.is_nullable, c.column_key, c.column_comment, c.column_default,
      c.generation_expression
      {%- if database == 'default_catalog' %}, t.table_model, t.partition_key, t.distribute_type, t.distribute_key,
      t.distribute_bucket, t.sort_key, t.properties, t.table_id,
      p.partition_count, p.first_partition, p.last_partition, p.partition_value
      {%- else %}, null as table_model
      {%- endif %}
    from {{ source }}.columns c
    {%- if database == 'default_catalog' %}
    left join {{ source }}.tables_config t
      on t.table_schema = c.table_schema and t.table_name = c.table_name
      and {{ starrocks__of_schema('t', schema, names) }}
    left join (
      {{ starrocks__stored_partitions(source, schema, names) }}
    ) p on p.table_name = c.table_name
    {%- endif %}
    where {{ starrocks__of_schema('c', schema, names) }}
    order by c.table_name, c.ordinal_position
  {%- endcall %}
  {{ return(load_result('read_layouts').table) }}
{%- endmacro %}

{#- One row per partitioned table: enough to see by what, and whether partitions that were written out are still these.
    A partition of a randomly distributed table may have several rows; one whose partitions come by themselves has a
    shadow before the first of them. -#}
{% macro starrocks__stored_partitions(source, schema, names) -%}
      select table_name, count(distinct partition_name) as partition_count, min(partition_name) as first_partition,
        max(partition_name) as last_partition, max(partition_value) as partition_value
      from {{ source }}.partitions_meta
      where db_name = {{ starrocks__text(schema) }} and partition_key <> '' and not is_temp
        and partition_name not like '$shadow%'
        {%- if names %} and table_name in ({{ starrocks__literal_list(names) }}){% endif %}
      group by table_name
{%- endmacro %}

{% macro starrocks__get_columns_in_relation(relation) -%}
  {% do return(adapter.known_columns(relation)) %}
{%- endmacro %}

{% macro starrocks__get_columns_in_query(select_sql) -%}
  {% do return(adapter.query_column_names(select_sql)) %}
{%- endmacro %}

{#- A string literal: quotes and backslashes doubled. -#}
{% macro starrocks__text(value) -%}
  '{{ value | string | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}
