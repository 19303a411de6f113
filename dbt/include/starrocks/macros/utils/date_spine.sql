{#- From the server's own series: a row number over a constant order, as the default has it, is refused. -#}
{% macro starrocks__date_spine(datepart, start_date, end_date) %}
  {%- set periods = dbt.get_intervals_between(start_date, end_date, datepart) | int %}
  with all_periods as (
    select {{ dbt.dateadd(datepart, 'period', start_date) }} as date_{{ datepart }}
    from table(generate_series(cast(0 as bigint), {{ periods - 1 }})) as series (period)
  )
  select * from all_periods where date_{{ datepart }} <= {{ end_date }}
{% endmacro %}
