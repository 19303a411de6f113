{#- ANALYZE TABLE, for models with the config `analyze`: a table has its statistics before anybody queries it. They belong
    to the table and not to its name, so a helper is analyzed before it is exchanged. -#}
{% macro starrocks__analyze(relation) -%}
  {%- set mode = adapter.analyze_mode(model) -%}
  {%- if mode -%}
    {%- set answer = run_query('analyze ' ~ mode ~ ' table ' ~ relation.render() ~ ' with sync mode') -%}
    {%- set complaint = adapter.analyze_complaint(answer) -%}
    {%- if complaint -%}
      {{ exceptions.warn('No statistics were collected of ' ~ this.render() ~ ': ' ~ complaint) }}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
