{#- SYNC waits, and fails with the refresh's own error. -#}
{% macro starrocks__refresh_materialized_view(relation) -%}
  refresh materialized view {{ relation.render() }} with sync mode
{%- endmacro %}

{% macro starrocks__refresh_sql(relation, mode) -%}
  refresh materialized view {{ relation.render() }} with {{ mode }} mode
{%- endmacro %}
