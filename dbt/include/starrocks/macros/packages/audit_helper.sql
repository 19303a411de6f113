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

{#- Joined by ON: before 4.0 a column of USING is ambiguous in a full join. -#}
{% macro starrocks__compare_relation_columns(a_relation, b_relation) %}
  with a_cols as ({{ audit_helper.get_columns_in_relation_sql(a_relation) }}),
  b_cols as ({{ audit_helper.get_columns_in_relation_sql(b_relation) }})
  select
    coalesce(a_cols.column_name, b_cols.column_name) as column_name,
    a_cols.ordinal_position as a_ordinal_position,
    b_cols.ordinal_position as b_ordinal_position,
    a_cols.data_type as a_data_type,
    b_cols.data_type as b_data_type,
    coalesce(a_cols.ordinal_position = b_cols.ordinal_position, false) as has_ordinal_position_match,
    coalesce(a_cols.data_type = b_cols.data_type, false) as has_data_type_match,
    a_cols.data_type is not null and b_cols.data_type is null as in_a_only,
    b_cols.data_type is not null and a_cols.data_type is null as in_b_only,
    b_cols.data_type is not null and a_cols.data_type is not null as in_both
  from a_cols
  full outer join b_cols on a_cols.column_name = b_cols.column_name
  order by coalesce(a_cols.ordinal_position, b_cols.ordinal_position)
{% endmacro %}
