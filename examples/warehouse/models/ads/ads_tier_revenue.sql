{#- By the tier customers had when they ordered, which is what the SCD2 history is for. -#}
select
  tier_at_order as tier,
  count(distinct order_id) as orders,
  sum(net_amount) as revenue
from {{ ref('dwd_order_items') }}
where is_sold
group by tier_at_order
