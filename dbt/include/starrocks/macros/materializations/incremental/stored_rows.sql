{#- Pieces of the statements that look at stored and new rows together. As in dbt's own, stored rows are called
    DBT_INTERNAL_DEST and new ones DBT_INTERNAL_SOURCE. -#}

{#- Predicates are worked out where the stored row is alone, so that its columns need no qualifier. -#}
{% macro starrocks__stored_rows_sql(target, plan, partitions=none, kept_if=none) -%}
  (
    select *
      {%- if plan.predicates %}, ({{ plan.predicates | join(') and (') }}) as `__dbt_touchable`{% endif -%}
      {{ starrocks__key_expressions(plan.keys) }}
    from {{ target.render() }}{{ ' partition (' ~ partitions ~ ')' if partitions }} as DBT_INTERNAL_DEST
    {%- if kept_if %}
    where {{ kept_if }}
    {%- endif %}
  ) as DBT_INTERNAL_DEST
{%- endmacro %}

{% macro starrocks__touchable_sql(plan) -%}
  {%- set conditions = plan.matched_predicates | list -%}
  {%- if plan.predicates %}{% do conditions.insert(0, 'DBT_INTERNAL_DEST.`__dbt_touchable`') %}{% endif -%}
  {{ conditions | join(') and (') }}
{%- endmacro %}

{#- Parts of the key that are no columns get a name on both sides. -#}
{% macro starrocks__key_expressions(keys) -%}
  {%- for key in keys if not key.is_column %}, {{ key.text }} as `__dbt_key_{{ loop.index }}`{% endfor -%}
{%- endmacro %}

{% macro starrocks__same_key_sql(keys, operator) -%}
  {%- set expressions = keys | rejectattr('is_column') | list -%}
  {%- for key in keys -%}
    {%- set name = adapter.quote(key.text) if key.is_column else '`__dbt_key_' ~ (expressions.index(key) + 1) ~ '`' -%}
    DBT_INTERNAL_DEST.{{ name }} {{ operator }} DBT_INTERNAL_SOURCE.{{ name }}{{ ' and ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{#- New rows in the types of the table. Where the query's type is of another family, a union or an IF would turn the
    stored values into a third type, so the new ones are cast; one that does not fit stops the statement, as it would
    in a plain INSERT. `arg_dict.window`: the batch that every row must lie in. -#}
{% macro starrocks__new_rows_sql(arg_dict, source) -%}
  {%- set casts = {} -%}
  {%- if arg_dict.get('source_sql') -%}
    {%- set found = adapter.describe_query(arg_dict.source_sql, config.get('sql_header'), arg_dict.dest_columns) -%}
    {%- set casts = adapter.increment_casts(arg_dict.target_relation, arg_dict.dest_columns, found) -%}
  {%- endif -%}
  select
    {%- for column in arg_dict.dest_columns %}
    {{ starrocks__new_value_sql(column, casts.get(column.name), arg_dict.get('window')) }}{{ ',' if not loop.last }}
    {%- endfor %}
  from (
    {{ source }}
  ) as model_subq
{%- endmacro %}

{#- A check belongs to a value: in WHERE the server may run it before the query's own conditions, over rows that those
    would have dropped. -#}
{% macro starrocks__new_value_sql(column, type, window) -%}
  {%- set name, checks = adapter.quote(column.name), [] -%}
  {%- set value = 'cast(' ~ name ~ ' as ' ~ type ~ ')' if type else name -%}
  {%- if type -%}
    {%- set complaint = 'column ' ~ column.name ~ ': a new value is no ' ~ type -%}
    {% do checks.append('assert_true(' ~ name ~ ' is null or ' ~ value ~ ' is not null, ' ~ starrocks__text(complaint) ~ ')') %}
  {%- endif -%}
  {%- if window and window.column == column.name -%}
    {%- set complaint = 'microbatch: a row lies outside of its batch, ' ~ window.start ~ ' to ' ~ window.end -%}
    {% do checks.append('assert_true(' ~ window.window ~ ', ' ~ starrocks__text(complaint) ~ ')') %}
  {%- endif -%}
  {{ 'if(' ~ checks | join(' and ') ~ ', ' ~ value ~ ', null) as ' ~ name if checks else name }}
{%- endmacro %}

{#- One atomic statement: what stays of the stored rows, and the new ones. `into`: the partitions that are overwritten,
    by name or by value; `partitions`: those that stored rows are read from. -#}
{% macro starrocks__overwrite_keeping_sql(arg_dict, plan, into=none, partitions=none, kept_if=none) -%}
  {%- set columns = arg_dict.dest_columns -%}
  insert {{ starrocks__static_overwrite_hint() }}overwrite {{ arg_dict.target_relation.render() }}
  {{- ' partition (' ~ into ~ ')' if into }} ({{ starrocks__column_list(columns) }})
  with `__dbt_new` as (
    {{ starrocks__new_rows_sql(arg_dict, starrocks__increment_source(arg_dict)) }}
  )
  select
    {%- for column in columns %} DBT_INTERNAL_DEST.{{ adapter.quote(column.name) }}{{ ',' if not loop.last }}{% endfor %}
  from {{ starrocks__stored_rows_sql(arg_dict.target_relation, plan, partitions, kept_if) }}
  {%- if plan.keys %}
  left anti join (
    select *{{ starrocks__key_expressions(plan.keys) }} from `__dbt_new`
  ) as DBT_INTERNAL_SOURCE
    on {{ starrocks__same_key_sql(plan.keys, '<=>') }}
    {%- if plan.predicates or plan.matched_predicates %} and ({{ starrocks__touchable_sql(plan) }}){% endif %}
  {%- endif %}
  union all
  select {{ starrocks__column_list(columns) }} from `__dbt_new`
{%- endmacro %}
