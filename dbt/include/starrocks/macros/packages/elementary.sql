{#- What elementary dispatches and StarRocks says differently: statements without transactions, and its own names. -#}

{#- A temporary table lives in one session; elementary reads its own from others. -#}
{% macro starrocks__has_temp_table_support() -%}
  {% do return(false) %}
{%- endmacro %}

{% macro starrocks__edr_make_temp_relation(base_relation, suffix) -%}
  {%- set name = elementary.table_name_with_suffix(base_relation.identifier, suffix) -%}
  {% do return(base_relation.incorporate(path={'identifier': name}, type='table')) %}
{%- endmacro %}

{% macro starrocks__edr_get_create_table_as_sql(temporary, relation, sql_query, expiration_hours=none) -%}
  {{ dbt.get_create_table_as_sql(false, relation, sql_query) }}
{%- endmacro %}

{% macro starrocks__create_or_replace(temporary, relation, sql_query, expiration_hours=none) -%}
  {% do elementary.edr_create_table_as(false, relation, sql_query, drop_first=true, expiration_hours=expiration_hours) %}
{%- endmacro %}

{#- The survivors and the new rows in one statement: readers see the old rows or the new ones. -#}
{% macro starrocks__get_delete_and_insert_queries(relation, insert_relation, delete_relation, delete_column_key) -%}
  {%- if not delete_relation -%}
    {% do return(['insert into ' ~ relation ~ ' select * from ' ~ insert_relation] if insert_relation else []) %}
  {%- endif -%}
  {%- set sql -%}
    insert {{ starrocks__static_overwrite_hint() }}overwrite {{ relation }}
    select kept.*
    from {{ relation }} kept
    left anti join {{ delete_relation }} gone on kept.{{ delete_column_key }} = gone.{{ delete_column_key }}
    where kept.{{ delete_column_key }} is not null
    {%- if insert_relation %}
    union all
    select * from {{ insert_relation }}
    {%- endif %}
  {%- endset -%}
  {% do return([sql]) %}
{%- endmacro %}

{% macro starrocks__replace_table_data(relation, rows) -%}
  {%- set filled = elementary.create_intermediate_relation(relation, rows, temporary=false) -%}
  {%- set hint = starrocks__static_overwrite_hint() -%}
  {% do elementary.run_query('insert ' ~ hint ~ 'overwrite ' ~ relation ~ ' select * from ' ~ filled) %}
  {% do adapter.drop_relation(filled) %}
{%- endmacro %}

{% macro starrocks__get_clean_elementary_test_tables_queries(test_table_relations) -%}
  {% do return(elementary.get_transactionless_clean_elementary_test_tables_queries(test_table_relations)) %}
{%- endmacro %}

{% macro starrocks__target_database() -%}
  {% do return(target.database) %}
{%- endmacro %}

{% macro starrocks__edr_type_string() -%}
  {% do return('string') %}
{%- endmacro %}

{% macro starrocks__data_type_list(data_type) -%}
  {% do return({
    'string': ['string', 'varchar', 'char', 'text'],
    'numeric': ['tinyint', 'smallint', 'int', 'integer', 'bigint', 'largeint', 'float', 'double', 'decimal', 'numeric'],
    'timestamp': ['date', 'datetime'],
    'boolean': ['boolean'],
  }.get(data_type, [])) %}
{%- endmacro %}

{% macro starrocks__edr_timeadd(date_part, number, timestamp_expression) -%}
  {{ dbt.dateadd(date_part, number, timestamp_expression) }}
{%- endmacro %}

{#- A literal has no offset. -#}
{% macro starrocks__edr_datetime_to_sql(dt) -%}
  {%- set text = dt if dt is string else dt.isoformat(' ') -%}
  {% do return(elementary.edr_quote(modules.re.sub('(Z|[+-][0-9]{2}:?[0-9]{2})$', '', text))) %}
{%- endmacro %}

{% macro starrocks__edr_day_of_week_expression(date_expr) -%}
  date_format({{ date_expr }}, '%W')
{%- endmacro %}

{% macro starrocks__edr_hour_of_week_expression(date_expr) -%}
  date_format({{ date_expr }}, '%W%H')
{%- endmacro %}

{% macro starrocks__edr_to_char(column, format) -%}
  date_format({{ column }}, '{{ format or '%Y-%m-%d %H:%i:%s' }}')
{%- endmacro %}

{% macro starrocks__contains(string, string_to_search, case_sensitive) -%}
  {%- set searched = dbt.string_literal(dbt.escape_single_quotes(string_to_search)) -%}
  {%- if case_sensitive -%}
    locate({{ searched }}, {{ string }}) > 0
  {%- else -%}
    locate(lower({{ searched }}), lower({{ string }})) > 0
  {%- endif -%}
{%- endmacro %}

{#- Arrays count from one. -#}
{% macro starrocks__full_name_split(part_name) -%}
  {%- set place = {'database_name': 1, 'schema_name': 2, 'table_name': 3}[part_name] -%}
  trim(split(full_table_name, '.')[{{ place }}], '"') as {{ part_name }}
{%- endmacro %}

{#- How many buckets there are is asked first, as for a date spine. -#}
{% macro starrocks__complete_buckets_cte(time_bucket, bucket_end_expr, min_bucket_start_expr, max_bucket_end_expr) -%}
  {%- set periods = dbt.get_intervals_between(min_bucket_start_expr, max_bucket_end_expr, time_bucket.period) | int -%}
  {%- set nth = 'bucket * ' ~ time_bucket.count -%}
  {%- set sql %}
  select edr_bucket_start, {{ bucket_end_expr }} as edr_bucket_end
  from (
    select {{ dbt.dateadd(time_bucket.period, nth, min_bucket_start_expr) }} as edr_bucket_start
    from table(generate_series(cast(0 as bigint), {{ periods // (time_bucket.count | int) }})) as series (bucket)
  ) buckets
  where {{ bucket_end_expr }} <= {{ max_bucket_end_expr }}
  {%- endset -%}
  {{ return(sql) }}
{%- endmacro %}

{#- The schema is named as it is, for an unfiltered read visits every database; no column says the catalog. -#}
{% macro starrocks__get_columns_from_information_schema(database_name, schema_name, table_name=none) -%}
  select
    upper(concat('{{ database_name }}', '.', table_schema, '.', table_name)) as full_table_name,
    upper('{{ database_name }}') as database_name,
    upper(table_schema) as schema_name,
    upper(table_name) as table_name,
    upper(column_name) as column_name,
    data_type
  from {{ information_schema_name(database_name) }}.columns
  where table_schema = '{{ schema_name }}'
  {%- if table_name %}
    and upper(table_name) = upper('{{ table_name }}')
  {%- endif %}
{%- endmacro %}

{% macro starrocks__get_tables_from_information_schema(schema_tuple) -%}
  {%- set database_name, schema_name = schema_tuple %}
  select
    upper(concat('{{ database_name }}', '.', s.schema_name, '.', t.table_name)) as full_table_name,
    upper(concat('{{ database_name }}', '.', s.schema_name)) as full_schema_name,
    upper('{{ database_name }}') as database_name,
    upper(s.schema_name) as schema_name,
    upper(t.table_name) as table_name
  from {{ information_schema_name(database_name) }}.schemata s
  left join {{ information_schema_name(database_name) }}.tables t
    on t.table_schema = s.schema_name and t.table_schema = '{{ schema_name }}'
  where s.schema_name = '{{ schema_name }}'
{%- endmacro %}
