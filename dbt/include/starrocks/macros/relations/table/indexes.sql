{#- The indexes of a table, which no table of the information_schema lists. -#}
{% macro starrocks__show_indexes(relation) -%}
  {% call statement('show_indexes', fetch_result=True, auto_begin=False) -%}
    show index from {{ relation.render() }}
  {%- endcall %}
  {{ return(load_result('show_indexes').table) }}
{%- endmacro %}
