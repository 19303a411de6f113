{#- Boundaries crossed, as dbt has it; the server counts elapsed units, so both ends are cut to the unit first. -#}
{% macro starrocks__datediff(first_date, second_date, datepart) -%}
  {%- set part = datepart | lower -%}
  {%- if part in ('year', 'month', 'week', 'day', 'hour', 'minute', 'second') -%}
    {{ starrocks__cut_difference(first_date, second_date, part, part ~ 's_diff') }}
  {%- elif part == 'quarter' -%}
    ({{ starrocks__cut_difference(first_date, second_date, part, 'months_diff') }} div 3)
  {%- elif part == 'millisecond' -%}
    {{ starrocks__fraction_difference(first_date, second_date, 1000) }}
  {%- elif part == 'microsecond' -%}
    {{ starrocks__fraction_difference(first_date, second_date, 1000000) }}
  {%- else -%}
    {{ exceptions.raise_compiler_error("datediff: '" ~ datepart ~ "' is not supported. Use one of: year, quarter, month, "
      ~ "week, day, hour, minute, second, millisecond, microsecond.") }}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__cut_difference(first_date, second_date, part, function) -%}
  {{ function }}(
    date_trunc('{{ part }}', {{ starrocks__as_datetime(second_date) }}),
    date_trunc('{{ part }}', {{ starrocks__as_datetime(first_date) }})
  )
{%- endmacro %}

{#- No function cuts below the second: the seconds crossed, and what the fractions add to them. -#}
{% macro starrocks__fraction_difference(first_date, second_date, units) -%}
  ({{ starrocks__cut_difference(first_date, second_date, 'second', 'seconds_diff') }} * {{ units }}
    + {{ starrocks__fraction(second_date, units) }} - {{ starrocks__fraction(first_date, units) }})
{%- endmacro %}

{% macro starrocks__fraction(moment, units) -%}
  cast(date_format({{ starrocks__as_datetime(moment) }}, '%f') as int) div {{ 1000000 // units }}
{%- endmacro %}
