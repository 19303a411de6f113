{#- One statement: OR REPLACE keeps the view's id and grants, so there is no moment without it. -#}
{% macro starrocks__create_view_as(relation, sql) -%}
  {%- set contract = config.get('contract') -%}
  {%- if contract and contract.enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  create or replace view {{ relation.render() }}{{ starrocks__view_head(relation, sql) }} as
  {{ sql }}
{%- endmacro %}
