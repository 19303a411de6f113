{#- One row per order, upserted: a late or changed order finds its row whatever its day. -#}
{{ config(
  materialized='incremental',
  incremental_strategy='merge',
  unique_key=['order_id', 'order_date'],
  on_schema_change='fail',
  partition_by=["date_trunc('day', order_date)"],
  distributed_by=['order_id'],
  buckets=2,
) }}
select
  order_id,
  cast(ordered_at as date) as order_date,
  user_id,
  -- a deleted order keeps its row, or nobody downstream would learn of it
  if(_op = 'd', 'deleted', lower(status)) as status,
  channel,
  ordered_at,
  updated_at,
  _loaded_at
from {{ source('ods', 'orders') }}
where ordered_at is not null
{%- if is_incremental() %} and {{ is_new() }}{% endif %}
