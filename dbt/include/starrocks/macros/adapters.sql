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
