{#- Every cast gives NULL for what it cannot read. Text is not cut to a length; maps and structs are read as JSON;
    lists and mappings, as YAML fixtures have them, are written as JSON. -#}
{% macro starrocks__safe_cast(field, type) -%}
  {%- set type_name = type | trim | lower -%}
  {%- set value = field -%}
  {%- if field is mapping or (field is iterable and field is not string) -%}
    {%- set value = dbt.string_literal(dbt.escape_single_quotes(tojson(field))) -%}
  {%- endif -%}
  {%- set empty = value | string | trim | lower == 'null' -%}
  {%- if type_name.startswith(('varchar', 'char')) -%}
    cast({{ value }} as string)
  {%- elif type_name == 'json' and not empty -%}
    parse_json({{ value }})
  {%- elif type_name.startswith(('map<', 'struct<')) and not empty -%}
    cast(parse_json({{ value }}) as {{ type }})
  {%- else -%}
    cast({{ value }} as {{ type }})
  {%- endif -%}
{%- endmacro %}
