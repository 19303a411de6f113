{#- The session's time with microseconds, as in the data that people land; `time_zone` in the profile chooses the zone. -#}
{% macro starrocks__current_timestamp() -%}
  now(6)
{%- endmacro %}

{% macro starrocks__current_timestamp_backcompat() -%}
  now(6)
{%- endmacro %}

{% macro starrocks__current_timestamp_in_utc_backcompat() -%}
  utc_timestamp()
{%- endmacro %}
