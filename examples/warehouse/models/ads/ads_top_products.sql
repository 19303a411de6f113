{{ config(materialized='table', distributed_by='random') }}
select category, place, product_id, product_name, pieces, revenue
from (
  select
    sales.category,
    sales.product_id,
    products.product_name,
    sales.pieces,
    sales.revenue,
    row_number() over (partition by sales.category order by sales.revenue desc, sales.product_id) as place
  from (
    select category, product_id, sum(quantity) as pieces, sum(net_amount) as revenue
    from {{ ref('dwd_order_items') }}
    where is_sold
    group by category, product_id
  ) as sales
  join {{ ref('dwd_products') }} as products on products.product_id = sales.product_id
) as ranked
where place <= 3
