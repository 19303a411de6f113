{#- One statement each; a table goes for good, or the bin would keep a copy of every rebuild. -#}

{% macro starrocks__get_drop_sql(relation) -%}
  drop {{ relation.kind }} if exists {{ relation.render() }}{{ ' force' if relation.is_table }}
{%- endmacro %}

{% macro starrocks__rename_relation(from_relation, to_relation) -%}
  {% do starrocks__run(starrocks__rename_sql(from_relation, to_relation)) %}
{%- endmacro %}

{% macro starrocks__truncate_relation(relation) -%}
  {% do starrocks__run('truncate table ' ~ relation.render()) %}
{%- endmacro %}

{#- Scratch tables live under helper names: a temporary table is in no metadata, and only its session sees it. -#}
{% macro starrocks__make_temp_relation(base_relation, suffix) -%}
  {% do return(adapter.helper_relation(base_relation, 'new').incorporate(type='table')) %}
{%- endmacro %}
