{#- The macros that the first slice needs: look, create, drop. -#}

{% macro starrocks__list_schemas(database) -%}
  {% call statement('list_schemas', fetch_result=True, auto_begin=False) %}
    select schema_name from information_schema.schemata
  {% endcall %}
  {{ return(load_result('list_schemas').table) }}
{%- endmacro %}

{% macro starrocks__check_schema_exists(information_schema, schema) -%}
  {% call statement('check_schema_exists', fetch_result=True, auto_begin=False) %}
    select count(*) from information_schema.schemata where schema_name = '{{ schema }}'
  {% endcall %}
  {{ return(load_result('check_schema_exists').table) }}
{%- endmacro %}

{% macro starrocks__create_schema(relation) -%}
  {% call statement('create_schema') %}
    create database if not exists {{ relation.without_identifier().include(database=False) }}
  {% endcall %}
{%- endmacro %}

{% macro starrocks__drop_schema(relation) -%}
  {% call statement('drop_schema') %}
    drop database if exists {{ relation.without_identifier().include(database=False) }} force
  {% endcall %}
{%- endmacro %}

{% macro starrocks__list_relations_without_caching(schema_relation) -%}
  {% call statement('list_relations', fetch_result=True, auto_begin=False) %}
    select
      '{{ schema_relation.database }}' as `database`,
      t.table_name as name,
      t.table_schema as `schema`,
      case when m.table_name is not null then 'materialized_view'
           when t.table_type = 'VIEW' then 'view' else 'table' end as type
    from information_schema.tables t
    left join information_schema.materialized_views m
      on m.table_schema = t.table_schema and m.table_name = t.table_name
    where t.table_schema = '{{ schema_relation.schema }}'
  {% endcall %}
  {{ return(load_result('list_relations').table) }}
{%- endmacro %}

{% macro starrocks__get_columns_in_relation(relation) -%}
  {% call statement('get_columns', fetch_result=True, auto_begin=False) %}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from information_schema.columns
    where table_schema = '{{ relation.schema }}' and table_name = '{{ relation.identifier }}'
    order by ordinal_position
  {% endcall %}
  {{ return(sql_convert_columns_in_relation(load_result('get_columns').table)) }}
{%- endmacro %}

{% macro starrocks__create_view_as(relation, sql) -%}
  create or replace view {{ relation }} as
  {{ sql }}
{%- endmacro %}

{% macro starrocks__create_table_as(temporary, relation, sql) -%}
  create table {{ relation }} as
  {{ sql }}
{%- endmacro %}

{% macro starrocks__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=False) %}
    drop {{ relation.type | replace('_', ' ') }} if exists {{ relation }}{{ ' force' if relation.type == 'table' }}
  {% endcall %}
{%- endmacro %}

{% macro starrocks__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') %}
    {%- if from_relation.type == 'view' %}
      {{ exceptions.raise_compiler_error('StarRocks cannot rename a view: ' ~ from_relation) }}
    {%- endif %}
    alter table {{ from_relation }} rename `{{ to_relation.identifier }}`
  {% endcall %}
{%- endmacro %}

{% macro starrocks__current_timestamp() -%}
  now(6)
{%- endmacro %}
