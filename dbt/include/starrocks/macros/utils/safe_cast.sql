{#- Every cast gives NULL for what it cannot read. Text is not cut to a length, and becomes a map or struct through JSON. -#}
{% macro starrocks__safe_cast(field, type) -%}
  {%- set type_name = type | trim | lower -%}
  {%- if type_name.startswith(('varchar', 'char')) -%}
    cast({{ field }} as string)
  {%- elif type_name.startswith(('map<', 'struct<')) and field | trim | lower != 'null' -%}
    cast(parse_json({{ field }}) as {{ type }})
  {%- elif type_name == 'json' and field | trim | lower != 'null' -%}
    parse_json({{ field }})
  {%- else -%}
    cast({{ field }} as {{ type }})
  {%- endif -%}
{%- endmacro %}
