{#- dbt's schemas are StarRocks' databases; dbt's databases are catalogs. -#}

{#- `database` comes quoted from some callers. SHOW is answered without a backend and shows what the user may see. -#}
{% macro starrocks__list_schemas(database) -%}
  {{ return(run_query('show databases from ' ~ starrocks__catalog_name(database))) }}
{%- endmacro %}

{% macro starrocks__check_schema_exists(information_schema, schema) -%}
  {%- set sql -%}
    select count(*)
    from {{ information_schema_name(information_schema.database) }}.schemata
    where schema_name = {{ starrocks__text(schema) }}
  {%- endset -%}
  {{ return(run_query(sql)) }}
{%- endmacro %}

{% macro starrocks__information_schema_name(database) -%}
  {%- if database -%}{{ starrocks__catalog_name(database) }}.{%- endif -%}information_schema
{%- endmacro %}

{% macro starrocks__catalog_name(database) -%}
  {{ adapter.quote(database | string | replace('`', '')) }}
{%- endmacro %}

{% macro starrocks__create_schema(relation) -%}
  {% call statement('create_schema', auto_begin=False) -%}
    create database if not exists {{ relation.without_identifier().render() }}
  {%- endcall %}
{%- endmacro %}

{#- FORCE, or a later database of the name could not get its tables' names back from the recycle bin. -#}
{% macro starrocks__drop_schema(relation) -%}
  {% call statement('drop_schema', auto_begin=False) -%}
    drop database if exists {{ relation.without_identifier().render() }} force
  {%- endcall %}
{%- endmacro %}
