{#- Contracts: what dbt asks about columns, answered in StarRocks' types. -#}

{#- Stops where the query does not give what the contract promises. -#}
{% macro starrocks__get_assert_columns_equivalent(sql) -%}
  {% do starrocks__assert_contract(adapter.describe_query(sql, config.get('sql_header'))) %}
{%- endmacro %}

{#- The same for columns that are described already. Nothing for a model without an enforced contract. -#}
{% macro starrocks__assert_contract(columns) -%}
  {%- set contract = config.get('contract') -%}
  {%- set mismatch = adapter.contract_mismatch(model, columns) if contract and contract.enforced -%}
  {%- if mismatch and mismatch.untyped -%}
    {% do exceptions.column_type_missing(column_names=mismatch.untyped | list) %}
  {%- elif mismatch -%}
    {% do exceptions.raise_contract_error(mismatch.contract | list, mismatch.query | list) %}
  {%- endif -%}
{%- endmacro %}

{#- The lines of CREATE TABLE between the parentheses, from the contract alone. -#}
{% macro starrocks__get_table_columns_and_constraints() -%}
  (
    {{ starrocks__column_clauses(adapter.table_design(model, [])) }}
  )
{%- endmacro %}

{#- A column as dbt's contract comparison shows it. -#}
{% macro starrocks__format_column(column) -%}
  {%- set formatted = column.name | lower ~ ' ' ~ column.data_type -%}
  {{ return({'name': column.name, 'data_type': column.data_type, 'formatted': formatted}) }}
{%- endmacro %}
