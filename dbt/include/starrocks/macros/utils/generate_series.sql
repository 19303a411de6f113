{#- From the server's own series; the default builds it from powers of two, as doubles. -#}
{% macro starrocks__generate_series(upper_bound) %}
  select generated_number
  from table(generate_series(cast(1 as bigint), {{ upper_bound }})) as series (generated_number)
{% endmacro %}
