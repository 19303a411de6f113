{#- What dbt's snapshot strategies are made of. -#}

{% macro starrocks__snapshot_hash_arguments(args) -%}
  md5(concat_ws('|', {% for arg in args %}coalesce(cast({{ arg }} as string), ''){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{% macro starrocks__snapshot_string_as_time(timestamp) -%}
  {% do return("cast('" ~ timestamp ~ "' as datetime)") %}
{%- endmacro %}
