{#- Days that new lines touch are aggregated again and replace their partition; the others are not read. -#}
{{ config(
  partition_by=["date_trunc('day', order_date)"],
  distributed_by=['order_date', 'category'],
  buckets=2,
) }}
select
  order_date,
  category,
  country,
  channel,
  count(distinct if(is_sold, order_id, null)) as orders,
  sum(if(is_sold, quantity, 0)) as pieces,
  sum(if(is_sold, net_amount, 0)) as revenue,
  max(_loaded_at) as _loaded_at
from {{ ref('dwd_order_items') }}
{%- if is_incremental() %}
where {{ is_of_a_changed_day(ref('dwd_order_items'), 'order_date') }}
{%- endif %}
group by order_date, category, country, channel
