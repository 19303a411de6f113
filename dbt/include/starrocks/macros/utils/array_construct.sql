{#- Typed, so that an empty array has a type and small numbers do not make an array of tinyint. -#}
{% macro starrocks__array_construct(inputs, data_type) -%}
  array<{{ data_type }}>[{{ inputs | join(', ') }}]
{%- endmacro %}
