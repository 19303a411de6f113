{#- Whatever columns the source has: what it grows is added here on the next run. -#}
{{ config(
  materialized='incremental',
  unique_key='payment_id',
  distributed_by=['payment_id'],
  buckets=2,
  on_schema_change='append_new_columns',
) }}
{%- set columns = adapter.get_columns_in_relation(source('ods', 'payments')) %}
select
  {% for column in columns if column.name != '_source' -%}
    {{ column.quoted }}{{ ', ' if not loop.last }}
  {%- endfor %}
from {{ source('ods', 'payments') }}
{%- if is_incremental() %}
where {{ is_new() }}
{%- endif %}
