{#- What dbt_date dispatches and StarRocks says differently. Weeks begin on Sunday unless they are ISO weeks. -#}

{% macro starrocks__convert_timezone(column, target_tz, source_tz) -%}
  convert_tz({{ starrocks__as_datetime(column) }}, '{{ source_tz }}', '{{ target_tz }}')
{%- endmacro %}

{#- The clock shows the session's time zone, not UTC. -#}
{% macro starrocks__now(tz=none) -%}
  convert_tz({{ dbt.current_timestamp() }}, @@time_zone, '{{ tz or var('dbt_date:time_zone') }}')
{%- endmacro %}

{#- Days of the week count from Sunday, which is 0. -#}
{% macro starrocks__date_part(datepart, date) -%}
  {%- set part = datepart | lower -%}
  {%- if part in ('dayofweek', 'dow') -%}
    (dayofweek({{ date }}) - 1)
  {%- elif part == 'epoch' -%}
    seconds_diff({{ starrocks__as_datetime(date) }}, cast('1970-01-01' as datetime))
  {%- elif part in ('week', 'isoweek') -%}
    week_iso({{ date }})
  {%- elif part in ('day', 'dayofmonth') -%}
    dayofmonth({{ date }})
  {%- else -%}
    {{ {'doy': 'dayofyear'}.get(part, part) }}({{ date }})
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__day_of_week(date, isoweek) -%}
  {{ 'dayofweek_iso' if isoweek else 'dayofweek' }}({{ date }})
{%- endmacro %}

{% macro starrocks__day_name(date, short, language='default') -%}
  {%- if language == 'default' -%}
    date_format({{ date }}, '{{ '%a' if short else '%W' }}')
  {%- else -%}
    {{ dbt_date.day_name_localized(date, short, language) }}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__month_name(date, short, language='default') -%}
  {%- if language == 'default' -%}
    date_format({{ date }}, '{{ '%b' if short else '%M' }}')
  {%- else -%}
    {{ dbt_date.month_name_localized(date, short, language) }}
  {%- endif -%}
{%- endmacro %}

{#- In UTC; `from_unixtime` would tell the session's time. Days and seconds apart, since an interval is an INT. -#}
{% macro starrocks__from_unixtimestamp(epochs, format='seconds') -%}
  {%- set units = {'seconds': 1, 'milliseconds': 1000, 'microseconds': 1000000} -%}
  {%- if format not in units -%}
    {% do exceptions.raise_compiler_error("from_unixtimestamp: format '" ~ format ~ "' is not supported. Use one of: "
      ~ units | join(', ') ~ ".") %}
  {%- endif -%}
  {%- set day = 86400 * units[format] -%}
  {%- set days = "date_add(cast('1970-01-01' as datetime), interval (floor((" ~ epochs ~ ") / " ~ day ~ ")) day)" -%}
  {%- set within = "pmod(" ~ epochs ~ ", " ~ day ~ ")" -%}
  microseconds_add(
    seconds_add({{ days }}, {{ within }} div {{ units[format] }}),
    {{ within }} % {{ units[format] }} * {{ 1000000 // units[format] }}
  )
{%- endmacro %}

{% macro starrocks__iso_week_start(date) -%}
  cast({{ dbt.date_trunc('week', date) }} as date)
{%- endmacro %}

{% macro starrocks__week_start(date) -%}
  cast({{ dbt.dateadd('day', '1 - dayofweek(' ~ date ~ ')', date) }} as date)
{%- endmacro %}

{% macro starrocks__week_end(date) -%}
  cast({{ dbt.dateadd('day', '7 - dayofweek(' ~ date ~ ')', date) }} as date)
{%- endmacro %}

{#- The first week begins on the first of January. -#}
{% macro starrocks__week_of_year(date) -%}
  cast(ceil(dayofyear({{ date }}) / 7) as int)
{%- endmacro %}
