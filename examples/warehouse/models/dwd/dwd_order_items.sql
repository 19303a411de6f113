{#- The lines of orders with what was true when they were ordered. Days that new rows touch are computed anew and
    replaced as whole partitions. -#}
{{ config(
  materialized='incremental',
  incremental_strategy='insert_overwrite',
  partition_by=["date_trunc('day', order_date)"],
  distributed_by=['order_id'],
  buckets=2,
  on_schema_change='fail',
) }}
with lines as (
  select
    orders.order_date,
    orders.order_id,
    items.line_number,
    orders.user_id,
    items.product_id,
    orders.channel,
    orders.status,
    orders.ordered_at,
    items.quantity,
    items.unit_price,
    {{ net_amount('items.quantity', 'items.unit_price', 'items.discount_rate') }} as net_amount,
    greatest(orders._loaded_at, items._loaded_at) as _loaded_at
  from {{ ref('dwd_orders') }} as orders
  join {{ source('ods', 'order_items') }} as items on items.order_id = orders.order_id
  where items.quantity > 0
)
select
  lines.order_date,
  lines.order_id,
  lines.line_number,
  lines.user_id,
  lines.product_id,
  products.category,
  coalesce(versions.country, '??') as country,
  coalesce(versions.tier, 'unknown') as tier_at_order,
  lines.channel,
  lines.status,
  lines.status in ('paid', 'shipped') as is_sold,
  lines.quantity,
  lines.unit_price,
  lines.net_amount,
  lines._loaded_at
from lines
left join {{ ref('dwd_products') }} as products on products.product_id = lines.product_id
left join {{ ref('dwd_user_versions') }} as versions
  on versions.user_id = lines.user_id
  and lines.ordered_at >= versions.valid_from
  and lines.ordered_at < versions.valid_to
{%- if is_incremental() %}
where lines.order_date in (select order_date from lines where {{ is_new() }})
{%- endif %}
