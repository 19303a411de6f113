{#- What audit_helper dispatches and StarRocks says differently. -#}

{#- Equal numbers of rows and equal sums of their hashes, whatever the order of the rows. -#}
{% macro starrocks__quick_are_queries_identical(query_a, query_b, columns, event_time) %}
  {%- set bounds = audit_helper._get_comparison_bounds(query_a, query_b, event_time) if event_time else none %}
  select count(distinct digest) = 1 as are_tables_identical
  from (
    {%- for query in (query_a, query_b) %}
    select concat(count(*), ' ', coalesce(sum(cast({{ starrocks__row_hash(columns) }} as largeint)), 0)) as digest
    from ({{ query }}) audited
    {{ audit_helper.event_time_filter(bounds) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
  ) digests
{% endmacro %}

{#- Sixty bits of the row's MD5 as a number. Each value has a mark, so that NULL is no empty text. -#}
{% macro starrocks__row_hash(columns) -%}
  {%- set values = [] -%}
  {%- for column in columns -%}
    {%- do values.append("if(" ~ column ~ " is null, '', concat('=', cast(" ~ column ~ " as string)))") -%}
  {%- endfor -%}
  conv(substr(md5(concat_ws('|', {{ values | join(', ') }})), 1, 15), 16, 10)
{%- endmacro %}
