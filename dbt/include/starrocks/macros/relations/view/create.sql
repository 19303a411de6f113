{#- One statement: OR REPLACE keeps the view's id and grants, so there is no moment without it. -#}
{% macro starrocks__create_view_as(relation, sql) -%}
  create or replace view {{ relation.render() }}{{ starrocks__view_head(relation, sql) }} as
  {{ sql }}
{%- endmacro %}
